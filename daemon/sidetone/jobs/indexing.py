"""The index of texts is filled behind the commit: a small group at a time, so that whoever sends waits for one at most."""

import asyncio

import structlog

from sidetone.clock import Clock
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
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with what came while nobody looked."""
        self._parts.set(PART, State.STARTING, "The index is being looked at.")
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
        behind = await self._store.read(search.behind)
        left = behind.messages
        if behind.rebuild or self._is_broken:
            await self._store.write(search.begin_anew)
            self._is_broken = False
            left = (await self._store.read(search.behind)).messages
            log.info("the index is made anew", messages=left)
        while True:
            self._tell(left)
            count = await self._store.write(search.take_in, GROUP)
            tidied = await self._store.write(search.put_together)
            if not count:
                break
            left = max(0, left - count)
            await self._rest()
        self._tell(0)
        while tidied:
            await self._rest()
            tidied = await self._store.write(search.put_together)
        while await self._store.write(contacts.make_findable, GROUP):
            await self._rest()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
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
            self._parts.set(PART, State.STARTING, f"Being built: {left} texts cannot be found yet.")
        else:
            self._parts.set(PART, State.OK, "Every text can be found.")

    async def _rest(self) -> None:
        if self._rest_for:
            await self._clock.sleep(self._rest_for)
        else:
            await asyncio.sleep(0)
