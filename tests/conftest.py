"""What every test may use: a real store on a real file, and a clock that stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sidetone.store import migrate
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock

pytest_plugins = ["house.needs"]


@pytest.fixture
def clock() -> FakeClock:
    """Stands still until it is advanced."""
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    """An open store on an empty file."""
    path = tmp_path / "sidetone.db"
    migrate.prepare(path)
    opened = Store(path, clock)
    await opened.open()
    yield opened
    await opened.close()
