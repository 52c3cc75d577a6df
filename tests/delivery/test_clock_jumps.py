"""The machine's clock is set while texts wait and are under way."""

from collections.abc import AsyncIterator

import pytest

from delivery.stage import Stage, WatchedStore
from sidetone.domain.outcome import Deferred
from sidetone.testing.clock import FakeClock

HOUR, DAY = 3600, 86_400
YEARS = 3650 * DAY


@pytest.fixture
async def stage(store: WatchedStore, clock: FakeClock) -> AsyncIterator[Stage]:
    made = Stage(store, clock)
    await made.engine.start()
    yield made
    made.carrier.let_go()
    await made.engine.stop()


@pytest.mark.parametrize("jump", [HOUR, DAY, YEARS, -HOUR, -DAY, -YEARS])
async def test_what_is_under_way_is_neither_cut_off_nor_sent_twice(stage: Stage, jump: int) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    gate = stage.carrier.hold()
    message = await stage.text(ada)
    await stage.store.calm()
    stage.clock.jump(jump)
    await stage.passes(20)
    gate.set()
    await stage.passes(20)
    assert await stage.status(ada, message) == "sent"
    assert stage.carrier.bodies == ["hello"]


@pytest.mark.parametrize("jump", [HOUR, DAY, YEARS])
async def test_what_waits_does_not_wait_for_the_old_time_to_come_again(stage: Stage, jump: int) -> None:
    stage.clock.jump(jump)
    await stage.passes(20)  # the engine has looked at the clock
    ada = await stage.people()
    stage.carrier.in_turn(Deferred(after=30, reason="busy"))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(1)
    assert (await stage.status(ada, message), len(stage.carrier.sent)) == ("queued", 1)
    stage.clock.jump(-jump)
    await stage.passes(HOUR + 60 if jump == HOUR else 60)
    assert (await stage.status(ada, message), len(stage.carrier.sent)) == ("sent", 2)


async def test_a_start_after_the_clock_was_set_right_sends_too(stage: Stage) -> None:
    await stage.engine.stop()
    stage.clock.jump(YEARS)
    ada = await stage.people()
    message = await stage.text(ada)
    stage.clock.jump(-YEARS)
    await stage.engine.start()
    stage.engine.open(stage.carrier)
    await stage.passes(1)
    assert await stage.status(ada, message) == "sent"
    assert stage.carrier.sent[0].valid_until <= stage.clock.now() + stage.terms.validity


async def test_a_carrier_that_pauses_is_tried_again_after_a_pause_as_long_as_before(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(Deferred(after=0, reason="down", whole_carrier=True))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(0.1)
    stage.clock.jump(-YEARS)
    await stage.passes(90)
    assert await stage.status(ada, message) == "sent"


async def test_a_text_that_waited_while_the_clock_went_far_ahead_is_not_sent_late(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    stage.clock.jump(DAY + 1)
    await stage.passes(20)
    stage.engine.open(stage.carrier)
    await stage.passes(20)
    assert await stage.status(ada, message) == "expired"
    assert stage.carrier.sent == []
