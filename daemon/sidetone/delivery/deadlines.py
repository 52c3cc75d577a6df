"""Every status that waits has a deadline, and this is what happens at it: that of a scheduled text is its time."""

from typing import Any

from sidetone.config.shapes import MessagingSettings
from sidetone.delivery import scheduled
from sidetone.domain.status import CANCELLABLE, Status
from sidetone.store import messages, outbox
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.outbox import Claim

MOST = 200  # messages a transaction, so that a backlog never holds the writer for long


def end_overdue(txn: Txn, terms: MessagingSettings) -> int:
    """End the statuses whose time is over; how many, so that the caller goes on while there are any.

    `terms` say how long a message is `unknown` before its history says that nothing more was learnt.
    """
    overdue = txn.all(messages.OVERDUE, {"now": txn.now, "most": MOST})
    for row in overdue:
        if row["status"] == Status.SCHEDULED:
            scheduled.fire(txn, row["id"], terms)
        else:
            _end(txn, row, txn.now + terms.unknown_wait)
    return len(overdue)


def next_deadline(look: Snapshot) -> int | None:
    """When (ms) the next status ends by itself, None when none does."""
    at: int | None = look.one(messages.NEXT_DEADLINE)["at"]
    return at


def _end(txn: Txn, row: Any, unknown_until: int) -> None:  # noqa: ANN401 - a row
    message_id, conversation_id, status = row["id"], row["conversation_id"], Status(row["status"])
    if status in CANCELLABLE:
        txn.run(outbox.REMOVE, {"message_id": message_id})
        problem = ("validity", row["problem_code"], row["problem_text"])
        messages.set_status(txn, message_id, conversation_id, Status.EXPIRED, deadline_at=None, problem=problem)
    elif status is Status.SENDING:  # its lane should have settled it long ago; nothing may stay so for ever
        claim = Claim(message_id=message_id, round=row["round"], attempt_id=row["attempt_id"])
        outbox.unknown(txn, claim, "no_answer", "", "", unknown_until)
    else:
        kind = "no_receipt" if status is Status.SENT else row["problem_kind"]
        txn.run(messages.NO_DEADLINE, {"message_id": message_id, "problem_kind": kind, "now": txn.now})
        messages.announce(txn, message_id, conversation_id)
