"""Finding, importing and building plugins: what goes wrong with one is told and hurts no other."""

import sys
from pathlib import Path

import pytest

from plugin_host.stage import CARRIER, House, Shop
from sidetone.config.fault import ConfigError, Place
from sidetone.config.section import Section
from sidetone.config.shapes import CarrierSection
from sidetone.domain.outcome import Deferred
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.segments import segment
from sidetone.plugin.carrier import Outgoing
from sidetone.plugin.found import installed, view


def test_only_what_the_configuration_names_is_imported(shop: Shop, house: House) -> None:
    named, other = shop.install("line"), shop.install("other", "raise SystemExit('never imported')")
    house.host({"main": "line"}).load()
    assert named in sys.modules
    assert other not in sys.modules


def test_two_sections_of_one_type_are_two_carriers(shop: Shop, house: House) -> None:
    shop.install("line")
    host = house.host({"one": "line", "two": "line"})
    host.load()
    assert host.carriers["one"].carrier is not host.carriers["two"].carrier
    assert (host.carriers["one"].name, host.carriers["one"].type) == ("one", "line")


def test_a_hook_is_asked_only_for_sections_of_its_own_type(shop: Shop, house: House) -> None:
    shop.install("line")
    shop.install("second")
    host = house.host({"one": "line", "two": "second"})
    host.load()
    modules = {name: type(running.carrier).__module__ for name, running in host.carriers.items()}
    assert modules == {"one": shop.modules[0], "two": shop.modules[1]}


