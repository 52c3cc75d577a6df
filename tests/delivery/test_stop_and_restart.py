"""Stopping while sends are under way, and what the next life finds."""

import asyncio
from pathlib import Path

import pytest

from delivery.conftest import TERMS
from delivery.stage import ScriptedCarrier, Stage, WatchedStore
from sidetone.delivery import engine as engine_module
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred, Outcome
from sidetone.plugin.carrier import Limits, Outgoing
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock, settle

OTHER = "+4915112345679"


async def test_what_is_under_way_ends_before_the_engine_does(stage: Stage) -> None:
    ada = await stage.people()
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    message, waits = await stage.text(ada), await stage.text(ada)
    await stage.store.calm()
    stopping = asyncio.create_task(stage.engine.stop())
    await settle()
    assert not stopping.done()
    gate.set()
    await stopping
    assert [await stage.status(ada, message), await stage.status(ada, waits)] == ["sent", "queued"]


async def test_nothing_is_claimed_once_it_stops(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    await stage.store.calm()
    await stage.engine.stop()
    message = await stage.text(ada)
    await stage.passes(120)
    assert (await stage.status(ada, message), stage.carrier.sent) == ("queued", [])


async def test_a_claim_that_is_being_committed_is_still_sent(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    await stage.store.calm()
    message = await stage.text(ada)
    await stage.engine.stop()  # the lane has been rung and is on its way to the store
    assert await stage.status(ada, message) == ("sent" if stage.carrier.sent else "queued")


@pytest.mark.parametrize("stubborn", [False, True])
async def test_it_stops_in_bounded_time_whatever_the_carrier_does(
    stage: Stage, stubborn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "GRACE_AT_STOP", 0.01)
    monkeypatch.setattr("sidetone.delivery.lane.LAST_GRACE", 0.01)
    ada = await stage.people()
    gate = asyncio.Event()

    async def hang(_message: Outgoing) -> Outcome:
        while not gate.is_set():
            try:
                await gate.wait()
            except asyncio.CancelledError:
                if not stubborn:
                    raise
        return Accepted(("late",))

    stage.carrier.answer = hang
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    await stage.engine.stop()
    assert await stage.status(ada, message) == "sending"
    gate.set()
    await stage.store.calm()


async def another_life(stage: Stage, path: Path, clock: FakeClock) -> tuple[Stage, WatchedStore]:
    """The same file, opened by a daemon that starts; the one before does nothing more."""
    stage.carrier.ready = False
    store = WatchedStore(path, clock)
    await store.open()
    return Stage(store, clock, TERMS), store


async def test_only_what_was_in_a_carriers_hands_is_unknown(stage: Stage, tmp_path: Path, clock: FakeClock) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(concurrency=1)
    stage.carrier.in_turn(Accepted(("a",)), Deferred("busy", after=30))
    stage.engine.open(stage.carrier)
    sent = await stage.text(ada, "sent")
    deferred = await stage.text(ada, "deferred", OTHER)
    await stage.store.calm()
    gate = stage.carrier.hold()
    in_hand = await stage.text(ada, "in hand", "+4915112345680")
    queued = await stage.text(ada, "queued", "+4915112345681")
    await stage.store.calm()

    next_stage, store = await another_life(stage, tmp_path / "sidetone.db", clock)
    await next_stage.engine.start()
    standing = [await next_stage.status(ada, each) for each in (sent, deferred, in_hand, queued)]
    assert standing == ["sent", "queued", "unknown", "queued"]
    detail = await next_stage.detail(ada, in_hand)
    assert detail.status_text.startswith("Not known whether it was sent: Sidetone was stopped while the carrier had it")
    next_stage.engine.open(next_stage.carrier)
    await next_stage.passes(60)
    assert sorted(next_stage.carrier.bodies) == ["deferred", "queued"]
    await next_stage.engine.stop()
    await store.close()
    gate.set()


async def test_a_message_in_hand_holds_its_thread_no_longer_after_a_restart(
    stage: Stage, tmp_path: Path, clock: FakeClock
) -> None:
    ada = await stage.people()
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    await stage.text(ada, "in hand")
    tail = await stage.text(ada, "tail")
    await stage.store.calm()
    next_stage, store = await another_life(stage, tmp_path / "sidetone.db", clock)
    await next_stage.engine.start()
    next_stage.engine.open(next_stage.carrier)
    assert await next_stage.status(ada, tail) == "sent"
    await next_stage.engine.stop()
    await store.close()
    gate.set()


async def test_many_that_were_in_hand_are_all_found(store: Store, clock: FakeClock) -> None:
    stage = Stage(store, clock, TERMS)  # type: ignore[arg-type]
    await stage.queue_many(30)
    await store.write(lambda txn: txn.run("UPDATE outbox SET attempt_id = message_id", {}))
    await store.write(lambda txn: txn.run("UPDATE message SET status = 'sending'", {}))
    await stage.engine.start()
    assert await store.read(lambda look: [row["status"] for row in look.all(STATUSES)]) == ["unknown"] * 30
    await stage.engine.stop()


STATUSES = "SELECT status FROM message"


async def test_a_carrier_that_becomes_ready_again_takes_up_its_queue(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.ready = False
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(90)
    assert stage.carrier.sent == []
    stage.carrier.ready = True
    stage.engine.open(stage.carrier)
    assert await stage.status(ada, message) == "sent"


async def test_the_engine_may_be_stopped_twice_and_before_it_has_begun(store: WatchedStore, clock: FakeClock) -> None:
    stage = Stage(store, clock)
    await stage.engine.stop()
    await stage.engine.start()
    stage.engine.open(ScriptedCarrier())
    await stage.engine.stop()
    await stage.engine.stop()


async def test_a_carrier_that_is_taken_away_leaves_no_trace(stage: Stage) -> None:
    """Also when something it had in hand ends only afterwards."""
    ada = await stage.people()
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    shutting = asyncio.create_task(stage.engine.shut("main"))
    await stage.store.calm()
    gate.set()
    await shutting
    assert await stage.status(ada, message) == "sent"
    assert stage.parts.get("queue main").state is State.OFF
    await stage.text(ada)
    await stage.passes(16)
    assert stage.parts.get("queue main").state is State.DEGRADED
    stage.engine.open(stage.carrier)
    await stage.passes(1)
    assert (len(stage.carrier.sent), stage.parts.get("queue main").state) == (2, State.OK)
