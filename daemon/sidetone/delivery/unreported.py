"""Carriers that take texts and report on none of them any more, though they used to: accepted is not arrived."""

from collections.abc import Collection, Mapping

from sidetone.clock import Clock
from sidetone.domain.health import State
from sidetone.parts import Parts
from sidetone.store import routing
from sidetone.store.connection import Store

HOUR = 3_600_000
FEWEST = 5  # texts without a word on any of them; fewer prove nothing


class Unreported:
    """Looks at what was taken within the hour before the time that receipts may need.

    Without traffic nothing is left to look at after that hour: the carrier then gets texts again, and shows by them
    how it is. One that never reported since the start is not expected to.
    """

    def __init__(self, store: Store, clock: Clock, parts: Parts) -> None:
        self._store = store
        self._clock = clock
        self._parts = parts
        self._reporters: set[str] = set()
        self._told: set[str] = set()

    async def look(self, carriers: Collection[str], times: Collection[int]) -> Mapping[int, frozenset[str]]:
        """The carriers without receipts, by how long (ms) these may take; an hour is always asked for, and told."""
        found: dict[int, frozenset[str]] = {}
        for time in {*times, HOUR}:
            until = self._clock.now() - time
            counts = {name: await self._store.read(routing.reported, name, until - HOUR, until) for name in carriers}
            self._reporters |= {name for name, (_, told) in counts.items() if told}
            found[time] = frozenset(
                name
                for name, (taken, told) in counts.items()
                if taken >= FEWEST and not told and name in self._reporters
            )
        self._tell(found[HOUR])
        return found

    def _tell(self, silent: frozenset[str]) -> None:
        for name in silent - self._told:
            words = "It takes texts, and for an hour no receipt has come for any of them."
            self._parts.set(f"receipts {name}", State.DEGRADED, words)
        for name in self._told - silent:
            self._parts.remove(f"receipts {name}")
        self._told = set(silent)
