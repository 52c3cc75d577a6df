"""The index of texts is filled behind the commit: a small group at a time, so that whoever sends waits for one at most."""

import asyncio
from collections.abc import Callable

import structlog

from sidetone.clock import Clock, event_or_time
from sidetone.domain.health import State
from sidetone.errors import IndexBroken, StoreError
from sidetone.parts import Parts
from sidetone.store import contacts, search
from sidetone.store.connection import Store
from sidetone.store.journal import Entry, EventType

log = structlog.get_logger("search")

PART = "search"
GROUP = 32  # messages a transaction
GATHER = 0.1  # seconds after a message, in which more may come
REST = 0.01  # seconds between two groups
QUIET = 2.0  # seconds without a message, after which the pages that groups wrote are put together
MOST_APART = 200  # groups, beyond which they are put together all the same; SQLite does it at once from 1,000 on
AGAIN = 60.0  # seconds after a failure
WAKING = (EventType.MESSAGE_CREATED, EventType.CONVERSATION_CREATED)


class Indexer:
    """Keeps the index as new as the store. `rest` is in seconds."""

    def __init__(self, store: Store, clock: Clock, parts: Parts, *, rest: float = REST) -> None:
        self._store = store
        self._clock = clock
        self._parts = parts
        self._rest_for = rest
        self._wake = asyncio.Event()
        self._is_broken = False
        self._apart = 1  # a former run may have left some
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with what came while nobody looked."""
        self._parts.set(PART, State.STARTING, "The index is being looked at.", code="search.looking")
        self._store.listen(self._hear)
        self._task = asyncio.create_task(self._run(), name="search-index")

    async def stop(self) -> None:
        """End; what is not in the index yet comes into it after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def distrust(self) -> None:
        """A search has found the index broken: it is made anew."""
        self._is_broken = True
        self._wake.set()

    async def catch_up(self) -> None:
        """Bring in everything that is there, and put the index's pages together. Raises StoreError."""
        await self._take_in()
        await self._put_together(lambda: False)

    async def _take_in(self) -> None:
        behind = await self._store.read(search.behind)
        left = behind.messages
        if behind.rebuild or self._is_broken:
            await self._store.write(search.begin_anew)
            self._is_broken = False
            left = (await self._store.read(search.behind)).messages
            log.info("the index is made anew", messages=left)
        self._tell(left)
        while count := await self._store.write(search.take_in, GROUP):
            self._apart += 1
            if self._apart > MOST_APART:
                await self._store.write(search.put_together)
            left = max(0, left - count)
            self._tell(left)
            await self._rest()
        self._tell(0)
        while await self._store.write(contacts.make_findable, GROUP):
            await self._rest()

    async def _put_together(self, is_enough: Callable[[], bool]) -> None:
        while not is_enough() and await self._store.write(search.put_together):
            await self._rest()
        if not is_enough():
            self._apart = 0

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._take_in()
                if self._apart:
                    await event_or_time(self._wake, self._clock, QUIET)
                    await self._put_together(self._wake.is_set)
            except StoreError as error:
                await self._recover(error)
                continue
            await self._wake.wait()
            await self._clock.sleep(GATHER)

    async def _recover(self, error: StoreError) -> None:
        self._parts.set(PART, State.DEGRADED, f"New texts cannot be found yet: {error}")
        self._is_broken = self._is_broken or isinstance(error, IndexBroken)
        await self._clock.sleep(AGAIN)

    def _hear(self, entries: list[Entry]) -> None:
        if any(entry.type in WAKING for entry in entries):
            self._wake.set()

    def _tell(self, left: int) -> None:
        if left > GROUP:
            words = f"Being built: {left} texts cannot be found yet."
            self._parts.set(PART, State.STARTING, words, code="search.building", n=left)
        else:
            self._parts.set(PART, State.OK, "Every text can be found.", code="search.ok")

    async def _rest(self) -> None:
        if self._rest_for:
            await self._clock.sleep(self._rest_for)
        else:
            await asyncio.sleep(0)
