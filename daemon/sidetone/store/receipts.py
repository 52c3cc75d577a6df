"""Receipts: in any order, any number of times, also before the answer to the send."""

from sidetone.domain.incoming import Receipt
from sidetone.domain.status import ReceiptStatus, Status, part_status, whole_status
from sidetone.store import messages
from sidetone.store.connection import Txn

KEEP = """
    INSERT INTO receipt (carrier, carrier_id, status, code, text, carrier_at, received_at, part_id)
    VALUES (:carrier, :carrier_id, :status, :code, :text, :carrier_at, :now, :part_id)
    ON CONFLICT (carrier, carrier_id, status, code) DO UPDATE SET times = receipt.times + 1
    RETURNING times
"""
PART = """
    SELECT r.id, r.attempt_id FROM part r
    WHERE r.carrier = :carrier AND r.carrier_id = :carrier_id ORDER BY r.id DESC LIMIT 1
"""
MATCH_EARLY = """
    UPDATE receipt SET part_id = :part_id
    WHERE carrier = :carrier AND carrier_id = :carrier_id AND part_id IS NULL
"""
OF_PART = "SELECT e.status, e.code, e.text FROM receipt e WHERE e.part_id = :part_id ORDER BY e.id"
SET_PART = "UPDATE part SET status = :status WHERE id = :part_id"
OF_ATTEMPT = """
    SELECT r.id, r.status, t.message_id, t.round FROM part r JOIN attempt t ON t.id = r.attempt_id
    WHERE r.attempt_id = :attempt_id ORDER BY r.position
"""
LATER_ROUND = """
    SELECT m.round, m.status, m.conversation_id, o.attempt_id, o.message_id AS queued
    FROM message m LEFT JOIN outbox o ON o.message_id = m.id WHERE m.id = :message_id
"""
UNQUEUE = "DELETE FROM outbox WHERE message_id = :message_id AND attempt_id IS NULL"
FORGET_UNMATCHED = """
    DELETE FROM receipt WHERE id IN (
        SELECT id FROM receipt WHERE part_id IS NULL AND received_at < :before ORDER BY received_at LIMIT :most)
"""
_BAD = (ReceiptStatus.UNDELIVERED, ReceiptStatus.FAILED, ReceiptStatus.EXPIRED)


def keep(txn: Txn, carrier: str, receipt: Receipt) -> None:
    """Store what a carrier said, and move the message that it speaks of, if it is known yet."""
    part = txn.one(PART, {"carrier": carrier, "carrier_id": receipt.carrier_id})
    row = txn.one(
        KEEP,
        {
            "carrier": carrier,
            "carrier_id": receipt.carrier_id,
            "status": receipt.status,
            "code": receipt.code[:64],
            "text": receipt.text[:500],
            "carrier_at": receipt.carrier_time,
            "now": txn.now,
            "part_id": None if part is None else part["id"],
        },
    )
    if part is None or row["times"] > 1:
        return
    _set_part(txn, part["id"])
    settle(txn, part["attempt_id"])


def match_early(txn: Txn, part_id: int, carrier: str, carrier_id: str) -> None:
    """Give a new part the receipts that came before it."""
    if txn.run(MATCH_EARLY, {"part_id": part_id, "carrier": carrier, "carrier_id": carrier_id}):
        _set_part(txn, part_id)


def settle(txn: Txn, attempt_id: int) -> None:
    """Compute a message's status from its parts, and move it there if that is a step forward in its round."""
    parts = txn.all(OF_ATTEMPT, {"attempt_id": attempt_id})
    if not parts:
        return
    whole = whole_status([Status(part["status"]) for part in parts])
    if whole is Status.SENT:
        return
    message_id, round_ = parts[0]["message_id"], parts[0]["round"]
    problem = _problem(txn, [part["id"] for part in parts]) if whole is not Status.DELIVERED else ("", "", "")
    if not messages.move(txn, message_id, round_, whole, problem=problem) and whole is Status.DELIVERED:
        _spare_repeat(txn, message_id, round_)


def _spare_repeat(txn: Txn, message_id: int, round_: int) -> None:
    """An earlier round turns out delivered: a retry that has not left yet is not sent any more."""
    row = txn.one(LATER_ROUND, {"message_id": message_id})
    waits = row is not None and row["round"] > round_ and row["queued"] is not None and row["attempt_id"] is None
    if waits and txn.run(UNQUEUE, {"message_id": message_id}):
        messages.set_status(txn, message_id, row["conversation_id"], Status.DELIVERED, deadline_at=None)


def _set_part(txn: Txn, part_id: int) -> None:
    said = [ReceiptStatus(row["status"]) for row in txn.all(OF_PART, {"part_id": part_id})]
    txn.run(SET_PART, {"part_id": part_id, "status": part_status(said)})


def _problem(txn: Txn, part_ids: list[int]) -> tuple[str, str, str]:
    for part_id in part_ids:
        for row in txn.all(OF_PART, {"part_id": part_id}):
            if ReceiptStatus(row["status"]) in _BAD:
                return "undelivered", row["code"], row["text"]
    return "undelivered", "", ""
