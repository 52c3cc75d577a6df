"""Listeners hear of a change after its commit, in the order of the commits, without a gap."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidetone.errors import Invalid
from sidetone.store.connection import Store, Txn
from sidetone.store.events import head
from sidetone.store.journal import Audience, Entry, EventType
from sidetone.testing.clock import FakeClock
from store.insight import Gate, note

# A group of transactions: how many entries each has, and whether it raises after all.
GROUPS = st.lists(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=6), max_size=4)


async def test_they_hear_after_the_commit_and_before_the_caller(store: Store, tmp_path: Path) -> None:
    order: list[object] = []
    beside = sqlite3.connect(tmp_path / "sidetone.db")

    def hear(entries: list[Entry]) -> None:
        order.append([entry.seq for entry in entries])
        order.append(beside.execute("SELECT max(seq) FROM journal").fetchone()[0])

    store.listen(hear)
    order.append(await store.write(note, "a", 7, 8))
    assert order == [[1, 2], 2, "a"]
    beside.close()


async def test_an_entry_says_what_for_whom_and_when(store: Store, clock: FakeClock) -> None:
    heard: list[Entry] = []
    store.listen(heard.extend)
    await store.write(note, "a", 7)
    assert heard == [Entry(1, EventType.JOB_PROGRESS, Audience.ADMINS, 0, 7, clock.now())]
    rows = await store.read(lambda look: look.all("SELECT * FROM journal"))
    assert [tuple(row) for row in rows] == heard


async def test_a_transaction_without_events_is_silent(store: Store) -> None:
    heard: list[Entry] = []
    store.listen(heard.extend)
    await store.write(note, "a")
    assert heard == []


async def test_one_who_listens_badly_stops_neither_the_others_nor_the_writer(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[Entry] = []

    def drop(_entries: list[Entry]) -> None:
        raise RuntimeError("dropped")

    store.listen(drop)
    store.listen(heard.extend)
    await asyncio.gather(store.write(note, "a", 1), store.write(note, "b", 2))
    await store.write(note, "c", 3)
    assert [entry.subject_id for entry in heard] == [1, 2, 3]
    assert "a listener of the store failed" in capsys.readouterr().out


async def test_a_listener_may_write(store: Store) -> None:
    written: list[asyncio.Task[str]] = []

    def answer(entries: list[Entry]) -> None:
        written.extend(asyncio.create_task(store.write(note, f"answer to {entry.subject_id}")) for entry in entries)

    store.listen(answer)
    await store.write(note, "a", 1)
    assert await asyncio.gather(*written) == ["answer to 1"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=GROUPS)
async def test_sequences_have_no_gap_whatever_is_refused(store: Store, groups: list[list[tuple[int, bool]]]) -> None:
    heard: list[Entry] = []
    store._listeners = [heard.extend]  # each example listens for itself
    _, before, _ = await store.read(head)
    expected: list[int] = []
    subject = 0
    for group in groups:
        units = []
        for events, raises in group:
            subjects = list(range(subject, subject + events))
            subject += events
            units.append(store.write(_emit, subjects, raises))
            expected += [] if raises else subjects
        await asyncio.gather(*units, return_exceptions=True)
    assert [entry.subject_id for entry in heard] == expected
    assert [entry.seq for entry in heard] == list(range(before + 1, before + 1 + len(expected)))
    rows = await store.read(
        lambda look: look.all("SELECT * FROM journal WHERE seq > :seq ORDER BY seq", {"seq": before})
    )
    assert [tuple(row) for row in rows] == heard
    assert (await store.read(head))[1] == before + len(expected)


def _emit(txn: Txn, subjects: list[int], raises: bool) -> None:
    for subject_id in subjects:
        txn.emit(EventType.MESSAGE_UPDATED, Audience.CONVERSATION, 1, subject_id)
    if raises:
        raise Invalid("No.")


async def test_entries_of_a_commit_come_in_one_piece_and_in_the_order_of_arrival(store: Store) -> None:
    pieces: list[list[int]] = []
    store.listen(lambda entries: pieces.append([entry.subject_id for entry in entries]))
    gate = Gate()
    first = asyncio.create_task(store.write(gate))
    await gate.entered()
    rest = [asyncio.create_task(store.write(note, f"n{number}", number)) for number in range(5)]
    await asyncio.sleep(0)
    gate.leave()
    await asyncio.gather(first, *rest)
    await store.write(note, "last", 5)
    assert pieces == [[0, 1, 2, 3, 4], [5]]
