"""Texts for later: which times are taken, and what happens when one comes."""

from datetime import datetime
from typing import Any

from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.queued import queue
from sidetone.domain.status import Status
from sidetone.errors import Invalid
from sidetone.store import conversations, messages, scheduled
from sidetone.store.connection import Txn
from sidetone.store.journal import Audience, EventType

JUST_OVER = 5 * 60 * 1000  # ms; a time that was still to come when it was chosen may be over when it arrives here
FARTHEST = 366 * 24 * 60 * 60 * 1000  # ms


def time_to_wait_for(send_at: datetime | None, now: int) -> int | None:
    """The time in ms, None for at once; raises Invalid for one that is over or too far away."""
    if send_at is None:
        return None
    at = round(send_at.timestamp() * 1000)
    if at < now - JUST_OVER:
        raise Invalid("This time is over.", hint="Choose a time that is still to come.", where="send_at")
    if at > now + FARTHEST:
        raise Invalid("This time is more than a year away.", hint="Choose an earlier one.", where="send_at")
    return at if at > now else None


def announce_written(txn: Txn, message_id: int, conversation_id: int) -> None:
    """Tell the screens of a new text that waits for its time."""
    txn.emit(EventType.MESSAGE_CREATED, Audience.CONVERSATION, conversation_id, message_id)


def fire(txn: Txn, message_id: int, terms: MessagingSettings) -> int | None:
    """The time of a text has come: it is queued, or ends where it can no longer go; its new id, None when it is gone.

    One that is late by more than a text is valid, because nothing ran at its time, is not sent any more. One whose
    time lies between a backup and its restoring may have gone out before: nobody knows, and it is not sent again.
    """
    row = scheduled.waiting(txn, message_id)
    if row is None:
        return None
    place = txn.one(conversations.WRITABLE, {"user_id": row["author_id"], "conversation_id": row["conversation_id"]})
    status, kind = _end_of(txn.now, row, place, terms)
    if status is Status.QUEUED:
        values = {"number_id": place["number_id"], "carrier": place["carrier"], "deadline_at": txn.now + terms.validity}
        fresh = scheduled.turn(txn, row, values, status)
        queue(txn, fresh, place, row["author_id"], row["body"], terms)
        return fresh
    fresh = scheduled.turn(txn, row, {"deadline_at": None}, status)
    messages.set_status(
        txn, fresh, row["conversation_id"], status, deadline_at=None, problem=(kind, "", ""), announced=False
    )
    quietest = 0 if place is None else place["quietest"]
    conversations.touch(txn, row["conversation_id"], fresh, inbound=False, quietest=quietest)
    return fresh


def _end_of(now: int, row: Any, place: Any, terms: MessagingSettings) -> tuple[Status, str]:  # noqa: ANN401 - rows
    if row["problem_kind"]:
        return Status.UNKNOWN, row["problem_kind"]
    if place is None or place["read_only"]:
        return Status.FAILED, "number_moved"
    if now > row["deadline_at"] + terms.validity:
        return Status.EXPIRED, "late"
    return Status.QUEUED, ""
