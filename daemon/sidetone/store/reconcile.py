"""What carriers must be asked for: sends of unknown fate, receipts that never came, texts that nobody brought."""

from dataclasses import dataclass
from typing import Any

from sidetone.domain.outcome import Accepted, Rejected
from sidetone.store import outbox
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.outbox import Claimed

# Both lists run along the deadlines' index: a deadline tells how long a status has lasted.
UNKNOWN = """
    SELECT m.deadline_at, t.id AS attempt_id, t.message_id, t.round, t.reference, t.started_at, b.body, n.e164,
           m.correlation, y.kind AS party_kind, y.value AS party_value
    FROM message m
    JOIN attempt t ON t.message_id = m.id AND t.round = m.round
    JOIN message_body b ON b.message_id = m.id
    JOIN number n ON n.id = m.number_id
    JOIN conversation c ON c.id = m.conversation_id
    JOIN party y ON y.id = c.party_id
    WHERE m.deadline_at >= :deadline AND m.deadline_at <= :upto AND (m.deadline_at > :deadline OR t.id > :id)
      AND m.status = 'unknown' AND t.carrier = :carrier AND t.outcome = 'unknown'
    ORDER BY m.deadline_at, t.id LIMIT :most
"""
UNTOLD = """
    SELECT m.deadline_at, r.id AS part_id, r.carrier_id
    FROM message m
    JOIN attempt t ON t.message_id = m.id AND t.round = m.round
    JOIN part r ON r.attempt_id = t.id
    WHERE m.deadline_at >= :deadline AND m.deadline_at <= :upto AND (m.deadline_at > :deadline OR r.id > :id)
      AND m.status = 'sent' AND r.status = 'sent' AND r.carrier = :carrier AND r.carrier_id IS NOT NULL
    ORDER BY m.deadline_at, r.id LIMIT :most
"""
STILL_UNKNOWN = "SELECT t.id FROM attempt t WHERE t.id = :attempt_id AND t.outcome = 'unknown'"
ANOTHERS = """
    SELECT r.id FROM part r
    WHERE r.carrier = :carrier AND r.carrier_id = :carrier_id AND r.attempt_id <> :attempt_id LIMIT 1
"""
NUMBERS = """
    SELECT n.e164, n.created_at, r.at
    FROM number n LEFT JOIN reconciled r ON r.number_id = n.id AND r.carrier = :carrier
    WHERE n.carrier = :carrier ORDER BY n.id
"""
MARK = """
    INSERT INTO reconciled (carrier, number_id, at)
    SELECT :carrier, n.id, :at FROM number n WHERE n.carrier = :carrier
    ON CONFLICT (carrier, number_id) DO UPDATE SET at = excluded.at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An attempt whose fate is not known. `deadline_at`: when nobody asks any more."""

    claim: Claimed
    started_at: int
    deadline_at: int

    @property
    def id(self) -> int:
        """Its place among those of one deadline."""
        return self.claim.attempt_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A part that a carrier accepted and has said nothing final about."""

    id: int
    carrier_id: str
    deadline_at: int


def unknown(look: Snapshot, carrier: str, after: tuple[int, int], upto: int, most: int) -> list[Doubt]:
    """The next attempts of unknown fate behind (deadline, id), with deadlines up to `upto`."""
    deadline, id_ = after
    rows = look.all(UNKNOWN, {"carrier": carrier, "deadline": deadline, "id": id_, "upto": upto, "most": most})
    return [_doubt(row, carrier) for row in rows]


def untold(look: Snapshot, carrier: str, after: tuple[int, int], upto: int, most: int) -> list[Untold]:
    """The next parts without a final receipt behind (deadline, id), with deadlines up to `upto`."""
    deadline, id_ = after
    rows = look.all(UNTOLD, {"carrier": carrier, "deadline": deadline, "id": id_, "upto": upto, "most": most})
    return [Untold(id=row["part_id"], carrier_id=row["carrier_id"], deadline_at=row["deadline_at"]) for row in rows]


def settle(txn: Txn, claim: Claimed, outcome: Accepted | Rejected, receipt_until: int) -> bool:
    """Write down what became of an attempt; False when that is known by now, or when the ids are another attempt's."""
    if txn.one(STILL_UNKNOWN, {"attempt_id": claim.attempt_id}) is None:
        return False
    if isinstance(outcome, Rejected):
        outbox.rejected(txn, claim, outcome.kind.value, outcome.code, outcome.text)
        return True
    key = {"carrier": claim.carrier, "attempt_id": claim.attempt_id}
    if any(txn.one(ANOTHERS, {**key, "carrier_id": part}) is not None for part in outcome.parts if part is not None):
        return False
    outbox.accepted(txn, claim, outcome.parts, outcome.note, receipt_until)
    return True


def numbers(look: Snapshot, carrier: str) -> list[Any]:
    """The numbers whose home a carrier is: `e164`, `created_at`, and `at`, up to when its list was read (or None)."""
    return look.all(NUMBERS, {"carrier": carrier})


def mark(txn: Txn, carrier: str, at: int) -> None:
    """The carrier's list has been read through, as it was at `at`."""
    txn.run(MARK, {"carrier": carrier, "at": at})


def _doubt(row: Any, carrier: str) -> Doubt:  # noqa: ANN401 - a row
    claim = Claimed(
        message_id=row["message_id"],
        attempt_id=row["attempt_id"],
        round=row["round"],
        tries=1,
        reference=row["reference"],
        carrier=carrier,
        sender=row["e164"],
        party_kind=row["party_kind"],
        party_value=row["party_value"],
        body=row["body"],
        valid_until=row["deadline_at"],
        correlation=row["correlation"],
    )
    return Doubt(claim=claim, started_at=row["started_at"], deadline_at=row["deadline_at"])
