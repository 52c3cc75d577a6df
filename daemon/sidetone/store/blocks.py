"""Whom a user does not want to hear from: their texts are stored, and shown to nobody while the block stands."""

from typing import Any

from sidetone.store.connection import Snapshot, Txn
from sidetone.store.journal import Audience, EventType

MOST_TOLD = 200  # of the messages that a lifted block brings to light, the newest are told to screens one by one

# Whether the owner of number `n` has blocked party `y`.
STANDS = """
    EXISTS (SELECT 1 FROM block bk WHERE n.owner_kind = 'user' AND bk.user_id = n.owner_id AND bk.party_id = y.id)
"""
ADD = """
    INSERT INTO block (user_id, party_id, source, created_at) VALUES (:user_id, :party_id, :source, :now)
    ON CONFLICT (user_id, party_id) DO NOTHING
"""
REMOVE = "DELETE FROM block WHERE user_id = :user_id AND party_id = :party_id"
SHOWN = """
    SELECT k.party_id, k.source, k.created_at, y.kind AS party_kind, y.value AS party_value
    FROM block k JOIN party y ON y.id = k.party_id
"""
ONE = f"{SHOWN} WHERE k.user_id = :user_id AND k.party_id = :party_id"
PAGE = f"{SHOWN} WHERE k.user_id = :user_id AND k.party_id > :after ORDER BY k.party_id LIMIT :limit"
THREADS = """
    SELECT c.id, p.activity FROM conversation c JOIN participant p ON p.conversation_id = c.id
    WHERE c.party_id = :party_id AND p.user_id = :user_id
"""
UNHIDDEN = """
    SELECT m.id FROM message m WHERE m.conversation_id = :conversation_id AND m.hidden = 1 ORDER BY m.id
"""
UNHIDE = "UPDATE message SET hidden = 0 WHERE conversation_id = :conversation_id AND hidden = 1"
# What was hidden counts as new for its reader.
RECOUNT = """
    UPDATE participant
    SET activity = coalesce((SELECT max(m.id) FROM message m WHERE m.conversation_id = :conversation_id
                               AND m.id > participant.cleared_up_to AND m.hidden = 0), 0),
        unread = (SELECT count(*) FROM message m
                  WHERE m.conversation_id = :conversation_id AND m.id > participant.read_up_to
                    AND m.id > participant.cleared_up_to AND m.direction = 'inbound' AND m.hidden = 0)
    WHERE conversation_id = :conversation_id AND user_id = :user_id
"""


def add(txn: Txn, user_id: int, party_id: int, source: str) -> bool:
    """Block a party for a user, by `menu` or by `word`; whether that is new."""
    values = {"user_id": user_id, "party_id": party_id, "source": source, "now": txn.now}
    if not txn.run(ADD, values):
        return False
    _announce(txn, user_id, party_id)
    return True


def remove(txn: Txn, user_id: int, party_id: int) -> bool:
    """Undo a block: what it hid is shown, as unread; False when there is none."""
    if not txn.run(REMOVE, {"user_id": user_id, "party_id": party_id}):
        return False
    _announce(txn, user_id, party_id)
    for thread in txn.all(THREADS, {"user_id": user_id, "party_id": party_id}):
        _show(txn, user_id, thread["id"], listed=thread["activity"] > 0)
    return True


def one(look: Snapshot, user_id: int, party_id: int) -> Any:  # noqa: ANN401 - a row
    """A row of `SHOWN`, or None."""
    return look.one(ONE, {"user_id": user_id, "party_id": party_id})


def page(look: Snapshot, user_id: int, after: int, limit: int) -> list[Any]:
    """Rows of `SHOWN`, in the order of their parties' ids."""
    return look.all(PAGE, {"user_id": user_id, "after": after, "limit": limit})


def _show(txn: Txn, user_id: int, conversation_id: int, *, listed: bool) -> None:
    hidden = txn.all(UNHIDDEN, {"conversation_id": conversation_id})
    if not hidden:
        return
    txn.run(UNHIDE, {"conversation_id": conversation_id})
    txn.run(RECOUNT, {"conversation_id": conversation_id, "user_id": user_id})
    type_ = EventType.CONVERSATION_UPDATED if listed else EventType.CONVERSATION_CREATED
    txn.emit(type_, Audience.USER, user_id, conversation_id)
    for row in hidden[-MOST_TOLD:]:
        txn.emit(EventType.MESSAGE_CREATED, Audience.CONVERSATION, conversation_id, row["id"])


def _announce(txn: Txn, user_id: int, party_id: int) -> None:
    for thread in txn.all(THREADS, {"user_id": user_id, "party_id": party_id}):
        if thread["activity"]:
            txn.emit(EventType.CONVERSATION_UPDATED, Audience.USER, user_id, thread["id"])
