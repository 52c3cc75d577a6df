"""The journal is trimmed from its old end, in small steps, and never renumbered."""

import pytest

from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.events import head
from sidetone.store.journal import TRIM
from sidetone.testing.clock import FakeClock
from store.insight import note


def trim(txn: Txn, before: int, most: int) -> int:
    return txn.run(TRIM, {"before": before, "most": most})


def sequences(look: Snapshot) -> list[int]:
    return [row["seq"] for row in look.all("SELECT seq FROM journal ORDER BY seq")]


@pytest.fixture
async def middle(store: Store, clock: FakeClock) -> int:
    """Six entries, a second apart; the time of the fourth."""
    for number in range(6):
        await store.write(note, f"n{number}", number)
        await clock.advance(1)
    return clock.now() - 3000


async def test_what_is_old_goes_and_what_is_younger_stays(store: Store, middle: int) -> None:
    assert await store.write(trim, middle, 100) == 3
    assert await store.read(sequences) == [4, 5, 6]
    assert await store.read(head) == (store.epoch, 6, 4)


async def test_a_step_takes_no_more_than_it_may(store: Store, middle: int) -> None:
    assert await store.write(trim, middle, 2) == 2
    assert await store.read(sequences) == [3, 4, 5, 6]
    assert await store.write(trim, middle, 2) == 1
    assert await store.write(trim, middle, 2) == 0


async def test_an_empty_journal_has_nothing_to_trim(store: Store) -> None:
    assert await store.write(trim, 2**60, 10) == 0
    assert await store.read(head) == (store.epoch, 0, 1)


async def test_numbers_go_on_after_everything_was_trimmed(store: Store, middle: int) -> None:
    assert await store.write(trim, 2**60, 100) == 6
    assert await store.read(head) == (store.epoch, 6, 7)
    await store.write(note, "later", 1)
    assert await store.read(sequences) == [7]
