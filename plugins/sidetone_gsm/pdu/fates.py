"""What a status report says became of a part (TP-ST, 3GPP TS 23.040, 9.2.3.15)."""

from enum import StrEnum

from sidetone.domain.status import ReceiptStatus


class Fate(StrEnum):
    """The end of a part, or that there is none yet."""

    DELIVERED = "delivered"
    UNCONFIRMED = "unconfirmed"  # passed on, and nobody can say whether it arrived
    REPLACED = "replaced"
    TRYING = "trying"
    FAILED = "failed"
    EXPIRED = "expired"
    GAVE_UP = "gave-up"  # for a passing cause: sending once more may help
    UNKNOWN = "unknown"  # reserved: neither a success nor a failure


_RECEIPTS = {
    Fate.DELIVERED: ReceiptStatus.DELIVERED,
    Fate.UNCONFIRMED: ReceiptStatus.DELIVERED,
    Fate.REPLACED: ReceiptStatus.DELIVERED,
    Fate.TRYING: ReceiptStatus.SENT,
    Fate.FAILED: ReceiptStatus.UNDELIVERED,
    Fate.EXPIRED: ReceiptStatus.EXPIRED,
    Fate.GAVE_UP: ReceiptStatus.UNDELIVERED,
    Fate.UNKNOWN: ReceiptStatus.OTHER,
}
_SINGLE = {0x01: Fate.UNCONFIRMED, 0x02: Fate.REPLACED, 0x46: Fate.EXPIRED}
_RANGES = (Fate.DELIVERED, Fate.TRYING, Fate.FAILED, Fate.GAVE_UP)

_PASSING = {
    0x0: "congestion",
    0x1: "the handset is busy",
    0x2: "no response from the handset",
    0x3: "service rejected",
    0x4: "quality of service not available",
    0x5: "error in the handset",
}
_WORDS = {
    0x00: "received by the handset",
    0x01: "passed on; whether it arrived cannot be told",
    0x02: "replaced by the service centre",
    0x40: "remote procedure error",
    0x41: "incompatible destination",
    0x42: "connection rejected by the handset",
    0x43: "not obtainable",
    0x44: "quality of service not available",
    0x45: "no interworking available",
    0x46: "its validity has run out",
    0x47: "deleted by the sender",
    0x48: "deleted by the service centre",
    0x49: "unknown to the service centre",
}


def fate(status: int) -> Fate:
    """The fate that a TP-ST octet tells, by its range; total."""
    if not 0 <= status < 0x80:  # first, for the bits below are no range then
        return Fate.UNKNOWN
    return _SINGLE.get(status, _RANGES[status >> 5])


def receipt_status(status: int) -> ReceiptStatus:
    """The same in the words that every carrier's receipts use."""
    return _RECEIPTS[fate(status)]


def in_words(status: int) -> str:
    """The standard's cause in short English, empty for one that it leaves to the centre."""
    if status in range(0x20, 0x26) or status in range(0x60, 0x66):
        return _PASSING[status & 0xF]
    return _WORDS.get(status, "")
