"""What journal entries mean to the users who may see them: one query a kind of event, access in its joins.

`:user_id` 0 asks for everyone (the live stream), another for one user (a session that comes back).
"""

from typing import Any

from sidetone.store.connection import Snapshot
from sidetone.store.conversations import SEEN_BY
from sidetone.store.journal import HEAD, OLDEST
from sidetone.store.messages import COLUMNS, JOINS

RANGE = "j.seq > :after AND j.seq <= :upto AND (:user_id = 0 OR p.user_id = :user_id)"
MESSAGES = f"""
    SELECT j.seq, j.type, p.user_id, {COLUMNS}
    FROM journal j
    JOIN message m ON m.id = j.subject_id
    JOIN participant p ON p.conversation_id = m.conversation_id AND m.hidden <> 1
        AND (m.hidden = 2 OR m.id > p.cleared_up_to)
    {JOINS}
    WHERE {RANGE} AND j.type IN ('message.created', 'message.updated') ORDER BY j.seq
"""  # noqa: S608 - fragments of our own
CONVERSATIONS = f"""
    SELECT j.seq, j.type, u.country AS user_country, s.*
    FROM journal j
    JOIN ({SEEN_BY}) s ON s.id = j.subject_id AND (j.audience = 'conversation' OR s.user_id = j.audience_id)
    JOIN "user" u ON u.id = s.user_id
    WHERE j.seq > :after AND j.seq <= :upto AND (:user_id = 0 OR s.user_id = :user_id)
      AND j.type IN ('conversation.created', 'conversation.updated') ORDER BY j.seq
"""  # noqa: S608 - fragments of our own
READS = f"""
    SELECT j.seq, p.user_id, p.conversation_id, p.read_up_to, p.unread
    FROM journal j JOIN participant p ON p.conversation_id = j.subject_id AND p.user_id = j.audience_id
    WHERE {RANGE} AND j.type = 'read.updated' ORDER BY j.seq
"""  # noqa: S608 - fragments of our own
CONTACTS = """
    SELECT j.seq, j.subject_id, u.id AS user_id, u.country AS user_country
    FROM journal j JOIN "user" u ON u.id = j.audience_id
    WHERE j.seq > :after AND j.seq <= :upto AND (:user_id = 0 OR u.id = :user_id)
      AND j.type = 'contact.updated' ORDER BY j.seq
"""
# Types that carry only the id of what changed; the screen asks for it if it wants it.
BARE = """
    SELECT j.seq, j.type, j.subject_id, u.id AS user_id
    FROM journal j JOIN "user" u
      ON (j.audience = 'user' AND u.id = j.audience_id) OR (j.audience = 'admins' AND u.role = 'admin')
    WHERE j.seq > :after AND j.seq <= :upto AND (:user_id = 0 OR u.id = :user_id)
      AND j.type IN ('conversation.removed', 'number.updated') ORDER BY j.seq
"""


def head(look: Snapshot) -> tuple[str, int, int]:
    """The epoch, the newest sequence, and the oldest that is still there (the newest + 1 when none is)."""
    row = look.one(HEAD)
    oldest = look.one(OLDEST)["seq"]
    return row["epoch"], int(row["seq"]), int(row["seq"]) + 1 if oldest is None else int(oldest)


def in_range(look: Snapshot, query: str, after: int, upto: int, user_id: int = 0) -> list[Any]:
    """The rows of one of this file's queries."""
    return look.all(query, {"after": after, "upto": upto, "user_id": user_id})
