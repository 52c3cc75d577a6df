"""The outbox: the durable queue of messages that a carrier has still to take, and what came of each attempt."""

from dataclasses import dataclass
from typing import Any

from sidetone.domain.status import Status
from sidetone.store import messages, receipts
from sidetone.store.connection import Snapshot, Txn

ADD = """
    INSERT INTO outbox (message_id, conversation_id, carrier, not_before, valid_until, round)
    VALUES (:message_id, :conversation_id, :carrier, :not_before, :valid_until, :round)
"""
REMOVE = "DELETE FROM outbox WHERE message_id = :message_id"
# An answer settles the claim it belongs to and no later one: its message may be in a new round by then.
SETTLE = "DELETE FROM outbox WHERE message_id = :message_id AND attempt_id = :attempt_id"
# The heads of their conversations that are due: what waits ahead of one holds it back, and what is under way does.
DUE = """
    SELECT o.message_id, o.conversation_id, o.round, o.tries, o.valid_until, b.body, n.e164, m.correlation,
           y.kind AS party_kind, y.value AS party_value
    FROM outbox o
    JOIN message m ON m.id = o.message_id
    JOIN message_body b ON b.message_id = o.message_id
    JOIN number n ON n.id = m.number_id
    JOIN conversation c ON c.id = o.conversation_id
    JOIN party y ON y.id = c.party_id
    WHERE o.carrier = :carrier AND o.attempt_id IS NULL AND o.not_before <= :now AND o.valid_until > :now
      AND NOT EXISTS (SELECT 1 FROM outbox e
                      WHERE e.conversation_id = o.conversation_id AND e.message_id < o.message_id)
      AND o.conversation_id NOT IN (SELECT e.conversation_id FROM outbox e WHERE e.attempt_id IS NOT NULL)
    ORDER BY o.not_before, o.message_id LIMIT :most
"""
NEXT_DUE = """
    SELECT min(o.not_before) AS at FROM outbox o
    WHERE o.carrier = :carrier AND o.attempt_id IS NULL AND o.not_before > :now
"""
QUEUES = """
    SELECT o.carrier, count(*) AS waiting, min(m.created_at) AS oldest
    FROM outbox o JOIN message m ON m.id = o.message_id WHERE o.attempt_id IS NULL GROUP BY o.carrier
"""
CLAIM = "UPDATE outbox SET attempt_id = :attempt_id, tries = tries + 1 WHERE message_id = :message_id"
RELEASE = """
    UPDATE outbox SET attempt_id = NULL, not_before = :not_before
    WHERE message_id = :message_id AND attempt_id = :attempt_id
"""
STRANDED = "SELECT o.message_id, o.round, o.attempt_id FROM outbox o WHERE o.attempt_id IS NOT NULL LIMIT 1000"
BEGIN_ATTEMPT = """
    INSERT INTO attempt (message_id, round, carrier, reference, started_at)
    VALUES (:message_id, :round, :carrier, :reference, :now) RETURNING id
"""
END_ATTEMPT = """
    UPDATE attempt SET finished_at = :now, outcome = :outcome, kind = :kind, code = :code, text = :text
    WHERE id = :attempt_id AND (outcome IS NULL OR outcome = 'unknown')
"""
ADD_PART = """
    INSERT INTO part (attempt_id, position, carrier, carrier_id, status)
    VALUES (:attempt_id, :position, :carrier, :carrier_id, :status) RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Which try to send which message in which round: what an answer settles."""

    message_id: int
    round: int
    attempt_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Claim):
    """A message in a carrier's hands, and what to send."""

    tries: int
    reference: str
    carrier: str
    sender: str
    party_kind: str
    party_value: str
    body: str
    valid_until: int
    correlation: str


def add(txn: Txn, message_id: int, conversation_id: int, carrier: str, *, valid_until: int, round_: int = 1) -> None:
    """Queue a message, due at once."""
    txn.run(
        ADD,
        {
            "message_id": message_id,
            "conversation_id": conversation_id,
            "carrier": carrier,
            "not_before": txn.now,
            "valid_until": valid_until,
            "round": round_,
        },
    )


