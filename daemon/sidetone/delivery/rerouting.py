"""What waits for a carrier that does not work goes by the next one of its route."""

import asyncio
from collections.abc import Callable

import structlog

from sidetone.clock import Clock, event_or_time
from sidetone.delivery.ways import Ways
from sidetone.errors import StoreError
from sidetone.store import outbox, routing
from sidetone.store.connection import Store

log = structlog.get_logger("delivery")

MOST = 200  # messages a transaction, so that a long queue never holds the writer for long
PAUSE = 15.0  # seconds between looks when nothing rings
GAP = 0.25  # seconds from one look to the next, however often it rings


class Rerouting:
    """Runs beside the lanes. `look` gives the state of things; `wake` is told to whom something was passed."""

    def __init__(self, store: Store, clock: Clock, look: Callable[[], Ways], wake: Callable[[set[str]], None]) -> None:
        self._store = store
        self._clock = clock
        self._look = look
        self._wake = wake
        self._bell = asyncio.Event()
        self._seen: dict[str, tuple[object, int]] = {}
        self._ruled = True  # what former routes have spread goes home when there are none any more

    def ring(self) -> None:
        """A message was queued, or a carrier works or does not work any more."""
        self._bell.set()

    async def run(self) -> None:
        """Look whenever it rings, and now and then."""
        while True:
            self._bell.clear()
            try:
                await self.pass_on()
            except StoreError as error:
                log.warning("messages cannot be passed on", error=error.code)
            await self._clock.sleep(GAP)
            await event_or_time(self._bell, self._clock, PAUSE)

    async def pass_on(self) -> None:
        """Move what waits for carriers that do not work, where its route has one that does."""
        ways = self._look()
        if not ways.able or not (ways.rules or self._ruled):
            return
        for name in await self._idle(ways):
            await self._empty(name, ways)
        self._ruled = bool(ways.rules)

    async def _idle(self, ways: Ways) -> list[str]:
        """The carriers that texts wait for and that may not be the best now: what works and is quick has just the right ones."""
        slow = _slow(ways) | _silent(ways)
        queues = await self._store.read(outbox.queues)
        return [row["carrier"] for row in queues if row["carrier"] not in ways.able or row["carrier"] in slow]

    async def _empty(self, name: str, ways: Ways) -> None:
        """Go through one queue; what had to stay is not looked at again until something has changed."""
        state = (
            ways.rules,
            ways.able,
            ways.own_numbers,
            _slow(ways) | _silent(ways),
            ways.at.replace(second=0, microsecond=0),
        )
        before, after = self._seen.get(name, (None, 0))
        if before != state:
            after = 0
        moved: set[str] = set()
        while True:
            last, to = await self._store.write(routing.pass_on, name, ways.choose, after, MOST)
            moved |= to
            if to:
                self._wake(to)
            if not last:
                break
            after = last
        self._seen[name] = (state, after)
        if moved:
            log.info("messages go by another carrier", carrier=name, count=len(moved))


def _silent(ways: Ways) -> frozenset[str]:
    """The carriers that report on nothing, to a route that asks for receipts."""
    return frozenset[str]().union(*(ways.silent.get(rule.receipts_within, frozenset()) for rule in ways.rules))


def _slow(ways: Ways) -> frozenset[str]:
    """The carriers that texts wait longer for than the least patient route allows."""
    patience = min((rule.longest_wait for rule in ways.rules if rule.longest_wait), default=None)
    return frozenset(name for name, age in ways.oldest.items() if patience is not None and age > patience)
