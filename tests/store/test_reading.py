"""Readers see one state of the store, whatever is written meanwhile, and wait for nobody."""

import asyncio

import pytest

from sidetone.errors import StoreError
from sidetone.store.connection import READERS, Snapshot, Store
from store.insight import Gate, note, notes


async def test_a_reading_sees_one_state_from_its_first_query_to_its_last(store: Store) -> None:
    await store.write(note, "a")
    gate = Gate()

    def look_twice(look: Snapshot) -> tuple[list[str], list[str]]:
        before = notes(look)
        gate(look)
        return before, notes(look)

    reading = asyncio.create_task(store.read(look_twice))
    await gate.entered()
    await store.write(note, "b")
    gate.leave()
    assert await reading == (["a"], ["a"])
    assert await store.read(notes) == ["a", "b"]


async def test_a_reading_sees_what_was_answered_before_it_began(store: Store) -> None:
    for number in range(2 * READERS + 1):
        await store.write(note, f"n{number}")
        assert len(await store.read(notes)) == number + 1


async def test_a_reading_does_not_wait_for_a_long_transaction(store: Store) -> None:
    gate = Gate()
    writing = asyncio.create_task(store.write(gate))
    await gate.entered()
    for _ in range(READERS):
        assert await store.read(notes) == []
    assert not writing.done()
    gate.leave()
    await writing


async def test_a_transaction_does_not_wait_for_a_long_reading(store: Store) -> None:
    gate = Gate()
    reading = asyncio.create_task(store.read(gate))
    await gate.entered()
    assert await store.write(note, "a") == "a"
    assert not reading.done()
    gate.leave()
    await reading


async def test_one_long_reading_leaves_room_for_another(store: Store) -> None:
    gate = Gate()
    reading = asyncio.create_task(store.read(gate))
    await gate.entered()
    assert await store.read(notes) == []
    gate.leave()
    await reading


async def test_a_reading_that_raises_ends_its_snapshot(store: Store) -> None:
    def stumble(look: Snapshot) -> None:
        notes(look)
        raise LookupError("a mistake of ours")

    for _ in range(READERS):
        with pytest.raises(LookupError):
            await store.read(stumble)
    await store.write(note, "a")
    for _ in range(READERS):
        assert await store.read(notes) == ["a"]


async def test_a_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="SQLITE_READONLY"):
        await store.read(lambda look: look.one("DELETE FROM journal_counter RETURNING seq"))
    assert await store.read(notes) == []


async def test_a_cancelled_reading_leaves_its_connection_usable(store: Store) -> None:
    gate = Gate()
    reading = asyncio.create_task(store.read(gate))
    await gate.entered()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    gate.leave()
    for _ in range(2 * READERS):
        assert await store.read(notes) == []
