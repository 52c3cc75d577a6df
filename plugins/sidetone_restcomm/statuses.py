"""The family's words for how a message stands, and what is told of attachments."""

from sidetone.plugin import Receipt, ReceiptStatus
from sidetone_restcomm.faults import REJECTS, FaultTable

LONGEST_WORD = 64

# What acceptance has told already (`queued`, `sending` …) is kept in the history as the carrier's own word.
_STATUSES = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.FAILED,
}
_BAD = (ReceiptStatus.UNDELIVERED, ReceiptStatus.FAILED)
_SAY_MORE = ("read", "canceled")  # than the status that they become


def receipt_of(sid: str, word: str, error: str, faults: FaultTable) -> Receipt:
    """A receipt from a carrier's word and error, each of which may be anything; what is not known is `OTHER`."""
    status = _STATUSES.get(word.lower(), ReceiptStatus.OTHER)
    error = error[:LONGEST_WORD]
    fault = faults.find(error)
    words = fault.words if fault else ""
    if status is ReceiptStatus.OTHER or word.lower() in _SAY_MORE:
        words = f"{word[:LONGEST_WORD]}: {words}".rstrip(": ")
    kind = REJECTS.get(fault.kind) if fault and status in _BAD else None
    return Receipt(carrier_id=sid, status=status, code=fault.number if fault else error, text=words, kind=kind)


def with_note(body: str, media: int) -> str:
    """The text with a line that tells of what came with it and cannot be shown yet; it stays with the carrier."""
    if media < 1:
        return body
    things = "1 attachment" if media == 1 else f"{media} attachments"
    line = f"[{things}: not supported yet]"
    return f"{body}\n{line}" if body else line
