"""Call-backs: inbound texts and statuses. Restcomm signs nothing; a secret in the path is what it can be told.

The secret stands in the path because the server rebuilds the URL of a GET and loses its query. Every answer to what
is authentic is 200 with an empty XML response, the only one that no version of the server takes for a failure.
"""

import hmac
from collections.abc import Mapping

from sidetone.plugin import (
    BadForm,
    Context,
    InboundMessage,
    Misunderstood,
    Receipt,
    ReceiptStatus,
    WebhookAnswer,
    WebhookRequest,
    parse_form,
)
from sidetone_restcomm.faults import find_fault
from sidetone_restcomm.settings import Settings

LARGEST_RAW = 64 * 1024
FORM = "application/x-www-form-urlencoded"
UNDERSTOOD = WebhookAnswer(content_type="application/xml", body=b'<?xml version="1.0" encoding="UTF-8"?><Response/>')
REFUSED = WebhookAnswer(
    status=403, body=b"This is not an address that Sidetone gave out. Compare it with the carrier's settings.\n"
)
NOT_HERE = WebhookAnswer(status=404, body=b"Sidetone takes call-backs at .../message and .../status.\n")
NO_METHOD = WebhookAnswer(
    status=405, body=b"Sidetone takes call-backs by POST or GET.\n", headers={"Allow": "GET, POST"}
)

# `queued` and `sending` are what acceptance has told already: kept in the history as the carrier's own words.
_STATUSES = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.FAILED,
}
_COMING_IN = ("", "received", "receiving")
_LONGEST_ID = 64
_LONGEST_NUMBER = 64
_LONGEST_WORD = 64


class _Odd(Exception):
    """Authentic, but not to be understood; the message says why."""


class CallBacks:
    """Verifies, then parses, then stores, then answers."""

    def __init__(self, settings: Settings, context: Context) -> None:
        self._secret = settings.hook_secret.reveal().encode()
        self._account = settings.account_sid
        self._context = context

    async def take(self, request: WebhookRequest) -> WebhookAnswer:
        """Take one call-back; what the store raises passes through."""
        given = request.tail[0] if request.tail else ""
        if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._secret):
            return REFUSED
        if request.tail[1:] not in (("message",), ("status",)):
            return NOT_HERE
        if request.method not in ("GET", "POST"):
            return NO_METHOD
        try:
            fields = _fields(request)
            if _present(fields, "AccountSid") not in ("", self._account):
                self._context.log.warning("call-back of another account refused", tail=request.tail[1])
                return REFUSED
            await self._store(request.tail[1], fields)
        except (_Odd, BadForm) as odd:
            await self._set_aside(request, str(odd))
        return UNDERSTOOD

    async def _store(self, what: str, fields: Mapping[str, str]) -> None:
        if what == "message":
            await self._context.inbound(_message(fields))
        else:
            await self._context.receipt(_receipt(fields))

    async def _set_aside(self, request: WebhookRequest, reason: str) -> None:
        raw = request.query.encode("utf-8", "surrogatepass") if request.method == "GET" else request.body
        kind = FORM if request.method == "GET" else request.headers.get("content-type", "")
        if len(raw) > LARGEST_RAW:
            reason = f"{reason} (The first {LARGEST_RAW} of its {len(raw)} bytes are kept.)"
        await self._context.misunderstood(
            Misunderstood(content_type=kind[:128], raw=raw[:LARGEST_RAW], reason=f"{request.tail[1]}: {reason}")
        )


def _fields(request: WebhookRequest) -> dict[str, str]:
    if request.method == "GET":
        return parse_form(request.query, where="query")
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if kind != FORM:
        raise _Odd("the body is not a form.")
    return parse_form(request.body)


def _message(fields: Mapping[str, str]) -> InboundMessage:
    if _status_word(fields).lower() not in _COMING_IN:
        raise _Odd("this is a status, and came to the address for messages.")
    body = fields.get("Body")
    if body is None:
        raise _Odd("it has no Body.")
    return InboundMessage(
        carrier_id=_id(fields, "SmsSid", "MessageSid") or None,
        sender=_address(fields, "From"),
        recipient=_address(fields, "To"),
        body=body,
    )


def _receipt(fields: Mapping[str, str]) -> Receipt:
    sid = _id(fields, "MessageSid", "SmsSid")
    word = _status_word(fields)
    if not sid or not word:
        raise _Odd("it names no message or no status.")
    status = _STATUSES.get(word.lower(), ReceiptStatus.OTHER)
    error = _present(fields, "ErrorCode")[:_LONGEST_WORD]
    fault = find_fault(error)
    words = fault.words if fault else ""
    if status is ReceiptStatus.OTHER:
        words = f"{word[:_LONGEST_WORD]}: {words}".rstrip(": ")
    return Receipt(carrier_id=sid, status=status, code=fault.number if fault else error, text=words)


def _status_word(fields: Mapping[str, str]) -> str:
    for name in ("MessageStatus", "SmsStatus", "Status"):
        if word := _present(fields, name):
            return word
    return ""


def _address(fields: Mapping[str, str], name: str) -> str:
    address = _present(fields, name)
    if not address or len(address) > _LONGEST_NUMBER:
        raise _Odd(f"{name} is missing or too long.")
    return address


def _id(fields: Mapping[str, str], *names: str) -> str:
    for name in names:
        if sid := _present(fields, name):
            if len(sid) > _LONGEST_ID:
                raise _Odd(f"{name} is too long.")
            return sid
    return ""


def _present(fields: Mapping[str, str], name: str) -> str:
    """A field's value; where the server has none it sends the word null."""
    value = fields.get(name, "").strip()
    return "" if value == "null" else value
