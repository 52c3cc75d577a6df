"""The machine's clock is set: jobs run once, and what goes by its age stays until the clock can be trusted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from delivery.stage import WatchedStore
from jobs.test_scheduler import Life
from sidetone.jobs.housekeeping import clock_is_sure, sweep
from sidetone.jobs.scheduler import daily
from sidetone.store import retention_book as book
from sidetone.store.backups import Backups
from sidetone.testing.clock import FakeClock
from store.backups import filled

HOUR, DAY = 3_600_000, 86_400_000
YEARS = 3650 * DAY


@pytest.fixture
async def life(store: WatchedStore, clock: FakeClock) -> AsyncIterator[Life]:
    made = Life(store, clock)
    made.trigger = daily(3, None)
    yield made
    await made.ends()


@pytest.mark.parametrize("jump", [HOUR, DAY, YEARS])
async def test_a_clock_that_is_set_forward_runs_a_missed_job_once(life: Life, jump: int) -> None:
    await life.begins()
    await life.passes(2 * DAY)
    life.ran.clear()
    life.clock.jump(jump / 1000)
    await life.passes(2 * HOUR)
    assert len(life.ran) <= 1
    await life.passes(4 * DAY)
    assert 4 <= len(life.ran) <= 5


async def test_set_back_by_an_hour_it_is_not_run_again(life: Life) -> None:
    await life.begins()
    while not life.ran:
        await life.passes(HOUR // 4)
    life.clock.jump(-HOUR / 1000)
    await life.passes(12 * HOUR)
    assert len(life.ran) == 1
    await life.passes(DAY)
    assert len(life.ran) == 2


@pytest.mark.parametrize("jump", [DAY, YEARS])
async def test_set_back_by_far_it_goes_on(life: Life, jump: int) -> None:
    await life.begins()
    await life.passes(2 * DAY)
    life.ran.clear()
    life.clock.jump(-jump / 1000)
    await life.passes(4 * DAY)
    assert len(life.ran) == 4


async def test_what_runs_after_a_start_does_so_whatever_the_clock_says(life: Life) -> None:
    life.after_start = 600.0
    await life.begins()
    life.clock.jump(-YEARS / 1000)
    await life.passes(HOUR)
    assert len(life.ran) == 1


@pytest.mark.parametrize("jump", [3 * DAY, YEARS, -3 * DAY, -YEARS])
async def test_nothing_is_swept_by_a_clock_that_has_jumped(store: WatchedStore, clock: FakeClock, jump: int) -> None:
    assert await clock_is_sure(store, clock)
    await store.write(book.set_sure)
    clock.jump(jump / 1000)
    assert not await clock_is_sure(store, clock)
    assert await sweep(store, clock) == "Nothing was swept: the clock cannot be trusted."
    clock.jump(-jump / 1000)
    assert await sweep(store, clock) == "Swept 0 rows."


def test_a_new_backup_stays_although_there_are_some_from_times_to_come(tmp_path: Path) -> None:
    store, backups = filled(tmp_path / "data"), Backups(tmp_path / "backups")
    now = 1_800_000_000_000
    for at in (now, now + YEARS, now + DAY):
        backups.add(store, at=at, keep=2, beat=lambda: None)
    assert [kept.at for kept in backups.all()] == [now, now + DAY]
