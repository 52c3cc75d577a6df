"""Which plugins fit this Sidetone's plugin API, and what is said of those that do not."""

import pytest

from plugin_host.stage import CARRIER, House, Shop
from sidetone.domain.health import State
from sidetone.plugin.version import API, WrongApi, check_api

MAJOR, MINOR = API
OURS = f"{MAJOR}.{MINOR}"


@pytest.mark.parametrize("declared", [API, list(API)])
def test_what_was_written_for_it_fits(declared: object) -> None:
    check_api("line", declared)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (
            (MAJOR, MINOR + 1),
            f"Plugin line needs plugin API {MAJOR}.{MINOR + 1}; this Sidetone has {OURS}. "
            "Update Sidetone, or install an older line.",
        ),
        (
            (MAJOR + 1, 0),
            f"Plugin line needs plugin API {MAJOR + 1}.0; this Sidetone has {OURS}. "
            "Update Sidetone, or install an older line.",
        ),
        (
            (MAJOR - 1, 7),
            f"Plugin line was written for plugin API {MAJOR - 1}.7, which Sidetone no longer has; it has {OURS}. "
            "Update line.",
        ),
    ],
)
def test_what_was_not_is_refused_in_words(declared: tuple[int, int], words: str) -> None:
    with pytest.raises(WrongApi) as caught:
        check_api("line", declared)
    assert str(caught.value) == words


@pytest.mark.parametrize("declared", [None, 1, "1.0", (), (1,), (1, 0, 0), (1.0, 0), (1, -1), ("1", "0"), API[:1]])
def test_what_says_nothing_of_it_is_refused(declared: object) -> None:
    with pytest.raises(WrongApi, match="does not say for which plugin API it was written"):
        check_api("line", declared)


async def test_a_newer_plugin_is_a_failed_part_and_hurts_no_other(shop: Shop, house: House) -> None:
    shop.install("line", CARRIER.replace("api = (1, 0)", "api = (9, 0)"))
    shop.install("good")
    host = house.host({"main": "line", "other": "good"})
    await host.start()
    await house.until(State.OK, "other")
    assert house.sentence().startswith("failed: Plugin line needs plugin API 9.0; this Sidetone has ")
    assert str(host.faults[0]).startswith("carriers.main cannot be used: Plugin line needs plugin API 9.0;")
