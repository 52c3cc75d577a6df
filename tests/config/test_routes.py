"""Routes in the configuration: their order, what they become, and every fault of them."""

from pathlib import Path

import pytest

from sidetone.config.fault import ConfigError
from sidetone.config.load import load
from sidetone.domain.route import Hours

BASE = '[server]\ndefault_country = "DE"\n[carriers.main]\ntype = "handset"\n[carriers.modem]\ntype = "handset"\n'


def read(tmp_path: Path, text: str, more: str = "") -> Path:
    path = tmp_path / "sidetone.toml"
    path.write_text(BASE + text, encoding="utf-8")
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "more.toml").write_text(more, encoding="utf-8")
    return path


def test_they_keep_the_order_they_stand_in(tmp_path: Path) -> None:
    first = '[routes.zulu]\ncarriers = ["modem"]\nto = ["FR"]\nhours = "22:00-06:00"\ndays = ["fri"]\n'
    second = '[routes.alpha]\ncarriers = ["home", "modem"]\nprices = [0.07, 0]\norder = "cost"\nother_number = true\n'
    zulu, alpha = load(read(tmp_path, first, second)).routes
    assert (zulu.name, zulu.to, zulu.hours, zulu.days) == ("zulu", ("FR",), Hours(start=1320, end=360), ("fri",))
    assert (alpha.name, alpha.prices, alpha.other_number) == ("alpha", {"home": 0.07, "modem": 0.0}, True)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("routes = 3", "routes is no section; write [routes] on a line of its own."),
        ("[routes]\nx = 3", "routes.x is no section; write [routes.x] on a line of its own."),
        (
            "[routes.x]\n",
            "routes.x.carriers is missing; give the carriers, best first; home is the one that the own number is at.",
        ),
        ("[routes.x]\ncarriers = []", 'routes.x.carriers names no carrier; name at least one, like ["home"].'),
        (
            '[routes.x]\ncarriers = ["moden"]',
            "routes.x.carriers names a carrier that is not configured; "
            "perhaps modem is meant; allowed are home, main, modem.",
        ),
        (
            '[routes.x]\ncarriers = ["home"]\nprices = [1, 2]',
            "routes.x.prices are not as many as the carriers; give one for each of them, in their order.",
        ),
        (
            '[routes.x]\ncarriers = ["home"]\norder = "cost"',
            "routes.x.order is by cost, and there are no prices; give prices, one for each carrier.",
        ),
        (
            '[routes.x]\ncarriers = ["home"]\nhours = "8 to 9"',
            'routes.x.hours is no time frame; write hours and minutes from and to, like "08:00-18:00".',
        ),
        (
            '[routes.x]\ncarriers = ["home"]\nfallback = true',
            "routes.x.fallback is not a setting; allowed are carriers, days, hours, kinds, longest, longest_wait, numbers, order, "
            "other_number, prices, receipts_within, to.",
        ),
    ],
)
def test_faults(text: str, fault: str, tmp_path: Path) -> None:
    path = read(tmp_path, "" if text.startswith("routes =") else text)
    if text.startswith("routes ="):
        path.write_text(f"{text}\n{BASE}", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    (told,) = caught.value.faults
    assert str(told).split(": ", 1)[1] == fault
