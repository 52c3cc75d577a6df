"""What is tried after a modem has failed, from the mildest step to the last, and then again after longer pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What comes before the next try to make the modem ready. `AT` itself the engine has tried at each silence."""

    REINITIALISE = "initialise"
    REOPEN = "reopen"
    SOFT_RESET = "soft reset"
    KILL = "new process"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Rung:
    """A step, and the seconds to wait before it."""

    step: Step
    pause: float


_ORDER = (Step.REINITIALISE, Step.REOPEN, Step.SOFT_RESET, Step.KILL, Step.POWER)


def rung(failures: int, pauses: Sequence[float], reopen_after: float) -> Rung:
    """The rung after so many failures in a row (from 1); above the ladder it begins again with reopening, later and later."""
    if failures <= len(_ORDER):
        return Rung(_ORDER[failures - 1], 0.0 if failures <= 2 else reopen_after)
    beyond = failures - len(_ORDER) - 1
    steps = _ORDER[1:]
    turn, place = divmod(beyond, len(steps))
    return Rung(steps[place], pauses[min(turn, len(pauses) - 1)] if place == 0 else reopen_after)
