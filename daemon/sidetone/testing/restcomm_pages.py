"""What a Restcomm server's pages look like: its resources in JSON and XML, with the habits of its serialisers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

XML = "application/xml"
JSON = "application/json"
NONE = "null"  # paging says "no such page" with this word, not with a JSON null


@dataclass(slots=True, kw_only=True)
class Sms:
    """A message resource. `created` and `sent` are in ms; `form` is the whole POST, two fields of it by themselves.

    `media`: how many attachments it has.
    """

    sid: str
    account_sid: str
    sender: str
    recipient: str
    body: str
    created: int
    direction: str = "outbound-api"
    status: str = "sending"
    sent: int | None = None
    error_code: int | None = None
    encoding: str = "GSM"
    status_callback: str = ""
    media: int = 0
    form: dict[str, str] = field(default_factory=dict)

    def members(self) -> dict[str, str]:
        """The resource's members by JSON name; what is null is absent."""
        members: dict[str, str | None] = {
            "sid": self.sid,
            "date_created": _mail_date(self.created),
            "date_updated": _mail_date(self.sent or self.created),
            "date_sent": None if self.sent is None else _iso_date(self.sent),
            "account_sid": self.account_sid,
            "from": self.sender,
            "to": self.recipient,
            "body": self.body,
            "status": self.status,
            "direction": self.direction,
            "error_code": None if self.error_code is None else str(self.error_code),
            "price": "0.00",
            "price_unit": "USD",
            "api_version": "2012-04-24",
            "uri": f"/2012-04-24/Accounts/{self.account_sid}/SMS/Messages/{self.sid}.json",
        }
        return {name: value for name, value in members.items() if value is not None}


def message_page(sms: Sms, *, as_json: bool) -> tuple[str, str]:
    """Content type and text of one message."""
    members = sms.members()
    if as_json:
        return JSON, json.dumps(members, indent=2)
    return XML, _response(_element("SMSMessage", _xml_members(members)))


def list_page(found: Sequence[Sms], query: Mapping[str, str], path: str, *, as_json: bool) -> tuple[str, str] | None:
    """One page of a list, None for a page that does not exist; XML lists carry no paging data."""
    size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
    last = len(found) // size
    if page > last:
        return None
    shown = found[page * size : page * size + size]
    if not as_json:
        return XML, _response("".join(_element("SMSMessage", _xml_members(sms.members())) for sms in shown))

    def link(number: int) -> str:
        return f"{path}?Page={number}&PageSize={size}" if 0 <= number <= last else NONE

    document: dict[str, Any] = {
        "page": page,
        "num_pages": last,
        "page_size": size,
        "total": len(found),
        "start": str(page * size),
        "end": str(page * size + len(shown)),
        "uri": path,
        "first_page_uri": link(0),
        "previous_page_uri": link(page - 1),
        "next_page_uri": link(page + 1),
        "last_page_uri": link(last),
        "messages": [sms.members() for sms in shown],
    }
    return JSON, json.dumps(document, indent=2)


def matching(messages: Sequence[Sms], query: Mapping[str, str]) -> list[Sms]:
    """The messages that a list's filters let through: numbers by suffix, the body by what it contains."""
    tests: dict[str, Callable[[Sms, str], bool]] = {
        "From": lambda sms, wanted: sms.sender.endswith(wanted),
        "To": lambda sms, wanted: sms.recipient.endswith(wanted),
        "Body": lambda sms, wanted: wanted in sms.body,
        "Status": lambda sms, wanted: sms.status == wanted,
        "StartTime": lambda sms, wanted: _iso_date(sms.created)[:10] >= wanted,
        "EndTime": lambda sms, wanted: _iso_date(sms.created)[:10] <= wanted,
    }
    asked = [(tests[name], wanted) for name, wanted in query.items() if name in tests]
    found = [sms for sms in messages if all(test(sms, wanted) for test, wanted in asked)]
    if query.get("SortBy") == "DateCreated:desc":
        found.reverse()
    return found


def account_page(sid: str, token: str, status: str, *, as_json: bool) -> tuple[str, str]:
    """An account; its token is part of it, as the real one's is."""
    members = {"sid": sid, "friendly_name": "Test", "type": "Full", "status": status, "auth_token": token}
    if as_json:
        subresources = {"sms_messages": f"/restcomm/2012-04-24/Accounts/{sid}/SMS/Messages.json"}
        return JSON, json.dumps({**members, "subresource_uris": subresources}, indent=2)
    return XML, _response(_element("Account", _xml_members(members)))


def error_page(message: str, error: str, *, as_json: bool) -> tuple[str, str]:
    """The one kind of error that is not plain text: a limit that was reached."""
    if as_json:
        return JSON, json.dumps({"message": message, "error": error})
    return XML, _response(_xml_members({"message": message, "error": error}))


def _response(inner: str) -> str:
    return f"<RestcommResponse>\n{inner}</RestcommResponse>"


def _xml_members(members: Mapping[str, str]) -> str:
    plain = "".join(
        _element(_camel(name), escape(value)) for name, value in members.items() if not name.startswith("error_")
    )
    faults = "".join(_element(_camel(name), escape(members[name])) for name in ("error_code",) if name in members)
    return plain + (_element("Error", faults) if faults else "")


def _element(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>\n"


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _mail_date(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.strftime(f"%a, {moment.day} %b %Y %H:%M:%S +0000")


def _iso_date(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
