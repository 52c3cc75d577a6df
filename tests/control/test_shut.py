"""A carrier's queue while the carrier is exchanged, and terms that change while messages wait."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from delivery.stage import ScriptedCarrier, Stage, WatchedStore
from sidetone.config.shapes import MessagingSettings
from sidetone.errors import Invalid
from sidetone.store import migrate
from sidetone.testing.clock import FakeClock


@pytest.fixture
async def stage(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Stage]:
    migrate.prepare(tmp_path / "sidetone.db")
    store = WatchedStore(tmp_path / "sidetone.db", clock)
    await store.open()
    made = Stage(store, clock)
    await made.engine.start()
    yield made
    await made.engine.stop()
    await store.close()


async def test_what_is_under_way_ends_and_what_waits_goes_to_the_next_carrier(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    gate = stage.carrier.hold()
    first = await stage.text(ada, "one")
    second = await stage.text(ada, "two", to="+4915112345679")
    await stage.store.calm()
    stage.carrier.ready = False
    third = await stage.text(ada, "three", to="+4915112345670")
    shutting = asyncio.create_task(stage.engine.shut("main"))
    await stage.store.calm()
    assert not shutting.done()
    gate.set()
    await shutting
    assert [await stage.status(ada, each) for each in (first, second, third)] == ["sent", "sent", "queued"]
    assert "queue main" not in stage.parts.all()
    other = ScriptedCarrier("main")
    stage.engine.open(other)
    assert await stage.status(ada, third) == "sent"
    assert other.bodies == ["three"]


async def test_a_carrier_that_was_never_open_is_shut_already(stage: Stage) -> None:
    await stage.engine.shut("other")


async def test_new_terms_hold_at_once(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    terms = MessagingSettings(longest_text=5, receipt_wait_hours=1)
    stage.engine.adopt(terms)
    stage.sending.adopt(terms)
    with pytest.raises(Invalid, match="5 can be sent"):
        await stage.text(ada, "too long")
    sent = await stage.text(ada, "short")
    assert await stage.status(ada, sent) == "sent"
    await stage.passes(3660)
    assert "no receipt" in (await stage.detail(ada, sent)).status_text
