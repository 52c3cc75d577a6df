"""The services of the family, as data: whatever differs between them is a field here and a condition nowhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_HEX = "[0-9A-Fa-f]{32}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How a service signs its call-backs.

    `headers`: where the signature stands, the first that is there counts. `settings_header` names a shared key and
    its algorithm; empty where there is no such thing. `over_raw_body`: the signature may also be the hex HMAC-SHA1 of
    the URL and the body as it came. `own_key`: it is made with a key of its own and never with the account's token.
    """

    headers: tuple[str, ...]
    settings_header: str = ""
    over_raw_body: bool = False
    own_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How a service lists its messages.

    `since`: the filter of the first day, YYYY-MM-DD. `local_days`: days of the service's own zone, whichever that is;
    else UTC's. `by_creation`: it looks at when a message was made, so that
    it finds those that have not left as well. `more`: sent with the first page. `counts_pages`: the next page is the
    next number; otherwise `next_page_uri` leads there. `by_suffix`: numbers are compared from their ends.
    """

    since: str
    size: int
    by_creation: bool
    more: Mapping[str, str] = field(default_factory=dict)
    counts_pages: bool = False
    by_suffix: bool = False
    local_days: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One service.

    `base_url` is empty where each account has its own, like `example_url`. `account_words` say what its account ids look like. `api_key`
    is what a key looks like that can stand for the account when it signs in. `success`: what a message that was taken
    is answered with. `longest_text`: UTF-16 units, None where the service says nothing. `names_encoding`: it must be
    told the alphabet. `validity_field` takes the seconds that a message may wait there. `rate`: messages a second.
    `inbound_id`: the fields of a text that may hold its id. `answers_words`: it answers STOP, START and HELP by itself.
    """

    name: str
    base_url: str
    example_url: str
    messages: str
    account_id: re.Pattern[str]
    account_words: str
    message_id: re.Pattern[str]
    success: tuple[int, ...]
    inbound_id: tuple[str, ...]
    listing: Listing
    rate: float
    api_key: re.Pattern[str] | None = None
    longest_text: int | None = None
    names_encoding: bool = False
    validity_field: str = ""
    longest_validity: int = 0
    signing: Signing | None = None
    answers_words: bool = False


PROFILES = {
    "restcomm": Profile(
        name="Restcomm",
        base_url="https://cloud.restcomm.com/restcomm/2012-04-24",
        example_url="https://pbx.example.com:8443/restcomm/2012-04-24",
        messages="/SMS/Messages",
        account_id=re.compile(f"AC{_HEX}"),
        account_words="AC and 32 hex digits",
        message_id=re.compile(r"[A-Za-z0-9_-]{1,64}"),  # servers of one's own are not known to keep to one shape
        success=(200, 201),
        inbound_id=("SmsSid", "MessageSid"),
        listing=Listing(
            since="StartTime",
            size=50,
            by_creation=True,
            more={"SortBy": "DateCreated:asc", "Page": "0"},
            counts_pages=True,
            by_suffix=True,
            local_days=True,
        ),
        rate=10.0,
        names_encoding=True,
    ),
    "twilio": Profile(
        name="Twilio",
        base_url="https://api.twilio.com/2010-04-01",
        example_url="https://api.twilio.com/2010-04-01",
        messages="/Messages",
        account_id=re.compile(f"AC{_HEX}"),
        account_words="AC and 32 hex digits",
        api_key=re.compile(f"SK{_HEX}"),
        message_id=re.compile(f"(?:SM|MM){_HEX}"),
        success=(201,),
        inbound_id=("MessageSid", "SmsMessageSid", "SmsSid"),
        listing=Listing(since="DateSent>", size=200, by_creation=False),
        rate=10.0,
        longest_text=1600,
        validity_field="ValidityPeriod",
        longest_validity=36_000,
        signing=Signing(headers=("x-twilio-signature",), settings_header="x-twilio-webhooks-signature-settings"),
        answers_words=True,
    ),
    "signalwire": Profile(
        name="SignalWire",
        base_url="",
        example_url="https://SPACE.signalwire.com/api/laml/2010-04-01",
        messages="/Messages",
        account_id=_UUID,
        account_words="the project's id, a UUID",
        message_id=_UUID,
        success=(200, 201),
        inbound_id=("MessageSid", "SmsMessageSid", "SmsSid"),
        listing=Listing(since="DateSent>", size=200, by_creation=False),
        rate=1.0,
        longest_text=1600,
        signing=Signing(headers=("x-signalwire-signature", "x-twilio-signature"), over_raw_body=True, own_key=True),
    ),
}
