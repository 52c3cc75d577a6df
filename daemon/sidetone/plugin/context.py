"""The one object through which a plugin reaches the core, and through which the core undoes the plugin."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from structlog.typing import FilteringBoundLogger

from sidetone.clock import Clock
from sidetone.config.fault import Fault
from sidetone.config.reader import read_settings
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.plugin.failures import BadConfig

if TYPE_CHECKING:
    from aiohttp import ClientSession

S = TypeVar("S")

UNLOAD_STEP = 5  # seconds


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
    """A small durable memory of a plugin; values up to 256 KiB."""

    async def get(self, key: str) -> bytes | None:
        """The value, or None."""
        ...

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value; returns after the commit."""
        ...

    async def delete(self, key: str) -> None:
        """Forget a value."""
        ...

    async def keys(self, prefix: str = "") -> list[str]:
        """All keys that start so, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What `app` hands every context: the core's services, and where the daemon lives."""

    clock: Clock
    public_url: str
    default_country: str
    config_dir: Path
    way_in: WayIn


class Context:
    """One plugin instance's view of Sidetone. Whatever is taken from it is let go when the plugin is unloaded."""

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
        self._around = around
        self._table = table
        self._where = where
        self._tasks: set[asyncio.Task[None]] = set()
        self._undo: list[Callable[[], Awaitable[None]]] = []
        self._http: ClientSession | None = None
        self._closed = False

    def settings(self, shape: type[S]) -> S:
        """The plugin's section as its frozen dataclass; raises BadConfig with every fault at once."""
        value, faults = read_settings(shape, self._table, where=self._where, base=self._around.config_dir)
        if value is None:
            raise BadSettings(faults)
        return value

    def webhook_url(self, *tail: str) -> str:
        """The absolute URL that reaches this plugin's `webhook` with this tail."""
        return "/".join((f"{self._around.public_url}/hooks/{self.name}", *tail))

    def http(self) -> "ClientSession":
        """This plugin's HTTP client: one pool of keep-alive connections, closed at unload."""
        self._refuse_after_unload()
        if self._http is None:
            from aiohttp import ClientSession, DummyCookieJar, TCPConnector  # not on the way of `--help`

            connector = TCPConnector(limit=64)  # certificates are verified by default
            self._http = ClientSession(connector=connector, cookie_jar=DummyCookieJar(), trust_env=False)
        return self._http

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> "asyncio.Task[None]":
        """Run something in the background, cancelled at unload; what it raises is logged, not lost."""
        if self._closed:
            work.close()
        self._refuse_after_unload()
        task = asyncio.create_task(work, name=f"{self.name}:{name}")
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def on_unload(self, undo: Callable[[], Awaitable[None]]) -> None:
        """Call this when the plugin is unloaded, last registered first."""
        self._undo.append(undo)

    async def inbound(self, *messages: InboundMessage) -> None:
        """Texts that came in; returns after they are safe on the disk. See `WayIn`."""
        await self._around.way_in.inbound(self.name, *messages)

    async def receipt(self, *receipts: Receipt) -> None:
        """Receipts that came in; returns after they are safe on the disk. See `WayIn`."""
        await self._around.way_in.receipt(self.name, *receipts)

    async def misunderstood(self, what: Misunderstood) -> None:
        """Keep what is authentic but unreadable; returns after it is safe on the disk."""
        await self._around.way_in.misunderstood(self.name, what)

    async def close(self) -> None:
        """Undo everything that went through this context. For the host; a plugin never calls it."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=UNLOAD_STEP)  # one that will not end is left behind
        for undo in reversed(self._undo):
            try:
                await asyncio.wait_for(undo(), UNLOAD_STEP)
            except Exception as error:  # noqa: BLE001 - a plugin's clean-up must not stop the others
                self.log.warning("unload step failed", error=type(error).__name__)
        self._undo.clear()
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _refuse_after_unload(self) -> None:
        if self._closed:
            raise RuntimeError("The plugin is unloaded.")

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.log.error("background task failed", task=task.get_name(), error=type(error).__name__)
