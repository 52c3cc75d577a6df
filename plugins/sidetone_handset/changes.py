"""A version that counts up, and those who wait for it."""

import asyncio

from sidetone.plugin import Context


class Changes:
    """The version of everything a screen shows. It starts at the clock, so that no earlier run's is met again."""

    def __init__(self, context: Context) -> None:
        self._clock = context.clock
        self.version = context.clock.now()
        self._next = asyncio.Event()
        self._over = False

    def bump(self) -> None:
        """Something differs now: count and wake all who wait."""
        self.version += 1
        self._next.set()
        self._next = asyncio.Event()

    def end(self) -> None:
        """Let go of all who wait, for good."""
        self._over = True
        self._next.set()

    async def after(self, since: int, seconds: float) -> int:
        """The version as soon as it is another than `since`, or after `seconds`."""
        if self.version == since and not self._over:
            tasks = [asyncio.ensure_future(wait) for wait in (self._next.wait(), self._clock.sleep(seconds))]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        return self.version
