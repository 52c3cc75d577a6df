"""A site as a fixture."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from web.site import Site


@pytest.fixture
async def site(tmp_path: Path, store: Store, clock: FakeClock) -> AsyncIterator[Site]:
    async with Site(tmp_path, store, clock) as opened:
        yield opened
