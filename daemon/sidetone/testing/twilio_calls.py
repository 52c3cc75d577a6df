"""How Twilio and SignalWire call back: signed, tried once more when no connection comes about, and what they hold
against an answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from xml.parsers import expat

from aiohttp import ClientConnectionError, ClientError, ClientSession, ClientTimeout

from sidetone.testing.restcomm_calls import Called, Notification
from sidetone.testing.restcomm_pages import Sms
from sidetone.testing.twilio_pages import VERSION

FETCH_FAILED = 11200
BAD_TYPE = 12300
BAD_DOCUMENT = 12100
BAD_VERB = 12200
_XML_TYPES = ("text/xml", "application/xml", "text/html")
_VERBS = ("Message", "Redirect")
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """How calls are signed.

    `header` holds the signature. `shared_key` is the id of a key made for call-backs, whose secret `key` then is:
    it is named with its algorithm in a header of its own. `as_json`: the fields go as a JSON object. `over_raw_body`:
    a JSON body is signed as it is, in hex; otherwise its SHA-256 stands in the URL.
    """

    key: str
    header: str = "X-Twilio-Signature"
    shared_key: str = ""
    as_json: bool = False
    over_raw_body: bool = False

    def signature(self, url: str, fields: Fields) -> str:
        """The signature of a form, or of a URL without one."""
        digest = hashlib.sha256 if self.shared_key else hashlib.sha1
        text = url + "".join(name + value for name, value in sorted(set(fields)))
        return base64.b64encode(hmac.new(self.key.encode(), text.encode(), digest).digest()).decode()

    def call(self, url: str, method: str, fields: Fields) -> tuple[str, bytes | None, dict[str, str]]:
        """URL, body and headers of a call."""
        if method == "GET":
            url = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(fields)}"
            return url, None, self._headers(self.signature(url, ()))
        if self.as_json:
            return self._json_call(url, json.dumps(dict(fields)).encode())
        headers = {**self._headers(self.signature(url, fields)), "Content-Type": FORM}
        return url, urlencode(fields).encode(), headers

    def _json_call(self, url: str, body: bytes) -> tuple[str, bytes, dict[str, str]]:
        if self.over_raw_body:
            signature = hmac.new(self.key.encode(), url.encode() + body, hashlib.sha1).hexdigest()
        else:
            url = f"{url}{'&' if urlsplit(url).query else '?'}bodySHA256={hashlib.sha256(body).hexdigest()}"
            signature = self.signature(url, ())
        return url, body, {**self._headers(signature), "Content-Type": "application/json"}

    def _headers(self, signature: str) -> dict[str, str]:
        headers = {self.header: signature, "I-Twilio-Idempotency-Token": "00000000-0000-4000-8000-000000000000"}
        if self.shared_key:
            headers["X-Twilio-Webhooks-Signature-Settings"] = f"key={self.shared_key},algorithm=HMAC_SHA256"
        return headers


def status_fields(sms: Sms, status: str, error: str) -> list[tuple[str, str]]:
    """The fields of a status call-back; the error is a number and only there on a failure."""
    fields = [
        ("SmsSid", sms.sid),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", sms.recipient),
        ("MessageSid", sms.sid),
        ("AccountSid", sms.account_sid),
        ("From", sms.sender),
        ("ApiVersion", VERSION),
    ]
    if status in ("delivered", "undelivered"):
        fields.append(("RawDlrDoneDate", "2701150800"))
    return [*fields, ("ErrorCode", error)] if error else fields


def text_fields(sms: Sms) -> list[tuple[str, str]]:
    """The fields of an inbound webhook."""
    fields = [
        ("ToCountry", "DE"),
        ("ToState", ""),
        ("SmsMessageSid", sms.sid),
        ("NumMedia", str(sms.media)),
        ("ToCity", ""),
        ("FromZip", ""),
        ("SmsSid", sms.sid),
        ("FromState", ""),
        ("SmsStatus", "received"),
        ("FromCity", ""),
        ("Body", sms.body),
        ("FromCountry", "DE"),
        ("To", sms.recipient),
        ("NumSegments", "1"),
        ("MessageSid", sms.sid),
        ("AccountSid", sms.account_sid),
        ("From", sms.sender),
        ("ApiVersion", VERSION),
    ]
    for place in range(sms.media):
        fields += [(f"MediaContentType{place}", "image/jpeg"), (f"MediaUrl{place}", f"https://media.invalid/{place}")]
    return fields


async def call(
    http: ClientSession, url: str, method: str, fields: Fields, signer: Signer, *, wants_verbs: bool
) -> Called:
    """Call back, once more if no connection comes about."""
    target, body, headers = signer.call(url, method, fields)
    for last in (False, True):
        try:
            async with http.request(
                method, target, data=body, headers=headers, timeout=ClientTimeout(total=15)
            ) as answer:
                raw = await answer.read()
                return Called(answer.status, judge(answer.status, answer.content_type, raw, wants_verbs=wants_verbs))
        except ClientConnectionError as error:
            if last:
                return Called(0, Notification(FETCH_FAILED, type(error).__name__))
        except (TimeoutError, ClientError, OSError) as error:
            return Called(0, Notification(FETCH_FAILED, type(error).__name__))
    raise AssertionError


def judge(status: int, content_type: str, body: bytes, *, wants_verbs: bool) -> Notification | None:
    """What is held against an answer, None for a good one. A text that is no document would be sent as a reply."""
    if not 200 <= status < 300:
        return Notification(FETCH_FAILED, f"status {status}")
    if not body or not wants_verbs:
        return None
    if content_type not in _XML_TYPES:
        return Notification(BAD_TYPE, f"content type {content_type}")
    verbs: list[str] = []
    depth = [0]

    def start(name: str, _attributes: object) -> None:
        if depth[0] == 1:
            verbs.append(name)
        depth[0] += 1

    def end(_name: str) -> None:
        depth[0] -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        return Notification(BAD_DOCUMENT, "not well-formed")
    wrong = [verb for verb in verbs if verb not in _VERBS]
    return Notification(BAD_VERB, wrong[0]) if wrong else None
