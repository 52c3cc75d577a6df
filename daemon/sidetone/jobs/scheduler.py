"""Jobs: named, their runs persisted, their times APScheduler's, their clock ours."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, ClassVar

import structlog
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from sidetone.clock import SteadyClock
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import State
from sidetone.errors import Conflict, NotFound
from sidetone.parts import Parts
from sidetone.people.render import time_text
from sidetone.store import audit
from sidetone.store.audit import About, Act
from sidetone.store.connection import Store, Txn
from sidetone.store.jobs import BEGUN, LAST_RUN, RAN
from sidetone.views import JobView

log = structlog.get_logger("jobs")

AGAIN = 300.0  # seconds until a failed job is tried again
LONGEST_SLEEP = 3600.0  # seconds; the clock may be set meanwhile
NEVER = 1 << 62  # ms
AHEAD = 3 * 3_600_000  # ms that the clock may be set back without a job being run again; beyond, it begins anew


@dataclass(frozen=True, slots=True)
class Job:
    """A name, when it runs, and what it does (returning a sentence about it).

    `after_start`: it runs this many seconds after each start too. `by_hand`: an admin may run it at any time.
    """

    name: str
    trigger: BaseTrigger
    work: Callable[[], Awaitable[str]]
    after_start: float | None = None
    by_hand: bool = True


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


@dataclass(slots=True)
class _Standing:
    """A job and how it goes; times in ms, UTC. `said` is empty until it has run. `sleep` ends when somebody wants it."""

    job: Job
    last: int | None = None
    due: int = NEVER
    said: str = ""
    running: bool = False
    wanted: bool = False
    sleep: "asyncio.Task[None] | None" = None


class JobNotByHand(Conflict):
    """This job runs at its own times only, or runs just now."""

    code: ClassVar[str] = "job-not-by-hand"


class Scheduler:
    """Runs each job at its times, one run at a time; what was missed while the daemon was down is run once."""

    def __init__(self, store: Store, clock: SteadyClock, parts: Parts) -> None:
        self._store = store
        self._clock = clock
        self._parts = parts
        self._tasks: list[asyncio.Task[None]] = []
        self._standing: dict[str, _Standing] = {}

    def add(self, job: Job) -> None:
        """Begin to run a job."""
        standing = self._standing[job.name] = _Standing(job)
        self._tasks.append(asyncio.create_task(self._run(standing), name=f"job-{job.name}"))

    async def stop(self) -> None:
        """Stop all jobs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def all(self) -> list[JobView]:
        """Every job, by name."""
        return [self._view(standing) for _, standing in sorted(self._standing.items())]

    async def run_now(self, name: str) -> JobView:
        """Begin a run of a job beside its times; raises NotFound, JobNotByHand, StoreError."""
        standing = self._standing.get(name)
        if standing is None:
            raise NotFound("There is no such job.", hint="The list shows them all.")
        if standing.running or standing.wanted or not standing.job.by_hand:
            raise JobNotByHand("This job cannot be started by hand now.", hint="See when it runs by itself.")
        standing.wanted = True
        await self._store.write(audit.note, Act.JOB_RUN, About("job", None, name))
        if standing.sleep is not None:
            standing.sleep.cancel()
        return self._view(standing)

    def _view(self, standing: _Standing) -> JobView:
        health = self._parts.get(f"job {standing.job.name}")
        ran = standing.last is not None and standing.said != ""
        return JobView(
            name=standing.job.name,
            state=health.state.value,
            sentence=standing.said if health.state is State.OK else health.sentence,
            last_run_at=time_text(standing.last) if ran and standing.last is not None else None,
            next_run_at=None if standing.due == NEVER else time_text(standing.due),
            running=standing.running or standing.wanted,
            by_hand=standing.job.by_hand,
        )

    async def _run(self, standing: _Standing) -> None:
        job = standing.job
        self._parts.set(f"job {job.name}", State.OK, "Waits for its time.", code="job.waits")
        soon = NEVER if job.after_start is None else self._clock.ticks() + int(job.after_start * 1000)
        while True:
            try:
                last = await self._last(standing)
                now = self._clock.now()
                last = standing.last = now if last > now + AHEAD else last
                standing.due = min(_next(job.trigger, last), soon - self._clock.ticks() + now)
                if standing.due <= now or standing.wanted:
                    soon = NEVER if standing.due <= now else soon
                    await self._work(standing, now)
                    continue
                wait = min((standing.due - now) / 1000, LONGEST_SLEEP)
            except Exception as error:  # noqa: BLE001 - one job must not end the others, nor its own next run
                log.error("job failed", job=job.name, error=type(error).__name__)  # noqa: TRY400
                why = str(error) if isinstance(error, SidetoneError) else "The last run failed."
                words = f"{why} It is tried again in a few minutes."
                self._parts.set(f"job {job.name}", State.DEGRADED, words)
                wait = AGAIN
                standing.due = self._clock.now() + int(AGAIN * 1000)
            await self._sleep(standing, wait)

    async def _last(self, standing: _Standing) -> int:
        if standing.last is not None:
            return standing.last
        last, standing.said = await self._store.write(_last_run, standing.job.name)
        return last

    async def _work(self, standing: _Standing, now: int) -> None:
        name = standing.job.name
        standing.running, standing.wanted = True, False
        try:
            said = await standing.job.work()
            standing.last, standing.said = now, said  # what is done is not done again, though it cannot be written down
            await self._store.write(_ran, name, now, said)
            self._parts.set(f"job {name}", State.OK, said)
        finally:
            standing.running = False

    async def _sleep(self, standing: _Standing, seconds: float) -> None:
        """Until then, or until somebody wants it to run."""
        if standing.wanted:
            return
        standing.sleep = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({standing.sleep})
        finally:
            standing.sleep.cancel()
            standing.sleep = None


def _next(trigger: BaseTrigger, last: int) -> int:
    """The job's first time (ms) after its last run; it may be long past."""
    fires: Any = trigger.get_next_fire_time(None, _moment(last + 1))
    return NEVER if fires is None else int(fires.timestamp() * 1000)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _last_run(txn: Txn, name: str) -> tuple[int, str]:
    """When it ran last and what it said; a new job counts from now, or one whose time finds the daemon down never runs."""
    row = txn.one(LAST_RUN, {"name": name})
    if row is None:
        txn.run(BEGUN, {"name": name, "at": txn.now})
        return txn.now, ""
    return int(row["ran_at"]), str(row["said"])


def _ran(txn: Txn, name: str, at: int, said: str) -> None:
    txn.run(RAN, {"name": name, "at": at, "said": said})
