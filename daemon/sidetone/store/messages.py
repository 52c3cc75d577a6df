"""Messages: rows, bodies, statuses and their history."""

from typing import Any

from sidetone.domain.status import Status, advance
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.journal import Audience, EventType

# What every rendering of a message reads; `m` is message, `b` its body, `a` its author, `f` the number it used.
COLUMNS = """
    m.id AS message_id, m.conversation_id, m.direction, m.client_id, m.status, m.round, m.encoding, m.segments,
    m.carrier, m.carrier_id, m.carrier_at, m.received_at, m.pushed_at, m.shown_at, m.problem_kind, m.problem_code,
    m.problem_text, m.flags, m.created_at AS message_created_at, m.updated_at, m.deadline_at, m.scheduled_id, b.body,
    a.id AS author_id, a.display_name AS author_name,
    f.e164 AS from_number
"""
JOINS = """
    JOIN message_body b ON b.message_id = m.id
    JOIN number f ON f.id = m.number_id
    LEFT JOIN "user" a ON a.id = m.author_id
"""
# Access: a message is visible through a participant's row, and only past what that participant cleared away.
# Nor is one that came from whom its owner has blocked, or that waits for its time (`hidden` 1 and 2).
VISIBLE = """
    FROM participant p
    JOIN message m ON m.conversation_id = p.conversation_id AND m.id > p.cleared_up_to AND m.hidden = 0
"""

PAGE_BEFORE = f"""
    SELECT {COLUMNS} {VISIBLE} {JOINS}
    WHERE p.user_id = :user_id AND p.conversation_id = :conversation_id AND m.id < :before
    ORDER BY m.id DESC LIMIT :limit
"""
PAGE_AFTER = f"""
    SELECT {COLUMNS} {VISIBLE} {JOINS}
    WHERE p.user_id = :user_id AND p.conversation_id = :conversation_id AND m.id > :after
    ORDER BY m.id LIMIT :limit
"""
ONE = f"""
    SELECT {COLUMNS} {VISIBLE} {JOINS} WHERE p.user_id = :user_id AND m.id = :message_id
"""
# The same, and what waits or waited for its time: also by the id that a message had while it did.
ANY = f"""
    SELECT {COLUMNS}
    FROM participant p JOIN message m ON m.conversation_id = p.conversation_id AND m.hidden <> 1
        AND (m.hidden = 2 OR m.id > p.cleared_up_to)
    {JOINS}
    WHERE p.user_id = :user_id
      AND m.id = coalesce((SELECT s.id FROM message s WHERE s.scheduled_id = :message_id), :message_id)
"""  # noqa: S608 - fragments of our own
ATTEMPTS = """
    SELECT t.id, t.round, t.carrier, t.reference, t.started_at, t.finished_at, t.outcome, t.kind, t.code, t.text
    FROM attempt t WHERE t.message_id = :message_id ORDER BY t.id DESC LIMIT 500
"""
PARTS = """
    SELECT r.attempt_id, r.position, r.carrier_id, r.status
    FROM part r JOIN attempt t ON t.id = r.attempt_id WHERE t.message_id = :message_id ORDER BY r.id LIMIT 5000
"""
RECEIPTS = """
    SELECT e.id, e.carrier, e.carrier_id, e.status, e.code, e.text, e.carrier_at, e.received_at, e.times
    FROM receipt e JOIN part r ON r.id = e.part_id JOIN attempt t ON t.id = r.attempt_id
    WHERE t.message_id = :message_id ORDER BY e.id LIMIT 5000
"""

