"""Figures of one run: percentiles, the median of the rounds' ratios, and the line that says whether a goal is met."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Literal

import msgspec

Sample = Mapping[str, float]
"""What one round found out about one target: figure name → value."""


class Goal(msgspec.Struct, frozen=True):
    """A bound on a ratio."""

    bound: Literal["at least", "at most"]
    ratio: float

    def met(self, ratio: float) -> bool:
        """Whether a ratio keeps the bound."""
        return ratio >= self.ratio if self.bound == "at least" else ratio <= self.ratio

    def __str__(self) -> str:
        return f"{self.bound} {self.ratio:.2f}"


class Spread(msgspec.Struct, frozen=True, array_like=True):
    """The median of the rounds and their extremes; in JSON `[median, min, max]`."""

    median: float
    min: float
    max: float


class Line(msgspec.Struct, frozen=True):
    """One measure's result: `subject`'s figure divided by `baseline`'s, round by round. Without a goal `met` is null."""

    measure: str
    figure: str
    subject: str
    baseline: str
    ratio: Spread
    rounds: int
    targets: dict[str, dict[str, Spread]]
    goal: str | None = None
    met: bool | None = None


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Nearest rank of an ascending sequence that is not empty."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def spread(values: Sequence[float]) -> Spread:
    """Median, least and greatest, to four significant digits."""
    return Spread(*(float(f"{value:.4g}") for value in (median(values), min(values), max(values))))


def line(
    measure: str, figure: str, subject: tuple[str, list[Sample]], baseline: tuple[str, list[Sample]], goal: Goal | None
) -> Line:
    """Compare two targets' rounds, which were taken in turn, by one figure; the other figures are shown beside it."""
    pairs = list(zip(subject[1], baseline[1], strict=True))
    ratios = [ours[figure] / theirs[figure] for ours, theirs in pairs]
    return Line(
        measure=measure,
        figure=figure,
        subject=subject[0],
        baseline=baseline[0],
        ratio=spread(ratios),
        rounds=len(ratios),
        targets={
            name: {key: spread([sample[key] for sample in samples]) for key in samples[0]}
            for name, samples in (subject, baseline)
        },
        goal=str(goal) if goal else None,
        met=goal.met(median(ratios)) if goal else None,
    )
