"""Sending: who may send what where; stored with its outbox row and journal entry before anyone hears “accepted”."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from sidetone.config.shapes import MessagingSettings
from sidetone.conversation.conversations import not_there
from sidetone.conversation.messages import no_message
from sidetone.conversation.render import message_view
from sidetone.delivery.opted_out import refuse_if_opted_out
from sidetone.delivery.queued import queue
from sidetone.delivery.scheduled import announce_written, fire, time_to_wait_for
from sidetone.domain.segments import Segments, segment
from sidetone.domain.status import CANCELLABLE, RETRYABLE, Status
from sidetone.errors import Conflict, Invalid
from sidetone.metrics.meters import Meters
from sidetone.people.viewer import Viewer
from sidetone.store import conversations, messages, outbox, scheduled
from sidetone.store.connection import Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.views import MessageChange, MessageView, NewMessage


class NotRetryable(Conflict):
    """The message is under way or has arrived."""

    code = "not-retryable"


class NotCancellable(Conflict):
    """The message has already left, or was never to leave."""

    code = "not-cancellable"


class NotScheduled(Conflict):
    """The message does not wait for its time, or no longer."""

    code = "not-scheduled"


class ReadOnly(Conflict):
    """The conversation takes no more messages."""

    code = "read-only"


class Sending:
    """The way in for every outbound message."""

    def __init__(
        self, store: Store, terms: MessagingSettings, wake: Callable[[], None], meters: Meters | None = None
    ) -> None:
        self._meters = meters or Meters()
        self._store = store
        self._terms = terms
        self._wake = wake

    async def send(
        self, viewer: Viewer, conversation_id: int, ask: NewMessage, once: Once | None, correlation: str
    ) -> MessageView:
        """Store a text to be sent; returns when it, its outbox row and its journal entry are safe on the disk.

        One with a time to come is `scheduled`, and is queued at that time.

        Raises NotFound, ReadOnly, OptedOut, Invalid, KeyReused, StoreFull.
        """
        viewer.must("send")
        cut = self._measure(ask.body)
        row, new = await self._store.write(_store, viewer, conversation_id, ask, cut, once, correlation, self._terms)
        if new:
            self._meters.outbound(row["carrier"])
        self._wake()
        return message_view(row)

    async def retry(self, viewer: Viewer, message_id: int, once: Once | None) -> MessageView:
        """Begin a new round of a message that came to nothing; raises NotFound, NotRetryable, ReadOnly, OptedOut."""
        viewer.must("send")
        row = await self._store.write(_retry, viewer, message_id, once, self._terms.validity)
        self._wake()
        return message_view(row)

    async def cancel(self, viewer: Viewer, message_id: int) -> MessageView:
        """Take back a message that has not left; raises NotFound, NotCancellable."""
        viewer.must("send")
        row = await self._store.write(_cancel, viewer, message_id)
        self._wake()
        return message_view(row)

    async def change(self, viewer: Viewer, message_id: int, ask: MessageChange) -> MessageView:
        """Give a scheduled text other words or another time, or send it now; raises NotFound, NotScheduled, Invalid."""
        viewer.must("send")
        body = "" if ask.body is UNSET else ask.body
        cut = None if ask.body is UNSET else self._measure(body)
        row = await self._store.write(_change, viewer, message_id, body, cut, ask, self._terms)
        self._wake()
        return message_view(row)

    @property
    def longest_text(self) -> int:
        """How many characters a text may have."""
        return self._terms.longest_text

    def adopt(self, terms: MessagingSettings) -> None:
        """Hold to these terms from now on."""
        self._terms = terms

    def _measure(self, body: str) -> Segments:
        if not body.strip():
            raise Invalid("There is no text to send.", hint="Type something first.", where="body")
        if "\0" in body or any("\ud800" <= char <= "\udfff" for char in body):
            raise Invalid("The text holds a character that cannot be sent.", hint="Type it again.", where="body")
        if len(body) > self._terms.longest_text:
            raise Invalid(
                f"The text has {len(body)} characters; {self._terms.longest_text} can be sent.",
                hint="Shorten it or send two texts.",
                where="body",
            )
        return segment(body)


def _store(
    txn: Txn,
    viewer: Viewer,
    conversation_id: int,
    ask: NewMessage,
    cut: Segments,
    once: Once | None,
    correlation: str,
    terms: MessagingSettings,
) -> tuple[Any, bool]:
    """The message's row, and whether it is new: an asking that is repeated gets what there is."""
    if (before := done_before(txn, once)) is not None:
        return _own(txn, viewer, before), False
    place = txn.one(conversations.WRITABLE, {"user_id": viewer.user_id, "conversation_id": conversation_id})
    if place is None:
        raise not_there()
    _check_writable(txn, place)
    send_at = time_to_wait_for(ask.send_at, txn.now)
    values = {
        "conversation_id": conversation_id,
        "direction": "outbound",
        "author_id": viewer.user_id,
        "client_id": once.key if once else None,
        "status": Status.QUEUED if send_at is None else Status.SCHEDULED,
        "hidden": 0 if send_at is None else scheduled.WAITS,
        "encoding": cut.encoding,
        "segments": len(cut.parts),
        "number_id": place["number_id"],
        "carrier": place["carrier"],
        "carrier_id": None,
        "carrier_at": None,
        "flags": "" if send_at is None else "scheduled",
        "correlation": correlation,
        "deadline_at": send_at or txn.now + terms.validity,
    }
    message_id = messages.add(txn, ask.body, values)
    if send_at is None:
        queue(txn, message_id, place, viewer.user_id, ask.body, terms)
    else:
        announce_written(txn, message_id, conversation_id)
    remember(txn, once, message_id)
    return _own(txn, viewer, message_id), True


