"""Once a day at an hour of the machine's clock, on the days that it is turned too; and work that ends when it must."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sidetone.domain.health import State
from sidetone.errors import StoreFull
from sidetone.jobs.backup import back_up
from sidetone.jobs.blocking import Ended, off_the_loop
from sidetone.jobs.scheduler import Job, Scheduler, _next, daily, every
from sidetone.parts import Parts
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from store.backups import filled

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600_000


def ms(year: int, month: int, day: int, hour: int) -> int:
    return int(datetime(year, month, day, hour, tzinfo=BERLIN).timestamp() * 1000)


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize(("month", "first"), [(3, 24), (10, 23)], ids=["spring", "autumn"])  # 27 March, 30 October
def test_each_day_has_one_run_also_when_the_clock_is_turned(hour: int, month: int, first: int) -> None:
    last, runs = ms(2022, month, first - 2, 23), []
    while (due := _next(daily(hour, BERLIN), last)) < ms(2022, month, first + 6, 0):
        runs.append(datetime.fromtimestamp(due / 1000, UTC).astimezone(BERLIN))
        last = due
    days = [run.date() for run in runs]
    assert days == sorted(set(days))
    assert len(days) == (days[-1] - days[0]).days + 1
    assert all(run.hour in (hour, hour + 1) for run in runs)


async def test_a_backup_is_made_and_told(tmp_path: Path, clock: FakeClock) -> None:
    store = filled(tmp_path / "data")
    said = await back_up(store, tmp_path / "backups", 3, clock)
    assert said == "Backed up 4 messages at 2027-01-15T08:00:00Z."
    assert len(list((tmp_path / "backups").iterdir())) == 1


async def test_why_a_job_failed_is_told(store: Store, clock: FakeClock) -> None:
    parts = Parts()
    scheduler = Scheduler(store, clock, parts)

    async def fail() -> str:
        raise StoreFull("There is no room for a backup.", hint="Free some space.")

    scheduler.add(Job("backup", every(hours=1), fail))
    await clock.until_asleep()
    await clock.advance(2 * HOUR / 1000)
    await clock.until_asleep()
    health = parts.get("job backup")
    await scheduler.stop()
    assert health.state is State.DEGRADED
    assert health.sentence == ("There is no room for a backup. Free some space. It is tried again in a few minutes.")


async def test_long_work_ends_with_its_job() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(beat: Callable[[], None]) -> None:
        begun.set()
        try:
            while True:
                beat()
        except Ended:
            ended.set()

    job = asyncio.create_task(off_the_loop(work))
    await asyncio.to_thread(begun.wait, 5)
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)
    assert await asyncio.to_thread(ended.wait, 5)


async def test_work_that_is_done_gives_its_answer() -> None:
    def work(beat: Callable[[], None]) -> int:
        beat()
        return 3

    assert await off_the_loop(work) == 3
