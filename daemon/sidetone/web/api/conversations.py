"""Threads and their messages."""

from typing import Annotated, Literal

from msgspec import Meta

from sidetone.delivery.opted_out import OptedOut
from sidetone.delivery.send import ReadOnly
from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid
from sidetone.views import (
    ConversationChange,
    ConversationView,
    MessageView,
    NewConversation,
    NewMessage,
    Page,
    ReadUpTo,
    ReadView,
)
from sidetone.web.call import USUAL_LIMIT, Answer, Call, Cursor, Limit, Query, cursor
from sidetone.web.decode import field_id
from sidetone.web.routes import Routes

routes = Routes()


class ConversationQuery(Query, frozen=True):
    """Which conversations; `q` is looked for in names and numbers."""

    before: Cursor | None = None
    limit: Limit = USUAL_LIMIT
    kind: Literal["sms", "chat"] | None = None
    unread: bool = False
    favourite: bool = False
    q: Annotated[str, Meta(max_length=128)] = ""


class MessageQuery(Query, frozen=True):
    """Which messages: the newest, those before, those after or those around one."""

    before: Cursor | None = None
    after: Cursor | None = None
    around: Cursor | None = None
    limit: Limit = USUAL_LIMIT


@routes.add("GET", "/conversations")
async def conversations(call: Call, query: ConversationQuery) -> Page[ConversationView]:
    """The user's conversations, newest activity first."""
    return await call.rooms.conversations.page(
        call.viewer,
        before=cursor(query.before),
        limit=query.limit,
        unread=query.unread,
        favourite=query.favourite,
        words=query.q,
        kind=query.kind or "",
    )


@routes.add("POST", "/conversations", right="send", status=201, also=200, creates=True, errors=(Invalid, InvalidNumber))
async def open_conversation(call: Call, ask: NewConversation) -> Answer[ConversationView]:
    """The conversation with an outside number; one that exists is found (200), not made again (201)."""
    view, made = await call.rooms.conversations.open_sms(call.viewer, to=ask.to, number=ask.from_, once=call.once)
    return Answer(view, status=201 if made else 200)


@routes.add("GET", "/conversations/{id}")
async def conversation(call: Call) -> ConversationView:
    """One conversation."""
    return await call.rooms.conversations.get(call.viewer, call.id())


@routes.add("PATCH", "/conversations/{id}")
async def change_conversation(call: Call, ask: ConversationChange) -> ConversationView:
    """Set the user's own marks on a conversation."""
    return await call.rooms.conversations.change(call.viewer, call.id(), ask)


@routes.add("DELETE", "/conversations/{id}")
async def remove_conversation(call: Call) -> None:
    """Delete a conversation for this user only; what they have planned in it is cancelled."""
    await call.rooms.conversations.remove(call.viewer, call.id())


@routes.add("PUT", "/conversations/{id}/read")
async def mark_read(call: Call, ask: ReadUpTo) -> ReadView:
    """Everything up to a message is read; the mark never goes back."""
    up_to = field_id(ask.up_to, "up_to")
    return await call.rooms.conversations.mark_read(call.viewer, call.id(), up_to)


@routes.add("GET", "/conversations/{id}/messages")
async def messages(call: Call, query: MessageQuery) -> Page[MessageView]:
    """Messages in the order of their ids; `next` goes on in the direction of reading."""
    return await call.rooms.messages.page(
        call.viewer,
        call.id(),
        before=cursor(query.before),
        after=cursor(query.after),
        around=cursor(query.around),
        limit=query.limit,
    )


@routes.add(
    "POST",
    "/conversations/{id}/messages",
    right="send",
    status=202,
    creates=True,
    errors=(Invalid, ReadOnly, OptedOut),
)
async def send(call: Call, ask: NewMessage) -> MessageView:
    """Send a text, now or at a time; answered when it is safe on the disk."""
    return await call.rooms.sending.send(call.viewer, call.id(), ask, call.once, call.correlation)
