"""What is not counted but looked at when Prometheus asks: queues, parts, screens, the disk, and what runs here."""

import asyncio
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from sidetone import __version__
from sidetone.domain.health import State
from sidetone.errors import StoreError
from sidetone.store.figures import Figures, Queue, figures
from sidetone.store.lock import STORE_FILE
from sidetone.web.rooms import Rooms

PATIENCE = 2.0  # seconds for the store; a late answer serves the next asking
_NOTHING = Figures(queues={}, sessions=0, newest_entry=0, oldest_entry=1)


class Gauges(Collector):
    """`take` looks, `collect` tells what was seen. Never more than one look at the store at a time."""

    def __init__(self, rooms: Rooms, data_dir: Path, patience: float = PATIENCE) -> None:
        self._rooms = rooms
        self._data_dir = data_dir
        self._patience = patience
        self._reading: asyncio.Task[Figures] | None = None
        self._seen: Figures | None = None
        self._store_bytes = self._free_bytes = 0
        rooms.meters.registry.register(self)

    async def take(self) -> None:
        """Look. Where the store does not answer in time, what it would say is left out."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._rooms.store.read(figures), name="figures")
        self._seen = None
        done, _ = await asyncio.wait({self._reading}, timeout=self._patience)
        if done:
            error = self._reading.exception()
            if error is not None and not isinstance(error, StoreError):
                raise error
            self._seen = None if error is not None else self._reading.result()
            self._reading = None
        self._store_bytes, self._free_bytes = await asyncio.to_thread(self._sizes)

    def collect(self) -> Iterator[Metric]:
        """Every family, also one without a sample, so that its name is always known."""
        seen = self._seen or _NOTHING
        yield from self._queues(seen)
        yield _gauge(
            "sidetone_store_answers", "Whether the store answered in time for this page.", self._seen is not None
        )
        yield _gauge("sidetone_sessions", "Sign-in sessions that are kept.", seen.sessions)
        yield CounterMetricFamily(
            "sidetone_journal_entries", "Journal entries that were ever written.", value=seen.newest_entry
        )
        kept = seen.newest_entry - seen.oldest_entry + 1
        yield _gauge("sidetone_journal_kept_entries", "Journal entries that are kept for screens that come back.", kept)
        yield _gauge("sidetone_screens", "Screens that are connected now.", self._rooms.feed.screens)
        yield from self._parts()
        yield _gauge("sidetone_store_size_bytes", "Size of the store's file and its log.", self._store_bytes)
        yield _gauge("sidetone_disk_free_bytes", "What is free on the disk of the store.", self._free_bytes)
        build = {"version": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
        yield InfoMetricFamily("sidetone_build", "What runs here.", value=build)

    def _queues(self, seen: Figures) -> Iterator[Metric]:
        queues = {name: Queue() for name in self._rooms.host.carriers} | seen.queues if self._seen else {}
        messages = GaugeMetricFamily(
            "sidetone_outbox_messages",
            "Texts that wait for a carrier, or are in its hands.",
            labels=["carrier", "state"],
        )
        oldest = GaugeMetricFamily(
            "sidetone_outbox_oldest_seconds",
            "How long the oldest text that waits for a carrier has waited; 0 where none does.",
            labels=["carrier"],
        )
        now, last_in = self._rooms.meters.clock.now(), self._rooms.meters.last_in
        silent = GaugeMetricFamily(
            "sidetone_inbound_last_seconds",
            "How long ago the last text came in by a carrier; nothing where none has in the last 30 days.",
            labels=["carrier"],
        )
        for name in self._rooms.host.carriers:
            if (age := last_in.age(name)) is not None:
                silent.add_metric([name], age / 1000)
        for name, queue in queues.items():
            messages.add_metric([name, "waiting"], queue.waiting)
            messages.add_metric([name, "sending"], queue.sending)
            oldest.add_metric([name], 0 if queue.oldest is None else max(now - queue.oldest, 0) / 1000)
        yield messages
        yield oldest
        yield silent

    def _parts(self) -> Iterator[Metric]:
        yield _gauge("sidetone_ready", "Whether the vital parts work, as /readyz says.", self._rooms.parts.ready)
        states = GaugeMetricFamily(
            "sidetone_part_state", "1 for the state that a part is in, 0 for the others.", labels=["part", "state"]
        )
        for name, health in self._rooms.parts.all().items():
            for state in State:
                states.add_metric([name, state.value], float(health.state is state))
        yield states

    def _sizes(self) -> tuple[int, int]:
        store = self._data_dir / STORE_FILE
        files = (store, store.with_name(f"{STORE_FILE}-wal"))
        return sum(file.stat().st_size for file in files if file.exists()), shutil.disk_usage(self._data_dir).free


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))
