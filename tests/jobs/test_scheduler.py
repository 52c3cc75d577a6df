"""Jobs at their times: each time once, over restarts, faults and clocks that are set."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC
from random import Random

import pytest
from apscheduler.triggers.cron import CronTrigger

from delivery.stage import WatchedStore, next_wake
from sidetone.domain.health import State
from sidetone.jobs.scheduler import AGAIN, Job, Scheduler, every
from sidetone.parts import Parts
from sidetone.testing.clock import FakeClock

HOUR = 3_600_000
DAY = 24 * HOUR


class Life:
    """A daemon with one job; a test may end it and begin another on the same store."""

    def __init__(self, store: WatchedStore, clock: FakeClock) -> None:
        self.store, self.clock = store, clock
        self.parts = Parts()
        self.ran: list[int] = []
        self.fails: Callable[[], bool] = lambda: False
        self.trigger = every(hours=24)
        self.after_start: float | None = None
        self._scheduler = Scheduler(store, clock, self.parts)

    async def begins(self) -> None:
        self._scheduler = Scheduler(self.store, self.clock, self.parts)
        self._scheduler.add(Job("sweep", self.trigger, self._work, self.after_start))
        await self.store.calm()

    async def ends(self) -> None:
        await self._scheduler.stop()

    async def passes(self, ms: int) -> None:
        end = self.clock.ticks() + ms
        await self.store.calm()
        while (due := next_wake(self.clock)) is not None and due <= end:
            await self.clock.advance((due - self.clock.ticks()) / 1000)
            await self.store.calm()
        await self.clock.advance((end - self.clock.ticks()) / 1000)
        await self.store.calm()

    async def _work(self) -> str:
        if self.fails():
            raise OSError
        self.ran.append(self.clock.now())
        return "Swept."


@pytest.fixture
async def life(store: WatchedStore, clock: FakeClock) -> AsyncIterator[Life]:
    made = Life(store, clock)
    yield made
    await made.ends()


async def test_a_week_holds_seven_runs_at_the_same_hour(life: Life) -> None:
    await life.begins()
    await life.passes(7 * DAY)
    assert len(life.ran) == 7
    assert {at % DAY for at in life.ran} == {0}
    assert life.parts.get("job sweep").sentence == "Swept."


@pytest.mark.parametrize("seed", range(8))
async def test_over_restarts_each_day_runs_once(life: Life, seed: int) -> None:
    chance = Random(seed)
    start = life.clock.now()
    await life.begins()
    while life.clock.now() < start + 7 * DAY:
        await life.passes(chance.randrange(10 * HOUR))
        await life.ends()
        await life.passes(chance.randrange(2 * HOUR))
        await life.begins()
    days = [at // DAY for at in life.ran]
    assert days == sorted(set(days))
    first = start // DAY + 1
    assert set(days) == set(range(first, life.clock.now() // DAY + 1))


async def test_what_was_missed_for_days_is_run_once_and_the_hour_stays(life: Life) -> None:
    await life.begins()
    await life.passes(DAY)
    await life.ends()
    await life.passes(3 * DAY + 5 * HOUR)
    await life.begins()
    assert len(life.ran) == 2
    await life.passes(2 * DAY)
    assert [at % DAY // HOUR for at in life.ran] == [0, 13, 0, 0]


async def test_a_daemon_that_is_always_down_at_the_hour_still_runs_it(life: Life) -> None:
    for _ in range(5):  # up from 8 to 18 o'clock, and the job's hour is midnight
        await life.begins()
        await life.passes(10 * HOUR)
        await life.ends()
        await life.passes(14 * HOUR)
    assert [at % DAY // HOUR for at in life.ran] == [8, 8, 8, 8]


async def test_a_run_that_failed_is_tried_again_soon(life: Life) -> None:
    left = [3]

    def fails() -> bool:
        left[0] -= 1
        return left[0] >= 0

    life.fails = fails
    await life.begins()
    await life.passes(16 * HOUR)
    assert life.parts.get("job sweep").state is State.DEGRADED
    await life.passes(HOUR)
    assert [at % DAY for at in life.ran] == [int(3 * AGAIN * 1000)]
    assert life.parts.get("job sweep").state is State.OK
    await life.passes(DAY)
    assert life.ran[1] % DAY == 0


async def test_a_run_that_could_not_be_written_down_is_not_repeated(life: Life) -> None:
    await life.begins()
    await life.passes(16 * HOUR - 1)
    life.store.no_room = True
    await life.passes(6 * HOUR)
    life.store.no_room = False
    await life.passes(HOUR)
    assert len(life.ran) == 1


async def test_a_store_that_is_full_at_the_start_ends_no_job(life: Life) -> None:
    life.store.no_room = True
    await life.begins()
    await life.passes(HOUR)
    life.store.no_room = False
    await life.passes(DAY)
    assert len(life.ran) == 1


async def test_a_clock_that_was_ahead_for_weeks_is_overcome(life: Life) -> None:
    await life.begins()
    await life.passes(20 * DAY)
    await life.ends()
    life.ran.clear()
    life.clock.jump(-19 * DAY / 1000)
    await life.begins()
    await life.passes(2 * DAY)
    assert len(life.ran) == 2


async def test_any_trigger_serves(life: Life) -> None:
    life.trigger = CronTrigger(day_of_week="mon", hour=3, timezone=UTC)
    await life.begins()
    await life.passes(28 * DAY)
    assert len(life.ran) == 4
    assert {at % DAY for at in life.ran} == {3 * HOUR}


async def test_a_trigger_that_never_fires_again_rests(life: Life) -> None:
    life.trigger = CronTrigger(year=2001, timezone=UTC)
    await life.begins()
    await life.passes(DAY)
    assert life.ran == []


async def test_jobs_do_not_wait_for_each_other(life: Life, store: WatchedStore, clock: FakeClock) -> None:
    async def slow() -> str:
        await clock.sleep(10 * DAY / 1000)
        return "Slow."

    scheduler = Scheduler(store, clock, life.parts)
    scheduler.add(Job("slow", every(hours=24), slow))
    await life.begins()
    await life.passes(3 * DAY)
    await scheduler.stop()
    assert len(life.ran) == 3
