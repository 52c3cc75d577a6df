"""What tests of the store look at: everything in a file, the statements a connection runs, a transaction held open."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.journal import Audience, EventType

Contents = dict[str, list[tuple[Any, ...]]]

# The index for searching cannot be read row by row; what it is made of can.
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'message_terms' ORDER BY name"
PATIENCE = 10.0  # seconds until a test that waits for a thread has failed


def contents(path: Path) -> Contents:
    """Every row of every table, as another process sees them."""
    with closing(sqlite3.connect(path)) as sql:
        names = [row[0] for row in sql.execute(TABLES)]
        return {name: sorted(sql.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def faults(path: Path) -> list[str]:
    """What SQLite finds wrong with a file: its pages, its indexes, its references."""
    with closing(sqlite3.connect(path)) as sql:
        said = [row[0] for row in sql.execute("PRAGMA integrity_check")]
        strays = [f"{row[0]} {row[1]} points at nothing in {row[2]}" for row in sql.execute("PRAGMA foreign_key_check")]
    return strays if said == ["ok"] else said + strays


def schema(path: Path) -> list[tuple[Any, ...]]:
    """What `CREATE` statements a file consists of, and its numbers."""
    with closing(sqlite3.connect(path)) as sql:
        pragmas = ("user_version", "application_id", "auto_vacuum", "journal_mode", "page_size", "encoding")
        numbers = [(name, sql.execute(f"PRAGMA {name}").fetchone()[0]) for name in pragmas]
        return numbers + list(sql.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"))


def note(txn: Txn, key: str, *events: int) -> str:
    """A transaction that leaves one row, and one journal entry for each of `events`; returns its key."""
    txn.run("INSERT INTO meta (key, value) VALUES (:key, :key)", {"key": key})
    for subject_id in events:
        txn.emit(EventType.JOB_PROGRESS, Audience.ADMINS, 0, subject_id)
    return key


def notes(look: Snapshot) -> list[str]:
    """The keys that `note` has left, in the order of their rows."""
    return [row["key"] for row in look.all("SELECT key FROM meta WHERE key <> 'fingerprint_key' ORDER BY rowid")]


class Gate:
    """A transaction or a reading that stays open until the test lets it go."""

    def __init__(self) -> None:
        self._inside = threading.Event()
        self._way_out = threading.Event()

    def __call__(self, _sql: Snapshot) -> None:
        self._inside.set()
        assert self._way_out.wait(PATIENCE)

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._inside.wait, PATIENCE)

    def leave(self) -> None:
        self._way_out.set()


@asynccontextmanager
async def crowd(store: Store) -> AsyncIterator[None]:
    """Whoever writes inside waits until the end of the block, so that all share a commit."""
    gate = Gate()
    held = asyncio.create_task(store.write(gate))
    await gate.entered()
    try:
        yield
        await asyncio.sleep(0)  # those whose tasks were made just now come to wait as well
    finally:
        gate.leave()
        await held


@asynccontextmanager
async def tape(store: Store) -> AsyncIterator[list[str]]:
    """The statements that the writer runs meanwhile."""
    said: list[str] = []
    assert store._writer is not None
    await store._writer.set_trace_callback(said.append)
    yield said
    await store._writer.set_trace_callback(None)  # type: ignore[arg-type]  # SQLite's way to end it


@asynccontextmanager
async def readings(store: Store) -> AsyncIterator[list[str]]:
    """The statements that the readers run meanwhile."""
    said: list[str] = []
    for reader in store._readers:
        await reader.set_trace_callback(said.append)
    yield said
    for reader in store._readers:
        await reader.set_trace_callback(None)  # type: ignore[arg-type]  # SQLite's way to end it
