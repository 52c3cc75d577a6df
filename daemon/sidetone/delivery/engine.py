"""The engine: a lane for every carrier that is ready, and the clock that ends every status that waits."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

import structlog

from sidetone.clock import SteadyClock, event_or_time
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery import deadlines
from sidetone.delivery.lane import STORE_WAIT, Lane, Running
from sidetone.delivery.rerouting import Rerouting
from sidetone.delivery.unreported import Unreported
from sidetone.delivery.ways import Ways
from sidetone.domain.health import State
from sidetone.domain.route import Rule
from sidetone.errors import StoreError
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.store import outbox
from sidetone.store.connection import Store

log = structlog.get_logger("delivery")

GRACE_AT_STOP = 10.0  # seconds for what is under way
TICK = 15.0  # seconds between looks at the deadlines, unless the next one is sooner
SILENCE_EVERY = 60_000  # ms
SET_BACK = 60_000  # ms by which the clock must have lost time to have been set back
SHORTEST = 1.0  # seconds between two looks, however many deadlines there are


class Engine:
    """Owns every attempt to send. Only what was claimed and not settled when the daemon ended is `unknown`."""

    def __init__(
        self,
        store: Store,
        clock: SteadyClock,
        parts: Parts,
        terms: MessagingSettings,
        chance: Random | None = None,
        *,
        meters: Meters | None = None,
        rules: tuple[Rule, ...] = (),
    ) -> None:
        self._rules = rules
        self._waiting: dict[str, int] = {}
        self._oldest: dict[str, int] = {}
        self._silent: Mapping[int, frozenset[str]] = {}
        self._silence_looked_at = -SILENCE_EVERY
        self._unreported = Unreported(store, clock, parts)
        self._rerouting = Rerouting(store, clock, self.ways, self._wake)
        self._rerouter: asyncio.Task[None] | None = None
        self._meters = meters or Meters(clock)
        self._store = store
        self._clock = clock
        self._parts = parts
        self._terms = terms
        self._chance = chance or Random()  # noqa: S311 - jitter, not a secret
        self._lanes: dict[str, Lane] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ticker: asyncio.Task[None] | None = None
        self._orphaned: set[str] = set()
        self.beats = 0  # looks at what is due, for whoever watches that it goes on

    async def start(self) -> None:
        """Mark what the last life left in carriers' hands, before anything is claimed anew."""
        stranded = 0
        while left := await self._store.write(outbox.strand, self._clock.now() + self._terms.unknown_wait):
            stranded += left
        if stranded:
            log.warning("messages were in a carrier's hands when Sidetone ended", count=stranded)
        await self._overcome()
        self._ticker = asyncio.create_task(self._tick(), name="deadlines")
        self._ticker.add_done_callback(self._ended)
        self._rerouter = asyncio.create_task(self._rerouting.run(), name="rerouting")
        self._rerouter.add_done_callback(self._ended)
        self._parts.set("outbox", State.OK, "Messages are taken up as they come.", code="outbox.ok")

    async def stop(self) -> None:
        """Claim nothing more, let what is under way end, then stop."""
        beside = [task for task in (self._ticker, self._rerouter) if task is not None]
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        for lane in self._lanes.values():
            lane.close()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await asyncio.gather(*(lane.land(GRACE_AT_STOP) for lane in self._lanes.values()))
        self._lanes.clear()
        self._tasks.clear()

    def open(self, running: Running) -> None:
        """A carrier is ready: its queue moves."""
        if running.name in self._lanes:
            self._lanes[running.name].ring()
            return
        lane = Lane(
            running,
            store=self._store,
            clock=self._clock,
            parts=self._parts,
            terms=self._terms,
            chance=self._chance,
            meters=self._meters,
            look=self.ways,
            changed=self._wake,
        )
        self._lanes[running.name] = lane
        task = asyncio.create_task(lane.run(), name=f"lane-{running.name}")
        task.add_done_callback(self._ended)
        self._tasks[running.name] = task
        self._rerouting.ring()

    async def shut(self, name: str) -> None:
        """Claim nothing more for a carrier that is to end, and let what is under way with it end."""
        lane = self._lanes.pop(name, None)
        if lane is None:
            return
        lane.close()
        await asyncio.gather(self._tasks.pop(name), return_exceptions=True)
        await lane.land(GRACE_AT_STOP)
        self._parts.remove(f"queue {name}")

    def adopt(self, terms: MessagingSettings) -> None:
        """Hold to these terms from now on."""
        self._terms = terms
        for lane in self._lanes.values():
            lane.adopt(terms)

    def reroute(self, rules: tuple[Rule, ...]) -> None:
        """Hold to these routes from now on."""
        self._rules = rules
        self.ring()

    def ways(self) -> Ways:
        """The routes, and the carriers that work now."""
        lanes = self._lanes
        return Ways(
            rules=self._rules,
            able=frozenset(name for name, lane in lanes.items() if lane.able),
            trial={name for name, lane in lanes.items() if lane.on_trial},
            paused={name: at for name, lane in lanes.items() if (at := lane.paused_until) is not None},
            silent=self._silent,
            own_numbers={name: lane.own_number for name, lane in lanes.items() if lane.own_number},
            waiting=self._waiting,
            oldest=self._oldest,
            at=datetime.fromtimestamp(self._clock.now() / 1000).astimezone(),
            now=self._clock.now(),
        )

    def ring(self) -> None:
        """Something was queued."""
        for lane in self._lanes.values():
            lane.ring()
        self._rerouting.ring()

    def _wake(self, carriers: set[str]) -> None:
        """These were passed something; a carrier may have begun or ceased to work."""
        for name in carriers & self._lanes.keys():
            self._lanes[name].ring()
        self._rerouting.ring()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of the outbox failed", task=task.get_name(), error=type(error).__name__)
            self._parts.set("outbox", State.FAILED, "The outbox stopped on a fault of Sidetone's own; restart it.")

    async def _tick(self) -> None:
        never = asyncio.Event()
        began, began_ticks = self._clock.now(), self._clock.ticks()
        while True:
            now, ticks = self._clock.now(), self._clock.ticks()
            lost = ticks - began_ticks - (now - began)
            try:
                if lost > SET_BACK:
                    await self._overcome()
                began, began_ticks = now, ticks
                while await self._store.write(deadlines.end_overdue, self._terms):
                    self.beats += 1
                queues = await self._store.read(outbox.queues)
                self._waiting = {row["carrier"]: row["waiting"] for row in queues}
                self._oldest = {row["carrier"]: self._clock.now() - row["due_at"] for row in queues}
                self._look_for_orphans(queues)
                await self._look_for_silence()
                self.ring()
                pause = await self._until_next()
            except StoreError:
                pause = STORE_WAIT
            self.beats += 1
            await event_or_time(never, self._clock, pause)

    async def _look_for_silence(self) -> None:
        """Once a minute is often enough for what takes minutes to show."""
        if self._clock.ticks() >= self._silence_looked_at + SILENCE_EVERY:
            self._silence_looked_at = self._clock.ticks()
            times = {rule.receipts_within for rule in self._rules if rule.receipts_within}
            self._silent = await self._unreported.look(list(self._lanes), times)

    async def _overcome(self) -> None:
        """What waits until a time that was reckoned while the clock was ahead must not wait for it to come again."""
        terms = self._terms
        longest = max(terms.validity, terms.receipt_wait, terms.unknown_wait)
        if count := await self._store.write(outbox.overcome, terms.validity, longest):
            log.warning("the clock was set back: what waited is due anew", count=count)

    async def _until_next(self) -> float:
        """Seconds until the next status ends, so that a text for later is not late; between a second and a tick."""
        row = await self._store.read(deadlines.next_deadline)
        return TICK if row is None else min(TICK, max(SHORTEST, (row - self._clock.now()) / 1000))

    def _look_for_orphans(self, queues: list[Any]) -> None:
        """Tell of messages that no lane will ever take, since their carrier never started or is gone."""
        waiting = {row["carrier"]: row["waiting"] for row in queues if row["carrier"] not in self._lanes}
        for name in self._orphaned - waiting.keys() - self._lanes.keys():
            self._parts.remove(f"queue {name}")
        for name, count in waiting.items():
            words = f"Messages that wait for a carrier that is not running: {count}."
            self._parts.set(f"queue {name}", State.DEGRADED, words, code="queue.orphans", n=count)
        self._orphaned = set(waiting)
