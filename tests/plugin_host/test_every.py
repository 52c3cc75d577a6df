"""What a plugin has run again and again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from sidetone.plugin.context import Context
from sidetone.testing.clock import FakeClock
from sidetone.testing.context import Workbench

PAUSE = 60


class Work:
    """Counts its runs; `fault` is raised by each."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.at: list[int] = []
        self.fault: BaseException | None = None

    async def __call__(self) -> None:
        self.at.append(self.clock.now())
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def workbench(clock: FakeClock) -> Workbench:
    return Workbench(clock=clock)


@pytest.fixture
async def context(workbench: Workbench) -> AsyncIterator[Context]:
    context = workbench.context({})
    yield context
    await context.close()


@pytest.fixture
def work(clock: FakeClock) -> Work:
    return Work(clock)


async def test_it_runs_after_each_pause_which_is_never_quite_the_same(
    clock: FakeClock, context: Context, work: Work
) -> None:
    started = clock.now()
    context.every("look", PAUSE, work)
    await clock.advance(PAUSE * 0.89)
    assert work.at == []
    await clock.advance(PAUSE * 20)
    gaps = [later - earlier for earlier, later in zip([started, *work.at], work.at, strict=False)]
    assert len(gaps) >= 18
    assert all(PAUSE * 900 - 1 <= gap <= PAUSE * 1100 + 1 for gap in gaps)
    assert len(set(gaps)) > 5


async def test_a_run_that_fails_is_told_once_and_the_next_comes_all_the_same(
    clock: FakeClock, context: Context, work: Work, workbench: Workbench
) -> None:
    context.every("look", PAUSE, work)
    work.fault = ValueError("hush")
    await clock.advance(PAUSE * 5)
    work.fault = asyncio.CancelledError()
    await clock.advance(PAUSE * 5)
    work.fault = None
    await clock.advance(PAUSE * 5)
    assert len(work.at) >= 13
    assert [(line["event"], line.get("error")) for line in workbench.logged] == [
        ("periodic work fails", "ValueError"),
        ("periodic work is well again", None),
    ]
    assert "hush" not in str(workbench.logged)


async def test_a_run_that_hangs_is_cut_off_and_run_again(clock: FakeClock, context: Context, work: Work) -> None:
    async def hang() -> None:
        await work()
        await asyncio.Event().wait()

    context.every("look", PAUSE, hang, longest=0.01)
    for _ in range(3):
        await clock.until_asleep()
        await clock.advance(PAUSE * 1.1)
        await clock.until_asleep()
    assert len(work.at) == 3


@pytest.mark.slow
async def test_one_that_will_not_end_is_run_no_more(clock: FakeClock, context: Context, workbench: Workbench) -> None:
    over = asyncio.Event()

    async def endless() -> None:
        while not over.is_set():
            with suppress(asyncio.CancelledError):
                await over.wait()

    task = context.every("look", PAUSE, endless, longest=0.01)
    await clock.advance(PAUSE * 1.1)
    await task
    assert [line["event"] for line in workbench.logged] == ["periodic work hangs and is run no more"]
    over.set()


async def test_unloading_ends_it_also_in_the_middle_of_a_run(clock: FakeClock, workbench: Workbench) -> None:
    context = workbench.context({})
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = context.every("look", PAUSE, wait)
    await clock.advance(PAUSE * 1.1)
    await context.close()
    assert task.cancelled()
    assert ended.is_set()
    assert clock.sleepers == 0


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
async def test_a_pause_that_is_none_is_refused(seconds: float, context: Context, work: Work) -> None:
    with pytest.raises(ValueError, match="pause"):
        context.every("look", seconds, work)


async def test_after_unload_there_is_nothing_to_be_had(workbench: Workbench, work: Work) -> None:
    context = workbench.context({})
    await context.close()
    with pytest.raises(RuntimeError, match="unloaded"):
        context.every("look", PAUSE, work)
    with pytest.raises(RuntimeError, match="unloaded"):
        context.on_unload(work)
