"""How much of the server one account or one address may use. All of it is in memory, and bounded."""

import math
from collections import Counter, OrderedDict
from collections.abc import Collection, Hashable

import structlog

from sidetone.clock import SteadyClock
from sidetone.config.address import is_loopback
from sidetone.people.sign_in import network

log = structlog.get_logger("limits")

MOST_KEPT = 10_000  # keys that are remembered; of more the least recent are forgotten
STRANGERS = 20.0  # requests a second of one address without a session
WRONG_HOOKS = 1.0  # a second of one address, with a wrong secret
FREE_WRONG_HOOKS = 60
KEPT_PATHS = 256
BURST = 10  # seconds' worth that may come at once
MOST_CONNECTIONS = 4096
MOST_OF_ONE = 1024  # connections of one address: an office behind one
IDLE = 75.0  # seconds that a connection may say nothing, or take for the head of a request


class Rate:
    """Lets so many through for each key: `burst` at once, and then `per_second`; 0 lets all through."""

    def __init__(self, clock: SteadyClock, *, per_second: float, burst: float, most: int = MOST_KEPT) -> None:
        self._clock = clock
        self._per_second = per_second
        self._burst = max(1.0, burst)
        self._most = most
        self._levels: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def wait(self, key: Hashable) -> int:
        """Whole seconds until one more is let through; 0 for now."""
        return self._seconds(self._level(key)) if self._per_second else 0

    def take(self, key: Hashable) -> int:
        """Let one through and answer 0, or answer how many whole seconds it has to wait."""
        if not self._per_second:
            return 0
        level = self._level(key)
        wait = self._seconds(level)
        self._levels[key] = (level if wait else level + 1, self._clock.ticks())
        self._levels.move_to_end(key)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return wait

    def _level(self, key: Hashable) -> float:
        now = self._clock.ticks()
        level, at = self._levels.get(key, (0.0, now))
        return max(0.0, level - max(0, now - at) / 1000 * self._per_second)

    def _seconds(self, level: float) -> int:
        beyond = level + 1 - self._burst
        return max(1, math.ceil(beyond / self._per_second)) if beyond > 0 else 0


class WrongHooks:
    """Counts call-backs that did not prove themselves, by address.

    A path that has proven itself is never held up: behind a proxy whose word does not count, all come from one address.
    """

    def __init__(self, clock: SteadyClock) -> None:
        self._rate = Rate(clock, per_second=WRONG_HOOKS, burst=FREE_WRONG_HOOKS)
        self._proven: OrderedDict[str, None] = OrderedDict()

    def wait(self, path: str, address: str) -> int:
        """Whole seconds until a call-back of this address is looked at; 0 for now."""
        if not self._rate or path in self._proven:
            return 0
        return self._rate.wait(network(address))

    def count(self, address: str) -> None:
        """One was wrong."""
        self._rate.take(network(address))

    def trust(self, path: str) -> None:
        """One was right."""
        if path not in self._proven:
            self._proven[path] = None
            if len(self._proven) > KEPT_PATHS:
                self._proven.popitem(last=False)


class Doors:
    """Counts the connections, all of them and those of each address.

    This machine itself and proxies, through which many come, are held to the first alone.
    """

    def __init__(
        self, trusted: Collection[str] = (), *, most: int = MOST_CONNECTIONS, of_one: int = MOST_OF_ONE
    ) -> None:
        self._trusted = trusted
        self._most = most
        self._of_one = of_one
        self._all = 0
        self._each: Counter[str] = Counter()
        self._told = False

    def enter(self, address: str) -> bool:
        """Whether one more may come in; whoever did leaves again."""
        source = network(address)
        alone = address not in self._trusted and not is_loopback(source)
        if self._all >= self._most or (alone and self._each[source] >= self._of_one):
            if not self._told:
                log.warning("too many connections", count=self._all, address=address)
            self._told = True
            return False
        self._told = False
        self._all += 1
        self._each[source] += 1
        return True

    def leave(self, address: str) -> None:
        """One that came in is gone."""
        source = network(address)
        self._all -= 1
        self._each[source] -= 1
        if not self._each[source]:
            del self._each[source]
