"""Texts for later: message rows that wait, outside of their threads, until their time comes."""

from typing import Any

from sidetone.domain.status import Status
from sidetone.store import messages
from sidetone.store.connection import Snapshot, Txn

WAITS = 2  # what `message.hidden` says of one

PAGE = f"""
    SELECT {messages.COLUMNS}
    FROM participant p JOIN message m ON m.conversation_id = p.conversation_id AND m.status = 'scheduled'
    {messages.JOINS}
    WHERE p.user_id = :user_id AND m.id > :after
      AND (:conversation_id = 0 OR p.conversation_id = :conversation_id)
    ORDER BY m.id LIMIT :limit
"""  # noqa: S608 - fragments of our own
WAITING = """
    SELECT m.id, m.conversation_id, m.author_id, m.client_id, m.number_id, m.carrier, m.encoding, m.segments,
           m.correlation, m.problem_kind, m.deadline_at, b.body
    FROM message m JOIN message_body b ON b.message_id = m.id
    WHERE m.id = :message_id AND m.status = 'scheduled'
"""
PLANNED = """
    SELECT m.id FROM message m
    WHERE m.conversation_id = :conversation_id AND m.status = 'scheduled' AND m.author_id = :user_id ORDER BY m.id
"""
SET_TIME = """
    UPDATE message
    SET deadline_at = :send_at, encoding = :encoding, segments = :segments,
        updated_at = CASE WHEN updated_at > :now THEN updated_at ELSE :now END
    WHERE id = :message_id AND status = 'scheduled'
"""
SET_BODY = "UPDATE message_body SET body = :body WHERE message_id = :message_id"
DROP = "DELETE FROM message WHERE id = :message_id"


def page(look: Snapshot, user_id: int, conversation_id: int, after: int, limit: int) -> list[Any]:
    """What waits in a user's conversations (0: in all of them), in the order it was written."""
    values = {"user_id": user_id, "conversation_id": conversation_id, "after": after, "limit": limit}
    return look.all(PAGE, values)


def waiting(look: Snapshot, message_id: int) -> Any:  # noqa: ANN401 - a row
    """A row of `WAITING`, or None when it waits no more."""
    return look.one(WAITING, {"message_id": message_id})


def take_back(txn: Txn, user_id: int, conversation_id: int) -> None:
    """Cancel all that a user has planned in a conversation."""
    for row in txn.all(PLANNED, {"user_id": user_id, "conversation_id": conversation_id}):
        messages.set_status(txn, row["id"], conversation_id, Status.CANCELLED, deadline_at=None)


def change(txn: Txn, message_id: int, body: str, encoding: str, segments: int, send_at: int) -> None:
    """Give it another text or time (ms)."""
    values = {"message_id": message_id, "encoding": encoding, "segments": segments, "send_at": send_at}
    txn.run(SET_TIME, {**values, "now": txn.now})
    txn.run(SET_BODY, {"message_id": message_id, "body": body})


def turn(txn: Txn, row: Any, values: dict[str, Any], status: Status) -> int:  # noqa: ANN401 - a row of WAITING
    """Its time has come: a new message takes its place, now and at the end of its thread; the new id."""
    fields = (
        "conversation_id",
        "author_id",
        "client_id",
        "number_id",
        "carrier",
        "encoding",
        "segments",
        "correlation",
    )
    kept = {name: row[name] for name in fields}
    fresh = {"direction": "outbound", "carrier_id": None, "carrier_at": None, "flags": "", "scheduled_id": row["id"]}
    message_id = messages.add(txn, row["body"], {**kept, **fresh, "status": status, **values})
    txn.run(DROP, {"message_id": row["id"]})
    return message_id
