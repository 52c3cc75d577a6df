"""The stage as a fixture: its engine runs while the test does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from delivery.book import blank
from delivery.stage import Stage, WatchedStore
from sidetone.config.shapes import MessagingSettings
from sidetone.testing.clock import FakeClock

# Times that a test can wait out: six minutes for each.
TERMS = MessagingSettings(validity_hours=0.1, receipt_wait_hours=0.1, unknown_wait_hours=0.1)


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[WatchedStore]:
    path = tmp_path / "sidetone.db"
    path.write_bytes(blank())
    opened = WatchedStore(path, clock)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def stage(store: WatchedStore, clock: FakeClock) -> AsyncIterator[Stage]:
    made = Stage(store, clock, TERMS)
    await made.engine.start()
    yield made
    made.carrier.let_go()
    await made.engine.stop()
