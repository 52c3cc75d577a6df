"""Statuses, outcomes and receipts in plain words: the sentences that the UI, the API and the log of a message show."""

from sidetone.domain.status import ReceiptStatus, Status

_STATUS = {
    Status.QUEUED: "Waiting to be sent",
    Status.SCHEDULED: "Scheduled",
    Status.HELD: "Held back",
    Status.SENDING: "Being handed to the carrier",
    Status.UNKNOWN: "Not known whether it was sent",
    Status.SENT: "Sent",
    Status.FAILED: "Not sent",
    Status.EXPIRED: "Not sent in time",
    Status.CANCELLED: "Cancelled before it left",
    Status.UNDELIVERED: "Not delivered",
    Status.DELIVERED: "Delivered",
    Status.RECEIVED: "Received",
}

_WHOSE = {
    "recipient": "the recipient cannot be reached",
    "message": "the carrier refuses this text",
    "sender": "the carrier refuses this sender number",
    "opted_out": "the recipient does not want texts from this number",
    "deferred": "the carrier could not take it yet",
    "carrier_down": "the carrier is not working",
    "stopped": "Sidetone was stopped while the carrier had it",
    "no_answer": "the carrier gave no usable answer",
    "no_receipt": "no receipt came in time",
    "undelivered": "the carrier could not deliver it",
    "validity": "no carrier took it while it was valid",
}

_RECEIPT = {
    ReceiptStatus.SENT: "passed it on",
    ReceiptStatus.DELIVERED: "delivered it",
    ReceiptStatus.UNDELIVERED: "could not deliver it",
    ReceiptStatus.FAILED: "failed to send it",
    ReceiptStatus.EXPIRED: "gave up delivering it",
    ReceiptStatus.OTHER: "said something we do not know",
}

_OUTCOME = {
    "accepted": "took it",
    "rejected": "refused it",
    "deferred": "could not take it yet",
    "unknown": "gave no answer we can be sure of",
}


def status_words(status: Status, kind: str = "", code: str = "", text: str = "") -> str:
    """One sentence: where it stands, whose fault, and the carrier's own words when there are any."""
    because = _WHOSE.get(kind, "")
    said = ", ".join(filter(None, (text, f"code {code}" if code else "")))
    sentence = _STATUS[status] + (f": {because}" if because else "")
    return f"{sentence} ({said})." if said else f"{sentence}."


def outcome_words(carrier: str, outcome: str | None, text: str, code: str) -> str:
    """One line of a message's history about an attempt."""
    if outcome is None:
        return f"Handing it to carrier “{carrier}”."
    said = ", ".join(filter(None, (text, f"code {code}" if code else "")))
    return f"Carrier “{carrier}” {_OUTCOME[outcome]}" + (f" ({said})." if said else ".")


def receipt_words(carrier: str, status: ReceiptStatus, text: str, code: str, times: int) -> str:
    """One line of a message's history about a receipt."""
    said = ", ".join(filter(None, (text, f"code {code}" if code else "", f"{times} times" if times > 1 else "")))
    return f"Carrier “{carrier}” {_RECEIPT[status]}" + (f" ({said})." if said else ".")
