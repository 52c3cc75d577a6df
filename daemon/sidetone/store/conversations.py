"""Conversations and their participants."""

from typing import Any

from sidetone.store import directories, holds, messages, opt_outs, search, stages
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.journal import Audience, EventType

CALLED = "coalesce(k.sought, dc.sought)"  # the party's name in `SEEN_BY`, folded
# A conversation as one participant sees it: `p` is that participant's row, and the only way in.
SEEN_BY = f"""
    SELECT c.id, c.kind, c.created_at, p.user_id, p.unread, p.read_up_to, p.favourite, p.muted, p.activity,
           n.id AS number_id, n.e164, n.label, y.kind AS party_kind, y.value AS party_value,
           k.id AS contact_id, k.name AS contact_name, {directories.NAMED_COLUMNS},
           CASE WHEN n.owner_kind = c.owner_kind AND n.owner_id = c.owner_id THEN 0 ELSE 1 END AS read_only,
           CASE WHEN {opt_outs.STANDS} THEN 1 ELSE 0 END AS opted_out, c.maybe_opt_out,
           CASE WHEN EXISTS (SELECT 1 FROM block bk WHERE bk.user_id = p.user_id AND bk.party_id = c.party_id)
                THEN 1 ELSE 0 END AS blocked,
           {messages.COLUMNS}
    FROM participant p
    JOIN conversation c ON c.id = p.conversation_id
    JOIN number n ON n.id = c.number_id
    JOIN party y ON y.id = c.party_id
    LEFT JOIN contact k ON k.id = (
        SELECT min(kn.contact_id) FROM contact_number kn JOIN contact kc ON kc.id = kn.contact_id
        WHERE kn.party_id = c.party_id AND kc.user_id = p.user_id)
    {directories.NAMED}
    LEFT JOIN directory_contact dc ON dc.id = dn.contact_id
    LEFT JOIN message m ON m.id = p.activity
    LEFT JOIN message_body b ON b.message_id = m.id
    LEFT JOIN number f ON f.id = m.number_id
    LEFT JOIN "user" a ON a.id = m.author_id
"""  # noqa: S608 - fragments of our own
PAGE = f"""
    {SEEN_BY}
    WHERE p.user_id = :user_id AND p.activity > 0 AND p.activity < :before
      AND (:unread = 0 OR p.unread > 0) AND (:favourite = 0 OR p.favourite = 1) AND (:kind = '' OR c.kind = :kind)
      AND (:words = '' OR y.value LIKE :number_like ESCAPE '!'
           OR {CALLED} LIKE :name_1 ESCAPE '!' AND {CALLED} LIKE :name_2 ESCAPE '!'
              AND {CALLED} LIKE :name_3 ESCAPE '!' AND {CALLED} LIKE :name_4 ESCAPE '!')
    ORDER BY p.activity DESC LIMIT :limit
"""
ONE = f"{SEEN_BY} WHERE p.user_id = :user_id AND p.conversation_id = :conversation_id"