ADD = """
    INSERT INTO message (conversation_id, direction, author_id, client_id, status, encoding, segments, number_id,
                         carrier, carrier_id, carrier_at, received_at, flags, hidden, scheduled_id, correlation, created_at,
                         updated_at, deadline_at)
    VALUES (:conversation_id, :direction, :author_id, :client_id, :status, :encoding, :segments, :number_id,
            :carrier, :carrier_id, :carrier_at, :received_at, :flags, :hidden, :scheduled_id, :correlation, :now,
            :now, :deadline_at)
    RETURNING id
"""
ADD_BODY = "INSERT INTO message_body (message_id, body) VALUES (:message_id, :body)"
# `updated_at` tells clients which of two states is newer, so it never goes back, though the clock may.
MOVE = """
    UPDATE message
    SET status = :status, updated_at = CASE WHEN updated_at > :now THEN updated_at ELSE :now END,
        deadline_at = :deadline_at,
        problem_kind = :problem_kind, problem_code = :problem_code, problem_text = :problem_text
    WHERE id = :message_id
"""
# Looks and moves at once. `below` holds each status that may be left, with a blank on either side.
ADVANCE = f"{MOVE} AND round = :round AND :below LIKE '% ' || status || ' %' RETURNING conversation_id"
NEW_ROUND = """
    UPDATE message
    SET status = 'queued', round = round + 1, deadline_at = :deadline_at, flags = :flags, carrier = :carrier,
        updated_at = CASE WHEN updated_at > :now THEN updated_at ELSE :now END, problem_kind = '', problem_code = '', problem_text = ''
    WHERE id = :message_id
"""
OVERDUE = """
    SELECT m.id, m.conversation_id, m.status, m.round, m.problem_kind, m.problem_code, m.problem_text,
           coalesce(o.attempt_id, 0) AS attempt_id
    FROM message m LEFT JOIN outbox o ON o.message_id = m.id
    WHERE m.deadline_at <= :now ORDER BY m.deadline_at LIMIT :most
"""
NEXT_DEADLINE = "SELECT min(deadline_at) AS at FROM message WHERE deadline_at IS NOT NULL"
LEAVE_BY = """
    UPDATE message SET carrier = :carrier, updated_at = CASE WHEN updated_at > :now THEN updated_at ELSE :now END
    WHERE id = :message_id
"""
NO_DEADLINE = """
    UPDATE message
    SET deadline_at = NULL, problem_kind = :problem_kind,
        updated_at = CASE WHEN updated_at > :now THEN updated_at ELSE :now END
    WHERE id = :message_id
"""

_BELOW = {to: "".join(f" {each} " for each in Status if advance(each, to) is not each) + " " for to in Status}


def add(txn: Txn, body: str, values: dict[str, Any]) -> int:
    """Store a message and its text; its id. It can be seen in its thread unless `values` say `hidden`."""
    own = {"hidden": 0, "received_at": None, "scheduled_id": None, **values, "now": txn.now}
    message_id = int(txn.one(ADD, own)["id"])
    txn.run(ADD_BODY, {"message_id": message_id, "body": body})
    return message_id


def move(
    txn: Txn,
    message_id: int,
    round_: int,
    to: Status,
    *,
    deadline_at: int | None = None,
    problem: tuple[str, str, str] = ("", "", ""),
    back: bool = False,
) -> bool:
    """Move a message to a status of a higher rank within its round; whether it moved.

    `back` allows the one step back there is: from sending to queued. `problem` is (kind, code, text).
    """
    below = _BELOW[to] + (f"{Status.SENDING} " if back else "")
    values = {**_moved(txn, message_id, to, deadline_at, problem), "round": round_, "below": below}
    row = txn.one(ADVANCE, values)
    if row is None:
        return False
    announce(txn, message_id, row["conversation_id"])
    return True


def set_status(
    txn: Txn,
    message_id: int,
    conversation_id: int,
    to: Status,
    *,
    deadline_at: int | None,
    problem: tuple[str, str, str] = ("", "", ""),
    announced: bool = True,
) -> None:
    """Write a status that the caller has found legal, and say so unless something else does."""
    txn.run(MOVE, _moved(txn, message_id, to, deadline_at, problem))
    if announced:
        announce(txn, message_id, conversation_id)


def set_all(txn: Txn, message_ids: list[int], to: Status, deadline_at: int) -> None:
    """Write a status of many that the caller has found legal, and tell no screen."""
    txn.run_all(MOVE, [_moved(txn, each, to, deadline_at, ("", "", "")) for each in message_ids])


def _moved(
    txn: Txn, message_id: int, to: Status, deadline_at: int | None, problem: tuple[str, str, str]
) -> dict[str, Any]:
    kind, code, text = problem
    said = {"problem_kind": kind, "problem_code": code, "problem_text": text}
    return {"message_id": message_id, "status": to, "now": txn.now, "deadline_at": deadline_at, **said}


def leave_by(txn: Txn, message_id: int, conversation_id: int, carrier: str) -> None:
    """A message that waits will leave by this carrier."""
    txn.run(LEAVE_BY, {"message_id": message_id, "carrier": carrier, "now": txn.now})
    announce(txn, message_id, conversation_id)


def announce(txn: Txn, message_id: int, conversation_id: int) -> None:
    """Tell the screens of all participants that a message has changed."""
    txn.emit(EventType.MESSAGE_UPDATED, Audience.CONVERSATION, conversation_id, message_id)


def history(look: Snapshot, user_id: int, message_id: int) -> tuple[Any, list[Any], list[Any], list[Any]] | None:
    """A visible message with its attempts, parts and receipts, or None."""
    row = look.one(ANY, {"user_id": user_id, "message_id": message_id})
    if row is None:
        return None
    key = {"message_id": row["message_id"]}
    attempts = look.all(ATTEMPTS, key)[::-1]  # of too many the newest
    return row, attempts, look.all(PARTS, key), look.all(RECEIPTS, key)
