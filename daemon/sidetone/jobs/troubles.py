"""Which troubles an admin has to hear of by mail: since when each lasts, whether it was told, and when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from sidetone.domain.health import Health, State

MINUTE = 60_000  # ms
CALM = 3 * MINUTE  # a part that was ill for long is well when it has been for so long
NEW = MINUTE  # what has lasted less is left for the next mail
REMIND = 24 * 60 * MINUTE
ILL = (State.FAILED, State.DEGRADED)


class Trouble(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part that is ill since a time (ms), told by mail or not; `well_since`: it seems well again."""

    since: int
    told: bool = False
    well_since: int | None = None


class Book(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that outlives a restart. `mailed_at` (ms) is the last mail of troubles, `thread` its Message-ID."""

    troubles: dict[str, Trouble] = {}
    mailed_at: int = 0
    thread: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What the next mail has to say: names of parts. `begun`: none of them was told before."""

    ill: tuple[str, ...] = ()
    well: tuple[str, ...] = ()
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """The book after a look at the parts, and the news, None when there are none."""

    book: Book
    news: News | None = None


def look(book: Book, parts: Mapping[str, Health], now: int, after: int) -> Look:
    """Bring the book up to date; news when a part has been ill for `after` ms, when one is well, and once a day."""
    book = _by_this_clock(book, now)
    troubles = dict(book.troubles)
    for name in troubles.keys() | parts.keys():
        state = parts.get(name, Health(State.OFF)).state
        known = troubles.get(name)
        if state in ILL:
            troubles[name] = replace_well(known, None) if known else Trouble(now)
        elif known is not None and state is not State.STARTING:  # which is no end yet
            troubles[name] = replace_well(known, known.well_since or now)
    calm = {name for name, each in troubles.items() if each.well_since and now - each.well_since >= CALM}
    troubles = {name: each for name, each in troubles.items() if name not in calm or each.told}
    book = msgspec.structs.replace(book, troubles=troubles)
    return Look(book, _news(book, tuple(sorted(calm & troubles.keys())), now, after))


def told(book: Book, news: News, now: int, thread: str) -> Book:
    """The book after the mail with these news."""
    troubles = {
        name: msgspec.structs.replace(each, told=each.told or name in news.ill)
        for name, each in book.troubles.items()
        if name not in news.well
    }
    return Book(troubles, now if news.ill else book.mailed_at, (book.thread or thread) if troubles else "")


def replace_well(trouble: Trouble, well_since: int | None) -> Trouble:
    """The same trouble, seemingly well since then or not."""
    return msgspec.structs.replace(trouble, well_since=well_since)


def _by_this_clock(book: Book, now: int) -> Book:
    """The same book with no time that is still to come: the clock was ahead when it was written."""
    troubles = {
        name: Trouble(min(each.since, now), each.told, each.well_since and min(each.well_since, now))
        for name, each in book.troubles.items()
    }
    return Book(troubles, min(book.mailed_at, now), book.thread)


def _news(book: Book, well: tuple[str, ...], now: int, after: int) -> News | None:
    lasting = {name: each for name, each in book.troubles.items() if each.well_since is None}
    due = any(not each.told and now - each.since >= after for each in lasting.values())
    quiet = now - book.mailed_at
    begins = due and (quiet >= after or not any(each.told for each in book.troubles.values()))
    reminds = any(each.told for each in lasting.values()) and quiet >= REMIND
    # Troubles that end together are told together: the others have this long to be calm too.
    waits = any(each.told and each.well_since and name not in well for name, each in book.troubles.items())
    oldest = min((book.troubles[name].well_since or now for name in well), default=now)
    ends = bool(well) and (not waits or now - oldest >= 2 * CALM)
    if not (begins or reminds or ends):
        return None
    ill = tuple(sorted(name for name, each in lasting.items() if each.told or now - each.since >= min(NEW, after)))
    begun = begins and not any(lasting[name].told for name in ill)
    return News(ill if begins or reminds else tuple(name for name in ill if lasting[name].told), well, begun)
