"""One message: its history, and what its author may still do with it."""

from sidetone.delivery.opted_out import OptedOut
from sidetone.delivery.send import NotCancellable, NotRetryable, NotScheduled, ReadOnly
from sidetone.errors import Invalid
from sidetone.views import Id, MessageChange, MessageDetail, MessageView, Page
from sidetone.web.call import USUAL_LIMIT, Call, Cursor, Limit, Query, cursor
from sidetone.web.decode import field_id
from sidetone.web.routes import Routes

routes = Routes()


class ScheduledQuery(Query, frozen=True):
    """Which scheduled messages: those of one conversation, those after one."""

    conversation: Id | None = None
    after: Cursor | None = None
    limit: Limit = USUAL_LIMIT


@routes.add("GET", "/scheduled")
async def scheduled(call: Call, query: ScheduledQuery) -> Page[MessageView]:
    """The user's texts that wait for their time, in the order they were written."""
    place = 0 if query.conversation is None else field_id(query.conversation, "conversation")
    return await call.rooms.messages.scheduled(
        call.viewer, conversation_id=place, after=cursor(query.after) or 0, limit=query.limit
    )


@routes.add("PATCH", "/messages/{id}", right="send", errors=(NotScheduled, Invalid))
async def change_message(call: Call, ask: MessageChange) -> MessageView:
    """Change the text or the time of a scheduled message, or send it now; once sent it has a new id."""
    return await call.rooms.sending.change(call.viewer, call.id(), ask)


@routes.add("GET", "/messages/{id}")
async def message(call: Call) -> MessageDetail:
    """One message with every attempt, outcome and receipt, and its history in words."""
    return await call.rooms.messages.detail(call.viewer, call.id())


@routes.add(
    "POST",
    "/messages/{id}/retry",
    right="send",
    status=202,
    creates=True,
    errors=(NotRetryable, ReadOnly, OptedOut),
)
async def retry(call: Call) -> MessageView:
    """Send a message that came to nothing once more."""
    return await call.rooms.sending.retry(call.viewer, call.id(), call.once)


@routes.add("POST", "/messages/{id}/cancel", right="send", errors=(NotCancellable,))
async def cancel(call: Call) -> MessageView:
    """Take back a message that has not left."""
    return await call.rooms.sending.cancel(call.viewer, call.id())
