"""Where a message stands, and which moves are legal."""

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """A message's standing in its current round; see `RANK` for the order."""

    QUEUED = "queued"
    SCHEDULED = "scheduled"
    HELD = "held"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    RECEIVED = "received"  # an inbound message's only standing


RANK: dict[Status, int] = {
    Status.QUEUED: 0,
    Status.SCHEDULED: 0,
    Status.HELD: 0,
    Status.SENDING: 10,
    Status.UNKNOWN: 20,
    Status.SENT: 30,
    Status.FAILED: 40,
    Status.EXPIRED: 40,
    Status.CANCELLED: 40,
    Status.UNDELIVERED: 40,
    Status.DELIVERED: 50,
    Status.RECEIVED: 50,
}

RETRYABLE = frozenset({Status.FAILED, Status.UNDELIVERED, Status.EXPIRED, Status.UNKNOWN, Status.CANCELLED})
CANCELLABLE = frozenset({Status.QUEUED, Status.SCHEDULED, Status.HELD})


class ReceiptStatus(StrEnum):
    """What a carrier says later about a part it accepted; `OTHER` is any word we do not know."""

    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    EXPIRED = "expired"
    OTHER = "other"


_OF_RECEIPT = {
    ReceiptStatus.SENT: Status.SENT,
    ReceiptStatus.DELIVERED: Status.DELIVERED,
    ReceiptStatus.UNDELIVERED: Status.UNDELIVERED,
    ReceiptStatus.FAILED: Status.FAILED,
    ReceiptStatus.EXPIRED: Status.UNDELIVERED,
    ReceiptStatus.OTHER: Status.SENT,
}


def advance(current: Status, proposed: Status) -> Status:
    """Where a message stands after `proposed` is learnt: a higher rank moves it, anything else does not."""
    return proposed if RANK[proposed] > RANK[current] else current


def part_status(receipts: Iterable[ReceiptStatus]) -> Status:
    """The standing of one accepted part after these receipts, in any order and number."""
    status = Status.SENT
    for receipt in receipts:
        status = advance(status, _OF_RECEIPT[receipt])
    return status


def whole_status(parts: Iterable[Status]) -> Status:
    """The standing of a message of several parts: bad as soon as one part is, delivered only when all are."""
    standing = list(parts)
    bad = [part for part in standing if part in (Status.FAILED, Status.UNDELIVERED)]
    if bad:
        return Status.UNDELIVERED if Status.UNDELIVERED in bad else Status.FAILED
    if standing and all(part is Status.DELIVERED for part in standing):
        return Status.DELIVERED
    return Status.SENT