FAULTS: dict[str, tuple[str | None, str]] = {
    "its module is gone": (None, "package {module} is missing: install {package} again."),
    "it needs a package": (
        "import surely_missing.inner",
        "package surely_missing is missing: install surely_missing.",
    ),
    "it cannot be parsed": ("def", "Plugin line cannot be used (SyntaxError)."),
    "it raises on import": ("1 / 0", "Plugin line cannot be used (ZeroDivisionError)."),
    "it leaves on import": ("raise SystemExit(3)", "Plugin line cannot be used (SystemExit)."),
    "it has no hook": ("api = (1, 0)", "Plugin line builds no carrier (start, stop, health, send missing)."),
    "its hook is misspelled": (
        CARRIER.replace("def sidetone_carrier", "def sidetone_carier"),
        "Plugin line cannot be used (PluginValidationError).",
    ),
    "its hook wants something else": (
        CARRIER.replace("def sidetone_carrier(context)", "def sidetone_carrier(kontext)"),
        "Plugin line cannot be used (PluginValidationError).",
    ),
    "its hook is async": (
        CARRIER.replace("def sidetone_carrier", "async def sidetone_carrier"),
        "Plugin line has an async hook. A hook only builds; `start` does the rest.",
    ),
    "its hook raises": (
        CARRIER.replace("return Line(context)", "1 / 0"),
        "Plugin line cannot be used (ZeroDivisionError).",
    ),
    "its hook leaves": (
        CARRIER.replace("return Line(context)", "raise SystemExit"),
        "Plugin line cannot be used (SystemExit).",
    ),
    "it builds nothing": (
        CARRIER.replace("return Line(context)", "return None"),
        "Plugin line builds no carrier (start, stop, health, send missing).",
    ),
    "it builds half a carrier": (
        CARRIER.replace("async def send", "async def sent"),
        "Plugin line builds no carrier (send missing).",
    ),
    "it has no limits": (
        CARRIER.replace("limits = Limits()", ""),
        "Plugin line builds no carrier (limits missing).",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_a_plugin_that_cannot_be_built_is_a_failed_part_and_no_more(case: str, shop: Shop, house: House) -> None:
    source, expected = FAULTS[case]
    module = shop.install("line", source)
    shop.install("good")
    host = house.host({"main": "line", "other": "good"})
    await host.start()
    await house.settled(lambda: host.carriers["other"].ready)
    sentence = expected.format(module=module, package=module.replace("_", "-")) if "{" in expected else expected
    assert house.sentence() == f"failed: {sentence}"
    assert not host.carriers["main"].ready
    assert [fault.key for fault in host.faults] == ["carriers.main"]
    assert str(host.faults[0]) == f"carriers.main cannot be used: {sentence}"


def test_a_missing_package_is_told_with_the_extra_that_brings_it(shop: Shop, house: House) -> None:
    shop.install("line", "import surely_missing", package="acme", extras=" [wire]")
    shop.install("Some.Line", "import surely_missing", package="acme-two", offered=("other", "some-line"))
    house.host({"one": "line", "two": "Some.Line"}).load()
    assert house.sentence("one") == "failed: package surely_missing is missing: install acme[wire]."
    assert house.sentence("two") == "failed: package surely_missing is missing: install acme-two[some-line]."


def test_two_packages_with_one_type_are_for_a_person_to_settle(shop: Shop, house: House) -> None:
    shop.install("line", package="acme")
    shop.install("line", package="bolt")
    house.host({"main": "line"}).load()
    assert house.sentence() == "failed: acme and bolt both offer line. Uninstall one of them."


def test_a_type_that_is_not_installed_is_told(house: House) -> None:
    house.host({"main": "nothing"}).load()
    assert house.sentence() == "failed: No plugin nothing is installed. Install it, or remove the section."


def test_a_key_that_does_not_exist_refuses_the_start(shop: Shop, house: House) -> None:
    shop.install("line")
    host = house.host({"main": {"type": "line", "mst": 1, "most": "x"}})
    with pytest.raises(ConfigError) as caught:
        host.load()
    assert str(caught.value) == "carriers.main.mst is not a setting; perhaps most is meant; allowed is most."
    assert [fault.key for fault in host.faults] == ["carriers.main.most", "carriers.main.mst"]


def test_a_wrong_value_makes_only_its_carrier_fail(shop: Shop, house: House) -> None:
    shop.install("line")
    host = house.host({"main": {"type": "line", "most": "x"}, "other": "line"})
    host.load()
    assert house.sentence() == ("failed: carriers.main.most is text; write a whole number without quotation marks.")
    assert [str(fault) for fault in host.faults] == [house.sentence().removeprefix("failed: ")]


def test_a_value_that_only_the_plugin_can_judge_is_told_with_its_key(shop: Shop, house: House) -> None:
    shop.install("line", CARRIER.replace("return Line(context)", "raise BadConfig('It must be odd.', where='most')"))
    host = house.host({"main": {"type": "line", "most": 2}})
    host.load()
    assert house.sentence() == "failed: most: It must be odd."
    assert [str(fault) for fault in host.faults] == ["carriers.main.most cannot be used: It must be odd."]


def test_a_fault_names_the_place_of_its_section(house: House) -> None:
    place = Place(Path("/etc/sidetone/sidetone.toml"), 7)
    host = house.host({})
    host._sections = {"main": CarrierSection(name="main", type="nothing", table=Section({}, place=place))}
    host.load()
    assert str(host.faults[0]).startswith("/etc/sidetone/sidetone.toml:7: carriers.main cannot be used")


async def test_what_could_not_be_built_takes_no_message(shop: Shop, house: House) -> None:
    host = house.host({"main": "nothing"})
    host.load()
    message = Outgoing(
        reference="r",
        sender="+4915112345678",
        recipient=Party(PartyKind.E164, "+4915112345679"),
        body="Hello",
        segments=segment("Hello"),
        valid_until=house.clock.now() + 1000,
    )
    outcome = await host.carriers["main"].carrier.send(message)
    assert isinstance(outcome, Deferred)
    assert outcome.whole_carrier


def test_plugins_can_be_listed_without_importing_them(shop: Shop) -> None:
    module = shop.install("line", "raise SystemExit", package="acme")
    plugin = installed()["line"]
    assert view(plugin, {"b": "line", "a": "line", "c": "other"}, {"d": "line", "e": "other"}) == {
        "type": "line",
        "module": module,
        "package": "acme",
        "version": "1.0",
        "carriers": ["a", "b"],
        "directories": ["d"],
    }


def test_the_plugins_in_the_tree_are_found() -> None:
    assert {"handset", "restcomm"} <= installed().keys()
