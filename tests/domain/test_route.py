"""Which way a message takes, by rules alone."""

from datetime import datetime

import pytest

from sidetone.domain.party import Party, PartyKind
from sidetone.domain.route import Asked, Hours, Rule, Way, find_way, misfit

MONDAY_NOON = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - local time
PARIS = Party(PartyKind.E164, "+33612345678")
BERLIN = Party(PartyKind.E164, "+4915112345678")
SHORT = Party(PartyKind.SHORT, "22333")


def asked(party: Party = BERLIN, *, at: datetime = MONDAY_NOON, segments: int = 1, number: str = "+49301234") -> Asked:
    return Asked(number=number, home="main", party=party, segments=segments, at=at)


def rule(*carriers: str, **what: object) -> Rule:
    return Rule(name="r", carriers=carriers or ("home", "modem"), **what)  # type: ignore[arg-type] # as each test says


def test_without_a_rule_a_message_takes_its_home_carrier() -> None:
    assert find_way([], asked()) == Way(carriers=("main",))


def test_the_first_rule_that_fits_decides() -> None:
    rules = [
        Rule(name="france", carriers=("paris",), to=("FR",)),
        Rule(name="rest", carriers=("home", "modem"), other_number=True),
    ]
    assert find_way(rules, asked(PARIS)) == Way(carriers=("paris",), rule="france")
    assert find_way(rules, asked()) == Way(carriers=("main", "modem"), rule="rest", other_number=True)


def test_a_carrier_that_is_also_the_home_is_named_once() -> None:
    assert find_way([rule("home", "main", "modem")], asked()).carriers == ("main", "modem")


@pytest.mark.parametrize(
    ("what", "fits"),
    [
        ({"numbers": ("+4930",)}, True),
        ({"numbers": ("+4989", "+4940")}, False),
        ({"to": ("+4915",)}, True),
        ({"to": ("DE",)}, True),
        ({"to": ("FR", "+33")}, False),
        ({"to": ("short",)}, False),
        ({"kinds": ("sms",)}, True),
        ({"kinds": ("mms",)}, False),
        ({"longest": 1}, True),
        ({"days": ("mon",)}, True),
        ({"days": ("tue", "sun")}, False),
        ({"hours": Hours.parse("08:00-18:00")}, True),
        ({"hours": Hours.parse("12:01-13:00")}, False),
        ({"hours": Hours.parse("08:00-12:00")}, False),
    ],
)
def test_what_a_rule_is_for(what: dict[str, object], fits: bool) -> None:
    assert (misfit(rule(**what), asked()) == "") is fits


def test_long_texts_may_take_another_way() -> None:
    assert misfit(rule(longest=2), asked(segments=3)) == "it is for at most 2 segments"


def test_short_codes_are_reached_by_their_own_rule() -> None:
    assert misfit(rule(to=("short",)), asked(SHORT)) == ""
    assert misfit(rule(to=("DE", "+2")), asked(SHORT)) == "it is for recipients in DE or +2"


@pytest.mark.parametrize(
    ("at", "inside"),
    [("2026-11-27T23:00", True), ("2026-11-28T05:59", True), ("2026-11-28T06:00", False), ("2026-11-28T23:00", False)],
)
def test_a_night_belongs_to_its_evening(at: str, inside: bool) -> None:
    assert Hours.parse("22:00-06:00").hold(datetime.fromisoformat(at), ("fri",)) is inside


@pytest.mark.parametrize("text", ["", "8", "08:00", "8-9", "24:01-25:00", "08:60-09:00", "aa:bb-cc:dd", "08:0-09:00"])
def test_what_is_no_time_frame(text: str) -> None:
    with pytest.raises(ValueError):
        Hours.parse(text)


def test_the_cheapest_first_and_what_has_no_price_last() -> None:
    found = find_way([rule("dear", "home", "free", order="cost", prices={"dear": 0.09, "home": 0.07})], asked())
    assert found.carriers == ("main", "dear", "free")


def test_several_cards_share_fairly() -> None:
    found = find_way([rule("one", "two", "three", order="fair")], asked(), {"one": 4, "two": 1, "three": 1})
    assert found.carriers == ("two", "three", "one")
