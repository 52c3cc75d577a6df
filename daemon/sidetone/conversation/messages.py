"""Reading messages: a page of a thread, and the whole history of one."""

from typing import Any, Literal

from sidetone.conversation.conversations import END, not_there
from sidetone.conversation.render import message_detail, message_view
from sidetone.domain.health import State
from sidetone.errors import NotFound
from sidetone.parts import Parts
from sidetone.people.render import time_text
from sidetone.people.viewer import Viewer
from sidetone.store import conversations, messages, meta, outbox, scheduled
from sidetone.store.connection import Snapshot, Store
from sidetone.views import MessageDetail, MessageView, Page, WaitView

DOWN = (State.STARTING, State.FAILED)


class Messages:
    """Every way to a message goes through the viewer's own participant row. `parts` know how the carriers are."""

    def __init__(self, store: Store, parts: Parts) -> None:
        self._store = store
        self._parts = parts

    async def page(
        self,
        viewer: Viewer,
        conversation_id: int,
        *,
        before: int | None,
        after: int | None,
        limit: int,
        around: int | None = None,
    ) -> Page[MessageView]:
        """Messages in the order of their ids: the newest ones, those before, those after or those around a message.

        `next` leads on in the direction of reading: further back, or with `after` further on. Raises NotFound.
        """
        if around is not None:
            return await self._store.read(_page_around, viewer, conversation_id, around, limit)
        return await self._store.read(_page, viewer, conversation_id, before, after, limit)

    async def get(self, viewer: Viewer, message_id: int) -> MessageView:
        """One message; raises NotFound."""
        row = await self._store.read(_one, viewer, message_id)
        return message_view(row)

    async def detail(self, viewer: Viewer, message_id: int) -> MessageDetail:
        """One message with its attempts, receipts and history in words; raises NotFound."""
        found, wait = await self._store.read(_detail, viewer, message_id)
        return message_detail(found, None if wait is None else waits(wait, self._parts))

    async def scheduled(self, viewer: Viewer, *, conversation_id: int, after: int, limit: int) -> Page[MessageView]:
        """Texts that wait for their time, in the order they were written; `conversation_id` 0 means everywhere."""
        return await self._store.read(_scheduled, viewer, conversation_id, after, limit)


def waits(wait: Any, parts: Parts) -> WaitView:  # noqa: ANN401 - a row of store.outbox.WAIT
    """What a queued message waits for: no carrier that works is quiet, and none that does not."""
    carrier = wait["carrier"]
    health, queue = parts.get(f"carrier {carrier}"), parts.get(f"queue {carrier}")
    reason: Literal["turn", "retry", "earlier", "carrier"]
    sentence, next_at = "", None
    if health.state in DOWN:
        reason, sentence = "carrier", health.sentence
    elif queue.state not in (State.OK, State.OFF):
        reason, sentence, next_at = "carrier", queue.sentence, wait["carrier_at"]
    elif wait["ahead"] is not None:
        reason, next_at = "earlier", wait["ahead"]
    else:
        reason, next_at = ("retry", wait["not_before"]) if wait["tries"] else ("turn", None)
    at = None if next_at is None else time_text(next_at)
    return WaitView(reason=reason, carrier=carrier, sentence=sentence, next_try_at=at)


def no_message() -> NotFound:
    """What a stranger to a message hears, and whoever asks for one that is none: the same."""
    return NotFound("There is no such message.", hint="It may have been deleted, or is not yours.")


def _one(look: Snapshot, viewer: Viewer, message_id: int) -> object:
    row = look.one(messages.ONE, {"user_id": viewer.user_id, "message_id": message_id})
    if row is None:
        raise no_message()
    return row


def _detail(look: Snapshot, viewer: Viewer, message_id: int) -> tuple[tuple[Any, list[Any], list[Any], list[Any]], Any]:
    found = messages.history(look, viewer.user_id, message_id)
    if found is None:
        raise no_message()
    return found, outbox.wait(look, found[0]["message_id"])


def _page(
    look: Snapshot, viewer: Viewer, conversation_id: int, before: int | None, after: int | None, limit: int
) -> Page[MessageView]:
    if not conversations.takes_part(look, viewer.user_id, conversation_id):
        raise not_there()
    values = {"user_id": viewer.user_id, "conversation_id": conversation_id, "limit": limit + 1}
    if after is not None:
        found = look.all(messages.PAGE_AFTER, {**values, "after": after})
    else:
        found = look.all(messages.PAGE_BEFORE, {**values, "before": before or END})
    items = [message_view(row) for row in found[:limit]]
    more = items[-1].id if items and len(found) > limit else None
    if after is None:
        items.reverse()
    return Page(items=items, next=more, seq=meta.place(look))


def _scheduled(look: Snapshot, viewer: Viewer, conversation_id: int, after: int, limit: int) -> Page[MessageView]:
    found = scheduled.page(look, viewer.user_id, conversation_id, after, limit + 1)
    items = [message_view(row) for row in found[:limit]]
    more = items[-1].id if len(found) > limit else None
    return Page(items=items, next=more, seq=meta.place(look))


def _page_around(look: Snapshot, viewer: Viewer, conversation_id: int, around: int, limit: int) -> Page[MessageView]:
    """Half of a page up to a message and with it, half behind it; more of the one where the other has less."""
    half = limit // 2
    later = _page(look, viewer, conversation_id, None, around, half)
    page = _page(look, viewer, conversation_id, min(around, END - 1) + 1, None, limit - len(later.items))
    return Page(items=[*page.items, *later.items], next=page.next, seq=page.seq)
