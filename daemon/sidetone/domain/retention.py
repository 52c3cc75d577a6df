"""How long things are kept: which period counts today, and whether the clock may be trusted to say what is due."""

from collections.abc import Mapping
from dataclasses import dataclass

DAY = 24 * 60 * 60 * 1000
JUMP = 2 * DAY  # further than this, a clock has not gone but jumped
LONGEST_REST = 7 * DAY  # a daemon that was stopped in order may have rested so long
NEVER = 0  # as a number of days: kept for ever


@dataclass(frozen=True, slots=True)
class Period:
    """A period in force. `wish`: a shorter one that was first asked for at `since` (ms), None where none is."""

    days: int
    wish: int | None = None
    since: int = 0


def next_period(before: Period | None, days: int, now: int, grace_days: int) -> Period:
    """What counts after `days` was asked for: a longer period at once, a shorter one when its grace is over.

    Nothing that goes comes back, so a slip of the pen must be found before it counts. A first period is a shorter one
    than for ever.
    """
    before = before or Period(NEVER)
    if not _is_shorter(days, before.days):
        return Period(days)
    asked = before if before.wish == days else Period(before.days, days, now)
    return Period(days) if now >= asked.since + grace_days * DAY else asked


def next_periods(
    before: Mapping[str, Period], days: Mapping[str, int], now: int, grace_days: int, *, usual: str
) -> dict[str, Period]:
    """What counts of each name after `days` was asked for.

    A name that is new, or is asked for no more, had or gets the period of `usual`; it goes when it says nothing else.
    """
    after = {usual: next_period(before.get(usual), days[usual], now, grace_days)}
    for name in [*days, *(gone for gone in before if gone not in days)]:
        own = name.startswith(f"{usual} ")
        had = before.get(name, before.get(usual) if own else None)
        period = next_period(had, days.get(name, days[usual]), now, grace_days)
        if name in days or (own and period != after[usual]):
            after[name] = period
    return after


def limit(days: int, now: int) -> int:
    """What is older than this (ms) is due; 0 where nothing ever is."""
    return 0 if days == NEVER else max(now - days * DAY, 0)


def jumped(now: int, sure: int, stopped: int | None) -> bool:
    """Whether the clock cannot be trusted: it is far from the last time that was `sure`.

    `stopped`: when the daemon was stopped in order since then; the rest until now explains a gap that is not too long.
    """
    if abs(now - sure) <= JUMP:
        return False
    rested = stopped is not None and abs(stopped - sure) <= JUMP and 0 <= now - stopped <= LONGEST_REST
    return not rested


def to_plain(periods: Mapping[str, Period]) -> dict[str, list[int | None]]:
    """The periods as JSON can hold them."""
    return {name: [period.days, period.wish, period.since] for name, period in periods.items()}


def from_plain(plain: object) -> dict[str, Period]:
    """What `to_plain` made; what cannot be read is left out, and so begins anew."""
    found = {}
    for name, values in plain.items() if isinstance(plain, dict) else ():
        match values:
            case [int(days), int() | None as wish, int(since)]:
                found[str(name)] = Period(days, wish, since)
    return found


def _is_shorter(days: int, than: int) -> bool:
    return days != NEVER and (than == NEVER or days < than)