def claim(txn: Txn, carrier: str, most: int, salt: str, deadline_at: int) -> tuple[list[Claimed], int | None]:
    """Claim up to `most` due messages of a carrier: from here on each is `sending` and in its hands.

    `salt` makes references unique beyond this store's life; a restored backup must not repeat one. With them comes
    when (ms) the next one that waits for its time is due, None when none does.
    """
    claimed = []
    for row in txn.all(DUE, {"carrier": carrier, "now": txn.now, "most": most}):
        reference = f"{row['message_id']}-{row['round']}-{row['tries'] + 1}-{salt}"
        begun = {"message_id": row["message_id"], "round": row["round"], "carrier": carrier, "reference": reference}
        attempt_id = int(txn.one(BEGIN_ATTEMPT, {**begun, "now": txn.now})["id"])
        txn.run(CLAIM, {"attempt_id": attempt_id, "message_id": row["message_id"]})
        messages.set_status(txn, row["message_id"], row["conversation_id"], Status.SENDING, deadline_at=deadline_at)
        claimed.append(_claimed(row, attempt_id, reference, carrier))
    return claimed, txn.one(NEXT_DUE, {"carrier": carrier, "now": txn.now})["at"]


def accepted(txn: Txn, claim: Claimed, parts: tuple[str | None, ...], note: str, deadline_at: int) -> None:
    """The carrier has it: its parts, and whatever receipts came before this answer."""
    _end(txn, claim, "accepted", text=note)
    early = []
    for position, carrier_id in enumerate(parts, start=1):
        values = {"attempt_id": claim.attempt_id, "position": position, "carrier": claim.carrier}
        part_id = txn.one(ADD_PART, {**values, "carrier_id": carrier_id, "status": Status.SENT})["id"]
        if carrier_id is not None and receipts.match_early(txn, part_id, claim.carrier, carrier_id):
            early.append(part_id)
    messages.move(txn, claim.message_id, claim.round, Status.SENT, deadline_at=deadline_at)
    if early:
        receipts.settle(txn, claim.attempt_id, early)


def rejected(txn: Txn, claim: Claimed, kind: str, code: str, text: str) -> None:
    """The carrier will never take it."""
    _end(txn, claim, "rejected", kind=kind, code=code, text=text)
    messages.move(txn, claim.message_id, claim.round, Status.FAILED, problem=(kind, code, text))


def deferred(txn: Txn, claim: Claimed, not_before: int, kind: str, code: str, text: str) -> None:
    """Not taken and certainly not sent: it waits for its next try."""
    key = {"message_id": claim.message_id, "attempt_id": claim.attempt_id}
    if not txn.run(RELEASE, {**key, "not_before": not_before}):
        return  # it was given up as unknown meanwhile, and a person may have decided on that
    _end_attempt(txn, claim.attempt_id, "deferred", kind=kind, code=code, text=text)
    messages.move(
        txn,
        claim.message_id,
        claim.round,
        Status.QUEUED,
        deadline_at=claim.valid_until,
        problem=(kind, code, text),
        back=True,
    )


def unknown(txn: Txn, claim: Claim, kind: str, code: str, text: str, deadline_at: int) -> None:
    """It may have been sent: never again by itself."""
    _end(txn, claim, "unknown", kind=kind, code=code, text=text)
    problem = (kind, code, text)
    messages.move(txn, claim.message_id, claim.round, Status.UNKNOWN, deadline_at=deadline_at, problem=problem)


def strand(txn: Txn, deadline_at: int) -> int:
    """At start: what was in a carrier's hands when the daemon ended is `unknown`; how many (1000 at most a call)."""
    rows = txn.all(STRANDED)
    for row in rows:
        unknown(txn, Claim(**row), "stopped", "", "", deadline_at)
    return len(rows)


def queues(look: Snapshot) -> list[Any]:
    """Of each carrier that messages wait for: `carrier`, how many are `waiting`, and the `oldest` (ms)."""
    return look.all(QUEUES)


def _end(txn: Txn, claim: Claim, outcome: str, *, kind: str = "", code: str = "", text: str = "") -> None:
    """An attempt ends, and with it its message's wait; never a claim that came after it."""
    _end_attempt(txn, claim.attempt_id, outcome, kind=kind, code=code, text=text)
    txn.run(SETTLE, {"message_id": claim.message_id, "attempt_id": claim.attempt_id})


def _end_attempt(txn: Txn, attempt_id: int, outcome: str, *, kind: str, code: str, text: str) -> None:
    values = {"attempt_id": attempt_id, "outcome": outcome, "kind": kind, "code": code, "text": text}
    txn.run(END_ATTEMPT, {**values, "now": txn.now})


def _claimed(row: Any, attempt_id: int, reference: str, carrier: str) -> Claimed:  # noqa: ANN401 - a row
    return Claimed(
        message_id=row["message_id"],
        attempt_id=attempt_id,
        round=row["round"],
        tries=row["tries"] + 1,
        reference=reference,
        carrier=carrier,
        sender=row["e164"],
        party_kind=row["party_kind"],
        party_value=row["party_value"],
        body=row["body"],
        valid_until=row["valid_until"],
        correlation=row["correlation"],
    )
