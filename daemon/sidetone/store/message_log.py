"""The log of messages as an admin sees it: everyone's, by what happened to them. Chat's words are in none of it."""

from typing import Any

from sidetone.store import messages
from sidetone.store.connection import Snapshot, Values

# `body` is NULL for chat, which is for those who take part alone.
COLUMNS = """
    m.id, m.created_at, m.updated_at, m.direction, m.status, m.problem_kind, m.problem_code, m.problem_text, m.carrier,
    m.segments, m.round, m.correlation, m.hidden, c.owner_kind, length(b.body) AS characters, n.e164, y.value AS party, u.name AS author, c.kind,
    CASE c.kind WHEN 'sms' THEN b.body END AS body
"""
JOINS = """
    JOIN conversation c ON c.id = m.conversation_id
    JOIN message_body b ON b.message_id = m.id
    JOIN number n ON n.id = m.number_id
    LEFT JOIN party y ON y.id = c.party_id
    LEFT JOIN "user" u ON u.id = m.author_id
"""
# A page looks at no more messages than lie above `floor`, so that a rare word takes many short readings, not a long one.
FILTER = """
    m.created_at >= :since AND m.created_at < :until
      AND (:carrier = '' OR m.carrier = :carrier) AND (:status = '' OR m.status = :status)
      AND (:direction = '' OR m.direction = :direction) AND (:number = '' OR n.e164 = :number)
      AND (:words = '' OR (c.kind = 'sms' AND lower(b.body) LIKE :words ESCAPE '!'))
    ORDER BY m.id DESC LIMIT :limit
"""
PAGE = f"""
    SELECT {COLUMNS} FROM message m {JOINS}
    WHERE m.id < :before AND m.id >= :floor AND (:party = '' OR y.value = :party) AND {FILTER}
"""  # noqa: S608 - columns of our own
# A party has few conversations: cross joins, or SQLite might begin with the messages.
PAGE_OF_PARTY = f"""
    SELECT {COLUMNS}
    FROM party y CROSS JOIN conversation c CROSS JOIN message m
    JOIN message_body b ON b.message_id = m.id JOIN number n ON n.id = m.number_id
    LEFT JOIN "user" u ON u.id = m.author_id
    WHERE y.value = :party AND y.kind IN ('e164', 'short', 'alpha') AND c.party_id = y.id AND m.conversation_id = c.id
      AND m.id < :before AND m.id >= :floor AND {FILTER}
"""  # noqa: S608
FLOOR = "SELECT m.id FROM message m WHERE m.id < :before ORDER BY m.id DESC LIMIT 1 OFFSET :most"
# Ids are given in the order of writing: between the ids at two times lie the messages of that time.
FIRST_SINCE = "SELECT m.id FROM message m WHERE m.created_at >= :since ORDER BY m.created_at LIMIT 1"
LAST_UNTIL = "SELECT m.id FROM message m WHERE m.created_at < :until ORDER BY m.created_at DESC LIMIT 1"
ONE = f"SELECT {COLUMNS} FROM message m {JOINS} WHERE m.id = :message_id"  # noqa: S608
WHOLE = f"SELECT {messages.COLUMNS} FROM message m {messages.JOINS} WHERE m.id = :message_id"  # noqa: S608
BODY = """
    SELECT b.body FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN message_body b ON b.message_id = m.id
    WHERE m.id = :message_id AND c.kind = 'sms'
"""
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


def page(look: Snapshot, values: Values) -> tuple[list[Any], int | None]:
    """Rows of `COLUMNS`, the newest first, and the id before which there is more to look at, None at the end.

    `values`: those of `FILTER` but `limit`, and `before`, `party`, `limit`, and `most`: how many messages are looked at.
    """
    before, limit = int(values["before"]), int(values["limit"])
    last = look.one(LAST_UNTIL, {"until": values["until"]})
    first = look.one(FIRST_SINCE, {"since": values["since"]})
    if last is None or first is None:
        return [], None
    before = min(before, int(last["id"]) + 1)
    reach = look.one(FLOOR, {"before": before, "most": values["most"]})
    floor = max(int(first["id"]), 0 if reach is None else int(reach["id"]))
    query = PAGE_OF_PARTY if values["party"] else PAGE
    asked = {name: value for name, value in values.items() if name != "most"}
    found = look.all(query, {**asked, "before": before, "floor": floor, "limit": limit + 1})
    if len(found) > limit:
        return found[:limit], int(found[limit - 1]["id"])
    return found, floor if floor > int(first["id"]) else None


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


def body(look: Snapshot, message_id: int) -> str | None:
    """What a message says; None for chat, and where there is none."""
    row = look.one(BODY, {"message_id": message_id})
    return None if row is None else str(row["body"])
