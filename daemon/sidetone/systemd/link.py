"""The daemon's line to systemd: its state in words, more time while it upgrades, and the watchdog."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sidetone.clock import Clock
from sidetone.domain.health import State
from sidetone.parts import Parts
from sidetone.systemd.notify import Notifier, notifier, watchdog_period
from sidetone.systemd.watchdog import Signs, Watchdog

T = TypeVar("T")

ASK_EVERY = 10.0  # seconds
_ILL = (State.FAILED, State.DEGRADED)
MORE = 60.0  # seconds; a disk may well be silent for a while


class Link:
    """Says what systemd is to know, to whatever `to` sends to. `period`: of its watchdog, in seconds, if it has one."""

    def __init__(self, to: Notifier, period: float | None, *, clock: Clock, parts: Parts) -> None:
        self.notifier = to
        self._period = period
        self._clock = clock
        self._parts = parts
        self._url = ""
        self._task: asyncio.Task[None] | None = None
        parts.listen(lambda *_: self._tell())

    async def upgrading(self, work: Callable[[Callable[[], None]], T]) -> T:
        """Run blocking work off the loop; while it calls what it is given, systemd goes on waiting."""
        moved = [False]

        def progress() -> None:
            moved[0] = True

        async def extend() -> None:
            while True:
                await self._clock.sleep(ASK_EVERY)
                if moved[0]:
                    moved[0] = False
                    self.notifier.more_time(MORE)
                    self.notifier.status("Upgrading the store.")

        extending = asyncio.create_task(extend(), name="more-time")
        try:
            return await asyncio.to_thread(work, progress)
        finally:
            extending.cancel()
            await asyncio.gather(extending, return_exceptions=True)

    def up(self, url: str, signs: Signs) -> None:
        """The daemon is ready; from here on the watchdog is fed, if there is one."""
        self._url = url
        if self._period is not None:
            watchdog = Watchdog(self.notifier, self._period, signs, self._clock)
            self._task = asyncio.create_task(watchdog.run(), name="watchdog")
        self.notifier.ready()
        self._tell()

    async def down(self) -> None:
        """The daemon is about to stop; it is watched no more."""
        self._url = ""
        self.notifier.stopping()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _tell(self) -> None:
        if self._url:
            self.notifier.status(summary(self._url, self._parts))


def link(clock: Clock, parts: Parts) -> Link:
    """The line to the systemd that started this process, or to nobody."""
    return Link(notifier(), watchdog_period(), clock=clock, parts=parts)


def summary(url: str, parts: Parts) -> str:
    """Where it listens, and the parts that do not work as they should, without their sentences."""
    ill = [f"{name} {health.state}" for name, health in parts.all().items() if health.state in _ILL]
    return f"Ready at {url}" + (f"; {', '.join(ill)}" if ill else "")
