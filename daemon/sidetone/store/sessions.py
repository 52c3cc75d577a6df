"""Signed-in screens and API clients. A token's hash is stored, never the token."""

from typing import Any

from sidetone.store.connection import Snapshot, Txn, Values

ALIVE = """
    SELECT s.id AS session_id, s.seen_at, s.ends_at, u.id, u.name, u.role, u.rights, u.country, u.settings
    FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.token_hash = :token_hash AND s.ends_at > :now AND s.ends_at <= :latest
      AND s.seen_at > :idle_since AND u.disabled_at IS NULL
"""
# Only for a user who may sign in, and whose password is still the one that was found right.
OPEN = """
    INSERT INTO session (user_id, token_hash, kind, created_at, seen_at, ends_at)
    SELECT u.id, :token_hash, :kind, :now, :now, :ends_at FROM "user" u
    WHERE u.id = :user_id AND u.password_hash = :password_hash AND u.disabled_at IS NULL
    RETURNING id
"""
OPEN_ONES = """
    SELECT s.id, s.kind, s.created_at, s.seen_at, s.ends_at, u.id AS user_id, u.name
    FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.id < :before AND s.ends_at > :now AND s.seen_at > :idle_since AND u.disabled_at IS NULL
      AND (:who = '' OR u.name = :who)
    ORDER BY s.id DESC LIMIT :limit
"""
WHOSE = """
    SELECT u.id AS user_id, u.name FROM session s JOIN "user" u ON u.id = s.user_id WHERE s.id = :id
"""
SEEN = "UPDATE session SET seen_at = :now WHERE id = :id"
END = "DELETE FROM session WHERE id = :id"
END_ALL_OF = "DELETE FROM session WHERE user_id = :user_id"
END_SURPLUS_OF = """
    DELETE FROM session WHERE id IN (
        SELECT id FROM session WHERE user_id = :user_id ORDER BY seen_at DESC, id DESC LIMIT :most OFFSET :kept)
"""
SWEEP = """
    DELETE FROM session WHERE id IN (
        SELECT id FROM session WHERE ends_at <= :now OR seen_at <= :idle_since ORDER BY id LIMIT :most)
"""


def alive(look: Snapshot, values: Values) -> Any:  # noqa: ANN401 - a row
    """The session and its user, or None when it has ended or its user may not sign in."""
    return look.one(ALIVE, values)


def open_session(txn: Txn, values: Values) -> bool:
    """Add a session; False when the user may not have one."""
    return txn.one(OPEN, {**values, "now": txn.now}) is not None


def open_ones(look: Snapshot, values: Values) -> list[Any]:
    """Sessions that are not over, the newest first; `who` is a user's name or empty."""
    return look.all(OPEN_ONES, values)


def whose(look: Snapshot, session_id: int) -> Any:  # noqa: ANN401 - a row
    """`user_id` and `name` of whoever has this session, or None."""
    return look.one(WHOSE, {"id": session_id})


def seen(txn: Txn, session_id: int) -> None:
    """Note that it was used just now."""
    txn.run(SEEN, {"id": session_id, "now": txn.now})


def end(txn: Txn, session_id: int) -> None:
    """End one session."""
    txn.run(END, {"id": session_id})


def end_all_of(txn: Txn, user_id: int) -> int:
    """End every session of a user; how many there were."""
    return txn.run(END_ALL_OF, {"user_id": user_id})


def end_surplus_of(txn: Txn, user_id: int, kept: int, most: int) -> int:
    """End those of a user beyond the `kept` that were used last; how many."""
    return txn.run(END_SURPLUS_OF, {"user_id": user_id, "kept": kept, "most": most})


def sweep(txn: Txn, idle_since: int, most: int) -> int:
    """Forget sessions that are over; how many."""
    return txn.run(SWEEP, {"now": txn.now, "idle_since": idle_since, "most": most})
