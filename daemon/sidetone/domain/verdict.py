"""Where a message is, whose doing that is, and who is to be asked about it (KU-48)."""

from enum import StrEnum
from typing import NamedTuple

from sidetone.domain.status import Status


class Where(StrEnum):
    """Where a message is, as far as anybody here can know."""

    HERE = "here"  # came in, and is before its owner
    NO_OWNER = "no_owner"  # came in for a number that nobody owns
    BLOCKED = "blocked"  # came in from whom its owner has blocked
    WAITING = "waiting"
    HELD = "held"
    LEAVING = "leaving"
    CARRIER = "carrier"
    PHONE = "phone"
    NOT_GONE = "not_gone"
    LOST = "lost"  # nobody can say


class Fault(StrEnum):
    """Whose doing it is that it is there and no further."""

    NOBODY = "nobody"
    CARRIER = "carrier"
    RECIPIENT = "recipient"
    TEXT = "text"
    SENDER = "sender"
    SIDETONE = "sidetone"
    USER = "user"
    UNSURE = "unsure"


class Ticket(StrEnum):
    """Who is to be asked if somebody misses it all the same."""

    NONE = "none"
    CARRIER = "carrier"
    OWN = "own"


class Verdict(NamedTuple):
    """The three together."""

    where: Where
    fault: Fault
    ticket: Ticket


_FAULTS = {
    "recipient": Fault.RECIPIENT,
    "opted_out": Fault.RECIPIENT,
    "maybe_opt_out": Fault.RECIPIENT,
    "undelivered": Fault.RECIPIENT,
    "message": Fault.TEXT,
    "sender": Fault.SENDER,
    "number_moved": Fault.USER,
    "stopped": Fault.SIDETONE,
    "restored": Fault.SIDETONE,
    "late": Fault.SIDETONE,
    "deferred": Fault.CARRIER,
    "carrier_down": Fault.CARRIER,
    "no_answer": Fault.CARRIER,
    "no_receipt": Fault.CARRIER,
    "validity": Fault.CARRIER,
}
_TICKETS = {Fault.CARRIER: Ticket.CARRIER, Fault.SENDER: Ticket.CARRIER, Fault.SIDETONE: Ticket.OWN}


def verdict(status: Status, kind: str, *, owned: bool = True, blocked: bool = False, down: bool = False) -> Verdict:
    """Judge by the status and the kind of its problem.

    `owned`, `blocked`: of a text that came in. `down`: of one that waits for a carrier that does not work.
    """
    if status is Status.RECEIVED:
        return _received(owned=owned, blocked=blocked)
    if status in (Status.QUEUED, Status.SCHEDULED):
        return Verdict(Where.WAITING, *((Fault.CARRIER, Ticket.CARRIER) if down else (Fault.NOBODY, Ticket.NONE)))
    if status is Status.HELD:
        return Verdict(Where.HELD, _FAULTS.get(kind, Fault.UNSURE), Ticket.NONE)
    if status is Status.SENDING:
        return Verdict(Where.LEAVING, Fault.NOBODY, Ticket.NONE)
    if status is Status.SENT:
        return Verdict(Where.CARRIER, Fault.CARRIER, Ticket.CARRIER)
    if status is Status.DELIVERED:
        return Verdict(Where.PHONE, Fault.NOBODY, Ticket.CARRIER)
    if status is Status.CANCELLED:
        return Verdict(Where.NOT_GONE, _FAULTS.get(kind, Fault.USER), Ticket.NONE)
    fault = _FAULTS.get(kind, Fault.UNSURE)
    if status is Status.UNKNOWN:
        return Verdict(Where.LOST, fault, Ticket.CARRIER)
    where = Where.CARRIER if status is Status.UNDELIVERED else Where.NOT_GONE
    return Verdict(where, fault, Ticket.CARRIER if where is Where.CARRIER else _TICKETS.get(fault, Ticket.NONE))


def _received(*, owned: bool, blocked: bool) -> Verdict:
    if blocked:
        return Verdict(Where.BLOCKED, Fault.USER, Ticket.NONE)
    return Verdict(Where.HERE, Fault.NOBODY, Ticket.OWN) if owned else Verdict(Where.NO_OWNER, Fault.USER, Ticket.NONE)


_WHERE_WORDS = {
    Where.HERE: "It came in and is stored here, before its owner.",
    Where.NO_OWNER: "It came in and is stored here, but nobody owns the number it was sent to.",
    Where.BLOCKED: "It came in and is stored here, but its owner has blocked the sender and does not see it.",
    Where.WAITING: "It is here and waits to be sent.",
    Where.HELD: "It is here and held back until somebody decides.",
    Where.LEAVING: "It is being handed to the carrier.",
    Where.CARRIER: "The carrier took it; from there on only the carrier knows.",
    Where.PHONE: "The carrier says that the phone has it.",
    Where.NOT_GONE: "It did not leave.",
    Where.LOST: "Nobody here can say whether the carrier took it.",
}
_FAULT_WORDS = {
    Fault.NOBODY: "",
    Fault.CARRIER: "That is the carrier's doing.",
    Fault.RECIPIENT: "That is on the recipient's side.",
    Fault.TEXT: "The carrier does not want this text.",
    Fault.SENDER: "The carrier does not let this number send.",
    Fault.SIDETONE: "That is Sidetone's own doing.",
    Fault.USER: "That is how the people here decided or set it up.",
    Fault.UNSURE: "",
}
_TICKET_WORDS = {
    Ticket.NONE: "",
    Ticket.CARRIER: "If it is missed all the same, ask the carrier and name the ids below.",
    Ticket.OWN: "If its owner does not see it all the same, that is a fault of Sidetone: report it.",
}


def verdict_words(found: Verdict) -> str:
    """The same as sentences."""
    said = (_WHERE_WORDS[found.where], _FAULT_WORDS[found.fault], _TICKET_WORDS[found.ticket])
    return " ".join(filter(None, said))
