"""The connection: one writer whose callers share commits, readers that never wait for it."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import aiosqlite
import structlog

from sidetone.clock import SteadyClock
from sidetone.errors import StoreDamaged, StoreError, StoreFull
from sidetone.metrics.meters import Meters
from sidetone.store.acting import Actor, actor
from sidetone.store.journal import ADVANCE, APPEND, HEAD, Audience, Entry, EventType
from sidetone.store.sqlite import address, classify, damage, too_slow

P = ParamSpec("P")
T = TypeVar("T")
Values = Mapping[str, Any]

log = structlog.get_logger("store")

READERS = 2
SEEK_STEPS = 20_000  # of SQLite's machine between two looks at the time: well below a millisecond
LARGEST_GROUP = 256
MOST_WAITING = 4096  # callers of `write`; a disk that stalls must not eat the memory
WRITER_PRAGMAS = ("foreign_keys=ON", "busy_timeout=5000", "synchronous=FULL", "temp_store=MEMORY")
READER_PRAGMAS = ("busy_timeout=5000", "query_only=ON", "temp_store=MEMORY")
NOBODY = Actor()


class Snapshot:
    """What a reading function gets: queries over one consistent state."""

    __slots__ = ("_sql",)

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql

    def one(self, query: str, values: Values = {}) -> Any:  # noqa: ANN401, B006 - a row; never changed
        """The first row, or None."""
        return self._sql.execute(query, values).fetchone()

    def all(self, query: str, values: Values = {}) -> list[Any]:  # noqa: B006 - never changed
        """Every row; the query bounds them."""
        return self._sql.execute(query, values).fetchall()


class Txn(Snapshot):
    """What a writing function gets. It runs whole on the connection's thread, and what it did is undone if it raises.

    `by`: who is behind it.
    """

    __slots__ = ("by", "emitted", "now")

    def __init__(self, sql: sqlite3.Connection, now: int, by: Actor = NOBODY) -> None:
        super().__init__(sql)
        self.now = now
        self.by = by
        self.emitted: list[tuple[EventType, Audience, int, int]] = []

    def run(self, statement: str, values: Values) -> int:
        """Execute a change; how many rows it met."""
        return self._sql.execute(statement, values).rowcount

    def run_all(self, statement: str, values: Iterable[Values]) -> None:
        """Execute a change for each."""
        self._sql.executemany(statement, values)

    def emit(self, type_: EventType, audience: Audience, audience_id: int, subject_id: int) -> None:
        """Say what screens must learn; it is journaled in this transaction and announced after its commit."""
        self.emitted.append((type_, audience, audience_id, subject_id))


class _Unit(NamedTuple):
    call: Callable[[Txn], Any]
    by: Actor
    done: "asyncio.Future[Any]"


@dataclass(slots=True)
class _Verdict:
    """What became of a group: one result or exception a unit, and what to announce. `seconds`: None if it was lost."""

    results: list[Any]
    entries: list[Entry]
    wrote: bool = False
    seconds: float | None = None


class Store:
    """The SQLite store. `write` answers after the fsync of the commit that holds its effect."""

    def __init__(self, path: Path, clock: SteadyClock, meters: Meters | None = None) -> None:
        self._path = path
        self._clock = clock
        self._meters = meters or Meters(clock)
        self._writer: aiosqlite.Connection | None = None
        self._readers: list[aiosqlite.Connection] = []
        self._seeker: aiosqlite.Connection | None = None
        self._turn = 0
        self._waiting: list[_Unit] = []
        self._flushing: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[list[Entry]], None]] = []
        self._change_listeners: list[Callable[[], None]] = []
        self.full = False
        self.damaged = False
        self.epoch = ""

    async def open(self) -> None:
        """Open the connections of a store that is there and of this version; see `migrate.prepare`.

        Raises StoreError, and leaves nothing open then.
        """
        try:
            self._writer = await _connect(self._path, WRITER_PRAGMAS)
            for _ in range(READERS):
                self._readers.append(await _connect(self._path, READER_PRAGMAS))
            self._seeker = await _connect(self._path, READER_PRAGMAS)
            head = await self.read(_head)
        except BaseException as error:
            await self.close()
            if isinstance(error, sqlite3.Error):
                raise classify(error) from error
            raise
        self.epoch = head["epoch"]

    async def close(self) -> None:
        """Finish what waits, then close; whoever comes later is refused."""
        while self._flushing is not None and not self._flushing.done():
            await asyncio.shield(self._flushing)
        connections = [*self._readers, *(each for each in (self._seeker, self._writer) if each)]
        self._readers, self._seeker, self._writer = [], None, None
        for connection in connections:
            await connection.close()

    def listen(self, hear: Callable[[list[Entry]], None]) -> None:
        """Call `hear` with the journal entries of each commit, in commit order, on the loop."""
        self._listeners.append(hear)

    def on_change(self, hear: Callable[[], None]) -> None:
        """Call `hear` whenever `full` changes (the disk has no room, or has room again), and when it is `damaged`."""
        self._change_listeners.append(hear)

    def note_damage(self) -> None:
        """The file is not what it should be: nothing is written to it any more."""
        if not self.damaged:
            self.damaged = True
            self._tell_change()

    async def probe(self) -> None:
        """Write a row over by itself, to find out whether the disk has room again; raises StoreFull, StoreError."""
        await self.write(_touch)

    async def write(self, change: Callable[Concatenate[Txn, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a transaction; returns its result once it is safe on the disk.

        Those who arrive together share one commit and its one fsync; each is answered for itself. A cancelled
        caller cancels neither the commit nor its announcement. `change` runs a second time when another of its group
        fails: it must leave no trace but in the store. Raises what `change` raises, StoreFull, StoreError.
        """
        self._refuse_if_unfit()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Unit(partial(_call, change, args, kwargs), actor(), done))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush(), name="store-writer")
        return await done  # the caller's alone: cancelling it touches nothing else

    async def read(self, look: Callable[Concatenate[Snapshot, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run queries over one snapshot, beside the writer and never waiting for it. Raises StoreError."""
        if not self._readers:
            raise StoreError("The store is closed.")
        self._turn += 1
        reader = self._readers[self._turn % len(self._readers)]
        try:
            return await _on_thread(reader, _look, reader, partial(_call, look, args, kwargs))
        except StoreDamaged:
            self.note_damage()
            raise

    async def seek(
        self, over: Callable[[], bool], look: Callable[Concatenate[Snapshot, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `read`, on a connection of its own for what may take long, so that no other reading waits for it.

        When `over` says so, the query under way ends with sqlite3.OperationalError, SQLITE_INTERRUPT, within `look`.
        Raises SearchBusy where `look` lets that pass, StoreError.
        """
        if self._seeker is None:
            raise StoreError("The store is closed.")
        return await _on_thread(self._seeker, _seek, self._seeker, over, partial(_call, look, args, kwargs))

    def _refuse_if_unfit(self) -> None:
        if self._writer is None:
            raise StoreError("The store is closed.")
        if self.damaged:  # what is still sound in the file must not be written over
            raise damage()
        if len(self._waiting) >= MOST_WAITING:
            raise StoreError("The disk is too slow: too much waits to be stored.")

    async def _flush(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            verdict = await self._commit(group)
            for unit, result in zip(group, verdict.results, strict=True):
                _answer(unit.done, result)
            for hear in self._listeners if verdict.entries else ():
                _tell(hear, verdict.entries)

    async def _commit(self, group: list[_Unit]) -> _Verdict:
        try:
            assert self._writer is not None  # noqa: S101 - `write` refused, and `close` waits for this
            verdict = await _on_thread(self._writer, self._run_group, self._writer, group)
        except Exception as error:  # noqa: BLE001 - every caller of the group must be answered
            verdict = _refusal(error, group)
        if verdict.seconds is None:
            self._meters.lost_commit()
        else:
            self._meters.commit(verdict.seconds, len(group))
        if any(isinstance(result, StoreDamaged) for result in verdict.results):
            self.note_damage()
        full = any(isinstance(result, StoreFull) for result in verdict.results)
        if full or verdict.wrote:  # a transaction that changed nothing says nothing about the disk
            self._note_full(full=full)
        return verdict

    def _note_full(self, *, full: bool) -> None:
        if full is not self.full:
            self.full = full
            self._tell_change()

    def _tell_change(self) -> None:
        for hear in self._change_listeners:
            _tell(hear)

    def _run_group(self, writer: aiosqlite.Connection, group: list[_Unit]) -> _Verdict:
        """Run a group in one transaction; where a unit fails, again, with a savepoint around each.

        A savepoint costs a tenth of what a unit does, and hardly any unit fails.
        """
        sql, now = writer._conn, self._clock.now()
        try:
            with contextlib.suppress(_UnitFailed):
                return _transact(sql, group, now, _run_bare)
            return _transact(sql, group, now, _run_apart)
        except Exception as error:  # noqa: BLE001 - every caller of the group must be answered
            return _refusal(error, group)


class _UnitFailed(Exception):
    """A unit raised, and what the others of its group did is undone with it."""


def _transact(
    sql: sqlite3.Connection, group: list[_Unit], now: int, run: Callable[[sqlite3.Connection, _Unit, Txn], Any]
) -> _Verdict:
    """Commit what the units of a group do, or raise and leave nothing of it."""
    results: list[Any] = []
    emitted: list[tuple[EventType, Audience, int, int]] = []
    changes = sql.total_changes
    began = time.perf_counter()
    try:
        sql.execute("BEGIN IMMEDIATE")
        for unit in group:
            txn = Txn(sql, now, unit.by)
            results.append(run(sql, unit, txn))
            emitted += txn.emitted
        entries = _append(sql, emitted, now) if emitted else []
        sql.execute("COMMIT")
    except Exception:
        if sql.in_transaction:  # whatever it is, the transaction must not stay open
            with contextlib.suppress(sqlite3.Error):
                sql.execute("ROLLBACK")
        raise
    return _Verdict(results, entries, wrote=sql.total_changes != changes, seconds=time.perf_counter() - began)


def _touch(txn: Txn) -> None:
    txn.run(ADVANCE, {"by": 0})


def _head(look: Snapshot) -> Any:  # noqa: ANN401 - a row
    return look.one(HEAD)


def _refusal(error: Exception, group: list[_Unit]) -> _Verdict:
    """Nothing of a group was stored: an exception for each caller, because a raised one grows a traceback."""
    return _Verdict([classify(error) for _ in group], [])


def _tell(hear: Callable[..., None], *what: object) -> None:
    try:
        hear(*what)
    except Exception as error:  # noqa: BLE001 - one who listens badly must not stop the writer
        log.error("a listener of the store failed", error=type(error).__name__)  # noqa: TRY400


def _run_bare(_sql: sqlite3.Connection, unit: _Unit, txn: Txn) -> Any:  # noqa: ANN401 - the unit's own result
    try:
        return unit.call(txn)
    except Exception as error:
        raise _UnitFailed from error


def _run_apart(sql: sqlite3.Connection, unit: _Unit, txn: Txn) -> Any:  # noqa: ANN401 - the unit's own result or error
    sql.execute("SAVEPOINT unit")
    try:
        result = unit.call(txn)
    except Exception as error:
        if not sql.in_transaction:  # SQLite gave up the whole group, so must we
            raise error if isinstance(error, sqlite3.Error) else StoreError("The store gave up.") from error
        sql.execute("ROLLBACK TO unit")
        sql.execute("RELEASE unit")
        txn.emitted.clear()
        return classify(error)
    sql.execute("RELEASE unit")
    return result


def _append(sql: sqlite3.Connection, emitted: list[tuple[EventType, Audience, int, int]], now: int) -> list[Entry]:
    last = sql.execute(ADVANCE, {"by": len(emitted)}).fetchone()["seq"]
    first = last - len(emitted) + 1
    entries = [Entry(first + place, *event, now) for place, event in enumerate(emitted)]
    sql.executemany(APPEND, [entry.row() for entry in entries])
    return entries


def _look(reader: aiosqlite.Connection, call: Callable[[Snapshot], T]) -> T:
    sql = reader._conn
    try:
        sql.execute("BEGIN")
        try:
            return call(Snapshot(sql))
        finally:
            if sql.in_transaction:
                sql.execute("COMMIT")
    except sqlite3.Error as error:
        raise classify(error) from error


def _seek(seeker: aiosqlite.Connection, over: Callable[[], bool], call: Callable[[Snapshot], T]) -> T:
    seeker._conn.set_progress_handler(over, SEEK_STEPS)
    try:
        return _look(seeker, call)
    except StoreError as error:
        if getattr(error.__cause__, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            raise too_slow() from error
        raise
    finally:
        seeker._conn.set_progress_handler(None, SEEK_STEPS)


def _call(change: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any], sql: Any) -> T:  # noqa: ANN401
    return change(sql, *args, **kwargs)


def _answer(done: "asyncio.Future[Any]", result: Any) -> None:  # noqa: ANN401 - any unit's result
    if done.done():
        return  # its caller was cancelled
    if isinstance(result, BaseException):
        done.set_exception(result)
    else:
        done.set_result(result)


async def _on_thread(connection: aiosqlite.Connection, call: Callable[..., T], *args: Any) -> T:  # noqa: ANN401
    """Run a whole function on the connection's thread.

    aiosqlite has no public name for this; a hop for each statement instead costs a factor of ten and more. A
    test fails loudly on a release that lacks it, and pyproject.toml pins the minor release.
    """
    return await connection._execute(call, *args)  # type: ignore[no-any-return,no-untyped-call]


async def _connect(path: Path, pragmas: tuple[str, ...]) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(address(path, "rw"), uri=True, isolation_level=None, cached_statements=512)
    try:
        connection.row_factory = sqlite3.Row
        for pragma in pragmas:
            await connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        await connection.close()
        raise
    return connection
