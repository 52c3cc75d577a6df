"""Legal holds: what must be kept although its time is over. Lifted ones stay as history."""

from typing import Any

from sidetone.store.connection import Snapshot, Txn

# Whether conversation `c` is held, by itself or by its party.
STANDS = """
    (EXISTS (SELECT 1 FROM legal_hold h WHERE h.conversation_id = c.id AND h.lifted_at IS NULL)
     OR EXISTS (SELECT 1 FROM legal_hold h WHERE h.party_id = c.party_id AND h.lifted_at IS NULL))
"""
ADD = """
    INSERT INTO legal_hold (conversation_id, party_id, reason, made_by, created_at)
    VALUES (:conversation_id, :party_id, :reason, :made_by, :now) RETURNING id
"""
LIFT = "UPDATE legal_hold SET lifted_at = :now, lifted_by = :lifted_by WHERE id = :id AND lifted_at IS NULL"
SHOWN = """
    SELECT h.id, h.conversation_id, h.reason, h.created_at, h.lifted_at,
           y.kind AS party_kind, y.value AS party_value, u.id AS made_by_id, u.display_name AS made_by_name,
           v.id AS lifted_by_id, v.display_name AS lifted_by_name
    FROM legal_hold h LEFT JOIN party y ON y.id = h.party_id
    LEFT JOIN "user" u ON u.id = h.made_by LEFT JOIN "user" v ON v.id = h.lifted_by
"""
ONE = f"{SHOWN} WHERE h.id = :id"
PAGE = f"""
    {SHOWN}
    WHERE h.id < :before AND (:state <> 'in_force' OR h.lifted_at IS NULL)
      AND (:state <> 'lifted' OR h.lifted_at IS NOT NULL)
    ORDER BY h.id DESC LIMIT :limit
"""
MOVE = "UPDATE legal_hold SET conversation_id = :into WHERE conversation_id = :conversation_id"
THERE = "SELECT c.id FROM conversation c WHERE c.id = :id"


def add(txn: Txn, values: dict[str, Any]) -> int:
    """Hold a conversation or a party; its id."""
    return int(txn.one(ADD, {**values, "now": txn.now})["id"])


def lift(txn: Txn, id_: int, user_id: int | None) -> bool:
    """End a hold; False when it has ended before."""
    return txn.run(LIFT, {"id": id_, "lifted_by": user_id, "now": txn.now}) > 0


def move(txn: Txn, conversation_id: int, into: int) -> None:
    """What one conversation held is in another from now on, and the hold with it."""
    txn.run(MOVE, {"conversation_id": conversation_id, "into": into})


def one(look: Snapshot, id_: int) -> Any:  # noqa: ANN401 - a row
    """A row of `SHOWN`, or None."""
    return look.one(ONE, {"id": id_})


def page(look: Snapshot, before: int, limit: int, state: str) -> list[Any]:
    """Rows of `SHOWN`, newest first; `state` is `in_force`, `lifted` or `all`."""
    return look.all(PAGE, {"before": before, "limit": limit, "state": state})


def is_conversation(look: Snapshot, conversation_id: int) -> bool:
    """Whether there is such a conversation, whoever takes part."""
    return look.one(THERE, {"id": conversation_id}) is not None
