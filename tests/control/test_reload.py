"""Reloading: what has changed counts at once, alone, or nothing does."""

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

from plugin_host.stage import CARRIER, House, Shop
from sidetone.config.changes import reading
from sidetone.config.load import load
from sidetone.config.shapes import Config, DirectorySection
from sidetone.control.reload import Hands, Reloader, Verdict
from sidetone.domain.health import State
from sidetone.plugin.found import installed
from sidetone.plugin.host import Host

pytest_plugins = ["plugin_host.conftest"]

SERVER = '[server]\ndata_dir = "data"\ndefault_country = "DE"\n'
TWO = '[carriers.a]\ntype = "line"\n[carriers.b]\ntype = "line"\n'
UNCHANGED = Verdict()


class Site:
    """A configuration on disk, a host that runs its carriers, and the reloader between the two."""

    def __init__(self, folder: Path, shop: Shop, house: House) -> None:
        self.file = folder / "sidetone.toml"
        self.shop = shop
        self.house = house
        self.noted: list[str] = []
        self.did: list[object] = []
        self.host: Host
        self.reloader: Reloader

    def write(self, text: str) -> None:
        self.file.write_text(SERVER + text)
        self.file.chmod(0o600)

    def read(self) -> Config:
        return load(self.file, types=installed().keys())

    async def open(self, text: str) -> "Site":
        self.write(text)
        config = self.read()
        self.host = self.house.host({name: {"type": each.type, **each.table} for name, each in config.carriers.items()})
        await self.host.start()
        for name, running in self.host.carriers.items():
            if running.health.state is not State.FAILED:
                await self.house.until(State.OK, name)
        hands = Hands(
            reread=self.read,
            telling=nullcontext,
            host=self.host,
            shut=self.shut,
            messaging=self.did.append,
            routes=self.did.append,
            log=self.did.append,
            note=self.note,
            renew=self.renew,
            directories=self.directories,
        )
        self.reloader = Reloader(reading(config), hands)
        return self

    async def note(self, words: str) -> None:
        self.noted.append(words)

    async def shut(self, name: str) -> None:
        if name in self.host.carriers:
            self.did.append((name, self.host.carriers[name].ready, self.calls(name).count("stop")))

    async def directories(self, sections: Mapping[str, DirectorySection], anew: list[str]) -> None:
        self.did.append((list(sections), anew))

    async def renew(self) -> str:
        return ""

    async def reload(self, text: str) -> Verdict:
        self.write(text)
        return await self.reloader.reload()

    def calls(self, name: str) -> list[str]:
        return list(self.shop.built(name).calls)


@pytest.fixture
async def site(tmp_path: Path, shop: Shop, house: House) -> Site:
    shop.install("line")
    return await Site(tmp_path, shop, house).open(TWO)


async def test_without_a_change_nothing_is_touched(site: Site) -> None:
    before = site.shop.built("a")
    assert await site.reload(TWO) == UNCHANGED
    assert site.shop.built("a") is before
    assert site.did == []


async def test_a_changed_carrier_starts_anew_alone(site: Site) -> None:
    a, b = site.shop.built("a"), site.shop.built("b")
    await site.house.until(State.OK, "a")
    verdict = await site.reload(TWO.replace("[carriers.b]", "most = 3\n[carriers.b]"))
    assert verdict == Verdict(applied=["Carrier a has changed and starts anew."])
    assert site.noted == verdict.applied
    assert site.did == [("a", False, 0)], "what is under way must end before the carrier stops"
    assert a.calls[-1] == "stop"
    assert "stop" not in b.calls
    assert site.shop.built("b") is b
    await site.house.until(State.OK, "a")
    assert (site.shop.built("a").settings.most, site.shop.built("a").calls[0]) == (3, "start")
    assert site.reloader.config.carriers["a"].table == {"most": 3}


async def test_carriers_come_and_go(site: Site) -> None:
    a = site.shop.built("a")
    verdict = await site.reload('[carriers.b]\ntype = "line"\n[carriers.c]\ntype = "line"\n')
    assert verdict.applied == [
        "Carrier a is stopped; what waits for it goes on waiting.",
        "Carrier c is new and starts.",
    ]
    assert a.calls[-1] == "stop"
    await site.house.until(State.OK, "c")
    assert sorted(site.host.carriers) == ["b", "c"]
    assert "carrier a" not in site.house.parts.all()


