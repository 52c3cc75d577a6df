"""From what became of a text's parts to what the daemon is told."""

from collections.abc import Sequence

from sidetone_gsm.at.causes import Cause, Verdict
from sidetone_gsm.sent import PartOutcome
from sidetone_gsm.spool import Attempt
from sidetone_gsm.wire import Result

BACK_OFF = (30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds that a SIM is left alone after refusals in a row: some networks block one that hammers."""


def accepted(reference: str, ids: Sequence[str], *, repeats: bool = False) -> Result:
    """Every part has left. `repeats`: parts of an earlier try may have arrived too."""
    words = "It was sent anew as a whole, for it is not known what of an earlier try has arrived." if repeats else ""
    return Result(reference=reference, outcome="accepted", parts=list(ids), words=words)


def refused(reference: str, cause: Cause, left: int, total: int, refusals: int) -> Result:
    """The network or the modem refused a part. `left`: parts that are on their way; `refusals`: of the SIM in a row."""
    code = "" if cause.number is None else str(cause.number)
    words = cause.words or "refused without a reason that is known"
    if left:
        return Result(
            reference=reference,
            outcome="rejected",
            code=code,
            words=f"{left} of {total} parts have left: {words}"[:300],
        )
    if cause.verdict is Verdict.MESSAGE:
        return Result(reference=reference, outcome="rejected", kind="message", code=code, words=words[:300])
    if cause.verdict is Verdict.DESTINATION:
        return Result(reference=reference, outcome="rejected", kind="recipient", code=code, words=words[:300])
    after = BACK_OFF[min(refusals, len(BACK_OFF)) - 1] if refusals else BACK_OFF[0]
    return Result(reference=reference, outcome="deferred", code=code, words=words[:300], after=after, whole=True)


def not_now(reference: str, why: str, after: float | None = None) -> Result:
    """Nothing was tried, for the modem cannot send."""
    return Result(reference=reference, outcome="deferred", code="modem", words=why[:300], after=after, whole=True)


def interrupted(reference: str, left: int, total: int, why: str) -> Result:
    """The modem went away for good between two parts."""
    return Result(
        reference=reference, outcome="rejected", code="incomplete", words=f"{left} of {total} parts have left: {why}"
    )


def unclear(reference: str, why: str) -> Result:
    """A part may have left."""
    return Result(reference=reference, outcome="unknown", code="unclear", words=why[:300])


def known(attempt: Attempt | None, reference: str, *, under_way: bool) -> Result:
    """What there is to say of an attempt: what reports have proven since goes before how it ended."""
    nothing = Result(reference=reference, outcome="nothing")
    if attempt is None or under_way:
        return nothing
    outcomes = attempt.outcomes
    if all(outcome is PartOutcome.ACCEPTED for outcome in outcomes):
        return accepted(reference, attempt.ids)
    if PartOutcome.UNKNOWN in outcomes:
        return nothing
    left = outcomes.count(PartOutcome.ACCEPTED)
    if attempt.result is not None and attempt.result.outcome in ("rejected", "deferred"):
        return Result(reference=reference, outcome="rejected", code=attempt.result.code, words=attempt.result.words)
    return interrupted(reference, left, len(outcomes), "the modem's process ended")
