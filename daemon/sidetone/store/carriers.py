"""What the store knows of a carrier: its queue, what came of its attempts, and who can send by it."""

from typing import Any

from sidetone.store.connection import Snapshot

# A left join keeps the few rows that wait in front: messages by their age would be all of them.
QUEUES = """
    SELECT o.carrier, count(*) - count(o.attempt_id) AS waiting, count(o.attempt_id) AS under_way,
           min(CASE WHEN o.attempt_id IS NULL THEN m.created_at END) AS oldest
    FROM outbox o LEFT JOIN message m ON m.id = o.message_id GROUP BY o.carrier
"""
OUTCOMES = """
    SELECT a.carrier, a.outcome, a.kind, count(*) AS count FROM attempt a
    WHERE a.started_at >= :since GROUP BY a.carrier, a.outcome, a.kind ORDER BY count DESC, a.outcome, a.kind
"""
LAST_INBOUND = """
    SELECT m.created_at AS at FROM message m
    WHERE m.created_at >= :since AND m.direction = 'inbound' AND m.carrier = :carrier ORDER BY m.created_at DESC LIMIT 1
"""
SENDERS = """
    SELECT n.e164, n.owner_id FROM number n JOIN "user" u ON u.id = n.owner_id
    WHERE n.owner_kind = 'user' AND u.disabled_at IS NULL AND n.carrier = :carrier
      AND (:user_id IS NULL OR n.owner_id = :user_id) AND (:e164 = '' OR n.e164 = :e164)
    ORDER BY n.id LIMIT 1
"""
AUTHOR = "SELECT m.author_id FROM message m WHERE m.id = :message_id"
# The newest that came by a carrier and that nobody could read.
ODD = """
    SELECT id, content_type, raw, reason, received_at FROM misunderstood
    WHERE carrier = :carrier ORDER BY id DESC LIMIT 50
"""


def odd(look: Snapshot, carrier: str) -> list[Any]:
    """What came by a carrier and was kept as it came, newest first: some of it, with its `raw` octets."""
    return look.all(ODD, {"carrier": carrier})


def queues(look: Snapshot) -> dict[str, Any]:
    """`waiting`, `under_way` and the `oldest` that waits (ms), of each carrier that has any."""
    return {row["carrier"]: row for row in look.all(QUEUES)}


def outcomes(look: Snapshot, since: int) -> list[Any]:
    """`carrier`, `outcome`, `kind` and `count` of the attempts that began since (ms)."""
    return look.all(OUTCOMES, {"since": since})


def last_inbound(look: Snapshot, carrier: str, since: int) -> int | None:
    """When (ms) the newest text came by a carrier, None for none since."""
    row = look.one(LAST_INBOUND, {"carrier": carrier, "since": since})
    return None if row is None else int(row["at"])


def sender(look: Snapshot, carrier: str, user_id: int | None, e164: str) -> Any:  # noqa: ANN401 - a row
    """The first number, of this user or of any, that leaves by the carrier: `e164` and `owner_id`, or None."""
    return look.one(SENDERS, {"carrier": carrier, "user_id": user_id, "e164": e164})


def author(look: Snapshot, message_id: int) -> int | None:
    """Who wrote a message."""
    row = look.one(AUTHOR, {"message_id": message_id})
    return None if row is None else row["author_id"]
