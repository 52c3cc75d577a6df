"""What the family's message errors mean: to a person, and for the message. One table for all of its services."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sidetone.plugin import RejectKind


class FaultKind(StrEnum):
    """Whose fault an error is. `later` concerns this message, `pause` every message; both pass without a person.

    `account` holds every message back until a person mends it.
    """

    LATER = "later"
    PAUSE = "pause"
    ACCOUNT = "account"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"
    OPTED_OUT = "opted_out"


# What a fault that no waiting mends is to the message.
REJECTS = {
    FaultKind.SENDER: RejectKind.SENDER,
    FaultKind.RECIPIENT: RejectKind.RECIPIENT,
    FaultKind.MESSAGE: RejectKind.MESSAGE,
    FaultKind.OPTED_OUT: RejectKind.OPTED_OUT,
}


@dataclass(frozen=True, slots=True)
class MessageFault:
    """One row of the table. Answers give the number; Restcomm's call-backs give the name, the others' the number."""

    number: str
    kind: FaultKind
    words: str
    name: str = ""


# An unreachable handset (30003) and an unknown error (30008) might pass, but after a handful of tries at most; a
# person decides on those.
_FAULTS = (
    MessageFault("20003", FaultKind.ACCOUNT, "The carrier refuses our credentials"),
    MessageFault("20404", FaultKind.ACCOUNT, "The carrier does not know the address that is called"),
    MessageFault("20429", FaultKind.PAUSE, "The carrier asks to slow down"),
    MessageFault("21211", FaultKind.RECIPIENT, "This is not a number that can be texted"),
    MessageFault("21212", FaultKind.SENDER, "The carrier does not take this number as a sender"),
    MessageFault("21214", FaultKind.RECIPIENT, "The number cannot be reached"),
    MessageFault("21408", FaultKind.RECIPIENT, "The account may not text this country; the carrier can allow it"),
    MessageFault("21602", FaultKind.MESSAGE, "The text is missing"),
    MessageFault("21606", FaultKind.SENDER, "The number is not the account's, or cannot send texts"),
    MessageFault("21608", FaultKind.RECIPIENT, "A trial account may text only numbers that it has verified"),
    MessageFault("21610", FaultKind.OPTED_OUT, "The recipient has asked for no more texts"),
    MessageFault("21611", FaultKind.LATER, "The carrier's queue for this number is full"),
    MessageFault("21612", FaultKind.RECIPIENT, "The carrier knows no way from this number to the recipient"),
    MessageFault("21614", FaultKind.RECIPIENT, "The number is not a mobile one"),
    MessageFault("21617", FaultKind.MESSAGE, "The text is longer than the carrier takes"),
    MessageFault("21620", FaultKind.MESSAGE, "The carrier cannot use the address of an attachment"),
    MessageFault("21623", FaultKind.MESSAGE, "There are more attachments than the carrier takes"),
    MessageFault("21659", FaultKind.SENDER, "The number is not one that the account can send from"),
    MessageFault("30001", FaultKind.PAUSE, "The carrier's queue is full", "QUEUE_OVERFLOW"),
    MessageFault("30002", FaultKind.ACCOUNT, "The carrier has suspended the account", "ACCOUNT_SUSPENDED"),
    MessageFault("30003", FaultKind.RECIPIENT, "The phone is off or out of reach", "UNREACHABLE_DESTINATION_HANDSET"),
    MessageFault("30004", FaultKind.RECIPIENT, "The recipient or the network blocks the message", "MESSAGE_BLOCKED"),
    MessageFault("30005", FaultKind.RECIPIENT, "Nobody has this number any more", "UNKNOWN_DESTINATION_HANDSET"),
    MessageFault(
        "30006",
        FaultKind.RECIPIENT,
        "The number is a landline, or its network cannot be reached",
        "LANDLINE_OR_UNREACHABLE_CARRIER",
    ),
    MessageFault("30007", FaultKind.MESSAGE, "The network filtered the message as spam", "CARRIER_VIOLATION"),
    MessageFault("30008", FaultKind.MESSAGE, "The carrier does not know why it failed", "UNKNOWN_ERROR"),
    MessageFault("30009", FaultKind.MESSAGE, "A segment of the message was lost on its way", "MISSING_SEGMENT"),
    MessageFault(
        "30010", FaultKind.MESSAGE, "The message costs more than is allowed", "MESSAGE_PRICE_EXCEEDS_MAX_PRICE"
    ),
    MessageFault("30032", FaultKind.SENDER, "The toll-free number is not verified for texts"),
    MessageFault("30034", FaultKind.SENDER, "The number is not registered for texts to this country (10DLC)"),
    MessageFault("30035", FaultKind.SENDER, "The number's registration for texts has not been finished (10DLC)"),
    MessageFault("63038", FaultKind.PAUSE, "The account has reached its limit of messages for today"),
)
_BY_CODE = {code: fault for fault in _FAULTS for code in (fault.number, fault.name) if code}
_BY_CODE["300010"] = _BY_CODE["30010"]  # as Restcomm's own pages print it

OVERRIDE = rf"[A-Za-z0-9_.-]{{1,64}} *= *(?:{'|'.join(FaultKind)})"
_OVERRIDE = re.compile(r"(\S+?) *= *(\S+)")


class FaultTable:
    """The table with an administrator's changes, each like `30003 = later` (see `OVERRIDE`)."""

    def __init__(self, overrides: Iterable[str] = ()) -> None:
        changed = {code: fault for entry in overrides for code, fault in _overridden(entry)}
        self._by_code: Mapping[str, MessageFault] = _BY_CODE | changed

    def find(self, code: str) -> MessageFault | None:
        """The fault of a number or a name in any case; None for a code that is not in the table."""
        return self._by_code.get(code.strip().upper())

    def needs_a_person(self, code: str) -> bool:
        """Whether no waiting will mend an error."""
        fault = self.find(code)
        return fault is not None and fault.kind is FaultKind.ACCOUNT


def _overridden(entry: str) -> Iterator[tuple[str, MessageFault]]:
    match = _OVERRIDE.fullmatch(entry.strip())
    if match is None:
        raise ValueError("not an entry of the error table")
    code, kind = match[1].upper(), FaultKind(match[2])
    known = _BY_CODE.get(code, MessageFault(code, kind, f"The carrier says error {code}"))
    for spelling in filter(None, (code, known.number, known.name)):
        yield spelling, replace(known, kind=kind)
