"""The four things that can come of an attempt to hand a message to a carrier."""

from dataclasses import dataclass
from enum import StrEnum


class RejectKind(StrEnum):
    """Whose fault a refusal is; it decides what happens next.

    RECIPIENT: this party cannot be texted. MESSAGE: this text or its form; another may pass. SENDER: this own number,
    not the carrier. OPTED_OUT: the party has asked the carrier for no more texts; it enters the opt-out list.
    """

    RECIPIENT = "recipient"
    MESSAGE = "message"
    SENDER = "sender"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has it, and it is never sent again.

    `parts`: one element for each part that the carrier counts (255 at most): its id, or None where it gives none. An id
    of more than 200 bytes is told by its hash. `note`: what the message's history adds, 500 characters.
    """

    parts: tuple[str | None, ...] = (None,)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier will never take this message: it has failed.

    `code` (64 characters) and `text` (500) are the carrier's own, shown in the message's history.
    """

    kind: RejectKind
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not taken, certainly not sent; try again after `after` seconds (None: the core's own backoff; 15 minutes at most).

    `whole_carrier`: the fault is the carrier's or the account's, so every other message would fare the same: it is
    given one message at a time until one passes.
    """

    reason: str
    after: float | None = None
    code: str = ""
    whole_carrier: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent and may not: the request left and no usable answer came back. Never sent again by itself."""

    reason: str
    code: str = ""


Outcome = Accepted | Rejected | Deferred | Unknown
