"""A store opens only what is there, finishes what waits, and stops writing to a file that is damaged."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from inspect import iscoroutinefunction
from pathlib import Path

import aiosqlite
import pytest

from sidetone.errors import StoreDamaged, StoreError
from sidetone.store import meta, migrate
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from store.insight import PATIENCE, contents, note, notes


async def test_closing_finishes_what_waits(store: Store, tmp_path: Path) -> None:
    waiting = [asyncio.create_task(store.write(note, f"n{number}")) for number in range(20)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*waiting) == [f"n{number}" for number in range(20)]
    assert len(contents(tmp_path / "sidetone.db")["meta"]) == 20 + 1


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.write(note, "late")
    with pytest.raises(StoreError, match="closed"):
        await store.read(notes)


async def test_whoever_writes_while_it_closes_is_answered(store: Store) -> None:
    first = asyncio.create_task(store.write(note, "first"))
    await asyncio.sleep(0)
    close = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    late = asyncio.create_task(store.write(note, "late"))
    await close
    assert await first == "first"
    assert await late == "late"


async def test_it_closes_without_a_log_beside_it(store: Store, tmp_path: Path) -> None:
    await store.write(note, "a")
    assert (tmp_path / "sidetone.db-wal").exists()
    await store.close()
    assert names(tmp_path) == ["sidetone.db", "sidetone.db.made"]


async def test_its_journal_goes_on_where_it_ended(store: Store, tmp_path: Path, clock: FakeClock) -> None:
    await store.write(note, "a", 1, 2)
    await store.close()
    again = Store(tmp_path / "sidetone.db", clock)
    await again.open()
    heard: list[int] = []
    again.listen(lambda entries: heard.extend(entry.seq for entry in entries))
    await again.write(note, "b", 3)
    assert (again.epoch, heard) == (store.epoch, [3])
    await again.close()


async def test_a_missing_file_is_not_made(tmp_path: Path, clock: FakeClock) -> None:
    threads = threading.enumerate()
    with pytest.raises(StoreError):
        await Store(tmp_path / "sidetone.db", clock).open()
    assert names(tmp_path) == []
    assert_ended(threads)


async def test_a_file_that_cannot_be_read_leaves_nothing_open(tmp_path: Path, clock: FakeClock) -> None:
    threads = threading.enumerate()
    path = tmp_path / "sidetone.db"
    path.write_bytes(b"not a store" * 1000)
    with pytest.raises(StoreDamaged, match="damaged"):
        await Store(path, clock).open()
    assert path.read_bytes() == b"not a store" * 1000
    assert_ended(threads)


async def test_a_file_of_another_kind_leaves_nothing_open(tmp_path: Path, clock: FakeClock) -> None:
    threads = threading.enumerate()
    with closing(sqlite3.connect(tmp_path / "sidetone.db")) as sql:
        sql.execute("CREATE TABLE places (url TEXT)")
    with pytest.raises(StoreError):
        await Store(tmp_path / "sidetone.db", clock).open()
    assert_ended(threads)


async def test_a_name_that_means_something_in_an_address(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "50% #1?mode=memory.db"
    migrate.prepare(path)
    store = Store(path, clock)
    await store.open()
    await store.write(note, "a")
    await store.close()
    assert [row[0] for row in contents(path)["meta"] if row[0] == "a"] == ["a"]


@pytest.fixture
async def damaged(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    """A store that opens well and whose table `meta` is garbage."""
    path = tmp_path / "sidetone.db"
    migrate.prepare(path)
    with closing(sqlite3.connect(path)) as sql:
        page = sql.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'meta'").fetchone()[0]
        size = sql.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
    store = Store(path, clock)
    await store.open()
    yield store
    await store.close()


async def test_a_damaged_file_is_not_written_to_any_more(damaged: Store, tmp_path: Path) -> None:
    path = tmp_path / "sidetone.db"
    before = path.read_bytes()
    answers = await asyncio.gather(damaged.write(note, "a"), damaged.write(note, "b"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreDamaged] * 2
    with pytest.raises(StoreDamaged, match="restore a backup"):
        await damaged.probe()
    await damaged.close()
    assert path.read_bytes() == before


async def test_a_reading_finds_damage_too(damaged: Store) -> None:
    with pytest.raises(StoreDamaged):
        await damaged.read(meta.fingerprint_key)
    with pytest.raises(StoreDamaged):
        await damaged.probe()


def test_aiosqlite_still_has_what_the_store_is_built_on() -> None:
    words = (
        "This aiosqlite has no {name} any more. The store runs whole transactions on the connection's thread by it, "
        "because a hop for each statement costs a factor of ten: find its new name, or another way to do the same, "
        "before the pin in pyproject.toml is lifted."
    )
    assert iscoroutinefunction(getattr(aiosqlite.Connection, "_execute", None)), words.format(name="_execute")
    assert isinstance(getattr(aiosqlite.Connection, "_conn", None), property), words.format(name="_conn")


async def test_a_function_runs_whole_on_the_thread_of_its_connection(store: Store) -> None:
    async def thread() -> int:
        return await store.write(lambda _txn: threading.get_ident())

    assert await thread() == await thread() != threading.get_ident()
    readers = {await store.read(lambda _look: threading.get_ident()) for _ in range(4)}
    assert not readers & {threading.get_ident(), await thread()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def assert_ended(before: list[threading.Thread]) -> None:
    """A connection that was left open would keep the interpreter from ending."""
    for thread in set(threading.enumerate()) - set(before):
        thread.join(PATIENCE)
        assert not thread.is_alive()
