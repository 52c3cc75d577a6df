"""What the virtual network reports about a text, in the order it reports it."""

from collections.abc import Sequence

from sidetone.plugin import Receipt, ReceiptStatus

FAILED = "failed"


def reports(mode: str, parts: Sequence[str], at: int) -> list[list[Receipt]]:
    """The batches of receipts that `mode` (see `Behaviour.receipts`) makes of these parts; `at` in ms."""
    delivered = [_receipt(part, ReceiptStatus.DELIVERED, at) for part in parts]
    if mode == "lost":
        return []
    if mode == FAILED:
        words = "This virtual phone was told to let texts fail"
        return [[_receipt(part, ReceiptStatus.UNDELIVERED, at, code=FAILED, text=words) for part in parts]]
    if mode == "repeated":
        return [delivered, delivered]
    if mode == "reordered":
        sent = [_receipt(part, ReceiptStatus.SENT, at) for part in parts]
        return [delivered[::-1], sent[::-1]]
    return [delivered]


def _receipt(part: str, status: ReceiptStatus, at: int, *, code: str = "", text: str = "") -> Receipt:
    return Receipt(carrier_id=part, status=status, code=code, text=text, carrier_time=at)
