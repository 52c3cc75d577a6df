"""The feed: from the journal to every signed-in screen, in order, once, and again from where a screen left off."""

import asyncio
from contextlib import suppress

import structlog

from sidetone.errors import StoreError
from sidetone.live.frames import EVERY_TYPE, Frame, Fresh, frame_bytes, hello_bytes, render
from sidetone.metrics.meters import Meters
from sidetone.people.viewer import Viewer
from sidetone.store import events, stages
from sidetone.store.connection import Snapshot, Store
from sidetone.store.journal import Entry

log = structlog.get_logger("live")

ROOM = 1000  # frames a screen may lag behind; then it is cut off and comes back with its last sequence
LONGEST_CATCH_UP = 5000  # journal entries; a screen that missed more loads anew
NOTE_AFTER = 2.0  # seconds that what was pushed is gathered before it is written down
MOST_NOTES = 5000  # messages; more are not written down
STRETCH = 500  # journal entries rendered at a time


class Subscription:
    """One screen's stream. Iterate it; it ends when the screen is too slow (`overrun`) or is closed.

    Most say nothing most of the time: an empty list takes a tenth of an empty deque, and nothing an event that nobody set.
    """

    __slots__ = ("_closed", "_feed", "_held", "_known", "_more", "_queue", "_room", "overrun", "viewer")

    def __init__(self, feed: "Feed", viewer: Viewer) -> None:
        self.viewer = viewer
        self.overrun = False
        self._feed = feed
        self._queue: list[bytes] = []
        self._more: asyncio.Future[None] | None = None
        self._closed = False
        self._held: list[Frame] | None = []  # live frames while the past is being read
        self._known = 0  # what the past holds already; its live frames may come later still
        self._room = ROOM

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> bytes:
        while not self._queue:
            if self._closed:
                raise StopAsyncIteration
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        return self._queue.pop(0)

    def put(self, frame: Frame) -> None:
        """Take a live frame."""
        if self._held is None:
            if frame.seq > self._known:
                self._push(frame.bytes)
        elif len(self._held) < ROOM:
            self._held.append(frame)
        else:
            self._cut_off()

    def begin(self, past: list[bytes], upto: int) -> None:
        """The past is read up to `upto`: it goes first, then what came meanwhile, then what comes."""
        held, self._held = self._held or [], None
        self._known = upto
        self._room = ROOM + len(past)  # who missed much must not be too slow from the start
        self._queue.extend(past)
        for frame in held:
            self.put(frame)
        self._wake()

    def push_unjournaled(self, type_: str, data: object) -> None:
        """Take a frame that is no part of the journal (`seq` null)."""
        self._push(frame_bytes(None, type_, data))

    def close(self) -> None:
        """End the stream."""
        self._closed = True
        self._feed.forget(self)
        self._wake()

    def _push(self, frame: bytes) -> None:
        if len(self._queue) >= self._room:
            self._cut_off()
        elif not self._closed:
            self._queue.append(frame)
            self._wake()

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)

    def _cut_off(self) -> None:
        if not self._closed:
            self.overrun = True
            self._queue.clear()
            self.close()


class Feed:
    """Renders each stretch of the journal once, for all screens, after its commit."""

    def __init__(self, store: Store, default_country: str, meters: Meters | None = None) -> None:
        self._meters = meters or Meters()
        self._store = store
        self._country = default_country
        self._screens: dict[int, set[Subscription]] = {}
        self._entries: list[Entry] = []
        self._notes: dict[int, int] = {}
        self._noting: asyncio.Task[None] | None = None
        self._rendering: asyncio.Task[None] | None = None
        store.listen(self._hear)

    async def subscribe(self, viewer: Viewer, since: str | None) -> Subscription:
        """A stream for this viewer: `hello`, what came after `since` (`EPOCH:SEQ`), then everything new.

        A foreign epoch, a future or a trimmed sequence gets `resync` instead of the past.
        """
        subscription = Subscription(self, viewer)
        self._screens.setdefault(viewer.user_id, set()).add(subscription)
        try:
            past, upto = await self._store.read(_past, viewer.user_id, self._country, since)
        except BaseException:
            subscription.close()
            raise
        subscription.begin(past, upto)
        return subscription

    @property
    def screens(self) -> int:
        """How many are connected."""
        return sum(map(len, self._screens.values()))

    def forget(self, subscription: Subscription) -> None:
        """A screen is gone."""
        screens = self._screens.get(subscription.viewer.user_id)
        if screens is not None:
            screens.discard(subscription)
            if not screens:
                del self._screens[subscription.viewer.user_id]

    def _hear(self, entries: list[Entry]) -> None:
        if not self._screens:
            return
        self._entries += entries
        if self._rendering is None or self._rendering.done():
            self._rendering = asyncio.create_task(self._render(), name="live")

    async def _render(self) -> None:
        while self._entries:
            entries, self._entries = self._entries[:STRETCH], self._entries[STRETCH:]
            types = {entry.type for entry in entries}
            after, upto = entries[0].seq - 1, entries[-1].seq
            try:
                frames = await self._store.read(render, self._store.epoch, self._country, types, after, upto)
            except StoreError as error:
                log.warning("screens are told to load anew", error=error.code)
                self._resync()
                continue
            except Exception:
                self._resync()
                raise
            self._push(frames)

    def _push(self, frames: list[Frame]) -> None:
        pushed: set[Fresh] = set()
        for frame in frames:
            screens = tuple(self._screens.get(frame.user_id, ()))
            for screen in screens:
                screen.put(frame)
            if screens and frame.fresh is not None:
                pushed.add(frame.fresh)
        for fresh in pushed:
            self._meters.pushed(fresh.carrier, fresh.stored_at)
            if len(self._notes) < MOST_NOTES:
                self._notes[fresh.message_id] = self._meters.clock.now()
        if self._notes and (self._noting is None or self._noting.done()):
            self._noting = asyncio.create_task(self._note(), name="live-notes")

    async def _note(self) -> None:
        """Write down when messages were pushed, behind them and many at once; what does not succeed is left out."""
        await self._meters.clock.sleep(NOTE_AFTER)
        notes, self._notes = self._notes, {}
        with suppress(StoreError):
            await self._store.write(stages.pushed, notes)

    def _resync(self) -> None:
        for screens in list(self._screens.values()):
            for screen in tuple(screens):
                screen.push_unjournaled("resync", {})


def _past(look: Snapshot, user_id: int, default_country: str, since: str | None) -> tuple[list[bytes], int]:
    epoch, newest, oldest = events.head(look)
    here = f"{epoch}:{newest}"
    if since is None:
        return [hello_bytes(here)], newest
    after = _sequence(since, epoch)
    if after is None or after > newest or after < oldest - 1 or newest - after > LONGEST_CATCH_UP:
        return [hello_bytes(here), frame_bytes(None, "resync", {})], newest
    frames = render(look, epoch, default_country, EVERY_TYPE, after, newest, user_id)
    # `hello` names the place the stream goes on from, so that a client may keep whatever it was told last
    return [hello_bytes(f"{epoch}:{after}"), *(frame.bytes for frame in frames)], newest


def _sequence(since: str, epoch: str) -> int | None:
    named, _, digits = since.partition(":")
    if named != epoch or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    return int(digits)
