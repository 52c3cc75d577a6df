"""The one object through which a plugin reaches the core, and through which the core undoes the plugin."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from structlog.typing import FilteringBoundLogger

from sidetone.clock import Clock
from sidetone.config.fault import Fault
from sidetone.config.reader import read_settings
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.egress.allowed import Allowed
from sidetone.plugin.attempt import attempt
from sidetone.plugin.failures import BadConfig

if TYPE_CHECKING:
    from aiohttp import ClientSession

S = TypeVar("S")

UNLOAD_STEP = 5  # seconds
LONGEST_RUN = 600.0  # seconds of one run of what `every` repeats
JITTER = 0.1  # of the pause between two runs, either way, so that many daemons do not knock at one second


class BadSettings(BadConfig):
    """A section cannot be read into the plugin's settings; `faults` are all that is wrong, for the host."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class WayIn(Protocol):
    """What the core offers a carrier for everything that comes in; each returns after the commit and its fsync.

    They raise StoreFull or another StoreError when nothing was stored; let it pass: the carrier is then told to
    try again.
    """

    async def inbound(self, carrier: str, *messages: InboundMessage) -> None:
        """Store texts, in one transaction."""
        ...

    async def receipt(self, carrier: str, *receipts: Receipt) -> None:
        """Store receipts, in any order and number, also before the answer to the send."""
        ...

    async def misunderstood(self, carrier: str, what: Misunderstood) -> None:
        """Keep what is authentic but not understood, and flag it."""
        ...


class KeyValue(Protocol):
    """A small durable memory of one plugin instance, which no other sees; it outlives restarts and reloads.

    For cursors and tokens, not for messages: the core keeps those. Every method may be called at any time from `start`
    to `stop` and raises StoreError when the store cannot be reached.
    """

    async def get(self, key: str) -> bytes | None:
        """The value, or None."""
        ...

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value of at most 256 KiB under a key of 1 to 200 characters; returns after the commit.

        Raises ValueError for what is larger, StoreError when nothing was kept.
        """
        ...

    async def delete(self, key: str) -> None:
        """Forget a value."""
        ...

    async def keys(self, prefix: str = "") -> list[str]:
        """All keys that start so, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What `app` hands every context: the core's services, where the daemon lives, and whom it may speak to."""

    clock: Clock
    public_url: str
    default_country: str
    config_dir: Path
    way_in: WayIn
    data_dir: Path = Path()
    allowed: Allowed = field(default_factory=Allowed)
    chance: Random = field(default_factory=SystemRandom)


