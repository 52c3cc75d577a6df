"""For the tests of the virtual phones."""

from collections.abc import AsyncIterator

import pytest

from plugins.handset.bench import Bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    await bench.start()
    yield bench
    await bench.stop()
