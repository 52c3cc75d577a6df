"""Jobs: named, their runs persisted, their times APScheduler's, their clock ours."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import structlog
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from sidetone.clock import SteadyClock
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import State
from sidetone.parts import Parts
from sidetone.store.connection import Store, Txn
from sidetone.store.jobs import LAST_RUN, RAN

log = structlog.get_logger("jobs")

AGAIN = 300.0  # seconds until a failed job is tried again
LONGEST_SLEEP = 3600.0  # seconds; the clock may be set meanwhile
NEVER = 1 << 62  # ms
AHEAD = 3 * 3_600_000  # ms that the clock may be set back without a job being run again; beyond, it begins anew


@dataclass(frozen=True, slots=True)
class Job:
    """A name, when it runs, and what it does (returning a sentence about it).

    `after_start`: it runs this many seconds after each start too.
    """

    name: str
    trigger: BaseTrigger
    work: Callable[[], Awaitable[str]]
    after_start: float | None = None


def every(*, hours: int) -> BaseTrigger:
    """Run so often, counted from the epoch, so that a restart neither skips nor repeats a run."""
    return IntervalTrigger(hours=hours, start_date=datetime.fromtimestamp(0, UTC), timezone=UTC)


class Daily(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """Once a day at an hour: APScheduler's own would skip a day beside one on which the clock is turned."""

    def __init__(self, hour: int, zone: tzinfo | None) -> None:
        self._hour = hour
        self._zone = zone

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The first of those hours that is not before `now`."""
        here = datetime.fromtimestamp(now.timestamp(), self._zone)
        due = here.replace(hour=self._hour, minute=0, second=0, microsecond=0, fold=0)
        if due.timestamp() < now.timestamp():
            due += timedelta(days=1)
        return datetime.fromtimestamp(due.timestamp(), UTC)


def daily(hour: int, zone: tzinfo | None = None) -> BaseTrigger:
    """Run each day at that hour, by this machine's clock unless a zone is given."""
    return Daily(hour, zone)


class Scheduler:
    """Runs each job at its times, one run at a time; what was missed while the daemon was down is run once."""

    def __init__(self, store: Store, clock: SteadyClock, parts: Parts) -> None:
        self._store = store
        self._clock = clock
        self._parts = parts
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, job: Job) -> None:
        """Begin to run a job."""
        self._tasks.append(asyncio.create_task(self._run(job), name=f"job-{job.name}"))

    async def stop(self) -> None:
        """Stop all jobs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _run(self, job: Job) -> None:
        self._parts.set(f"job {job.name}", State.OK, "Waits for its time.")
        last: int | None = None
        soon = NEVER if job.after_start is None else self._clock.ticks() + int(job.after_start * 1000)
        while True:
            try:
                if last is None:
                    last = await self._store.write(_last_run, job.name)
                now = self._clock.now()
                last = now if last > now + AHEAD else last
                due = min(_next(job.trigger, last), soon - self._clock.ticks() + now)
                if due <= now:
                    soon = NEVER
                    said = await job.work()
                    last = now  # what is done is not done again, though it cannot be written down
                    await self._store.write(_ran, job.name, now)
                    self._parts.set(f"job {job.name}", State.OK, said)
                    continue
                wait = min((due - now) / 1000, LONGEST_SLEEP)
            except Exception as error:  # noqa: BLE001 - one job must not end the others, nor its own next run
                log.error("job failed", job=job.name, error=type(error).__name__)  # noqa: TRY400
                why = str(error) if isinstance(error, SidetoneError) else "The last run failed."
                words = f"{why} It is tried again in a few minutes."
                self._parts.set(f"job {job.name}", State.DEGRADED, words)
                wait = AGAIN
            await self._clock.sleep(wait)


def _next(trigger: BaseTrigger, last: int) -> int:
    """The job's first time (ms) after its last run; it may be long past."""
    fires: Any = trigger.get_next_fire_time(None, _moment(last + 1))
    return NEVER if fires is None else int(fires.timestamp() * 1000)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _last_run(txn: Txn, name: str) -> int:
    """When it ran last; a new job counts from now on, or one whose time always finds the daemon down never runs."""
    row = txn.one(LAST_RUN, {"name": name})
    if row is None:
        _ran(txn, name, txn.now)
        return txn.now
    return int(row["ran_at"])


def _ran(txn: Txn, name: str, at: int) -> None:
    txn.run(RAN, {"name": name, "at": at})
