"""What goes by itself, when, and in steps that hold nobody up; what stays."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from delivery.stage import Stage, WatchedStore
from sidetone.jobs import housekeeping
from sidetone.jobs.housekeeping import sweep
from sidetone.live.feed import Feed
from sidetone.store.connection import Txn
from sidetone.store.integrity import faults
from sidetone.testing.clock import FakeClock

HOUR = 3600.0
DAY = 24 * HOUR
WEEK = 7 * DAY


def rows(table: str) -> Callable[[Any], int]:
    return lambda look: int(look.one(f"SELECT count(*) AS n FROM {table}")["n"])


def _journal(txn: Txn) -> None:
    txn.run("INSERT INTO journal VALUES (1000, 'read.updated', 'user', 1, 1, :now)", {"now": txn.now})


def _key(txn: Txn) -> None:
    txn.run("INSERT INTO idempotency VALUES (1, 'k', 'print', 1, :now)", {"now": txn.now})


def _receipt(txn: Txn) -> None:
    txn.run(
        "INSERT INTO receipt (carrier, carrier_id, status, code, text, received_at) VALUES ('c', '1', 'x', '', '', :now)",
        {"now": txn.now},
    )


@pytest.mark.parametrize(
    ("table", "add", "age"), [("journal", _journal, WEEK), ("idempotency", _key, WEEK), ("receipt", _receipt, DAY)]
)
async def test_each_kind_goes_at_its_age(
    store: WatchedStore, clock: FakeClock, table: str, add: Callable[[Txn], None], age: float
) -> None:
    stage = Stage(store, clock)
    await stage.person("ada")
    await store.write(add)
    before = await store.read(rows(table))
    await clock.advance(age)
    await sweep(store, clock)
    assert await store.read(rows(table)) == before
    await clock.advance(0.001)
    await sweep(store, clock)
    assert await store.read(rows(table)) == 0


async def test_messages_their_receipts_and_their_threads_stay(store: WatchedStore, clock: FakeClock) -> None:
    stage = Stage(store, clock)
    await stage.engine.start()
    stage.engine.open(stage.carrier)
    ada = await stage.people()
    message = await stage.text(ada)
    await stage.store.calm()
    await stage.receipt("id-1-0", "delivered")  # type: ignore[arg-type]
    await stage.arrives("hi")
    await stage.engine.stop()
    await clock.advance(30 * DAY)
    await sweep(store, clock)
    assert (await stage.detail(ada, message)).status == "delivered"
    assert await stage.bodies(ada, message.conversation_id) == ["hello", "hi"]


async def test_a_screen_from_last_week_loads_anew(store: WatchedStore, clock: FakeClock) -> None:
    stage = Stage(store, clock)
    ada = await stage.people()
    await stage.text(ada)
    await clock.advance(WEEK + 1)
    await sweep(store, clock)
    screen = await Feed(store, "DE").subscribe(ada, f"{store.epoch}:1")
    screen.close()
    assert b"resync" in [frame async for frame in screen][1]


async def test_much_is_swept_in_small_steps(
    store: WatchedStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "MOST", 10)

    def many(txn: Txn) -> None:
        for n in range(35):
            txn.run("INSERT INTO journal VALUES (:n, 'read.updated', 'user', 1, 1, 0)", {"n": n + 1})

    await store.write(many)
    before = store.turns
    said = await sweep(store, clock)
    assert await store.read(rows("journal")) == 0
    assert said == "Swept 35 rows."
    assert (store.turns - before) // 2 >= 4


async def test_a_sound_store_has_no_faults(store: WatchedStore, tmp_path: Path) -> None:
    assert faults(tmp_path / "sidetone.db") == []


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_whatever_is_broken_is_what_was_found(tmp_path: Path, page: int) -> None:
    """Also where the file is too broken to be checked at all."""
    path = tmp_path / "broken.db"
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("CREATE TABLE t (a, b)")
        sql.execute("CREATE INDEX i ON t (a)")
        sql.executemany("INSERT INTO t VALUES (?, ?)", [(n, "x" * 500) for n in range(200)])
        sql.commit()
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xff" * 4096)
    assert faults(path)


def test_a_file_that_is_not_there_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        faults(tmp_path / "none.db")
