"""When to try again: pure functions of the attempt's number, the clock and a source of chance."""

from random import Random

SECOND = 1000
FIRST_DELAY = 2 * SECOND
LONGEST_DELAY = 15 * 60 * SECOND
VALIDITY = 24 * 60 * 60 * SECOND
RECEIPT_WAIT = 24 * 60 * 60 * SECOND
UNKNOWN_WAIT = 24 * 60 * 60 * SECOND


def delay(tries: int, chance: Random, *, first: int = FIRST_DELAY, longest: int = LONGEST_DELAY) -> int:
    """Milliseconds to wait after `tries` (1 or more) tries in a row came to nothing: doubling, ±20 %, bounded."""
    doubled = min(first * 2 ** min(tries - 1, 30), longest)
    return int(doubled * (0.8 + 0.4 * chance.random()))


def next_try(now: int, tries: int, after: float | None, chance: Random) -> int:
    """The time (ms) of the next try; a carrier's own `after` (seconds) is a floor, never above the longest delay."""
    return now + max(delay(tries, chance), asked_for(after))


def asked_for(after: float | None) -> int:
    """Milliseconds that a carrier asks us to wait, never above the longest delay; 0 for what is no length of time."""
    return int(min(after * SECOND, LONGEST_DELAY)) if after is not None and after > 0 else 0
