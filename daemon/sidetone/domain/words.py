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
    "restored": "a backup was restored, and it waited when that was made",
    "number_moved": "the number it was to leave by has another owner now",
    "late": "Sidetone was not running at its time, and it is too late now",
    "validity": "no carrier took it while it was valid",
    "maybe_opt_out": "a text of the recipient may mean that they want no more; somebody should read it",
}

_RECEIPT = {
    ReceiptStatus.SENT: "passed it on",
    ReceiptStatus.DELIVERED: "delivered it",
    ReceiptStatus.UNDELIVERED: "could not deliver it",
    ReceiptStatus.FAILED: "failed to send it",
    ReceiptStatus.EXPIRED: "gave up delivering it",
    ReceiptStatus.OTHER: "said something we do not know",
}

_FLAG = {
    "possibly_received_twice": "The same words came shortly before, so this may be that text once more.",
    "unsure_conversation": "Texts of several conversations left from this number to this person, so it may answer another one.",
    "other_carrier": "It came through another carrier than the number's own.",
    "shortened": "It was longer than a text can be; the whole of it is kept for the admin.",
    "repeated": "It was sent again by hand, so it may have arrived twice.",
    "opt_out": "With it they asked for no more texts from this number.",
    "opt_in": "With it they asked for texts from this number again.",
    "maybe_opt_out": "It may mean that they want no more texts; somebody should say.",
    "word_reply": "Sent by itself, in answer to STOP, START or HELP.",
}

_OUTCOME = {
    "accepted": "took it",
    "rejected": "refused it",
    "deferred": "could not take it yet",
    "unknown": "gave no answer we can be sure of",
}


_WAIT = {
    "retry": "It is tried again by itself",
    "earlier": "It waits for the text before it",
    "carrier": "It waits for carrier “{carrier}”, which is not working",
}

STORED = "Stored and queued."
FOR_LATER = "Stored, to be sent later."
TIME_CAME = "Written earlier for this time, and queued now."
PUSHED = "Given to a screen that was open."
SHOWN = "Read for the first time."
SENT_AGAIN = "Sent again by hand."
NO_REPEAT = "It is not sent again by itself."


def status_words(status: Status, kind: str = "", code: str = "", text: str = "") -> str:
    """Where it stands, whose fault, the carrier's own words when there are any, and what to expect."""
    because = _WHOSE.get(kind, "")
    sentence = _STATUS[status] + (f": {because}" if because else "") + _said(text, code)
    return f"{sentence} {NO_REPEAT}" if status is Status.UNKNOWN else sentence


def outcome_words(carrier: str, outcome: str | None, text: str, code: str) -> str:
    """One line of a message's history about an attempt."""
    if outcome is None:
        return f"Handing it to carrier “{carrier}”."
    return f"Carrier “{carrier}” {_OUTCOME[outcome]}{_said(text, code)}"


def receipt_words(carrier: str, status: ReceiptStatus, text: str, code: str, times: int) -> str:
    """One line of a message's history about a receipt."""
    return f"Carrier “{carrier}” {_RECEIPT[status]}{_said(text, code, f'{times} times' if times > 1 else '')}"


def received_words(carrier: str) -> str:
    """The first line of the history of a text that came in."""
    return f"Received through carrier “{carrier}” and stored."


def stamped_words(carrier: str) -> str:
    """The line about a carrier's own time stamp."""
    return f"The time that carrier “{carrier}” gives it."


def arrived_words(carrier: str) -> str:
    """The line about the moment before it was stored."""
    return f"Arrived from carrier “{carrier}”."


def flag_words(flag: str) -> str | None:
    """What a mark on a message means, None for a mark that needs no words."""
    return _FLAG.get(flag)


def wait_words(reason: str, carrier: str, text: str, at: str) -> str:
    """What a queued message waits for, the carrier's own state in words when it does not work, and the next try."""
    because = _WAIT[reason].format(carrier=carrier) + (f" ({text.rstrip('. ')})." if text else ".")
    return f"{because} Next try: {at}." if at else because


def _said(text: str, code: str, *more: str) -> str:
    """The carrier's own words in brackets, if there are any, and the end of the sentence."""
    said = ", ".join(filter(None, (text.rstrip(". "), f"code {code}" if code else "", *more)))
    return f" ({said})." if said else "."