def _check_writable(txn: Txn, place: Any) -> None:  # noqa: ANN401 - a row of WRITABLE
    if place["read_only"]:
        raise ReadOnly(
            "This conversation belongs to a number that has another owner now.",
            hint="Begin a new conversation from one of your numbers.",
        )
    if place["party_kind"] == "alpha":
        raise ReadOnly("This sender has a name and no number, so it cannot be answered.")
    if place["opted_out"]:
        refuse_if_opted_out(txn, place["number_id"], place["party_id"])


def _retry(txn: Txn, viewer: Viewer, message_id: int, once: Once | None, validity: int) -> Any:  # noqa: ANN401 - a row
    if done_before(txn, once) is not None:
        return _own(txn, viewer, message_id)
    row = txn.one(messages.ONE, {"user_id": viewer.user_id, "message_id": message_id})
    if row is None:
        raise no_message()
    status = Status(row["status"])
    if row["direction"] != "outbound" or status not in RETRYABLE:
        raise NotRetryable("This message is under way or has arrived; it is not sent again.")
    place = txn.one(conversations.WRITABLE, {"user_id": viewer.user_id, "conversation_id": row["conversation_id"]})
    _check_writable(txn, place)
    flags = set(row["flags"].split())
    if status in (Status.UNKNOWN, Status.UNDELIVERED):
        flags.add("repeated")  # it may reach the recipient twice, and whoever reads it here shall see that
    valid_until = txn.now + validity
    txn.run(
        messages.NEW_ROUND,
        {
            "message_id": message_id,
            "now": txn.now,
            "deadline_at": valid_until,
            "flags": " ".join(sorted(flags)),
            "carrier": place["carrier"],
        },
    )
    outbox.add(
        txn,
        message_id,
        row["conversation_id"],
        place["carrier"],
        valid_until=valid_until,
        round_=row["round"] + 1,
    )
    messages.announce(txn, message_id, row["conversation_id"])
    remember(txn, once, message_id)
    return _own(txn, viewer, message_id)


def _cancel(txn: Txn, viewer: Viewer, message_id: int) -> Any:  # noqa: ANN401 - a row
    row = _own(txn, viewer, message_id)
    status = Status(row["status"])
    if row["direction"] != "outbound" or status not in CANCELLABLE:
        raise NotCancellable("This message has already left.")
    txn.run(outbox.REMOVE, {"message_id": row["message_id"]})
    messages.set_status(txn, row["message_id"], row["conversation_id"], Status.CANCELLED, deadline_at=None)
    return _own(txn, viewer, message_id)


def _change(
    txn: Txn,
    viewer: Viewer,
    message_id: int,
    body: str,
    cut: Segments | None,
    ask: MessageChange,
    terms: MessagingSettings,
) -> Any:  # noqa: ANN401 - a row
    row = _own(txn, viewer, message_id)
    if row["status"] != Status.SCHEDULED:
        raise NotScheduled("This message no longer waits for its time.")
    send_at = row["deadline_at"] if ask.send_at is UNSET else time_to_wait_for(ask.send_at, txn.now)
    text, encoding, segments = row["body"], row["encoding"], row["segments"]
    if cut is not None:
        text, encoding, segments = body, cut.encoding, len(cut.parts)
    scheduled.change(txn, message_id, text, encoding, segments, send_at or txn.now)
    if send_at is None:
        fire(txn, message_id, terms)
    else:
        messages.announce(txn, message_id, row["conversation_id"])
    return _own(txn, viewer, message_id)


def _own(txn: Txn, viewer: Viewer, message_id: int) -> Any:  # noqa: ANN401 - a row
    row = txn.one(messages.ANY, {"user_id": viewer.user_id, "message_id": message_id})
    if row is None:
        raise no_message()
    return row
