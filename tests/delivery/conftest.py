"""The stage as a fixture: its engine runs while the test does."""

from collections.abc import AsyncIterator

import pytest
from delivery.stage import Stage
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock


@pytest.fixture
async def stage(store: Store, clock: FakeClock) -> AsyncIterator[Stage]:
    made = Stage(store, clock)
    await made.engine.start()
    yield made
    await made.engine.stop()
