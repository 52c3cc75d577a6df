"""How late the event loop is: whoever blocks it blocks everyone."""

import asyncio

from sidetone.metrics.meters import Meters

EVERY = 1.0  # seconds


class LoopDelay:
    """Asks the loop for a turn now and then, and measures how late it comes. `end` it with the daemon."""

    def __init__(self, meters: Meters, loop: asyncio.AbstractEventLoop, every: float = EVERY) -> None:
        self._meters = meters
        self._loop = loop
        self._every = every
        self._due = loop.time() + every
        self._timer = loop.call_at(self._due, self._turn)

    def end(self) -> None:
        """Measure no more."""
        self._timer.cancel()

    def _turn(self) -> None:
        now = self._loop.time()
        self._meters.loop_delay(max(now - self._due, 0))
        self._due = now + self._every
        self._timer = self._loop.call_at(self._due, self._turn)
