"""The rooms of people on a real store."""

from collections.abc import AsyncIterator

import pytest

from people.town import Town
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock


@pytest.fixture
async def town(store: Store, clock: FakeClock) -> AsyncIterator[Town]:
    built = Town(store, clock)
    yield built
    await built.close()
