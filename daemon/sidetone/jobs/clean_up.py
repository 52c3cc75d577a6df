"""The steps of a clean-up: each is a short transaction of its own, so that whoever sends waits for one at most."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sidetone.store import audit, space
from sidetone.store import retention as rows
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.retention import Limits, Place, Step, Tally

MOST = 50  # rows a step
FAR = 1000  # rows that are only passed over, at once
PAGES = 100  # of the file, a step
SPARE_PAGES = 256  # stay for what is written next
LOW_ROOM = 64 * 1024 * 1024  # bytes of the disk, below which the file is left as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is older (ms) than these goes; 0 where nothing ever does."""

    messages: Limits
    attempts: int
    raw: int
    audit: int


class CleanUp:
    """Looks at what is due, or lets it go. `tally` is what the last of both has met so far, also when it ends early.

    `rest` is awaited between two steps; `room` says how many bytes of the disk are free.
    """

    def __init__(self, store: Store, *, rest: Callable[[], Awaitable[None]], room: Callable[[], int]) -> None:
        self._store = store
        self._rest = rest
        self._room = room
        self.tally = Tally()
        self.bytes_given_back = 0

    async def look(self, due: Due) -> None:
        """Count what would go. Raises StoreError."""
        self._begin()
        if due.messages.latest:
            await self._walk(lambda place: self._store.read(_messages, place, due.messages))
            await self._walk(lambda place: self._store.read(rows.emptied, place, due.messages, MOST))
        if due.attempts:
            await self._walk(lambda place: self._store.read(_attempts, place, due))
        if due.raw:
            await self._walk(lambda place: self._store.read(_raw, place, due.raw))
        if due.audit:
            self.tally = self.tally.plus(Tally(audit=await self._store.read(audit.old, due.audit)))

    async def let_go(self, due: Due) -> None:
        """Let go what is due, then give space back to the disk, unless that is low. Raises StoreError."""
        self._begin()
        write = self._store.write
        if due.messages.latest:
            await self._walk(lambda place: self._forget_messages(place, due.messages))
        if due.attempts:
            await self._walk(lambda place: write(rows.forget_attempts, place, due.attempts, due.messages, MOST))
        if due.raw:
            await self._walk(lambda place: write(rows.forget_raw, place, due.raw, MOST))
        if due.audit and await self._store.read(audit.old, due.audit):
            await self._walk(lambda place: write(_forget_audit, place, due.audit))
        await self._give_back()

    @property
    def is_low(self) -> bool:
        """Whether the disk has too little room to move pages about."""
        return self._store.full or self._room() < LOW_ROOM

    async def _forget_messages(self, place: Place, limits: Limits) -> Step:
        """A step; what stays (chat, above all) is passed over by a reading, which holds up no writer."""
        found, ahead = await self._store.read(rows.ahead, place, limits, FAR)
        if not found or ahead.place is None:
            return ahead
        step = await self._store.write(rows.forget_messages, ahead.place, limits, MOST)
        return step._replace(tally=step.tally.plus(ahead.tally))

    def _begin(self) -> None:
        self.tally, self.bytes_given_back = Tally(), 0

    async def _walk(self, step: Callable[[Place], Awaitable[Step]]) -> None:
        place: Place | None = Place()
        while place is not None:
            done = await step(place)
            self.tally = self.tally.plus(done.tally)
            place = done.place
            await self._rest()

    async def _give_back(self) -> None:
        size = await self._store.read(space.page_size)
        while not self.is_low:
            count = await self._store.write(space.give_back, PAGES, SPARE_PAGES)
            if not count:
                return
            self.bytes_given_back += count * size
            await self._rest()


def _forget_audit(txn: Txn, place: Place, before: int) -> Step:
    gone = audit.forget(txn, before, MOST)
    return Step(Tally(audit=gone), place if gone == MOST else None)


def _messages(look: Snapshot, place: Place, limits: Limits) -> Step:
    return rows.messages(look, place, limits, MOST)[1]


def _attempts(look: Snapshot, place: Place, due: Due) -> Step:
    return rows.attempts(look, place, due.attempts, due.messages, MOST)[1]


def _raw(look: Snapshot, place: Place, before: int) -> Step:
    return rows.raw(look, place, before, MOST)[1]
