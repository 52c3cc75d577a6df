"""Every status that waits has a deadline, and this is what happens at it."""

from typing import Any

from sidetone.domain.retry import UNKNOWN_WAIT
from sidetone.domain.status import Status
from sidetone.store import messages, outbox
from sidetone.store.connection import Txn

MOST = 200  # messages a transaction, so that a backlog never holds the writer for long


def end_overdue(txn: Txn) -> int:
    """End the statuses whose time is over; how many, so that the caller goes on while there are any."""
    overdue = txn.all(messages.OVERDUE, {"now": txn.now, "most": MOST})
    for row in overdue:
        _end(txn, row)
    return len(overdue)


def _end(txn: Txn, row: Any) -> None:  # noqa: ANN401 - a row
    message_id, status = row["id"], Status(row["status"])
    conversation_id = txn.one(messages.STANDING, {"message_id": message_id})["conversation_id"]
    if status in (Status.QUEUED, Status.SCHEDULED, Status.HELD):
        txn.run(outbox.REMOVE, {"message_id": message_id})
        problem = ("validity", row["problem_code"], row["problem_text"])
        messages.set_status(txn, message_id, conversation_id, Status.EXPIRED, deadline_at=None, problem=problem)
        return
    if status is Status.SENDING:  # its lane should have settled it long ago; nothing may stay so for ever
        claimed = txn.one(outbox.CLAIM_OF, {"message_id": message_id})
        attempt_id = 0 if claimed is None else claimed["attempt_id"]
        late = txn.now + UNKNOWN_WAIT
        outbox.unknown(txn, message_id, row["round"], attempt_id, "no_answer", "", "", late)
        return
    kind = "no_receipt" if status is Status.SENT else row["problem_kind"]
    txn.run(messages.NO_DEADLINE, {"message_id": message_id, "problem_kind": kind, "now": txn.now})
    messages.announce(txn, message_id, conversation_id)
