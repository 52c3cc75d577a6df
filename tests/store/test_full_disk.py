"""A real disk with no room left: at the log, at a commit, at a checkpoint, at a copy, at the very start."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest

from durability.small_disk import SmallDisk
from sidetone.errors import StoreFull
from sidetone.store.connection import Store, Txn
from sidetone.store.migrate import migrations, prepare
from sidetone.testing.clock import FakeClock
from store.insight import contents, faults, note, notes, schema
from store.test_full import small_paged
from store.test_migrations import ADDED

PAGE = 4096

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A few megabytes."""
    small = SmallDisk(tmp_path / "disk")
    if not small.mounted():
        pytest.skip("mounting a small disk is not permitted here; test_full.py still tries every page")
    yield small
    small.unmount()


@pytest.fixture
def path(disk: SmallDisk) -> Path:
    prepare(disk.path / "sidetone.db")
    return disk.path / "sidetone.db"


@pytest.fixture
async def store(path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    async with opened(path, clock) as store:
        yield store


@asynccontextmanager
async def opened(path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    store = Store(path, clock)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def leave(disk: SmallDisk, pages: int) -> None:
    """So many pages are free, no more."""
    disk.fill()
    ballast = disk.path / "ballast"
    os.truncate(ballast, ballast.stat().st_size - pages * PAGE)


def size(path: Path) -> int:
    return path.stat().st_size


def content(path: Path) -> bytes:
    return path.read_bytes()


def checkpoint(path: Path) -> None:
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


async def test_wherever_the_log_finds_no_room(store: Store, path: Path, disk: SmallDisk) -> None:
    """With each page more it comes one write further: into the log, past it, into the commit."""
    kept: list[str] = []
    refused = 0
    for pages in range(60):
        leave(disk, pages)
        key = f"{pages} {'x' * 20_000}"
        before = contents(path)
        try:
            kept.append(await store.write(note, key, pages))
        except StoreFull:
            refused += 1
            assert store.full
            assert contents(path) == before
        else:
            assert not store.full
        disk.free()
    assert refused > 5
    assert len(kept) > 5
    assert await store.read(notes) == kept
    assert faults(path) == []


async def test_service_returns_when_space_does(store: Store, path: Path, disk: SmallDisk) -> None:
    kept = [await store.write(note, "before", 1)]
    leave(disk, 20)
    while True:
        group = (store.write(note, f"{len(kept)} {number} {'x' * 3000}", 1) for number in range(4))
        answers = await asyncio.gather(*group, return_exceptions=True)
        kept += [answer for answer in answers if isinstance(answer, str)]
        if any(isinstance(answer, StoreFull) for answer in answers):
            break
    assert await store.read(notes) == kept  # reading goes on
    with pytest.raises(StoreFull):
        await store.write(note, f"refused {'x' * 100_000}")
    disk.free()
    kept.append(await store.write(note, "after", 1))
    assert not store.full
    assert await store.read(notes) == kept
    journal = await store.read(lambda look: [row["seq"] for row in look.all("SELECT seq FROM journal ORDER BY seq")])
    assert journal == list(range(1, len(kept) + 1))


async def test_a_checkpoint_that_finds_no_room_loses_nothing(store: Store, path: Path, disk: SmallDisk) -> None:
    assert store._writer is not None
    await store._writer.execute("PRAGMA wal_autocheckpoint = 10")  # pages, so that every commit here ends with one
    kept = []
    for number in range(4):
        kept.append(await just_enough(store, disk, f"{number} {'x' * 20_000}"))
        with pytest.raises(sqlite3.OperationalError, match="disk is full"):
            checkpoint(path)
        assert await store.read(notes) == kept
    disk.free()
    before = size(path)
    await store.write(note, "room again")
    assert size(path) > before
    assert faults(path) == []


async def just_enough(store: Store, disk: SmallDisk, key: str) -> str:
    """Written into the log with its last free pages, so that there is none to move it on from there."""
    for pages in range(100):
        leave(disk, pages)
        with suppress(StoreFull):
            return await store.write(note, key)
    raise AssertionError("no room is ever enough")


async def test_a_kill_on_a_full_disk_loses_nothing(store: Store, path: Path, disk: SmallDisk, tmp_path: Path) -> None:
    leave(disk, 40)
    kept: list[str] = []
    while not store.full:
        with suppress(StoreFull):
            kept.append(await store.write(note, f"{len(kept)} {'x' * 3000}", 1))
    left = tmp_path / "left" / "sidetone.db"
    left.parent.mkdir()
    for end in ("", "-wal"):  # as a kill leaves it
        left.with_name(left.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    assert prepare(left) == []
    assert [key for key, _ in contents(left)["meta"] if key in kept] == sorted(kept)
    assert faults(left) == []
    disk.free()


async def test_the_index_of_the_log_may_be_what_finds_no_room(disk: SmallDisk, clock: FakeClock) -> None:
    """It is a file beside the log, and takes eight pages at once when the log has grown by 4096 changes."""
    index = disk.path / "sidetone.db-shm"
    changes = 0
    async with opened(small_paged(disk.path / "sidetone.db"), clock) as store:
        assert store._writer is not None
        await store._writer.execute("PRAGMA wal_autocheckpoint = 0")
        before = size(index)
        while not store.full:
            if changes > 4000:
                leave(disk, 6)
            with suppress(StoreFull):
                await store.write(_change, changes)
                changes += 1
        assert 4000 < changes < 4200
        disk.free()
        await store.write(_change, changes)
        assert size(index) > before


def _change(txn: Txn, number: int) -> None:
    txn.run("UPDATE journal_counter SET seq = :number WHERE id = 1", {"number": number})


def test_a_new_store_without_room_is_not_begun(disk: SmallDisk) -> None:
    path = disk.path / "sidetone.db"
    refused = 0
    for pages in range(0, 400, 5):
        leave(disk, pages)
        try:
            prepare(path)
        except StoreFull:
            refused += 1
            assert not path.exists()
        else:
            break
    assert refused > 5
    disk.free()
    assert prepare(path) == []
    assert faults(path) == []


def test_an_upgrade_without_room_leaves_the_store(path: Path, disk: SmallDisk) -> None:
    before, plan = contents(path), schema(path)
    refused = 0
    for pages in range(400):
        leave(disk, pages)
        try:
            prepare(path, [*migrations(), ADDED])
        except StoreFull:
            refused += 1
            disk.free()
            assert (contents(path), schema(path)) == (before, plan)
            assert not list(disk.path.glob("*.part"))
            for copy in disk.path.glob("*.before-*"):
                assert contents(copy) == before
                copy.unlink()
        else:
            break
    assert refused > 10
    disk.free()
    assert ("user_version", ADDED.version) in schema(path)


async def test_a_start_without_room_says_so(path: Path, disk: SmallDisk, clock: FakeClock) -> None:
    before = content(path)
    leave(disk, 0)
    with pytest.raises(StoreFull, match="disk is full"):
        await Store(path, clock).open()
    with pytest.raises(StoreFull, match="disk is full"):
        await asyncio.to_thread(prepare, path)
    assert content(path) == before
    disk.free()
    async with opened(path, clock) as store:
        assert await store.write(note, "a") == "a"
