"""Pace: how many messages a carrier may be given at this moment, by its own limits and by how it fares."""

from random import Random

from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, Unknown
from sidetone.domain.retry import asked_for, delay
from sidetone.plugin.carrier import Limits

LONGEST_PAUSE = 60_000  # ms between probes of a carrier that fails as a whole, unless it asks for more
SILENCES = 3  # answers in a row that nobody can use; then the carrier counts as failed before it swallows the queue
ROUNDING = 1e-6  # of a slot: a sum of fractions must not cost a turn


class Pace:
    """Counts and pauses; no I/O. Times are ms.

    A fault of the whole carrier pauses it, longer each time; then one message alone finds out whether it is back.
    """

    def __init__(self, chance: Random) -> None:
        self.paused_until = 0
        self.trouble = ""
        self._chance = chance
        self._faults = 0
        self._silences = 0
        self._next_slot = 0.0

    def room(self, limits: Limits, under_way: int, now: int) -> int:
        """How many more may be handed over now."""
        if now < self.paused_until:
            return 0
        room = max((1 if self._faults else limits.concurrency) - under_way, 0)
        gap = _gap(limits)
        if not gap or not room:
            return room
        burst = max(1, int(100 / gap))  # a late wake-up may catch up a tenth of a second
        self._next_slot = min(max(self._next_slot, now - burst * gap), now)  # the clock may have been set back
        return min(room, int((now - self._next_slot) / gap + ROUNDING))

    @property
    def failing(self) -> bool:
        """Whether the whole carrier failed, and nothing has shown since that it is back."""
        return bool(self._faults)

    def may_try(self, under_way: int, now: int) -> bool:
        """Whether one message may find out now if a failed carrier is back."""
        return self.failing and now >= self.paused_until and not under_way

    def spend(self, limits: Limits, count: int) -> None:
        """So many were handed over."""
        self._next_slot += count * _gap(limits)

    def wait(self, limits: Limits, under_way: int, now: int) -> float | None:
        """Milliseconds until there may be room by time alone; None when only a send that lands makes some."""
        if now < self.paused_until:
            return self.paused_until - now
        gap = _gap(limits)
        if gap and under_way < (1 if self._faults else limits.concurrency):
            return max(self._next_slot + gap - now, 0.0)
        return None

    def judge(self, outcome: Outcome, now: int) -> None:
        """Learn from what came of an attempt."""
        match outcome:
            case Accepted() | Rejected():
                self.paused_until, self._faults, self._silences, self.trouble = 0, 0, 0, ""
            case Deferred(whole_carrier=True, reason=reason, after=after):
                self._fault(now, reason, asked_for(after))
            case Deferred():
                self._silences = 0
            case Unknown(reason=reason):
                self._silences += 1
                if self._silences >= SILENCES:
                    self._fault(now, reason, 0)

    def _fault(self, now: int, reason: str, asked: int) -> None:
        self.trouble = reason
        if now >= self.paused_until:  # the rest of those that were under way say nothing new
            self._faults += 1
            self.paused_until = now + max(asked, delay(self._faults, self._chance, longest=LONGEST_PAUSE))


def _gap(limits: Limits) -> float:
    """Milliseconds from one message to the next; 0 without a limit."""
    return 1000 / limits.rate if limits.rate else 0.0
