"""Carriers that say all is well and bring nothing: each one's silence is a part, `arrivals NAME`, where a time is set."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from sidetone.clock import SteadyClock
from sidetone.config.shapes import CarrierSection
from sidetone.domain.health import State
from sidetone.errors import StoreError
from sidetone.metrics.last import LastIn
from sidetone.parts import Parts
from sidetone.store import carriers as rows
from sidetone.store.connection import Store

EVERY = 60.0  # seconds between looks
HOUR = 60 * 60 * 1000
MONTH = 30 * 24 * HOUR
GRACE = HOUR  # ms after the start: what could not come while we were away has time to


class Silence:
    """Looks by the clock. `sections` are the carriers that are configured now."""

    def __init__(
        self,
        store: Store,
        clock: SteadyClock,
        parts: Parts,
        last: LastIn,
        sections: Callable[[], Mapping[str, CarrierSection]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._parts = parts
        self._last = last
        self._sections = sections
        self._known: set[str] = set()
        self._told: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; what came before the start is asked of the store behind it."""
        self._task = asyncio.create_task(self._run(), name="silence")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        began = self._clock.ticks()
        while True:
            await self._clock.sleep(EVERY)  # first of all, so that a start does not wait for what is looked up
            sections = self._sections()
            with suppress(StoreError):  # it is asked again
                await self._recall(sections.keys() - self._known)
            self._tell(sections, young=self._clock.ticks() - began < GRACE)

    async def _recall(self, names: set[str]) -> None:
        now = self._clock.now()
        for name in sorted(names):
            at = await self._store.read(rows.last_inbound, name, now - MONTH)
            if at is not None:
                self._last.recall(name, now - at)
            self._known.add(name)

    def _tell(self, sections: Mapping[str, CarrierSection], *, young: bool) -> None:
        watched = {name: section.silence for name, section in sections.items() if section.silence}
        for name in self._told - watched.keys():
            self._parts.remove(_part(name))
        self._told = set(watched)
        for name, longest in watched.items():
            silence = self._last.silence(name)
            if silence < longest:
                self._parts.set(_part(name), State.OK, "Texts come in.", code="arrivals.ok")
            elif not young:
                words, hours = silent_words(name, silence), silence // HOUR
                self._parts.set(_part(name), State.DEGRADED, words, code="arrivals.silent", carrier=name, n=hours)


def silent_words(carrier: str, ms: int) -> str:
    """That nothing came, and for how long."""
    hours = ms // HOUR
    return f"Nothing has come in by carrier {carrier} for {hours} hour{'' if hours == 1 else 's'}."


def _part(name: str) -> str:
    return f"arrivals {name}"
