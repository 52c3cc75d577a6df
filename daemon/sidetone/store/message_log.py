"""The log of messages as an admin sees it: everyone's, by what happened to them. Chat's words are in none of it."""

from typing import Any

from sidetone.store import messages
from sidetone.store.connection import Snapshot, Values

# `body` is NULL for chat, which is for those who take part alone.
COLUMNS = """
    m.id, m.created_at, m.updated_at, m.direction, m.status, m.problem_kind, m.problem_code, m.problem_text, m.carrier,
    m.segments, m.round, m.correlation, n.e164, y.value AS party, u.name AS author, c.kind,
    CASE c.kind WHEN 'sms' THEN b.body END AS body
"""
JOINS = """
    JOIN conversation c ON c.id = m.conversation_id
    JOIN message_body b ON b.message_id = m.id
    JOIN number n ON n.id = m.number_id
    LEFT JOIN party y ON y.id = c.party_id
    LEFT JOIN "user" u ON u.id = m.author_id
"""
PAGE = f"""
    SELECT {COLUMNS} FROM message m {JOINS}
    WHERE m.id < :before AND m.created_at >= :since
      AND (:carrier = '' OR m.carrier = :carrier) AND (:status = '' OR m.status = :status)
      AND (:direction = '' OR m.direction = :direction)
      AND (:number = '' OR n.e164 = :number) AND (:party = '' OR y.value = :party)
    ORDER BY m.id DESC LIMIT :limit
"""  # noqa: S608 - columns of our own
ONE = f"SELECT {COLUMNS} FROM message m {JOINS} WHERE m.id = :message_id"  # noqa: S608
WHOLE = f"SELECT {messages.COLUMNS} FROM message m {messages.JOINS} WHERE m.id = :message_id"  # noqa: S608
BY_REFERENCE = "SELECT t.message_id AS id FROM attempt t WHERE t.reference = :key"
BY_PART = """
    SELECT t.message_id AS id FROM part r JOIN attempt t ON t.id = r.attempt_id
    WHERE r.carrier = :carrier AND r.carrier_id = :key ORDER BY r.id DESC LIMIT 1
"""
BY_CARRIER_ID = """
    SELECT m.id FROM message m
    WHERE m.carrier = :carrier AND m.carrier_id = :key AND m.direction = 'inbound' ORDER BY m.id DESC LIMIT 1
"""
BY_CORRELATION = "SELECT m.id FROM message m WHERE m.correlation = :key ORDER BY m.id DESC LIMIT 1"


def page(look: Snapshot, values: Values) -> list[Any]:
    """Rows of `COLUMNS`, the newest first."""
    return look.all(PAGE, values)


def find(look: Snapshot, key: str, carriers: list[str]) -> int | None:
    """The message that an id of any kind belongs to: ours, an attempt's reference, a carrier's id, a correlation."""
    if key.isascii() and key.isdigit() and len(key) < 19 and look.one(ONE, {"message_id": int(key)}) is not None:
        return int(key)
    found = look.one(BY_REFERENCE, {"key": key})
    for carrier in carriers if found is None else ():
        values = {"carrier": carrier, "key": key}
        found = found or look.one(BY_PART, values) or look.one(BY_CARRIER_ID, values)
    found = found or look.one(BY_CORRELATION, {"key": key})
    return None if found is None else int(found["id"])


def whole(look: Snapshot, message_id: int) -> tuple[Any, Any, list[Any], list[Any], list[Any]]:
    """A message that is there: its row here, and as `messages.history` gives it."""
    key = {"message_id": message_id}
    attempts = look.all(messages.ATTEMPTS, key)[::-1]
    return (
        look.one(ONE, key),
        look.one(WHOLE, key),
        attempts,
        look.all(messages.PARTS, key),
        look.all(messages.RECEIPTS, key),
    )
