"""Receipts: in any order, any number of times, also before the answer to the send."""

from collections.abc import Sequence
from typing import Any

from sidetone.domain.incoming import Receipt
from sidetone.domain.outcome import RejectKind
from sidetone.domain.status import ReceiptStatus, Status, is_bad, part_status, whole_status
from sidetone.store import messages, opt_outs
from sidetone.store.connection import Txn

# What a carrier repeats is counted. Where it gives an old id to a new part, the receipt belongs to the new one.
KEEP = """
    INSERT INTO receipt (carrier, carrier_id, status, code, text, kind, carrier_at, received_at, part_id)
    VALUES (:carrier, :carrier_id, :status, :code, :text, :kind, :carrier_at, :now,
            (SELECT max(r.id) FROM part r WHERE r.carrier = :carrier AND r.carrier_id = :carrier_id))
    ON CONFLICT (carrier, carrier_id, status, code) DO UPDATE
    SET times = CASE WHEN coalesce(receipt.part_id, 0) = coalesce(excluded.part_id, 0) THEN receipt.times + 1 ELSE 1 END,
        received_at = CASE WHEN coalesce(receipt.part_id, 0) = coalesce(excluded.part_id, 0)
                           THEN receipt.received_at ELSE excluded.received_at END,
        part_id = excluded.part_id
    RETURNING times, part_id
"""
MATCH_EARLY = """
    UPDATE receipt SET part_id = :part_id
    WHERE carrier = :carrier AND carrier_id = :carrier_id AND part_id IS NULL
    RETURNING kind, code, text
"""
SET_PART = "UPDATE part SET status = :status WHERE id = :part_id"
# Every part of one part's attempt with every receipt of each; a part without any has one row.
OF_ATTEMPT = """
    SELECT r.id AS part_id, r.carrier_id, t.message_id, t.round, e.status, e.code, e.text, e.kind
    FROM attempt t JOIN part r ON r.attempt_id = t.id LEFT JOIN receipt e ON e.part_id = r.id
    WHERE t.id = (SELECT p.attempt_id FROM part p WHERE p.id = :part_id) ORDER BY e.id
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


def keep(txn: Txn, carrier: str, receipt: Receipt) -> None:
    """Store what a carrier said, and move the message that it speaks of, if it is known yet."""
    said = {"carrier": carrier, "carrier_id": receipt.carrier_id, "status": receipt.status, "code": receipt.code}
    more = {"text": receipt.text, "kind": receipt.kind or "", "carrier_at": receipt.carrier_time, "now": txn.now}
    row = txn.one(KEEP, {**said, **more})
    if row["part_id"] is not None and row["times"] == 1:
        message_id = settle(txn, [row["part_id"]])
        if receipt.kind is RejectKind.OPTED_OUT:
            opt_outs.note_carrier(txn, message_id, carrier, f"{receipt.text} {receipt.code}")


def match_early(txn: Txn, message_id: int, part_id: int, carrier: str, carrier_id: str) -> bool:
    """Give a new part the receipts that came before it; whether there were any."""
    found = txn.all(MATCH_EARLY, {"part_id": part_id, "carrier": carrier, "carrier_id": carrier_id})
    for row in found:
        if row["kind"] == RejectKind.OPTED_OUT:
            opt_outs.note_carrier(txn, message_id, carrier, f"{row['text']} {row['code']}")
    return bool(found)


def settle(txn: Txn, touched: Sequence[int]) -> int:
    """Compute the status of the touched parts of one attempt and of their message, which moves if that is a step forward.

    A part without an id can get no receipt, so the others speak for it. Returns the message's id.
    """
    rows = txn.all(OF_ATTEMPT, {"part_id": touched[0]})
    message_id, round_ = int(rows[0]["message_id"]), rows[0]["round"]
    said: dict[int, list[ReceiptStatus]] = {row["part_id"]: [] for row in rows if row["carrier_id"] is not None}
    for row in rows:
        if row["status"] is not None:
            said[row["part_id"]].append(ReceiptStatus(row["status"]))
    for part_id in touched:
        txn.run(SET_PART, {"part_id": part_id, "status": part_status(said[part_id])})
    whole = whole_status(said.values())
    if whole is Status.SENT:
        return message_id
    problem = ("", "", "") if whole is Status.DELIVERED else _problem(rows)
    if not messages.move(txn, message_id, round_, whole, problem=problem) and whole is Status.DELIVERED:
        _spare_repeat(txn, message_id, round_)
    return message_id


def _problem(rows: Sequence[Any]) -> tuple[str, str, str]:
    """The first bad receipt in the carrier's own words."""
    bad = next(row for row in rows if row["status"] is not None and is_bad(ReceiptStatus(row["status"])))
    kind = bad["kind"] if bad["kind"] not in ("", RejectKind.MESSAGE) else "undelivered"  # which says no less
    return kind, bad["code"], bad["text"]


def _spare_repeat(txn: Txn, message_id: int, round_: int) -> None:
    """An earlier round turns out delivered: a retry that has not left yet is not sent any more."""
    row = txn.one(LATER_ROUND, {"message_id": message_id})
    waits = row is not None and row["round"] > round_ and row["queued"] is not None and row["attempt_id"] is None
    if waits and txn.run(UNQUEUE, {"message_id": message_id}):
        messages.set_status(txn, message_id, row["conversation_id"], Status.DELIVERED, deadline_at=None)
