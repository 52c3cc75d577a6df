"""D, the durable floor: N plus one SQLite row per event, acknowledged and announced after its commit.

WAL with synchronous=FULL, one writer thread, and each commit takes whatever is waiting by then. It is the least that
may be called durable in this architecture. Started as a program with the port and the path of its database.
"""

import asyncio
import sqlite3
import sys
import threading
from queue import Empty, SimpleQueue

import uvloop

from bench.null_floor import Floor, Message, serve

_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, carrier_id TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, body TEXT NOT NULL
) STRICT
"""
_INSERT = "INSERT INTO event (carrier_id, sender, recipient, body) VALUES (?, ?, ?, ?)"

_Row = tuple[str, str, str, str]
_Waiting = tuple[_Row, "asyncio.Future[None]"]


class Writer:
    """The one thread that writes; rows that wait together share a commit."""

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop) -> None:
        self._path = path
        self._loop = loop
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="writer")
        self._thread.start()

    def add(self, row: _Row) -> "asyncio.Future[None]":
        """Queue a row; the answer is done once the row is on the disk."""
        committed = self._loop.create_future()
        self._queue.put((row, committed))
        return committed

    def close(self) -> None:
        """Commit what waits, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _write(self) -> None:
        store = sqlite3.connect(self._path, isolation_level=None)
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=FULL")
        store.execute(_SCHEMA)
        while group := self._next_group():
            store.execute("BEGIN IMMEDIATE")
            store.executemany(_INSERT, [row for row, _ in group])
            store.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, [committed for _, committed in group])
        store.close()

    def _next_group(self) -> list[_Waiting]:
        first = self._queue.get()
        if first is None:
            return []
        group = [first]
        while True:
            try:
                more = self._queue.get_nowait()
            except Empty:
                return group
            if more is None:
                self._queue.put(None)  # seen again as the next first, after this group's commit
                return group
            group.append(more)


def _tell(group: "list[asyncio.Future[None]]") -> None:
    for committed in group:
        if not committed.done():  # its request may have been cancelled
            committed.set_result(None)


class DurableFloor(Floor):
    """N with a writer behind it."""

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self._writer = writer

    async def keep(self, message: Message) -> None:
        """Wait until the message is on the disk."""
        await self._writer.add((message.carrier_id, message.sender, message.recipient, message.body))


async def _main(port: int, path: str) -> None:
    writer = Writer(path, asyncio.get_running_loop())
    try:
        await serve(DurableFloor(writer), port)
    finally:
        writer.close()


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1]), sys.argv[2]))
