"""A clock that stands still until a test turns it."""

import asyncio
import heapq
import math
from itertools import count

# How many turns of the loop count as settled: enough for a chain of tasks that wake one another, too few to notice.
_TURNS = 50


class FakeClock:
    """Implements `Clock`. Nothing sleeps in real time; `advance` wakes the sleepers in the order of their times.

    `jump` is what an administrator or a time server does to a wall-clock: nobody wakes for it.
    """

    def __init__(self, now: int = 1_800_000_000_000) -> None:
        self._now = now
        self._ticks = now
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._slept = asyncio.Event()

    def now(self) -> int:
        """Milliseconds since the Unix epoch, UTC, as far as the test has turned them."""
        return self._now

    def ticks(self) -> int:
        """Milliseconds that `jump` does not touch."""
        return self._ticks

    def jump(self, seconds: float) -> None:
        """Set the wall-clock forward, or back, while no time passes."""
        self._now += int(seconds * 1000)

    async def sleep(self, seconds: float) -> None:
        """Wait until `advance` has come this far; cancellation ends it. Zero or less is one turn of the loop."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        entry = (self._ticks + seconds * 1000, next(self._order), woken)
        heapq.heappush(self._sleepers, entry)
        self._slept.set()
        try:
            await woken
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)
                heapq.heapify(self._sleepers)

    @property
    def sleepers(self) -> int:
        """How many are waiting now."""
        return len(self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Let this much time pass: each sleeper wakes at its own time, and the loop settles before the next one."""
        end = self._ticks + seconds * 1000
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, woken = heapq.heappop(self._sleepers)
            self._pass(int(due))
            if not woken.done():
                woken.set_result(None)
            await settle()
        self._pass(int(end))

    async def wake_next(self, most: float = math.inf) -> None:
        """Let time pass until the next sleeper wakes, or so many seconds; without either nothing happens."""
        due = max(self._sleepers[0][0] - self._ticks, 0) / 1000 if self._sleepers else math.inf
        if min(due, most) < math.inf:
            await self.advance(min(due, most))

    def _pass(self, ticks: int) -> None:
        passed = max(ticks - self._ticks, 0)
        self._now, self._ticks = self._now + passed, self._ticks + passed

    async def until_asleep(self, sleepers: int = 1) -> None:
        """Wait until at least this many are asleep, however many threads and sockets they pass on their way."""
        while len(self._sleepers) < sleepers:
            self._slept.clear()
            await self._slept.wait()


async def settle() -> None:
    """Let everything run that can run without time passing or a thread or a socket answering."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
