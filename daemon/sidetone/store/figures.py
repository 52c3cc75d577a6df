"""What monitoring asks of the store: counts and ages, each by an index and without reading what waits."""

from dataclasses import dataclass

from sidetone.store import events
from sidetone.store.connection import Snapshot

# The oldest is the one with the least id: ids are given in the order of writing. A left join, or SQLite might begin
# with the messages.
WAITING = """
    SELECT q.carrier, q.waiting, m.created_at AS oldest
    FROM (SELECT o.carrier, count(*) AS waiting, min(o.message_id) AS first
          FROM outbox o WHERE o.attempt_id IS NULL GROUP BY o.carrier) q
    LEFT JOIN message m ON m.id = q.first
"""
UNDER_WAY = "SELECT o.carrier, count(*) AS sending FROM outbox o WHERE o.attempt_id IS NOT NULL GROUP BY o.carrier"
SESSIONS = "SELECT count(*) AS kept FROM session"


@dataclass(frozen=True, slots=True)
class Queue:
    """A carrier's share of the outbox; `oldest` (ms) is when the first of those that wait was written."""

    waiting: int = 0
    sending: int = 0
    oldest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The store at a moment; the journal holds the sequences from `oldest_entry` to `newest_entry`."""

    queues: dict[str, Queue]
    sessions: int
    newest_entry: int
    oldest_entry: int


def figures(look: Snapshot) -> Figures:
    """Count."""
    sending = {row["carrier"]: int(row["sending"]) for row in look.all(UNDER_WAY)}
    waiting = {row["carrier"]: row for row in look.all(WAITING)}
    _, newest, oldest = events.head(look)
    return Figures(
        queues={
            name: Queue(
                waiting=int(waiting[name]["waiting"]) if name in waiting else 0,
                sending=sending.get(name, 0),
                oldest=waiting[name]["oldest"] if name in waiting else None,
            )
            for name in sorted(waiting.keys() | sending.keys())
        },
        sessions=int(look.one(SESSIONS)["kept"]),
        newest_entry=newest,
        oldest_entry=oldest,
    )
