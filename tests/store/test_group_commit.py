"""Those who write at the same moment share one commit, and each is answered for itself."""

import asyncio
import gc
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sidetone.errors import Invalid, StoreError
from sidetone.store.connection import LARGEST_GROUP, MOST_WAITING, Store, Txn
from sidetone.store.journal import Entry
from store.insight import Gate, crowd, note, notes, tape


async def test_those_who_come_together_share_one_commit(store: Store) -> None:
    async with tape(store) as said:
        answers = await asyncio.gather(*(store.write(note, f"n{number:02}") for number in range(40)))
    assert answers == [f"n{number:02}" for number in range(40)]
    assert said.count("COMMIT") == said.count("BEGIN IMMEDIATE") == 1
    assert "SAVEPOINT unit" not in said  # they cost a tenth of the writer's time


async def test_whoever_comes_during_a_commit_shares_the_next_one(store: Store) -> None:
    async with tape(store) as said:
        async with crowd(store):
            waiting = [asyncio.create_task(store.write(note, f"n{number}")) for number in range(9)]
        await asyncio.gather(*waiting)
    assert said.count("COMMIT") == 2
    assert await store.read(notes) == [f"n{number}" for number in range(9)]


async def test_a_crowd_is_cut_into_groups_and_keeps_its_order(store: Store) -> None:
    many = 2 * LARGEST_GROUP + 1
    async with tape(store) as said:
        await asyncio.gather(*(store.write(note, f"n{number:04}") for number in range(many)))
    assert said.count("COMMIT") == 3
    assert await store.read(notes) == [f"n{number:04}" for number in range(many)]


async def test_a_commit_is_synced(store: Store) -> None:
    assert store._writer is not None
    for pragma, expected in (("synchronous", 2), ("journal_mode", "wal"), ("foreign_keys", 1)):
        rows = await store._writer.execute_fetchall(f"PRAGMA {pragma}")
        assert [row[0] for row in rows] == [expected], pragma


def refuse(txn: Txn) -> None:
    note(txn, "refused", 1, 2)
    raise Invalid("No.")


def repeat(txn: Txn) -> None:
    note(txn, "a", 3)  # a key that is there


def fail(txn: Txn) -> None:
    note(txn, "failed", 4)
    raise LookupError("a mistake of ours")


def pass_an_impossible_value(txn: Txn) -> None:
    note(txn, "impossible", 5)
    txn.run("INSERT INTO meta (key, value) VALUES ('x', :value)", {"value": 2**64})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (refuse, Invalid),
        (repeat, sqlite3.IntegrityError),
        (fail, LookupError),
        (pass_an_impossible_value, OverflowError),
    ],
)
async def test_one_that_raises_leaves_nothing_and_hurts_nobody(
    store: Store, change: Callable[[Txn], None], expected: type[Exception]
) -> None:
    heard: list[Entry] = []
    store.listen(heard.extend)
    async with tape(store) as said:
        answers = await asyncio.gather(
            store.write(note, "a", 10), store.write(change), store.write(note, "b", 11, 12), return_exceptions=True
        )
    assert (said.count("BEGIN IMMEDIATE"), said.count("SAVEPOINT unit"), said.count("COMMIT")) == (2, 3, 1)
    assert (answers[0], answers[2]) == ("a", "b")
    assert type(answers[1]) is expected
    assert await store.read(notes) == ["a", "b"]
    assert [(entry.seq, entry.subject_id) for entry in heard] == [(1, 10), (2, 11), (3, 12)]


def give_up(txn: Txn) -> None:
    note(txn, "lost")
    txn.run("ROLLBACK", {})  # as SQLite does by itself when there is no room or no memory
    raise sqlite3.OperationalError("disk I/O error")


async def test_when_sqlite_gives_the_whole_transaction_up_all_are_told(store: Store) -> None:
    heard: list[Entry] = []
    store.listen(heard.extend)
    answers = await asyncio.gather(
        store.write(note, "a", 1), store.write(give_up), store.write(note, "b", 2), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [StoreError] * 3
    assert len(set(map(id, answers))) == 3  # one instance raised in three tasks would grow three tracebacks
    assert (await store.read(notes), heard) == ([], [])
    assert await store.write(note, "c", 3) == "c"
    assert [entry.seq for entry in heard] == [1]


async def test_what_cannot_be_journaled_leaves_no_transaction_open(store: Store) -> None:
    with pytest.raises(OverflowError):
        await store.write(note, "a", 2**64)
    assert await store.write(note, "b") == "b"
    assert await store.read(notes) == ["b"]


async def test_a_cancelled_caller_cancels_neither_its_commit_nor_its_announcement(store: Store) -> None:
    heard: list[Entry] = []
    store.listen(heard.extend)
    async with crowd(store):
        gone = asyncio.create_task(store.write(note, "gone", 1))
        stays = asyncio.create_task(store.write(note, "stays", 2))
        await asyncio.sleep(0)
        gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await stays == "stays"
    assert await store.read(notes) == ["gone", "stays"]
    assert [entry.subject_id for entry in heard] == [1, 2]


async def test_a_caller_cancelled_in_the_middle_of_its_own_transaction(store: Store) -> None:
    gate = Gate()

    def slow(txn: Txn) -> None:
        note(txn, "slow")
        gate(txn)

    caller = asyncio.create_task(store.write(slow))
    await gate.entered()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    gate.leave()
    await store.write(note, "after")
    assert await store.read(notes) == ["slow", "after"]


@pytest.mark.parametrize("late", [False, True], ids=["while it waits", "when it is answered"])
async def test_a_cancelled_caller_of_a_refused_change_leaves_no_complaint(store: Store, *, late: bool) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    async with crowd(store):
        gone = asyncio.create_task(store.write(refuse))
        beside = asyncio.create_task(store.write(note, "beside", 1))
        await asyncio.sleep(0)
        if late:
            store.listen(lambda _entries, task=gone: cancel(task))  # type: ignore[misc]  # before the answered tasks run
        else:
            gone.cancel()
    await asyncio.gather(gone, beside, return_exceptions=True)
    assert gone.cancelled()
    del gone
    gc.collect()
    assert complaints == []


def cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()


async def test_too_many_who_wait_are_refused(store: Store) -> None:
    async with crowd(store):
        waiting = [asyncio.create_task(store.write(note, f"n{number}")) for number in range(MOST_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(StoreError, match="too slow"):
            await store.write(note, "one too many")
        for task in waiting[1:]:
            task.cancel()
    assert await waiting[0] == "n0"
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await store.write(note, "later") == "later"


async def test_what_is_answered_is_in_the_file(store: Store, tmp_path: Path) -> None:
    await store.write(note, "a")
    beside = sqlite3.connect(tmp_path / "sidetone.db")
    assert beside.execute("SELECT count(*) FROM meta WHERE key = 'a'").fetchone() == (1,)
    beside.close()
