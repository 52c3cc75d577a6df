"""What every test may use: a real store on a real file, and a clock that stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from house.scratch import keep_in_memory

keep_in_memory()
for _suite in ("contract_incoming", "contract_life", "contract_sending", "carrier_rig", "directory_contract"):
    pytest.register_assert_rewrite(f"sidetone.testing.{_suite}")  # before any test imports them

from sidetone.store.connection import Store  # noqa: E402
from sidetone.testing.clock import FakeClock  # noqa: E402
from store.blank import put_blank  # noqa: E402

pytest_plugins = ["house.heap", "house.needs"]


@pytest.fixture
def clock() -> FakeClock:
    """Stands still until it is advanced."""
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    """An open store on an empty file."""
    path = tmp_path / "sidetone.db"
    put_blank(path)
    opened = Store(path, clock)
    await opened.open()
    yield opened
    await opened.close()
