"""A clock that has jumped deletes nothing, and a shorter period waits; what runs did is kept."""

from typing import Any

import pytest

from delivery.stage import PARTY, Stage, WatchedStore
from jobs.aged import DAY, contents
from jobs.cleaning import House, age
from sidetone.config.shapes import RetentionSettings
from sidetone.domain.health import State
from sidetone.errors import StoreFull
from sidetone.jobs.retention import PART
from sidetone.testing.clock import FakeClock


@pytest.fixture
def house(store: WatchedStore, clock: FakeClock) -> House:
    return House(store, clock)


@pytest.mark.parametrize("days", [3, 400, 3650, -3, -400])
async def test_a_clock_that_has_jumped_deletes_nothing_until_an_admin_vouches_for_it(house: House, days: int) -> None:
    made = await house.fill(100)
    before = dict(await house.store.read(contents))
    await house.retention.start()
    house.clock._now += days * DAY
    for _ in range(3):
        assert "cannot be trusted" in await house.retention.work()
        await house.clock.advance(3600)
    health = house.parts.get(PART)
    assert health.state is State.DEGRADED
    assert "Nothing is deleted until an admin says that the clock is right" in health.sentence
    answer = await house.retention.ask(dry_run=False)
    assert answer.run is not None
    assert (answer.run.outcome, answer.run.report.messages) == ("refused", 0)
    assert not (await house.retention.view()).clock_is_sure
    assert await house.store.read(contents) == before
    answer = await house.retention.ask(dry_run=False, clock_is_right=True)
    assert answer.run is not None
    assert answer.run.outcome == "done"
    assert house.parts.get(PART).state is State.OK
    assert (await house.retention.view()).clock_is_sure
    made.now = house.clock.now()
    assert (await house.store.read(contents))["message"] == made.left(90)


async def test_a_clock_that_comes_back_is_trusted_again(house: House) -> None:
    await house.retention.start()
    house.clock._now += 400 * DAY
    await house.retention.work()
    house.clock._now -= 400 * DAY
    await house.retention.work()
    assert house.parts.get(PART).state is State.OK


async def test_a_clock_that_goes_is_no_jump(house: House) -> None:
    await house.retention.start()
    for _ in range(40):
        await house.clock.advance(47 * 3600)
        assert "Deleted" in await house.retention.work()


async def test_at_the_first_start_the_newest_rows_say_what_time_it_is(house: House) -> None:
    stage = Stage(house.store, house.clock)
    await stage.people()
    await stage.arrives("hi")
    house.clock._now += 100 * DAY
    await house.retention.start()
    assert "cannot be trusted" in await house.retention.work()


@pytest.mark.parametrize(
    ("rest", "trusted"), [(1 * DAY, True), (3 * DAY, True), (7 * DAY, True), (8 * DAY, False), (-3 * DAY, False)]
)
async def test_a_rest_of_some_days_explains_a_gap(house: House, rest: int, trusted: bool) -> None:
    await house.retention.start()
    await house.retention.stop()
    house.clock._now += rest
    house.retention = house.born()
    await house.retention.start()
    assert ("Deleted" in await house.retention.work()) == trusted


async def test_a_daemon_that_was_killed_explains_nothing(house: House) -> None:
    await house.retention.start()
    await house.retention.stop()
    house.retention = house.born()
    await house.retention.start()  # and is killed
    house.clock._now += 3 * DAY
    house.retention = house.born()
    await house.retention.start()
    assert "cannot be trusted" in await house.retention.work()


# Periods


async def test_a_shorter_period_waits_and_a_longer_one_does_not(house: House) -> None:
    stage = Stage(house.store, house.clock)
    ada = await stage.people()
    await stage.arrives("hi")
    await house.store.write(age, house.clock.now() - 10 * DAY)
    house.terms = RetentionSettings(sms_days=90, grace_days=2)
    await house.retention.work()
    await house.clock.advance(2 * DAY / 1000)
    await house.retention.work()
    house.terms = RetentionSettings(sms_days=9, grace_days=2)
    await house.retention.work()
    (words,) = (await house.retention.view()).waiting
    assert words.startswith("Texts: 9 days instead of 90 days counts from ")
    await house.clock.advance(DAY / 1000)
    house.terms = RetentionSettings(sms_days=90, grace_days=2)  # it was a slip
    await house.retention.work()
    assert (await house.retention.view()).waiting == []
    house.terms = RetentionSettings(sms_days=9, grace_days=2)
    await house.retention.work()
    await house.clock.advance(2 * DAY / 1000 - 1)
    await house.retention.work()
    assert await stage.listed(ada) == [(PARTY, 1)]
    await house.clock.advance(1)
    await house.retention.work()
    assert await stage.listed(ada) == []


async def test_the_first_period_of_a_store_waits_as_well(house: House) -> None:
    await house.fill(100)
    house.terms = RetentionSettings(grace_days=1)
    assert "Deleted 0" in await house.retention.work()
    assert len((await house.retention.view()).waiting) == 4


async def test_who_asks_for_it_does_not_wait(house: House) -> None:
    made = await house.fill(100)
    house.terms = RetentionSettings(grace_days=5)
    dry = await house.ask(dry=True)
    assert dry.messages == (await house.ask(dry=False)).messages == 100 - len(made.left(90))
    assert (await house.retention.view()).waiting == []


# Holds and reports


async def test_a_hold_that_is_lifted_lets_go_at_the_next_run(house: House) -> None:
    made = await house.fill(300)
    await house.ask(dry=False)
    assert (await house.store.read(contents))["message"] == made.left(90)
    await house.store.write(lambda txn: txn.run("UPDATE legal_hold SET lifted_at = 1", {}))
    await house.ask(dry=False)
    for thread in made.threads.values():
        thread.held = False
    assert (await house.store.read(contents))["message"] == made.left(90)


async def test_runs_are_kept_and_idle_ones_are_not(house: House) -> None:
    await house.fill(50)
    for _ in range(3):
        await house.retention.work()
    await house.ask(dry=True)
    runs = (await house.retention.view()).runs
    assert [(run.dry_run, run.outcome) for run in runs] == [(True, "done"), (False, "done")]
    assert runs[0].report.messages == 0 < runs[1].report.messages


async def test_a_start_on_a_full_disk_is_no_fault_and_the_first_run_looks_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.retention.start()
    await house.retention.stop()
    house.clock._now += 3 * DAY
    house.retention = house.born()
    write = house.store.write

    async def full(*_args: Any, **_kwargs: Any) -> Any:  # noqa: ANN401
        raise StoreFull("The disk is full; nothing was stored.")

    monkeypatch.setattr(house.store, "write", full)
    await house.retention.start()
    monkeypatch.setattr(house.store, "write", write)
    assert "Deleted" in await house.retention.work(), "the rest still explains the gap"
