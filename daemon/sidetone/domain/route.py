"""Routes: which carriers a message may take, in which order, and in words why (PR-07)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sidetone.domain.party import Party, PartyKind
from sidetone.domain.phone import country_of

HOME = "home"  # in a rule: the carrier that the own number is at
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Order = Literal["listed", "cost", "fair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A time frame of the day in minutes from midnight; `start` is in it, `end` is not. It may go over midnight."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """From `08:00-18:00`; raises ValueError."""
        start, dash, end = text.partition("-")
        if not dash:
            raise ValueError(text)
        return cls(start=_minutes(start), end=_minutes(end))

    def hold(self, at: datetime, days: Sequence[str]) -> bool:
        """Whether a moment lies in the frame of one of these days (none: every day); a night belongs to its evening."""
        minute = at.hour * 60 + at.minute
        if self.start <= self.end:
            return self.start <= minute < self.end and _is_on(at, days)
        return (minute >= self.start and _is_on(at, days)) or (
            minute < self.end and _is_on(at - timedelta(days=1), days)
        )


WHOLE_DAY = Hours(start=0, end=24 * 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which messages take which carriers. What is empty holds for all.

    `numbers`: how own numbers begin. `to`: how recipients' numbers begin, countries (ISO 3166), or `short` for short
    codes. `longest`: segments at most, 0 for any. `prices`: of one segment, by carrier. `longest_wait`: ms that texts may
    wait at a carrier before the next one takes them, 0 for as long as it works. `receipts_within`: ms after which one that
    used to report on texts and reports on none is no better than the next, 0 for never. `other_number`: whether a carrier may
    send that leaves from a number of its own.
    """

    name: str
    carriers: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    longest: int = 0
    days: tuple[str, ...] = ()
    hours: Hours = WHOLE_DAY
    order: Order = "listed"
    prices: Mapping[str, float] | None = None
    longest_wait: int = 0
    receipts_within: int = 0
    other_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message as routes see it: the own number and its home carrier, who gets it, its kind and segments, local time."""

    number: str
    home: str
    party: Party
    segments: int
    at: datetime
    kind: str = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The carriers a message may take, best first, and the rule that says so; without one, its home carrier alone."""

    carriers: tuple[str, ...]
    rule: str = ""
    longest_wait: int = 0
    receipts_within: int = 0
    other_number: bool = False


def find_way(rules: Iterable[Rule], asked: Asked, waiting: Mapping[str, int] | None = None) -> Way:
    """The way by the first rule that fits; `waiting` is how many messages each carrier has, for the order `fair`."""
    for rule in rules:
        if not misfit(rule, asked):
            return Way(
                carriers=_ordered(rule, asked.home, waiting or {}),
                rule=rule.name,
                longest_wait=rule.longest_wait,
                receipts_within=rule.receipts_within,
                other_number=rule.other_number,
            )
    return Way(carriers=(asked.home,))


def misfit(rule: Rule, asked: Asked) -> str:
    """Why a rule is not for a message, in words; empty when it is."""
    if rule.numbers and not asked.number.startswith(rule.numbers):
        return f"it is for own numbers that begin with {_or(rule.numbers)}"
    if rule.to and not any(_goes_to(asked.party, each) for each in rule.to):
        return f"it is for recipients in {_or(rule.to)}"
    if rule.kinds and asked.kind not in rule.kinds:
        return f"it is for {_or(rule.kinds)}"
    if rule.longest and asked.segments > rule.longest:
        return f"it is for at most {rule.longest} segments"
    if not rule.hours.hold(asked.at, rule.days):
        return "it is for another time"
    return ""


def _ordered(rule: Rule, home: str, waiting: Mapping[str, int]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(home if each == HOME else each for each in rule.carriers))
    match rule.order:
        case "cost":
            prices = {home if each == HOME else each: price for each, price in (rule.prices or {}).items()}
            return tuple(sorted(named, key=lambda each: prices.get(each, float("inf"))))
        case "fair":
            return tuple(sorted(named, key=lambda each: waiting.get(each, 0)))
    return named


def _goes_to(party: Party, word: str) -> bool:
    if word == PartyKind.SHORT:
        return party.kind is PartyKind.SHORT
    if party.kind is not PartyKind.E164:
        return False
    return party.value.startswith(word) if word.startswith("+") else country_of(party.value) == word


def _is_on(at: datetime, days: Sequence[str]) -> bool:
    return not days or DAYS[at.weekday()] in days


def _minutes(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not colon or not (hour.isdecimal() and minute.isdecimal()) or len(hour) > 2 or len(minute) != 2:
        raise ValueError(text)
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > 24 * 60:
        raise ValueError(text)
    return found


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
