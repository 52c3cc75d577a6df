"""Coming of age: what has waited for its answer so long that it is time to ask."""

from collections.abc import Sequence

Span = tuple[int, int]


class Ages:
    """Tells, at each look, the deadlines of what has reached one of `ages` (ms, rising) since the look before.

    A thing that waits `wait` in all has the deadline of its beginning plus `wait`: its age stands in its deadline, so
    that nothing has to be kept of it, and a restart asks once for everything that is old enough.
    """

    def __init__(self, ages: Sequence[int]) -> None:
        self._ages = ages
        self._looked_at: int | None = None

    def spans(self, now: int, wait: int) -> list[Span]:
        """Deadlines as (behind, up to), rising and apart from each other. What is over by now is nobody's question."""
        if self._looked_at is None or self._looked_at > now:  # the clock was set back: everything is asked for once
            raw = [(now, now + wait - self._ages[0])]
        else:
            raw = [(max(self._looked_at + wait - age, now), now + wait - age) for age in reversed(self._ages)]
        return _apart([span for span in raw if span[0] < span[1]])

    def looked(self, now: int) -> None:
        """Everything of that look has been asked for."""
        self._looked_at = now


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Rising spans without what they share."""
    apart: list[Span] = []
    for behind, upto in spans:
        if apart and behind <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(upto, apart[-1][1]))
        else:
            apart.append((behind, upto))
    return apart
