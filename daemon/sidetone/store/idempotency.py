"""One effect for one Idempotency-Key, kept in the effect's own transaction."""

from dataclasses import dataclass

from sidetone.domain.fault import SidetoneError
from sidetone.store.connection import Txn

KEPT = 7 * 24 * 60 * 60 * 1000

FIND = "SELECT fingerprint, subject_id FROM idempotency WHERE user_id = :user_id AND key = :key"
KEEP = """
    INSERT INTO idempotency (user_id, key, fingerprint, subject_id, created_at)
    VALUES (:user_id, :key, :fingerprint, :subject_id, :now)
"""
FORGET = """
    DELETE FROM idempotency WHERE (user_id, key) IN (
        SELECT user_id, key FROM idempotency WHERE created_at < :before ORDER BY created_at LIMIT :most)
"""


class KeyReused(SidetoneError):
    """The same Idempotency-Key came with another request."""

    code = "idempotency-key-reused"
    status = 422


@dataclass(frozen=True, slots=True)
class Once:
    """A client's key, and the keyed hash of what it asked, so that the same key with other words is refused."""

    user_id: int
    key: str
    fingerprint: str


def done_before(txn: Txn, once: Once | None) -> int | None:
    """The id of what this key has already made, or None. Raises KeyReused."""
    if once is None:
        return None
    row = txn.one(FIND, {"user_id": once.user_id, "key": once.key})
    if row is None:
        return None
    if row["fingerprint"] != once.fingerprint:
        raise KeyReused(
            "This Idempotency-Key was used for another request.", hint="Make a new key for each new request."
        )
    return int(row["subject_id"])


def remember(txn: Txn, once: Once | None, subject_id: int) -> None:
    """Keep what the key has made."""
    if once is not None:
        txn.run(
            KEEP,
            {
                "user_id": once.user_id,
                "key": once.key,
                "fingerprint": once.fingerprint,
                "subject_id": subject_id,
                "now": txn.now,
            },
        )
