"""Where a message stands, and which moves are legal."""

from collections.abc import Collection, Iterable
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

    @classmethod
    def _missing_(cls, value: object) -> "ReceiptStatus":
        return cls.OTHER


_BAD = frozenset({ReceiptStatus.UNDELIVERED, ReceiptStatus.FAILED, ReceiptStatus.EXPIRED})


def advance(current: Status, proposed: Status) -> Status:
    """Where a message stands after `proposed` is learnt: a higher rank moves it, anything else does not."""
    return proposed if RANK[proposed] > RANK[current] else current


def part_status(receipts: Iterable[ReceiptStatus]) -> Status:
    """The standing of one accepted part after these receipts, in any order and number."""
    said = set(receipts)
    if ReceiptStatus.DELIVERED in said:
        return Status.DELIVERED
    return Status.UNDELIVERED if said & _BAD else Status.SENT


def whole_status(parts: Iterable[Collection[ReceiptStatus]]) -> Status:
    """The standing of a message from the receipts of each of its parts.

    Delivered when every part is, undelivered from the first bad receipt on, else sent: a function of what was said
    and not of its order, and one more receipt never lowers it. A part that no receipt can name is left out by the caller.
    """
    told = list(parts)
    if told and all(ReceiptStatus.DELIVERED in said for said in told):
        return Status.DELIVERED
    return Status.UNDELIVERED if any(is_bad(receipt) for said in told for receipt in said) else Status.SENT


def is_bad(receipt: ReceiptStatus) -> bool:
    """Whether the carrier says that it has given up."""
    return receipt in _BAD
