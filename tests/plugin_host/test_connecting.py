"""`sidetone check --connect`: each carrier is tried once, in bounded time, and leaves nothing behind."""

import asyncio
from pathlib import Path

import pytest

from cli.stage import configured
from plugin_host.stage import CARRIER, Shop
from sidetone.cli.settings import load_settings
from sidetone.domain.health import Health, State
from sidetone.plugin.connecting import connect
from sidetone.plugin.life import Patience

SERVER = '[server]\ndata_dir = "data"\ndefault_country = "DE"\n'
SHORT = Patience(start=0.05, stop=0.05, health=0.05, grace=0.05)
STARTED = 'self.calls.append("start")'


async def tried(folder: Path, shop: Shop, source: str, *, patience: Patience = SHORT) -> Health:
    shop.install("line", source)
    file = configured(folder, SERVER + '[carriers.a]\ntype = "line"\n')
    (health,) = (await connect(load_settings(file), patience)).values()
    assert not (folder / "data").exists()
    assert len(asyncio.all_tasks()) == 1
    return health


async def test_one_that_is_well_is_started_asked_and_stopped(tmp_path: Path, shop: Shop) -> None:
    assert await tried(tmp_path, shop, CARRIER) == Health(State.OK, "Well.")
    assert shop.built("a").calls == ["start", "health", "stop"]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ('raise BadCredentials("The token is wrong.")', "Its credentials are refused: The token is wrong."),
        ('raise NotReady("Nobody answers.")', "Nobody answers."),
        ("1 / 0", "It failed to start (ZeroDivisionError)."),
        ("await asyncio.Event().wait()", "It takes too long to start."),
    ],
)
async def test_why_one_does_not_work(tmp_path: Path, shop: Shop, step: str, words: str) -> None:
    imports = "import asyncio\nfrom sidetone.plugin import BadCredentials, NotReady\n"
    health = await tried(tmp_path, shop, imports + CARRIER.replace(STARTED, step))
    assert health.state is State.FAILED
    assert health.sentence.startswith(words)


async def test_it_may_keep_something_while_it_is_tried(tmp_path: Path, shop: Shop) -> None:
    keeping = "keep = self.context.keep; await keep.put('k', b'v'); assert await keep.get('k') == b'v'"
    again = "assert await keep.keys() == ['k']; await keep.delete('k'); assert await keep.get('k') is None"
    assert (await tried(tmp_path, shop, CARRIER.replace(STARTED, f"{keeping}; {again}"))).state is State.OK


async def test_one_that_cannot_be_built_says_why(tmp_path: Path, shop: Shop) -> None:
    health = await tried(tmp_path, shop, "import surely_missing")
    assert (health.state, "install surely_missing" in health.sentence) == (State.FAILED, True)
