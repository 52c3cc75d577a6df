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