class Context:
    """One plugin instance's view of Sidetone. Whatever is taken from it is let go when the plugin is unloaded.

    `name` is the section's name, `default_country` (two capital letters) the country of numbers without a country
    code. `clock` tells the time: a plugin reads no other, so that its tests can turn it. `log` is a structlog logger:
    log kinds of errors, codes and counts, never a text, a phone number or a secret. `keep` is the small durable memory.
    `data_dir` is the daemon's folder: for a plugin with a process of its own, which meets it there.
    """

    def __init__(
        self,
        name: str,
        table: Mapping[str, Any],
        *,
        around: Surroundings,
        log: FilteringBoundLogger,
        keep: KeyValue,
        where: str,
    ) -> None:
        self.name = name
        self.clock = around.clock
        self.log = log
        self.keep = keep
        self.default_country = around.default_country
        self.data_dir = around.data_dir
        self._around = around
        self._table = table
        self._where = where
        self._tasks: set[asyncio.Task[None]] = set()
        self._undo: list[Callable[[], Awaitable[None]]] = []
        self._http: ClientSession | None = None
        self._closed = False
        self.asked_anew = asyncio.Event()
        """For the host."""

    def settings(self, shape: type[S]) -> S:
        """The plugin's section as its frozen dataclass; raises BadConfig with every fault at once. No I/O but secrets.

        Let it pass: the host tells each fault with its file and line. Of a field that is a `Secret` the section may give
        `KEY`, `KEY_file` or `KEY_credential`. Raises TypeError for a field whose type no setting can have.
        """
        value, faults = read_settings(shape, self._table, where=self._where, base=self._around.config_dir)
        if value is None:
            raise BadSettings(faults)
        return value

    def webhook_url(self, *tail: str) -> str:
        """The absolute URL that reaches this plugin's `webhook` with this tail; it never changes while it runs.

        Each element of `tail` is one segment of the path and must be safe in one (RFC 3986, 2.3).
        """
        return "/".join((f"{self._around.public_url}/hooks/{self.name}", *tail))

    def http(self) -> "ClientSession":
        """This plugin's HTTP client, an aiohttp ClientSession: certificates are verified, cookies and proxies ignored.

        One pool of up to 64 keep-alive connections for the life of the plugin, closed at unload. It reaches public
        addresses, those of `[server] allow_private`, and those that stand literally in the URLs of the section; else
        it raises aiohttp.ClientConnectorError, whose `os_error` has no `errno` and says why in words. A request ends
        after 60 s unless it is given its own timeout, and an answer of more than 16 MiB is not read whole. Raises
        RuntimeError after unload.
        """
        self._refuse_after_unload()
        if self._http is None:
            from sidetone.egress.http import client  # not on the way of `--help`

            self._http = client(self._around.allowed.also(self._table))
        return self._http

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> "asyncio.Task[None]":
        """Run something in the background, cancelled at unload; what it raises is logged by its kind, not lost.

        Nobody starts it again. Raises RuntimeError after unload.
        """
        if self._closed:
            work.close()
        self._refuse_after_unload()
        task = asyncio.create_task(_ended_alone(work), name=f"{self.name}:{name}")
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        task.add_done_callback(lambda _: work.close())  # one that is cancelled before its first step never reaches it
        return task

    def every(
        self, name: str, seconds: float, work: Callable[[], Awaitable[None]], *, longest: float = LONGEST_RUN
    ) -> "asyncio.Task[None]":
        """Run `work` again and again until unload, `seconds` (±10 %) after the last run's end; no run at once.

        Never two runs at the same time; one is cancelled after `longest` seconds. What a run raises is logged by its
        kind, once until a run succeeds again, and the next comes all the same. Nothing is persisted. Cancel the task
        to end it early. Raises ValueError for a pause that is none, RuntimeError after unload.
        """
        if not seconds > 0:
            raise ValueError("There must be a pause between two runs.")
        return self.spawn(self._repeat(name, seconds, work, longest), name=name)

    def on_unload(self, undo: Callable[[], Awaitable[None]]) -> None:
        """Call this when the plugin is unloaded, after its `stop`, last registered first.

        Each may take 5 s; what it raises is logged and holds nothing up. Raises RuntimeError after unload.
        """
        self._refuse_after_unload()
        self._undo.append(undo)

    def health_changed(self) -> None:
        """Have the provider asked for its health soon, within a second or so, instead of at the usual time."""
        self.asked_anew.set()

    async def inbound(self, *messages: InboundMessage) -> None:
        """Texts that came in; returns after they are safe on the disk: only then may the far side hear that all is well.

        All or none, in one transaction; a few hundred at most. The same `carrier_id` is the same message, however often
        and in whatever order it comes. Raises StoreError when nothing was stored: let it pass, so that the far side
        tries again. May be called at any time, also before `start` has returned.
        """
        await self._around.way_in.inbound(self.name, *messages)

    async def receipt(self, *receipts: Receipt) -> None:
        """Receipts that came in; returns after they are safe on the disk.

        In any order, any number of times, also before the `send` they speak of has returned: pass on what comes, as it
        comes. Raises StoreError when nothing was stored: let it pass.
        """
        await self._around.way_in.receipt(self.name, *receipts)

    async def misunderstood(self, what: Misunderstood) -> None:
        """Keep raw what is authentic but unreadable, flagged for the admin; returns after it is safe on the disk.

        Then acknowledge it, or it comes for ever. Raises StoreError when nothing was stored: let it pass.
        """
        await self._around.way_in.misunderstood(self.name, what)

    async def close(self) -> None:
        """Undo everything that went through this context, in bounded time. For the host; a plugin never calls it."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=UNLOAD_STEP)  # one that will not end is left behind
        try:
            for undo in reversed(self._undo):
                tried = await attempt(undo, UNLOAD_STEP)
                if tried.error is not None:
                    self.log.warning("unload step failed", error=type(tried.error).__name__)
        finally:
            self._undo.clear()
            if self._http is not None:
                await self._http.close()
                self._http = None

    async def _repeat(self, name: str, seconds: float, work: Callable[[], Awaitable[None]], longest: float) -> None:
        failing = False
        while True:
            await self.clock.sleep(seconds * (1 + JITTER * (2 * self._around.chance.random() - 1)))
            tried = await attempt(work, longest)
            if tried.stuck:
                self.log.error("periodic work hangs and is run no more", task=name)
                return
            if tried.error is not None and not failing:
                self.log.warning("periodic work fails", task=name, error=type(tried.error).__name__)
            elif tried.error is None and failing:
                self.log.info("periodic work is well again", task=name)
            failing = tried.error is not None

    def _refuse_after_unload(self) -> None:
        if self._closed:
            raise RuntimeError("The plugin is unloaded.")

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.log.error("background task failed", task=task.get_name(), error=type(error).__name__)


async def _ended_alone(work: Coroutine[Any, Any, None]) -> None:
    """What a plugin runs may end itself, and nothing else: asyncio would end the loop for a SystemExit."""
    try:
        await work
    except SystemExit as error:
        raise RuntimeError("a plugin tried to end the process") from error