FIND_SMS = """
    SELECT id, activity FROM conversation
    WHERE owner_kind = :owner_kind AND owner_id = :owner_id AND number_id = :number_id AND party_id = :party_id
"""
ADD_SMS = """
    INSERT INTO conversation (kind, owner_kind, owner_id, number_id, party_id, created_at)
    VALUES ('sms', :owner_kind, :owner_id, :number_id, :party_id, :now) RETURNING id
"""
# Looked at again, an unlisted one has another day.
RENEW = "UPDATE conversation SET created_at = :now WHERE id = :conversation_id AND activity = 0"
JOIN = """
    INSERT INTO participant (conversation_id, user_id, joined_at) VALUES (:conversation_id, :user_id, :now)
    ON CONFLICT (conversation_id, user_id) DO NOTHING
"""
# What a message needs to know of the place it goes to; only a participant gets an answer.
WRITABLE = f"""
    SELECT c.id, c.activity, c.owner_kind, c.owner_id, c.party_id, y.kind AS party_kind, y.value AS party_value,
           n.id AS number_id, n.e164, n.carrier,
           CASE WHEN n.owner_kind = c.owner_kind AND n.owner_id = c.owner_id THEN 0 ELSE 1 END AS read_only,
           CASE WHEN {opt_outs.STANDS} THEN 1 ELSE 0 END AS opted_out,
           (SELECT min(q.activity) FROM participant q WHERE q.conversation_id = c.id) AS quietest
    FROM participant p
    JOIN conversation c ON c.id = p.conversation_id
    JOIN number n ON n.id = c.number_id
    JOIN party y ON y.id = c.party_id
    WHERE p.user_id = :user_id AND p.conversation_id = :conversation_id
"""  # noqa: S608 - fragments of our own
TOUCH = "UPDATE conversation SET activity = :message_id WHERE id = :conversation_id"
TOUCH_INBOUND = """
    UPDATE participant SET activity = :message_id, unread = unread + 1 WHERE conversation_id = :conversation_id
"""
TOUCH_OUTBOUND = "UPDATE participant SET activity = :message_id WHERE conversation_id = :conversation_id"
READ = """
    UPDATE participant
    SET read_up_to = :up_to,
        unread = (SELECT count(*) FROM message m
                  WHERE m.conversation_id = :conversation_id AND m.id > :up_to AND m.id > cleared_up_to
                    AND m.direction = 'inbound' AND m.hidden = 0)
    WHERE conversation_id = :conversation_id AND user_id = :user_id AND read_up_to < :up_to
"""
TAKES_PART = "SELECT 1 FROM participant WHERE conversation_id = :conversation_id AND user_id = :user_id"
READ_STATE = """
    SELECT read_up_to, unread FROM participant WHERE conversation_id = :conversation_id AND user_id = :user_id
"""
NEWEST_UP_TO = """
    SELECT max(m.id) AS id FROM message m WHERE m.conversation_id = :conversation_id AND m.id <= :up_to
"""
MARK = """
    UPDATE participant SET favourite = coalesce(:favourite, favourite), muted = coalesce(:muted, muted)
    WHERE conversation_id = :conversation_id AND user_id = :user_id
"""
CLEAR = """
    UPDATE participant
    SET cleared_up_to = (SELECT c.activity FROM conversation c WHERE c.id = :conversation_id),
        activity = 0, unread = 0, favourite = 0
    WHERE conversation_id = :conversation_id AND user_id = :user_id
"""
OWNERLESS = """
    SELECT c.id, c.party_id, c.activity,
           (SELECT count(*) FROM message m WHERE m.conversation_id = c.id AND m.direction = 'inbound') AS waiting
    FROM conversation c WHERE c.number_id = :number_id AND c.owner_kind = 'none'
"""
GIVE = "UPDATE conversation SET owner_kind = :owner_kind, owner_id = :owner_id WHERE id = :conversation_id"
HELD_MESSAGES = "SELECT m.id FROM message m WHERE m.conversation_id = :conversation_id ORDER BY m.id"
MOVE_MESSAGES = "UPDATE message SET conversation_id = :into WHERE conversation_id = :conversation_id"
ASK_TOO = """
    UPDATE conversation
    SET maybe_opt_out = coalesce(maybe_opt_out, (SELECT o.maybe_opt_out FROM conversation o WHERE o.id = :conversation_id))
    WHERE id = :into
"""
DROP = "DELETE FROM conversation WHERE id = :conversation_id"
CATCH_UP = """
    UPDATE participant SET activity = :activity, unread = unread + :waiting WHERE conversation_id = :conversation_id
"""
SWEEP = """
    DELETE FROM conversation WHERE id IN (
        SELECT id FROM conversation WHERE activity = 0 AND created_at < :before AND maybe_opt_out IS NULL
          AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = conversation.id AND m.status = 'scheduled')
        ORDER BY created_at LIMIT :most)
"""


def page(look: Snapshot, values: dict[str, Any]) -> list[Any]:
    """Rows of `SEEN_BY`, newest activity first."""
    return look.all(PAGE, values)


def one(look: Snapshot, user_id: int, conversation_id: int) -> Any:  # noqa: ANN401 - a row
    """A row of `SEEN_BY`, or None when the user takes no part in it."""
    return look.one(ONE, {"user_id": user_id, "conversation_id": conversation_id})


def takes_part(look: Snapshot, user_id: int, conversation_id: int) -> bool:
    """Whether the user is a participant."""
    return look.one(TAKES_PART, {"user_id": user_id, "conversation_id": conversation_id}) is not None


def find_or_add_sms(txn: Txn, owner: tuple[str, int], number_id: int, party_id: int) -> tuple[int, bool]:
    """The one conversation of this owner, own number and party; whether it was made now. Its owner takes part."""
    owner_kind, owner_id = owner
    key = {"owner_kind": owner_kind, "owner_id": owner_id, "number_id": number_id, "party_id": party_id}
    row = txn.one(FIND_SMS, key)
    if row is not None:
        if not row["activity"]:
            txn.run(RENEW, {"conversation_id": row["id"], "now": txn.now})
        return int(row["id"]), False
    conversation_id = int(txn.one(ADD_SMS, {**key, "now": txn.now})["id"])
    _join_owner(txn, conversation_id, owner_kind, owner_id)
    return conversation_id, True


