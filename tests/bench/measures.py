"""The measures: what each compares, by which figure, against which goal."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from bench import stored
from bench.effort import Effort
from bench.figures import Goal, Line, Sample, line
from bench.page import PageMeasure
from bench.plan import Access, Plan, Report
from bench.screen import ScreenMeasure
from bench.senders import SendingFloor, SidetoneSender
from bench.sidetone_target import SidetoneTarget
from bench.stored_target import StoredTarget
from bench.tables import TableMeasure
from bench.target import BenchError, DurableFloor, NullFloor, Target, bench_environment, program, running
from sidetone.clock import SystemClock

_OUTSTANDING = 32
_OUTSTANDING_SENDS = 128
_RATE = 200.0
_CONNECT_WITHIN = 60.0


def nothing(effort: Effort, target: Target) -> None:
    """What most subjects need before their first start."""


class Measure(msgspec.Struct, frozen=True):
    """One comparison: each figure named in `goals` gives a line. `prepare` comes before the subject's first start."""

    name: str
    subject: type[Target]
    baseline: type[Target]
    round: Callable[[Effort, Target], Sample]
    goals: dict[str, Goal | None]
    prepare: Callable[[Effort, Target], None] = nothing

    def take(self, effort: Effort) -> Iterator[Line]:
        """Alternate baseline and subject, then compare. Raises BenchError."""
        ours: list[Sample] = []
        theirs: list[Sample] = []
        with self.baseline() as baseline, self.subject() as subject:
            self.prepare(effort, subject)
            for _ in range(effort.rounds):
                theirs.append(self.round(effort, baseline))
                ours.append(self.round(effort, subject))
        for figure, goal in self.goals.items():
            name = self.name if len(self.goals) == 1 else f"{self.name}_{figure.rpartition('_')[2]}"
            yield line(name, figure, (subject.name, ours), (baseline.name, theirs), goal)


def throughput(effort: Effort, target: Target) -> Sample:
    """Messages a second with a fixed number on their way to the screen."""
    with running(target, effort.server_cores) as up:
        return _load(effort, up.access, rate=None)


def sending(effort: Effort, target: Target) -> Sample:
    """Texts a second from the API through the carrier to the screen that shows them as delivered.

    Counted for a second at least: each receipt sets out 50 ms after the carrier's answer, so that the first texts end late.
    """
    effort = msgspec.structs.replace(effort, seconds=max(effort.seconds, 1.0))
    with running(target, effort.server_cores) as up:
        return _load(effort, up.access, rate=None, outstanding=_OUTSTANDING_SENDS)


def latency(effort: Effort, target: Target) -> Sample:
    """Milliseconds from due to seen at a fixed rate."""
    with running(target, effort.server_cores) as up:
        return _load(effort, up.access, rate=_RATE)


def idle_memory(effort: Effort, target: Target) -> Sample:
    """MiB with one signed-in screen and nothing to do."""
    with running(target, effort.server_cores) as up, _screens(up.access, 1):
        time.sleep(effort.settle)
        return {"pss_mib": up.pss_mib()}


def start_to_ready(effort: Effort, target: Target) -> Sample:
    """Seconds from the start of the process to the first 200."""
    with running(target, effort.server_cores) as up:
        return {"seconds": up.ready_seconds}


def idle_sessions(effort: Effort, target: Target) -> Sample:
    """KiB that each of many signed-in screens adds to the first one."""
    with running(target, effort.server_cores) as up, _screens(up.access, 1):
        time.sleep(effort.settle)
        before = up.pss_mib()
        with _screens(up.access, effort.sessions):
            time.sleep(effort.settle)
            return {"kib_each": (up.pss_mib() - before) * 1024 / effort.sessions}


def store_many(effort: Effort, target: Target) -> None:
    """Fill the subject's store."""
    assert isinstance(target, StoredTarget)
    target.fill(effort.kept, effort.messages)


