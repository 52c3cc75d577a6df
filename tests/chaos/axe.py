"""The end of a life of the daemon: at a time, or at the moment that something happens for the nth time."""

import asyncio
from random import Random
from typing import NamedTuple

from durability.daemon import Daemon

# What the harness can see of a message's way, so that lives end between any two of its steps.
MOMENTS = ("asked", "acknowledged", "claimed", "taken", "answered", "told early", "brought", "reported", "event")
LONGEST = 0.5  # seconds of load
MOST = 40  # times


class Aim(NamedTuple):
    """When, and whether by SIGTERM. `moment` empty: after `seconds`."""

    moment: str = ""
    times: int = 1
    seconds: float = LONGEST
    clean: bool = False

    def __str__(self) -> str:
        how = "SIGTERM" if self.clean else "kill -9"
        return f"{how} at {self.moment} {self.times}" if self.moment else f"{how} after {self.seconds:.3f} s"


def random_aim(chance: Random, *, clean: bool) -> Aim:
    """Half of all lives end at a time, half at a moment."""
    moment = chance.choice(("", *MOMENTS)) if chance.random() < 0.6 else ""
    return Aim(moment, chance.randint(1, MOST), chance.uniform(0, LONGEST), clean)


class Axe:
    """Ends one life."""

    def __init__(self, daemon: Daemon, aim: Aim) -> None:
        self._daemon = daemon
        self._aim = aim
        self._left = aim.times
        self._struck = asyncio.Event()

    @property
    def fallen(self) -> bool:
        """Whether the life is over: from here on nobody owes an answer."""
        return self._struck.is_set()

    def note(self, moment: str) -> None:
        """Something happens."""
        if moment == self._aim.moment and not self.fallen:
            self._left -= 1
            if self._left <= 0:
                self.fall()

    async def wait(self) -> None:
        """Return when the life has been ended; a moment that does not come is not waited for."""
        try:
            async with asyncio.timeout(self._aim.seconds if not self._aim.moment else LONGEST):
                await self._struck.wait()
        except TimeoutError:
            self.fall()

    def fall(self) -> None:
        """End the life now."""
        if self.fallen:
            return
        self._struck.set()
        if self._aim.clean:
            self._daemon.ask_to_stop()
        else:
            self._daemon.kill()