def touch(txn: Txn, conversation_id: int, message_id: int, *, inbound: bool, quietest: int | None) -> None:
    """A new message stands in the conversation: it rises in every participant's list, and screens are told."""
    values = {"conversation_id": conversation_id, "message_id": message_id}
    txn.run(TOUCH, values)
    txn.run(TOUCH_INBOUND if inbound else TOUCH_OUTBOUND, values)
    if not quietest:
        txn.emit(EventType.CONVERSATION_CREATED, Audience.CONVERSATION, conversation_id, conversation_id)
    txn.emit(EventType.MESSAGE_CREATED, Audience.CONVERSATION, conversation_id, message_id)


def note_hidden(txn: Txn, conversation_id: int, message_id: int) -> None:
    """A message that nobody is shown stands in the conversation: it stays, and no list and no screen hears of it."""
    txn.run(TOUCH, {"conversation_id": conversation_id, "message_id": message_id})


def mark_read(txn: Txn, user_id: int, conversation_id: int, up_to: int) -> tuple[Any, list[Any]] | None:
    """Move a user's read mark forward; the row with `read_up_to` and `unread`, and what was read for the first time
    as `stages.shown` tells it. None for a stranger.
    """
    key = {"user_id": user_id, "conversation_id": conversation_id}
    before = txn.one(READ_STATE, key)
    if before is None:
        return None
    newest = txn.one(NEWEST_UP_TO, {"conversation_id": conversation_id, "up_to": up_to})["id"] or 0
    shown: list[Any] = []
    if txn.run(READ, {**key, "up_to": newest}):
        txn.emit(EventType.READ_UPDATED, Audience.USER, user_id, conversation_id)
        shown = stages.shown(txn, conversation_id, before["read_up_to"], newest)
    return txn.one(READ_STATE, key), shown


def mark(txn: Txn, user_id: int, conversation_id: int, *, favourite: int | None, muted: int | None) -> bool:
    """Set a participant's own marks; False for a stranger."""
    values = {"user_id": user_id, "conversation_id": conversation_id, "favourite": favourite, "muted": muted}
    if not txn.run(MARK, values):
        return False
    txn.emit(EventType.CONVERSATION_UPDATED, Audience.USER, user_id, conversation_id)
    return True


def clear(txn: Txn, user_id: int, conversation_id: int) -> bool:
    """Take a conversation and what it holds out of one user's sight; False for a stranger."""
    if not txn.run(CLEAR, {"user_id": user_id, "conversation_id": conversation_id}):
        return False
    txn.emit(EventType.CONVERSATION_REMOVED, Audience.USER, user_id, conversation_id)
    return True


def adopt(txn: Txn, number_id: int, owner_kind: str, owner_id: int) -> None:
    """Give what waited for an unowned number to its new owner."""
    for row in txn.all(OWNERLESS, {"number_id": number_id}):
        key = {"owner_kind": owner_kind, "owner_id": owner_id, "number_id": number_id, "party_id": row["party_id"]}
        there = txn.one(FIND_SMS, key)
        conversation_id = int(row["id"] if there is None else there["id"])
        moved = []
        for message in txn.all(HELD_MESSAGES, {"conversation_id": row["id"]}):
            search.owned_now(txn, message["id"])
        if there is None:
            txn.run(GIVE, {"owner_kind": owner_kind, "owner_id": owner_id, "conversation_id": conversation_id})
            _join_owner(txn, conversation_id, owner_kind, owner_id)
        else:
            moved = txn.all(HELD_MESSAGES, {"conversation_id": row["id"]})
            txn.run(MOVE_MESSAGES, {"into": conversation_id, "conversation_id": row["id"]})
            txn.run(ASK_TOO, {"into": conversation_id, "conversation_id": row["id"]})
            holds.move(txn, row["id"], conversation_id)
            txn.run(DROP, {"conversation_id": row["id"]})
            txn.run(TOUCH, {"conversation_id": conversation_id, "message_id": row["activity"]})
        caught = {"conversation_id": conversation_id, "activity": row["activity"], "waiting": row["waiting"]}
        txn.run(CATCH_UP, caught)
        txn.emit(EventType.CONVERSATION_CREATED, Audience.CONVERSATION, conversation_id, conversation_id)
        for message in moved:  # a screen may have the older thread open
            txn.emit(EventType.MESSAGE_CREATED, Audience.CONVERSATION, conversation_id, message["id"])


def _join_owner(txn: Txn, conversation_id: int, owner_kind: str, owner_id: int) -> None:
    if owner_kind == "user":
        txn.run(JOIN, {"conversation_id": conversation_id, "user_id": owner_id, "now": txn.now})
