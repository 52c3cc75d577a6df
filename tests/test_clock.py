"""Waiting for an event or a time: whoever is cancelled in it hears of it, at whatever moment."""

import asyncio

import pytest

from sidetone.clock import event_or_time
from sidetone.testing.clock import FakeClock


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancellation_is_never_lost(turns: int, clock: FakeClock) -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(event_or_time(event, clock, 5))
    await clock.until_asleep()
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    begun = waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled() is begun
    await clock.advance(0)
    assert clock.sleepers == 0
