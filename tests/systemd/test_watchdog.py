"""The watchdog is fed by progress alone, and an upgrade asks for time only while it gets on."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sidetone.errors import StoreDamaged, StoreError, StoreFull
from sidetone.parts import Parts
from sidetone.store.connection import Store
from sidetone.store.migrate import Migration, migrations, prepare
from sidetone.systemd.link import ASK_EVERY, Link
from sidetone.systemd.notify import Notifier
from sidetone.systemd.watchdog import Signs, Watchdog
from sidetone.testing.clock import FakeClock
from systemd.listener import Listener

PERIOD = 90.0
FED = ["WATCHDOG=1"]


class Rig:
    """A watchdog whose signs a test sets."""

    def __init__(self, listener: Listener, clock: FakeClock) -> None:
        self.beats = 0
        self.beating = True
        self.fault: BaseException | None = None
        self.hang = False
        self.listener = listener
        self.clock = clock
        signs = Signs(writer=self.write, beats=lambda: self.beats)
        self.watchdog = Watchdog(Notifier(listener.address), PERIOD, signs, clock)

    async def write(self) -> None:
        if self.hang:
            raise TimeoutError
        if self.fault is not None:
            raise self.fault

    async def rounds(self, count: int) -> list[str]:
        """What systemd hears in so many rounds."""
        heard = []
        for _ in range(count):
            self.beats += self.beating
            await self.clock.advance(PERIOD / 3)
            heard += self.listener.rest()
        return heard


@pytest.fixture
async def rig(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Rig]:
    with Listener(tmp_path) as listener:
        made = Rig(listener, clock)
        task = asyncio.create_task(made.watchdog.run())
        await clock.until_asleep()
        assert listener.rest() == FED
        yield made
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_it_is_fed_three_times_in_each_period(rig: Rig) -> None:
    assert await rig.rounds(3) == FED * 3


@pytest.mark.parametrize("answer", [StoreFull("Full."), StoreDamaged("Damaged.")])
async def test_a_full_disk_is_an_answer_too(answer: StoreError, rig: Rig) -> None:
    rig.fault = answer
    assert await rig.rounds(3) == FED * 3


async def test_a_writer_that_does_not_answer_starves_it_until_it_does(rig: Rig) -> None:
    rig.hang = True
    with capture_logs() as logs:
        assert await rig.rounds(3) == ["STATUS=Something hangs: the writer does not answer."]
        rig.hang = False
        assert await rig.rounds(2) == FED * 2
    assert [line["event"] for line in logs] == ["the watchdog is not fed", "the watchdog is fed again"]


async def test_a_writer_with_too_much_to_do_is_no_answer(rig: Rig) -> None:
    rig.fault = StoreError("The disk is too slow.")
    assert FED[0] not in await rig.rounds(3)


async def test_an_outbox_that_stands_still_starves_it(rig: Rig) -> None:
    rig.beating = False
    assert await rig.rounds(2) == FED * 2, "a beat of its own may take that long"
    assert await rig.rounds(2) == ["STATUS=Something hangs: the outbox stands still."]
    rig.beating = True
    assert await rig.rounds(1) == FED


async def test_a_real_store_is_asked(store: Store, tmp_path: Path, clock: FakeClock) -> None:
    with Listener(tmp_path) as listener:
        signs = Signs(writer=store.probe, beats=lambda: 0)
        task = asyncio.create_task(Watchdog(Notifier(listener.address), PERIOD, signs, clock).run())
        await clock.until_asleep()
        assert listener.rest() == FED
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def listener(tmp_path: Path) -> "Listener":
    return Listener(tmp_path)


async def test_an_upgrade_gets_time_while_it_gets_on(listener: Listener, clock: FakeClock) -> None:
    link = Link(Notifier(listener.address), None, clock=clock, parts=Parts())
    go_on = threading.Event()
    step: list[Callable[[], None]] = []

    def work(progress: Callable[[], None]) -> str:
        step.append(progress)
        go_on.wait(30)
        return "done"

    with listener:
        upgrading = asyncio.create_task(link.upgrading(work))
        await clock.until_asleep()
        await clock.advance(ASK_EVERY)
        assert listener.rest() == [], "nothing has moved"
        step[0]()
        await clock.advance(ASK_EVERY)
        assert listener.rest() == ["EXTEND_TIMEOUT_USEC=60000000", "STATUS=Upgrading the store."]
        await clock.advance(ASK_EVERY)
        assert listener.rest() == []
        go_on.set()
        assert await upgrading == "done"
    assert clock.sleepers == 0


def test_a_long_upgrade_says_that_it_gets_on(tmp_path: Path) -> None:
    prepare(tmp_path / "sidetone.db")
    count = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n"
    long = Migration(9999, "9999_long.sql", f"CREATE TABLE long AS {count};")
    beats: list[bool] = []
    assert prepare(tmp_path / "sidetone.db", [*migrations(), long], progress=lambda: beats.append(True)) == [long.name]
    assert len(beats) >= 3
