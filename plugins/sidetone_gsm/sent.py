"""What is known of the parts that left: which report is whose, and what a second try may send.

References (TP-MR) are 8 bits for each SIM and wrap within half an hour of steady sending.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from sidetone_gsm.pdu.messages import StatusReport

SAME_REFERENCE_MS = 5 * 60 * 1000
_CLOCKS_APART_MS = 5 * 60 * 1000
_TAIL = 7  # digits: a number is sent as it was dialled and reported in any other form
_SHORTEST_TAIL = 3


@dataclass(frozen=True, slots=True)
class SentPart:
    """A part that a modem took: `sim` is whose, `mr` what `+CMGS` told. Times in ms, UTC.

    `reported`: a final report has come. `id` is the caller's own.
    """

    id: str
    sim: str
    mr: int
    recipient: str
    sent_at: int
    valid_until: int
    reported: bool = False


def whose(
    report: StatusReport, sim: str, now: int, parts: Sequence[SentPart], *, numbers_are_rubbish: bool = False
) -> SentPart | None:
    """The part that a report is about: the newest of its SIM and reference that may still be reported.

    The last digits of the number must agree; on a make that spoils them (`numbers_are_rubbish`) the reference decides
    alone where none agrees. A part that has its final report is taken only if no other fits.
    """
    stamp = report.stamp.milliseconds
    told = now if stamp is None else min(stamp, now)
    fitting = [
        part
        for part in parts
        if part.sim == sim
        and part.mr == report.reference
        and part.sent_at <= told + _CLOCKS_APART_MS
        and told <= part.valid_until + _CLOCKS_APART_MS
    ]
    named = [part for part in fitting if _same_tail(report.recipient.value, part.recipient)]
    if named or not numbers_are_rubbish:
        fitting = named
    return max(fitting, key=lambda part: (not part.reported, part.sent_at), default=None)


def guessed_reference(last: int | None) -> int | None:
    """The TP-MR that the modem will have given to a part whose `+CMGS` never came."""
    return None if last is None else (last + 1) % 256


def next_reference(last: int | None) -> int:
    """The reference that joins the parts of the next long message to the same number; it counts, and wraps."""
    return 1 if last is None else (last + 1) % 256


class PartOutcome(StrEnum):
    """What came of one part of a message."""

    ACCEPTED = auto()
    REFUSED = auto()
    UNTRIED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Resending:
    """What another try sends: parts by their number (from 1); `repeats`: a reader may get something twice."""

    numbers: tuple[int, ...]
    same_reference: bool
    repeats: bool


def resending(outcomes: Sequence[PartOutcome], first_sent_at: int, now: int) -> Resending:
    """What a second try of a message sends, after these outcomes of its parts.

    Only the missing parts, with the reference they had, within five minutes and if every part's outcome is known.
    Else the whole anew with a new reference, so that nothing of the first try completes it; also where nothing is
    missing, for then a person wants it sent again.
    """
    every = tuple(range(1, len(outcomes) + 1))
    missing = tuple(number for number in every if outcomes[number - 1] is not PartOutcome.ACCEPTED)
    known = PartOutcome.UNKNOWN not in outcomes
    if known and len(missing) == len(every):
        return Resending(every, same_reference=False, repeats=False)
    if known and missing and now - first_sent_at <= SAME_REFERENCE_MS:
        return Resending(missing, same_reference=True, repeats=False)
    return Resending(every, same_reference=False, repeats=True)


def _same_tail(one: str, other: str) -> bool:
    shorter = min(len(one.removeprefix("+")), len(other.removeprefix("+")), _TAIL)
    return shorter >= _SHORTEST_TAIL and one[-shorter:] == other[-shorter:]
