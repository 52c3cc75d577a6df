"""Commands about messages: the admin's log, one message's whole life, and a text from the command line."""

from secrets import token_hex
from typing import Annotated, Any

import msgspec
import structlog
from msgspec import Meta

from sidetone.control.services import Services
from sidetone.conversation.messages import no_message, waits
from sidetone.conversation.render import message_detail
from sidetone.domain.phone import InvalidNumber, parse_number
from sidetone.domain.status import Status
from sidetone.domain.words import status_words
from sidetone.errors import Invalid
from sidetone.parts import Parts
from sidetone.people.render import time_text, viewer_of
from sidetone.people.viewer import Viewer
from sidetone.store import audit, message_log, numbers, outbox, users
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot
from sidetone.views import Ask, MessageDetail, MessageView, NewMessage, Time, View

log = structlog.get_logger("messages")

MOST = 500
END = (1 << 63) - 1
Short = Annotated[str, Meta(max_length=128)]


class LogAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages before an id, the newest first; an empty filter lets everything through. `since` is ms, UTC."""

    before: Annotated[int, Meta(ge=0, le=END)] = END
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 50
    since: Annotated[int, Meta(ge=0, le=END)] = 0
    carrier: Short = ""
    status: Short = ""
    direction: Short = ""
    number: Short = ""
    party: Short = ""
    bodies: bool = False


class MessageAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message, by any id it has: ours, an attempt's reference, a carrier's id, or the correlation in the log."""

    key: Annotated[str, Meta(min_length=1, max_length=256)]
    bodies: bool = False


class SendAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text from a number of ours, as its owner would send it."""

    number: Annotated[str, Meta(min_length=1, max_length=64)]
    to: Annotated[str, Meta(min_length=1, max_length=64)]
    body: Annotated[str, Meta(min_length=1, max_length=4096)]


class LoggedMessage(View, frozen=True, kw_only=True):
    """A message in the log; `body` only where it was asked for."""

    id: str
    at: Time
    direction: str
    number: str
    party: str | None
    status: str
    status_text: str
    carrier: str
    segments: int
    round: int
    author: str | None
    correlation: str
    body: str | None


class LogPage(View, frozen=True, kw_only=True):
    """A page of the log; `next` goes back as `before`."""

    items: list[LoggedMessage]
    next: str | None


class LoggedDetail(View, frozen=True, kw_only=True):
    """One message with its whole life."""

    message: LoggedMessage
    detail: MessageDetail


async def list_messages(services: Services, ask: LogAsk) -> LogPage:
    """The log of messages; raises nothing but StoreError."""
    country = services.config().server.default_country
    values = {
        "before": ask.before,
        "limit": ask.limit + 1,
        "since": ask.since,
        "carrier": ask.carrier,
        "status": ask.status,
        "direction": ask.direction,
        "number": _e164(ask.number, country),
        "party": _e164(ask.party, country),
    }
    found = await services.store.read(message_log.page, values)
    items = [_logged(row, bodies=ask.bodies) for row in found[: ask.limit]]
    if ask.bodies and items:
        words = f"{len(items)} messages, {items[-1].id} to {items[0].id}"
        await services.store.write(audit.note, Act.BODIES_SHOWN, About("message"), words)
        log.warning("bodies were shown", count=len(items))
    return LogPage(items=items, next=items[-1].id if len(found) > ask.limit else None)


async def show(services: Services, ask: MessageAsk) -> LoggedDetail:
    """One message and everything that happened to it; raises NotFound."""
    row, whole, wait = await services.store.read(_find, ask.key, list(services.config().carriers))
    if ask.bodies:
        await services.store.write(audit.note, Act.BODIES_SHOWN, About("message", row["id"]))
        log.warning("bodies were shown", count=1, message=row["id"])
    logged = _logged(row, bodies=ask.bodies)
    running = services.running
    view = None if wait is None else waits(wait, Parts() if running is None else running.parts)
    detail = message_detail(whole, view)
    return LoggedDetail(message=logged, detail=msgspec.structs.replace(detail, body=logged.body or ""))


async def send(services: Services, ask: SendAsk) -> MessageView:
    """Send a text as the owner of the number would; raises Invalid, InvalidNumber, and what sending raises."""
    country = services.config().server.default_country
    e164 = parse_number(ask.number, country)
    viewer = await services.store.read(_owner, e164, country)
    conversation, _ = await services.conversations.open_sms(viewer, to=ask.to, number=e164)
    new = NewMessage(body=ask.body)
    about = About("conversation", int(conversation.id))
    await services.store.write(audit.note, Act.MESSAGE_SENT, about, f"from {e164}, in the name of {viewer.name}")
    return await services.sending.send(viewer, int(conversation.id), new, None, token_hex(8))


def _find(look: Snapshot, key: str, carriers: list[str]) -> tuple[Any, ...]:
    message_id = message_log.find(look, key, carriers)
    if message_id is None:
        raise no_message()
    row, *history = message_log.whole(look, message_id)
    return row, tuple(history), outbox.wait(look, message_id)


def _owner(look: Snapshot, e164: str, country: str) -> Viewer:
    number_id = numbers.find(look, e164)
    row = None if number_id is None else numbers.one(look, number_id)
    if row is None:
        raise Invalid("This is no number of ours.", hint="`sidetone number list` shows them all.", where="from")
    user = users.one(look, row["owner_id"]) if row["owner_kind"] == "user" else None
    if user is None or user["disabled_at"] is not None:
        raise Invalid(
            "Nobody who may send owns this number.",
            hint="Give it to a user: the text is sent in their name.",
            where="from",
        )
    return viewer_of(user, 0, country)


def _e164(text: str, country: str) -> str:
    """The number as it is stored; what is none is looked for as it is."""
    try:
        return parse_number(text, country) if text else ""
    except InvalidNumber:
        return text


def _logged(row: Any, *, bodies: bool) -> LoggedMessage:  # noqa: ANN401 - a row
    problem = (row["problem_kind"], row["problem_code"], row["problem_text"])
    return LoggedMessage(
        id=str(row["id"]),
        at=time_text(row["created_at"]),
        direction=row["direction"],
        number=row["e164"],
        party=row["party"],
        status=row["status"],
        status_text=status_words(Status(row["status"]), *problem),
        carrier=row["carrier"],
        segments=row["segments"],
        round=row["round"],
        author=row["author"],
        correlation=row["correlation"],
        body=row["body"] if bodies else None,
    )
