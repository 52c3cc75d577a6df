"""Restcomm's message errors: name, number, what they mean to a person, and what they mean for the message."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Whose fault a message error is. Only the first two may be tried again without a person."""

    LATER = "later"
    ACCOUNT = "account"
    RECIPIENT = "recipient"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class MessageFault:
    """One row of Restcomm's error table. REST answers give the number, call-backs the name."""

    number: str
    name: str
    kind: FaultKind
    words: str


# An unreachable handset (30003) and an unknown error (30008) might pass, but after a handful of tries at most; a
# person decides on those.
_FAULTS = (
    MessageFault("30001", "QUEUE_OVERFLOW", FaultKind.LATER, "The carrier's queue is full"),
    MessageFault("30002", "ACCOUNT_SUSPENDED", FaultKind.ACCOUNT, "The carrier has suspended the account"),
    MessageFault("30003", "UNREACHABLE_DESTINATION_HANDSET", FaultKind.RECIPIENT, "The phone is off or out of reach"),
    MessageFault("30004", "MESSAGE_BLOCKED", FaultKind.RECIPIENT, "The recipient or the network blocks the message"),
    MessageFault("30005", "UNKNOWN_DESTINATION_HANDSET", FaultKind.RECIPIENT, "Nobody has this number any more"),
    MessageFault(
        "30006",
        "LANDLINE_OR_UNREACHABLE_CARRIER",
        FaultKind.RECIPIENT,
        "The number is a landline, or its network cannot be reached",
    ),
    MessageFault("30007", "CARRIER_VIOLATION", FaultKind.MESSAGE, "The network filtered the message as spam"),
    MessageFault("30008", "UNKNOWN_ERROR", FaultKind.MESSAGE, "The carrier does not know why it failed"),
    MessageFault("30009", "MISSING_SEGMENT", FaultKind.MESSAGE, "A segment of the message was lost on its way"),
    MessageFault(
        "30010", "MESSAGE_PRICE_EXCEEDS_MAX_PRICE", FaultKind.MESSAGE, "The message costs more than is allowed"
    ),
)
_BY_CODE = {code: fault for fault in _FAULTS for code in (fault.number, fault.name)}
_BY_CODE["300010"] = _BY_CODE["30010"]  # as Restcomm's own pages print it


def find_fault(code: str) -> MessageFault | None:
    """The fault of a number or a name in any case; None for a code that is not in the table."""
    return _BY_CODE.get(code.strip().upper())
