"""Time comes in by the door: whoever needs it is given a clock."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Wall-clock and waiting, so that tests can turn both by hand."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch, UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellation ends it."""
        ...


class SteadyClock(Clock, Protocol):
    """What measures waits as well: a span between two `ticks` is right although the wall-clock was set meanwhile."""

    def ticks(self) -> int:
        """Milliseconds from any beginning, which only ever go forward."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch, UTC."""
        return time.time_ns() // 1_000_000

    def ticks(self) -> int:
        """Milliseconds from any beginning, which only ever go forward."""
        return time.monotonic_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellation ends it."""
        await asyncio.sleep(seconds)


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
