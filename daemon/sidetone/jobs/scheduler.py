"""Jobs: named, their runs persisted, their times APScheduler's, their clock ours."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from sidetone.clock import Clock
from sidetone.domain.health import State
from sidetone.parts import Parts
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.jobs import LAST_RUN, RAN

log = structlog.get_logger("jobs")

AGAIN = 300.0  # seconds until a failed job is tried again
LONGEST_SLEEP = 3600.0  # seconds; the clock may be set meanwhile


@dataclass(frozen=True, slots=True)
class Job:
    """A name, when it runs, and what it does (returning a sentence about it)."""

    name: str
    trigger: BaseTrigger
    work: Callable[[], Awaitable[str]]


def every(*, hours: int) -> BaseTrigger:
    """Run so often, counted from the epoch, so that a restart neither skips nor repeats a run."""
    return IntervalTrigger(hours=hours, start_date=datetime.fromtimestamp(0, UTC), timezone=UTC)


class Scheduler:
    """Runs each job at its times, one run at a time; what was missed while the daemon was down is run once."""

    def __init__(self, store: Store, clock: Clock, parts: Parts) -> None:
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
        part = f"job {job.name}"
        self._parts.set(part, State.OK, "Waits for its time.")
        last = await self._store.read(_last_run, job.name)
        while True:
            now = self._clock.now()
            due = _next(job.trigger, last, now)
            if due > now:
                await self._clock.sleep(min((due - now) / 1000, LONGEST_SLEEP))
                continue
            try:
                said = await job.work()
                last = now
                await self._store.write(_ran, job.name, now)
                self._parts.set(part, State.OK, said)
            except Exception as error:  # noqa: BLE001 - one job must not end the others, nor its own next run
                log.error("job failed", job=job.name, error=type(error).__name__)  # noqa: TRY400
                self._parts.set(part, State.DEGRADED, "The last run failed; it is tried again in a few minutes.")
                await self._clock.sleep(AGAIN)


def _next(trigger: BaseTrigger, last: int | None, now: int) -> int:
    """When the job is due (ms): at once when a time has passed since its last run."""
    previous = None if last is None else _moment(last)
    fires: Any = trigger.get_next_fire_time(previous, _moment(now) if previous is None else previous)
    return now if fires is None else int(fires.timestamp() * 1000)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _last_run(look: Snapshot, name: str) -> int | None:
    row = look.one(LAST_RUN, {"name": name})
    return None if row is None else int(row["ran_at"])


def _ran(txn: Txn, name: str, at: int) -> None:
    txn.run(RAN, {"name": name, "at": at})