def admit_many(effort: Effort, target: Target) -> None:
    """Sign in a user for each idle session."""
    assert isinstance(target, SidetoneTarget)
    target.tokens = stored.sign_in(target.store, effort.sessions, SystemClock().now())


MEASURES: tuple[Measure | PageMeasure | TableMeasure | ScreenMeasure, ...] = (
    Measure("floor_throughput", DurableFloor, NullFloor, throughput, {"per_second": None}),
    Measure("floor_latency", DurableFloor, NullFloor, latency, {"seen_p50": None, "seen_p99": None}),
    Measure("webhook_throughput", SidetoneTarget, DurableFloor, throughput, {"per_second": Goal("at least", 0.40)}),
    Measure(
        "webhook_latency",
        SidetoneTarget,
        DurableFloor,
        latency,
        {"seen_p50": Goal("at most", 1.7), "seen_p99": Goal("at most", 2.0)},
    ),
    Measure("send_throughput", SidetoneSender, SendingFloor, sending, {"per_second": Goal("at least", 0.55)}),
    Measure("idle_memory", SidetoneTarget, NullFloor, idle_memory, {"pss_mib": Goal("at most", 2.2)}),
    Measure("start_to_ready", SidetoneTarget, NullFloor, start_to_ready, {"seconds": Goal("at most", 4.0)}),
    Measure(
        "idle_sessions",
        SidetoneTarget,
        NullFloor,
        idle_sessions,
        {"kib_each": Goal("at most", 2.0)},
        admit_many,
    ),
    Measure(
        "stored_start", StoredTarget, SidetoneTarget, start_to_ready, {"seconds": Goal("at most", 1.1)}, store_many
    ),
    Measure(
        "stored_throughput",
        StoredTarget,
        SidetoneTarget,
        throughput,
        {"per_second": Goal("at least", 0.85)},
        store_many,
    ),
    PageMeasure("stored_page", Goal("at most", 3.0)),
    TableMeasure("users_table", Goal("at most", 3.0)),
    ScreenMeasure(
        "screen", {"paint": Goal("at most", 8.0), "open": Goal("at most", 12.0), "scroll": Goal("at most", 1.5)}
    ),
)
"""The floors against each other come first: a ratio far from its usual place says that the machine is busy."""


def _load(effort: Effort, access: Access, rate: float | None, outstanding: int = _OUTSTANDING) -> Sample:
    """One load in a process of its own. Raises BenchError with what the load said."""
    plan = Plan(
        access=access,
        seconds=effort.seconds,
        warm_up=effort.warm_up,
        outstanding=outstanding,
        rate=rate,
        cores=effort.client_cores,
    )
    limit = plan.warm_up + plan.seconds + plan.drain + _CONNECT_WITHIN
    try:
        done = subprocess.run(
            program("load.py"),
            input=msgspec.json.encode(plan),
            capture_output=True,
            env=bench_environment(),
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise BenchError(f"the load did not end within {limit:.0f} s") from fault
    if done.returncode:
        raise BenchError(f"the load failed: {done.stderr.decode(errors='replace').strip()[-2000:]}")
    return msgspec.structs.asdict(msgspec.json.decode(done.stdout, type=Report))


@contextmanager
def _screens(access: Access, count: int) -> Iterator[None]:
    """Signed-in screens that stay connected meanwhile, held by a process of their own."""
    holder = subprocess.Popen(
        program("idle.py", str(count)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=bench_environment()
    )
    try:
        assert holder.stdin is not None
        assert holder.stdout is not None
        holder.stdin.write(msgspec.json.encode(access) + b"\n")
        holder.stdin.flush()
        if not holder.stdout.readline():
            raise BenchError("the screens could not connect")
        yield
        if holder.poll() is not None:
            raise BenchError("a screen lost its connection while nothing happened")
    finally:
        try:
            holder.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            holder.kill()
            holder.wait()
