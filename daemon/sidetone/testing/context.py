"""A plugin's context without a daemon: what comes in is recorded instead of stored."""

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

from sidetone.clock import Clock
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.plugin.context import Context, Surroundings
from sidetone.testing.clock import FakeClock

LARGEST_VALUE = 256 * 1024
LONGEST_KEY = 200


class RecordingWayIn:
    """Implements `WayIn`: keeps what came in, or raises `failure` as a store that is full would.

    `texts`, `receipts` and `odd` are what was stored, in order.
    """

    def __init__(self) -> None:
        self.texts: list[InboundMessage] = []
        self.receipts: list[Receipt] = []
        self.odd: list[Misunderstood] = []
        self.failure: Exception | None = None
        self._changed = asyncio.Condition()

    async def inbound(self, carrier: str, *messages: InboundMessage) -> None:
        """Record texts; `carrier` is not looked at."""
        await self._record(self.texts, messages)

    async def receipt(self, carrier: str, *receipts: Receipt) -> None:
        """Record receipts."""
        await self._record(self.receipts, receipts)

    async def misunderstood(self, carrier: str, what: Misunderstood) -> None:
        """Record something authentic but unreadable."""
        await self._record(self.odd, (what,))

    async def until(self, enough: Callable[["RecordingWayIn"], bool]) -> None:
        """Wait until what came in is enough; the surrounding test bounds the time."""
        async with self._changed:
            await self._changed.wait_for(lambda: enough(self))

    async def _record(self, kept: list[Any], new: tuple[Any, ...]) -> None:
        if self.failure is not None:
            raise self.failure
        async with self._changed:
            kept.extend(new)
            self._changed.notify_all()


class MemoryKeep:
    """Implements `KeyValue` in memory; it outlives contexts, so that a test can restart a plugin on it.

    `failure` is raised by every `put` while it is set.
    """

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.failure: Exception | None = None

    async def get(self, key: str) -> bytes | None:
        """The value, or None."""
        await asyncio.sleep(0)  # as the store does: others run meanwhile
        return self.values.get(key)

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value; ValueError when it or its key is larger than the store takes."""
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        if not 0 < len(key) <= LONGEST_KEY:
            raise ValueError(f"A key has 1 to {LONGEST_KEY} characters.")
        if len(value) > LARGEST_VALUE:
            raise ValueError(f"A value may have {LARGEST_VALUE} bytes, this one has {len(value)}.")
        self.values[key] = value

    async def delete(self, key: str) -> None:
        """Forget a value."""
        await asyncio.sleep(0)
        self.values.pop(key, None)

    async def keys(self, prefix: str = "") -> list[str]:
        """All keys that start so, in order."""
        await asyncio.sleep(0)
        return sorted(key for key in self.values if key.startswith(prefix))


class Workbench:
    """Everything around one plugin under test. `context()` builds as many contexts on it as there are restarts."""

    def __init__(self, *, clock: Clock | None = None, public_url: str = "http://sidetone.test") -> None:
        self.clock = clock or FakeClock()
        self.public_url = public_url
        self.data_dir = Path()
        self.way_in = RecordingWayIn()
        self.keep = MemoryKeep()
        self.logged: list[MutableMapping[str, Any]] = []

    def context(self, table: Mapping[str, Any], *, name: str = "test", config_dir: Path = Path()) -> Context:
        """A context whose section is `table`; its `data_dir` is the workbench's."""
        around = Surroundings(
            clock=self.clock,
            public_url=self.public_url,
            default_country="DE",
            config_dir=config_dir,
            data_dir=self.data_dir,
            way_in=self.way_in,
        )
        log = structlog.wrap_logger(
            None, processors=[self._log], wrapper_class=structlog.make_filtering_bound_logger("debug")
        )
        return Context(name, table, around=around, log=log, keep=self.keep, where=f"carriers.{name}")

    def _log(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
        self.logged.append(event)
        raise structlog.DropEvent