async def test_sections_that_count_at_once(site: Site) -> None:
    verdict = await site.reload(f'{TWO}[messaging]\nlongest_text = 160\n[log]\nlevel = "debug"\n')
    assert verdict.applied == ["[messaging] counts from now on.", "[log] counts from now on."]
    config = site.reloader.config
    assert site.did == [config.messaging, config.log]
    assert (config.messaging.longest_text, config.log.level) == (160, "debug")


async def test_what_needs_a_restart_is_said_until_it_is_restarted(site: Site) -> None:
    words = "server.listen has changed and counts after a restart: systemctl restart sidetone."
    listen = f'[server]\nlisten = "127.0.0.1:1"\ndata_dir = "data"\ndefault_country = "DE"\n{TWO}'
    for _ in range(2):
        site.file.write_text(listen)
        verdict = await site.reloader.reload()
        assert (verdict.applied, verdict.restart[0], verdict.refused) == ([], words, [])
    assert site.reloader.config.server.listen == "127.0.0.1:8080"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TWO + "[nonsense]\n", "nonsense is not a section"),
        (TWO.replace("[carriers.b]", "mots = 3\n[carriers.b]"), "carriers.a.mots is not a setting"),
        (TWO.replace("[carriers.b]", 'most = "x"\n[carriers.b]'), "carriers.a.most is text"),
        (TWO + '[carriers.c]\ntype = "lien"\n', "carriers.c.type names a plugin that is not installed"),
        (TWO + "[[[", "is not TOML"),
        (TWO + '[log]\nlevel = "loud"\n[messaging]\nlongest_text = 160\n', "log.level has a value"),
    ],
)
async def test_a_fault_refuses_the_whole(text: str, words: str, site: Site) -> None:
    built = site.shop.built("a"), site.shop.built("b")
    verdict = await site.reload(text)
    assert (verdict.applied, verdict.restart) == ([], [])
    assert words in "\n".join(verdict.refused)
    assert (site.shop.built("a").calls[-1] == "stop", site.did) == (False, [])
    assert site.reloader.config.messaging.longest_text == 670
    assert [each.ready for each in site.host.carriers.values()] == [True, True]
    assert await site.reload(TWO) == UNCHANGED
    assert {name: carrier.carrier for name, carrier in site.host.carriers.items()} == dict(
        zip("ab", built, strict=True)
    )


async def test_a_carrier_that_had_failed_is_tried_again(tmp_path: Path, shop: Shop, house: House) -> None:
    module = shop.install("line", "import surely_missing_for_now")
    site = await Site(tmp_path, shop, house).open('[carriers.a]\ntype = "line"\n')
    assert "package surely_missing_for_now is missing" in house.sentence("a")
    assert await site.reloader.reload() == UNCHANGED, "it would only fail once more"
    (shop.folder / f"{module}.py").write_text(CARRIER)
    assert (await site.reloader.reload()).applied == ["Carrier a had failed and starts anew."]
    await house.until(State.OK, "a")


async def test_one_that_is_broken_does_not_keep_others_from_changing(tmp_path: Path, shop: Shop, house: House) -> None:
    shop.install("line")
    text = f'{TWO}[carriers.broken]\ntype = "line"\nmost = "x"\n'
    site = await Site(tmp_path, shop, house).open(text)
    verdict = await site.reload(text.replace("[carriers.b]", "most = 3\n[carriers.b]"))
    assert verdict == Verdict(applied=["Carrier a has changed and starts anew."])
    assert house.sentence("broken").startswith("failed")


async def test_a_webhook_meanwhile_is_told_to_come_again(site: Site) -> None:
    await site.house.until(State.OK, "a")
    await site.host.retire("a")
    assert "a" in site.host.carriers, "an unknown carrier's webhook is answered 404, which a far side may take as final"


async def test_in_the_background_it_is_given_up_when_all_stops(site: Site) -> None:
    site.reloader.begin()
    await site.reloader.end()
    site.reloader.begin()
    assert site.did == []
    await site.house.until(State.OK, "a")
