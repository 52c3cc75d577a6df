"""The four things that can come of an attempt to hand a message to a carrier."""

from dataclasses import dataclass
from enum import StrEnum


class RejectKind(StrEnum):
    """Whose fault a refusal is; it decides what happens next."""

    RECIPIENT = "recipient"
    MESSAGE = "message"
    SENDER = "sender"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has it. One element for each part the carrier counts: its id, or None where it gives none."""

    parts: tuple[str | None, ...] = (None,)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier will never take this message. `code` and `text` are the carrier's own."""

    kind: RejectKind
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not taken, certainly not sent; try again after `after` seconds (None: the core's own backoff).

    `whole_carrier`: the fault is the carrier's or the account's, so every other message would fare the same.
    """

    reason: str
    after: float | None = None
    code: str = ""
    whole_carrier: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent and may not: the request left and no usable answer came back."""

    reason: str
    code: str = ""


Outcome = Accepted | Rejected | Deferred | Unknown
