"""`[routes.NAME]`: what the way of a message is found by, held against the carriers there are."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sidetone.config.fault import Fault
from sidetone.config.reader import nearest, read_settings
from sidetone.config.section import Section
from sidetone.config.setting import setting
from sidetone.domain.route import DAYS, HOME, Hours, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettings:
    """`[routes.NAME]`. Routes are looked at in the order they stand in; the first that fits a message is taken."""

    carriers: tuple[str, ...] = setting(help="the carriers, best first; home is the one that the own number is at")
    numbers: tuple[str, ...] = setting((), pattern=r"\+[1-9]\d{0,14}", help="how own numbers begin that it is for")
    to: tuple[str, ...] = setting(
        (), pattern=r"\+[1-9]\d{0,14}|[A-Z]{2}|short", help="the recipients: how numbers begin, countries, or short"
    )
    kinds: tuple[str, ...] = setting((), choices=("sms", "mms"), help="the kinds of message")
    longest: int = setting(0, minimum=0, maximum=255, help="the most segments of a message; 0 for any")
    days: tuple[str, ...] = setting((), choices=DAYS, help="the days of the week")
    hours: str = setting("00:00-24:00", help="the time of the day, by this machine's clock")
    order: Literal["listed", "cost", "fair"] = setting("listed", help="which carrier comes first")
    prices: tuple[float, ...] = setting((), minimum=0, help="what a segment costs at each carrier, in their order")
    longest_wait: int = setting(
        0,
        minimum=0,
        maximum=86_400,
        help="the seconds a text waits at a carrier that works before the next one is taken",
    )
    receipts_within: int = setting(
        0,
        minimum=0,
        maximum=86_400,
        help="the seconds after which a carrier that reports on no text any more is passed over",
    )
    other_number: bool = setting(False, help="whether a text may leave from a number of the carrier's own")

    def rule(self, name: str) -> Rule:
        """What the way of a message is found by; raises ValueError for a time frame that is none."""
        return Rule(
            name=name,
            carriers=self.carriers,
            numbers=self.numbers,
            to=self.to,
            kinds=self.kinds,
            longest=self.longest,
            days=self.days,
            hours=Hours.parse(self.hours),
            order=self.order,
            prices=dict(zip(self.carriers, self.prices, strict=False)),
            longest_wait=self.longest_wait * 1000,
            receipts_within=self.receipts_within * 1000,
            other_number=self.other_number,
        )


def read_routes(table: Section, carriers: Collection[str], base: Path) -> tuple[tuple[Rule, ...], list[Fault]]:
    """The rules in the order they stand in, or all that is wrong with them."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    for name, section in table.items():
        where = f"routes.{name}"
        if not isinstance(section, Section):
            remedy = f"write [{where}] on a line of its own"
            faults.append(Fault(key=where, what="is no section", remedy=remedy, place=table.places.get(name)))
            continue
        settings, wrong = read_settings(RouteSettings, section, where=where, base=base)
        if settings is not None:
            wrong += [_fault(section, where, *each) for each in _faults(settings, carriers)]
        faults += wrong
        if settings is not None and not wrong:
            rules.append(settings.rule(name))
    return tuple(rules), faults


def _faults(settings: RouteSettings, carriers: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Each key that is wrong beside the others, what is, and what to do."""
    if not settings.carriers:
        yield "carriers", "names no carrier", 'name at least one, like ["home"]'
    for name in settings.carriers:
        if name != HOME and name not in carriers:
            yield "carriers", "names a carrier that is not configured", nearest(name, [HOME, *carriers])
    if settings.prices and len(settings.prices) != len(settings.carriers):
        yield "prices", "are not as many as the carriers", "give one for each of them, in their order"
    if settings.order == "cost" and not settings.prices:
        yield "order", "is by cost, and there are no prices", "give prices, one for each carrier"
    try:
        settings.rule("")
    except ValueError:
        yield "hours", "is no time frame", 'write hours and minutes from and to, like "08:00-18:00"'


def _fault(section: Section, where: str, key: str, what: str, remedy: str) -> Fault:
    return Fault(key=f"{where}.{key}", what=what, remedy=remedy, place=section.places.get(key, section.place))
