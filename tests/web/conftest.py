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


@pytest.fixture
async def hooked(tmp_path: Path, store: Store, clock: FakeClock) -> AsyncIterator[Site]:
    """A site with a carrier that takes call-backs, which costs a moment to build."""
    async with Site(tmp_path, store, clock, restcomm=True) as opened:
        yield opened
