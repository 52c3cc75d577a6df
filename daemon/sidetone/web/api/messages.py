"""One message: its history, and what its author may still do with it."""

from sidetone.delivery.opted_out import OptedOut
from sidetone.delivery.send import NotCancellable, NotRetryable, ReadOnly
from sidetone.views import MessageDetail, MessageView
from sidetone.web.call import Call
from sidetone.web.routes import Routes

routes = Routes()


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
