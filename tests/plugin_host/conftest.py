"""A place to install plugins, and a house to host them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plugin_host.stage import House, Shop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return Shop(folder)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    yield house
    for host in house.hosts:
        await host.stop()
