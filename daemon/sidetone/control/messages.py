"""Commands about messages: the admin's log, one message's whole life, and a text from the command line."""

from secrets import token_hex
from typing import Annotated

from msgspec import Meta

from sidetone.control.services import Services
from sidetone.conversation.message_log import LogSearch, MessageLog
from sidetone.domain.phone import parse_number
from sidetone.errors import Invalid
from sidetone.parts import Parts
from sidetone.people.render import viewer_of
from sidetone.people.viewer import Viewer
from sidetone.store import audit, numbers, users
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot
from sidetone.views import Ask, LoggedDetail, LoggedMessage, MessageView, NewMessage, Page

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


async def list_messages(services: Services, ask: LogAsk) -> Page[LoggedMessage]:
    """The log of messages; raises nothing but StoreError."""
    search = LogSearch(
        since=ask.since,
        carrier=ask.carrier,
        status=ask.status,
        direction=ask.direction,
        number=ask.number,
        party=ask.party,
    )
    country = services.config().server.default_country
    return await _log(services).page(
        search, before=ask.before, limit=ask.limit, country=country, bodies=ask.bodies, looked_at=END
    )


async def show(services: Services, ask: MessageAsk) -> LoggedDetail:
    """One message and everything that happened to it; raises NotFound."""
    return await _log(services).one(ask.key, bodies=ask.bodies)


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


def _log(services: Services) -> MessageLog:
    running = services.running
    return MessageLog(services.store, Parts() if running is None else running.parts, lambda: services.config().carriers)


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
