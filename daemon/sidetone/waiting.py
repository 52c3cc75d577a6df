"""Waiting for an event or a time, whichever comes first, by a clock that tests can turn."""

import asyncio

from sidetone.clock import Clock


async def event_or_time(event: asyncio.Event, clock: Clock, seconds: float | None) -> None:
    """Return when `event` is set or `seconds` have passed (None: only the event); leaves the event as it is."""
    if event.is_set():
        return
    if seconds is None:
        await event.wait()
        return
    if seconds <= 0:
        await asyncio.sleep(0)  # whoever calls in a loop must let others run
        return
    told = asyncio.ensure_future(event.wait())
    slept = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((told, slept), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (told, slept):
            task.cancel()
        await asyncio.wait((told, slept))  # whoever is cancelled here must hear of it, so nothing is suppressed
