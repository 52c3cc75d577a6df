"""Call-backs: inbound texts and statuses. Proven, then parsed, then stored, then answered.

A secret stands in the path, for services that sign nothing and as a first door before a signature; in the path
because Restcomm rebuilds the URL of a GET and loses its query. Every answer to what is authentic is 200 with an empty
XML response, the only one that no version of any of the services takes for a failure.
"""

import hmac
from collections.abc import Mapping
from dataclasses import replace

from sidetone.plugin import (
    BadForm,
    Context,
    InboundMessage,
    Keyword,
    Misunderstood,
    Receipt,
    Verdict,
    WebhookAnswer,
    WebhookRequest,
    parse_form,
)
from sidetone_restcomm.answers import json_fields
from sidetone_restcomm.faults import FaultTable
from sidetone_restcomm.pages import count_of
from sidetone_restcomm.profiles import Profile
from sidetone_restcomm.seen import Seen
from sidetone_restcomm.settings import Settings, profile_of, signing_key
from sidetone_restcomm.signature import FORM, NotAuthentic, Verifier
from sidetone_restcomm.standing import Standing
from sidetone_restcomm.statuses import receipt_of, with_note

LARGEST_RAW = 64 * 1024
UNDERSTOOD = WebhookAnswer(
    content_type="application/xml",
    body=b'<?xml version="1.0" encoding="UTF-8"?><Response/>',
    verdict=Verdict(proven=True, understood=True),
)
REFUSED = WebhookAnswer(
    status=403,
    body=b"This is not an address that Sidetone gave out. Compare it with the carrier's settings.\n",
    verdict=Verdict(proven=False, sentence="The secret in the address is wrong: enter the exact address again."),
)
NOT_PROVEN = WebhookAnswer(
    status=403, body=b"Sidetone cannot prove where this comes from; the state of its carrier says why.\n"
)
NOT_HERE = WebhookAnswer(
    status=404,
    body=b"Sidetone takes call-backs at .../message and .../status.\n",
    verdict=Verdict(sentence="The secret is right, the end of the address is not: it must be message or status."),
)
NO_METHOD = WebhookAnswer(
    status=405,
    body=b"Sidetone takes call-backs by POST or GET.\n",
    headers={"Allow": "GET, POST"},
    verdict=Verdict(sentence="The method is neither POST nor GET: choose POST."),
)

_COMING_IN = ("", "received", "receiving")
# Twilio's Advanced Opt-Out says what it has acted on and answered: its words are the account's, and need not be ours.
_TAKEN_FOR = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}
_LONGEST_ID = 64
_LONGEST_NUMBER = 64


class _Odd(Exception):
    """Authentic, but not to be understood; the message says why."""


class CallBacks:
    """Takes what one account's service calls with."""

    def __init__(self, settings: Settings, context: Context, standing: Standing, seen: Seen) -> None:
        profile = profile_of(settings)
        shared = settings.shared_key.reveal() if settings.shared_key else ""
        self._verifier = Verifier(profile.signing, signing_key(settings), shared) if profile.signing else None
        self._secret = settings.hook_secret.reveal().encode()
        self._account = settings.account_sid.lower()
        self._profile: Profile = profile
        self._faults = FaultTable(settings.error_kinds)
        self._context = context
        self._standing = standing
        self._seen = seen

    async def take(self, request: WebhookRequest) -> WebhookAnswer:
        """Take one call-back; what the store raises passes through."""
        given = request.tail[0] if request.tail else ""
        if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._secret):
            self._standing.knocked()
            return REFUSED
        what, reference = _place(request.tail[1:])
        if not what:
            return NOT_HERE
        if request.method not in ("GET", "POST"):
            return NO_METHOD
        try:
            if self._verifier is not None:
                self._verifier.check(request)
            odd = await self._read(request, what, reference)
        except NotAuthentic as reason:
            self._standing.refused(f"{reason}")
            return replace(NOT_PROVEN, verdict=Verdict(proven=False, sentence=f"It is refused: {reason}."))
        self._standing.called_back(text=what == "message")
        if odd:
            words = f"It is kept, but not understood: {odd}"
            return replace(UNDERSTOOD, verdict=Verdict(proven=True, understood=False, sentence=words))
        return UNDERSTOOD

    async def _read(self, request: WebhookRequest, what: str, reference: str) -> str:
        """Take what it says; why it cannot be understood, nothing when it can. Raises NotAuthentic."""
        try:
            fields = _fields(request)
            if _present(fields, "AccountSid").lower() not in ("", self._account):
                raise NotAuthentic("it is another account's")
            if what == "message":
                await self._take_text(fields)
            else:
                await self._take_status(fields, reference)
        except (_Odd, BadForm) as odd:
            await self._set_aside(request, what, str(odd))
            return str(odd)
        return ""

    async def _take_text(self, fields: Mapping[str, str]) -> None:
        message = _message(fields, self._profile.inbound_id)
        await self._context.inbound(message)
        if message.carrier_id:
            self._seen.handed_over(message.carrier_id)

    async def _take_status(self, fields: Mapping[str, str], reference: str) -> None:
        receipt = _receipt(fields, self._faults)
        if reference:
            self._seen.sent(reference, receipt.carrier_id)
        await self._context.receipt(receipt)

    async def _set_aside(self, request: WebhookRequest, what: str, reason: str) -> None:
        raw = request.query.encode("utf-8", "surrogatepass") if request.method == "GET" else request.body
        kind = FORM if request.method == "GET" else request.headers.get("content-type", "")
        if len(raw) > LARGEST_RAW:
            reason = f"{reason} (The first {LARGEST_RAW} of its {len(raw)} bytes are kept.)"
        await self._context.misunderstood(
            Misunderstood(content_type=kind[:128], raw=raw[:LARGEST_RAW], reason=f"{what}: {reason}")
        )


def _place(tail: tuple[str, ...]) -> tuple[str, str]:
    """What an address takes (empty for one that is none), and our reference where it ends in one."""
    match tail:
        case ("message",) | ("status",):
            return tail[0], ""
        case ("status", reference):
            return tail[0], reference[:_LONGEST_ID]
    return "", ""


def _fields(request: WebhookRequest) -> Mapping[str, str]:
    if request.method == "GET":
        return parse_form(request.query, where="query")
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if kind == FORM:
        return parse_form(request.body)
    fields = json_fields(request.body[: LARGEST_RAW + 1]) if kind == "application/json" else None
    if fields is None:
        raise _Odd("the body is neither a form nor a JSON object.")
    return fields


def _message(fields: Mapping[str, str], id_names: tuple[str, ...]) -> InboundMessage:
    if _status_word(fields).lower() not in _COMING_IN:
        raise _Odd("this is a status, and came to the address for messages.")
    media = count_of(_present(fields, "NumMedia"))
    body = fields.get("Body")
    if body is None and not media:
        raise _Odd("it has no Body.")
    return InboundMessage(
        carrier_id=_id(fields, *id_names) or None,
        sender=_address(fields, "From"),
        recipient=_address(fields, "To"),
        body=with_note(body or "", media),
        says=_TAKEN_FOR.get(_present(fields, "OptOutType").upper()),
    )


def _receipt(fields: Mapping[str, str], faults: FaultTable) -> Receipt:
    sid = _id(fields, "MessageSid", "SmsSid")
    word = _status_word(fields)
    if not sid or not word:
        raise _Odd("it names no message or no status.")
    return receipt_of(sid, word, _present(fields, "ErrorCode"), faults)


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
