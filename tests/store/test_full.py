"""Wherever the store has no room any more, nothing of the transaction is kept, and all of it when there is room again."""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pytest

from sidetone.errors import StoreError, StoreFull
from sidetone.store.connection import Store, Txn
from sidetone.store.journal import Entry
from sidetone.store.migrate import prepare
from sidetone.testing.clock import FakeClock
from store.insight import Contents, contents, faults, note, notes
from store.story import Story

T = TypeVar("T")

SMALLEST_PAGE = 512  # bytes: so many pages are needed that every statement comes to need one
NO_LIMIT = 2**31 - 2
CHAPTERS = 9
OPCODES = 30  # between two interruptions
CONTROL = {"BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT"}
STATEMENT = re.compile(r'(?:INSERT INTO|UPDATE) "?\w+"?')

# Whatever makes the store larger must have been refused somewhere.
GROWS = {
    "INSERT INTO attempt",
    "INSERT INTO contact",
    "INSERT INTO contact_number",
    "INSERT INTO conversation",
    "INSERT INTO idempotency",
    "INSERT INTO job",
    "INSERT INTO journal",
    "INSERT INTO message",
    "INSERT INTO message_body",
    "INSERT INTO misunderstood",
    "INSERT INTO number",
    "INSERT INTO outbox",
    "INSERT INTO part",
    "INSERT INTO participant",
    "INSERT INTO party",
    "INSERT INTO plugin_value",
    "INSERT INTO receipt",
    "UPDATE attempt",
    "UPDATE message",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of small pages."""
    return small_paged(tmp_path / "sidetone.db")


def small_paged(path: Path) -> Path:
    prepare(path)
    with closing(sqlite3.connect(path)) as sql:
        for statement in ("journal_mode = DELETE", f"page_size = {SMALLEST_PAGE}"):
            sql.execute(f"PRAGMA {statement}")
        sql.execute("VACUUM")
        sql.execute("PRAGMA journal_mode = WAL")
    return path


@pytest.fixture
async def store(path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    opened = Store(path, clock)
    await opened.open()
    yield opened
    await opened.close()


class Hindered:
    """Carries out acts with a hindrance, and holds each failure to having changed nothing."""

    def __init__(self, store: Store, path: Path) -> None:
        assert store._writer is not None
        self._store, self._path, self.writer = store, path, store._writer
        self._heard: list[Entry] = []
        self._said: list[str] = []
        self._before: Contents = {}
        self.refused_at: Counter[str] = Counter()
        store.listen(self._heard.extend)

    async def begin(self) -> None:
        """Watch from here on."""
        await self.writer.set_trace_callback(self._said.append)

    def remember(self) -> None:
        """An act begins: how things are."""
        self._before = contents(self._path)

    async def tried(self, act: Callable[..., Awaitable[T]], *args: object, **kwargs: object) -> T | StoreError:
        self._heard.clear()
        self._said.clear()
        try:
            return await act(*args, **kwargs)
        except StoreError as error:
            assert contents(self._path) == self._before
            assert self._heard == []
            self.refused_at += Counter(_last_change(self._said))
            return error


def _last_change(said: list[str]) -> list[str]:
    """Where it ended: the last statement that would have changed something, if there was any."""
    changes = (found[0] for statement in reversed(said) if (found := STATEMENT.match(statement.strip())))
    return list(islice(changes, 1))


class FullAtEveryPage(Hindered):
    """The file may grow by one page more with each try."""

    async def __call__(self, act: Callable[..., Awaitable[T]], *args: object, **kwargs: object) -> T:
        self.remember()
        for page in range(1000):
            await limit(self._store, 0 if page == 0 else 1)
            done = await self.tried(act, *args, **kwargs)
            if not isinstance(done, StoreError):
                assert not self._store.full
                await limit(self._store, NO_LIMIT)
                return done
            assert type(done) is StoreFull
            assert self._store.full
        raise AssertionError("no room is ever enough")


async def limit(store: Store, more: int) -> None:
    """Let the file grow by so many pages: counted from its size if none, else from its limit."""
    assert store._writer is not None
    ((pages,),) = await store._writer.execute_fetchall("PRAGMA max_page_count" if more else "PRAGMA page_count")
    await store._writer.execute(f"PRAGMA max_page_count = {more if more == NO_LIMIT else pages + more}")


class InterruptedEverywhere(Hindered):
    """SQLite gives up after some opcodes, later with each try: as for want of memory, or a disk that fails."""

    async def __call__(self, act: Callable[..., Awaitable[T]], *args: object, **kwargs: object) -> T:
        self.remember()
        for patience in range(1000):
            await self.writer.set_progress_handler(partial(self._interrupt, iter([0] * patience)), OPCODES)
            done = await self.tried(act, *args, **kwargs)
            await self.writer.set_progress_handler(None, 0)  # type: ignore[arg-type]  # SQLite's way to end it
            if not isinstance(done, StoreError):
                return done
            assert "SQLITE_INTERRUPT" in str(done)
        raise AssertionError("no patience is ever enough")

    def _interrupt(self, patience: Iterator[int]) -> int:
        if self._said and self._said[-1].split()[0] in CONTROL:
            return 0  # SQLite asks once more when a commit is over and done
        return next(patience, 1)


async def unhindered(act: Callable[..., Awaitable[T]], *args: object, **kwargs: object) -> T:
    return await act(*args, **kwargs)


async def as_it_should_be(folder: Path, chapters: int) -> Contents:
    """What the story leaves in a store that nothing hinders."""
    path, clock = small_paged(folder / "unhindered.db"), FakeClock()
    store = Store(path, clock)
    await store.open()
    story = Story(store, clock, unhindered)
    await story.begin()
    for number in range(chapters):
        await story.chapter(number)
    await store.close()
    return told(path)


def told(path: Path) -> Contents:
    """What the story has left: everything but what each store makes up for itself."""
    held = contents(path)
    held["meta"] = held["journal_counter"] = []
    return held


@pytest.mark.slow
async def test_full_at_every_page(store: Store, clock: FakeClock, path: Path, tmp_path: Path) -> None:
    hindered = FullAtEveryPage(store, path)
    story = Story(store, clock, hindered)
    await story.begin()
    await hindered.begin()
    for number in range(CHAPTERS):
        await story.chapter(number)
    assert GROWS - hindered.refused_at.keys() == set()
    assert told(path) == await as_it_should_be(tmp_path, CHAPTERS)
    assert faults(path) == []


@pytest.mark.slow
async def test_given_up_anywhere(store: Store, clock: FakeClock, path: Path, tmp_path: Path) -> None:
    hindered = InterruptedEverywhere(store, path)
    story = Story(store, clock, hindered)
    await story.begin()
    await hindered.begin()
    await story.chapter(0)
    assert told(path) == await as_it_should_be(tmp_path, 1)
    assert faults(path) == []


MANY = """
    WITH RECURSIVE place(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM place WHERE n < 20)
    INSERT INTO meta (key, value) SELECT :key || ' ' || n, 'many' FROM place
"""


def note_many(txn: Txn, key: str) -> str:
    """Many rows by one statement, which SQLite can take back by itself."""
    note(txn, key, 0)
    txn.run(MANY, {"key": key})
    return key


async def test_each_of_a_group_is_told_what_became_of_it(store: Store) -> None:
    heard: list[Entry] = []
    store.listen(heard.extend)
    seen: set[tuple[bool, ...]] = set()
    for spare in range(24):
        keys = [f"{spare:02}-{number}-{'x' * number * 90}" for number in range(5)]
        await limit(store, 0)
        await limit(store, spare or NO_LIMIT)
        heard.clear()
        group = [store.write(note, key, 0) for key in keys[:4]]
        answers = await asyncio.gather(*group, store.write(note_many, keys[4]), return_exceptions=True)
        kept = [not isinstance(answer, StoreFull) for answer in answers]
        assert [answer for answer in answers if isinstance(answer, str)] == [key for key in keys if key in answers]
        stored = await store.read(notes)
        assert [key in stored for key in keys] == kept
        assert sum(key.startswith(f"{keys[4]} ") for key in stored) == (20 if kept[4] else 0)
        assert len(heard) == sum(kept)
        assert store.full == (False in kept)
        seen.add(tuple(kept))
    assert {(True,) * 5, (False,) * 5, (True,) * 4 + (False,)} <= seen  # all, none, all but what SQLite took back


async def test_service_returns_by_itself(store: Store) -> None:
    told: list[bool] = []
    store.on_change(lambda: told.append(store.full))
    await limit(store, 0)
    with pytest.raises(StoreFull, match="disk is full"):
        await store.write(note_many, "a" * 99)
    with pytest.raises(StoreFull):
        await store.write(note_many, "b" * 99)
    assert await store.write(notes) == []  # what writes nothing says nothing about the disk
    assert told == [True]
    await limit(store, NO_LIMIT)
    await store.probe()
    assert (store.full, told) == (False, [True, False])
    assert await store.write(note_many, "a" * 99) == "a" * 99
