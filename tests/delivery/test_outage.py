"""A day without the carrier: what is due expires, the rest leaves in its order and at the carrier's rate, once."""

import os
import resource
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from delivery.book import blank
from delivery.flood import HOUR_MS, Flood
from delivery.stage import ADD_NUMBER, ADD_USER, OWN, Stage, WatchedStore
from sidetone.domain.outcome import Deferred
from sidetone.plugin.carrier import Limits
from sidetone.store.connection import Snapshot, Txn
from sidetone.testing.clock import FakeClock

IS_CHAOS = "CHAOS_ROUNDS" in os.environ
TEXTS = 100_000 if IS_CHAOS else 5_000
HOURS = 24
SEEN = 13 if IS_CHAOS else 1
"""The last hours of the outage, which the daemon lives through: by then texts have waited for all of the others."""
SENT = TEXTS if IS_CHAOS else 300
"""How many are seen to leave; the others wait their turn."""
RATE = 200
DOWN = Deferred("closed", 600, whole_carrier=True)
MOST_MEMORY = 48 * 1024  # KiB that the process may grow by, however many wait
STATUSES = "SELECT id, status, problem_kind FROM message ORDER BY id"

pytestmark = pytest.mark.slow


@pytest.fixture
async def stage(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Stage]:
    path = tmp_path / "sidetone.db"
    path.write_bytes(blank())
    store = WatchedStore(path, clock)
    await store.open()
    made = Stage(store, clock)
    made.carrier.limits = Limits(rate=RATE, concurrency=32)
    yield made
    await made.engine.stop()
    await store.close()


def begun(txn: Txn, flood: Flood) -> None:
    user_id = txn.one(ADD_USER, {"name": "ada"})["id"]
    number = {"e164": OWN, "kind": "user", "owner": user_id, "carrier": "main"}
    flood.begin(txn, user_id, txn.one(ADD_NUMBER, number)["id"])


def statuses(look: Snapshot) -> list[Any]:
    return [(row["status"], row["problem_kind"]) for row in look.all(STATUSES)]


async def test_a_day_with_many_waiting(stage: Stage, clock: FakeClock) -> None:
    waited = (HOURS - SEEN) * HOUR_MS + HOUR_MS // 2
    flood = Flood(texts=TEXTS, talks=TEXTS // 50, since=clock.now() - waited, lasts=waited)
    await stage.store.write(begun, flood)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stage.carrier.always(DOWN)
    await stage.engine.start()
    stage.engine.open(stage.carrier)
    await stage.store.calm()
    assert len(stage.carrier.sent) <= 32, "the rest does not try what these have found out"
    stage.carrier.ready = False
    for _ in range(SEEN):
        await clock.advance(3600)
        await stage.store.calm()
    back = clock.now()

    stage.carrier.sent.clear()
    stage.carrier.ready, stage.carrier.answer = True, stage.carrier.take
    stage.engine.ring()
    began = clock.ticks()
    await stage.store.calm()
    while len(stage.carrier.sent) < SENT and clock.ticks() - began < 2_000_000:
        await clock.advance(0.1)
        await stage.store.calm()
        assert len(stage.carrier.sent) <= RATE * ((clock.ticks() - began) / 1000 + 0.2)
    now = clock.now()

    assert stage.carrier.most_under_way <= 32
    sent = [int(message.body.removeprefix("Text ")) for message in stage.carrier.sent]
    assert len(sent) == len(set(sent))
    before: dict[int, int] = {}
    for number in sent:
        assert number > before.get(flood.talk(number), 0), "order holds in a conversation"
        before[flood.talk(number)] = number
    found = await stage.store.read(statuses)
    assert len(found) == TEXTS
    left = set(sent)
    for number, (status, problem) in enumerate(found, 1):
        if number in left:
            assert status == "sent"
        elif flood.due(number) <= back:
            assert (status, problem) == ("expired", "validity")
        else:
            assert status == "queued" or (flood.due(number) <= now and status == "expired")
    if not IS_CHAOS:
        assert "queued" in {status for status, _ in found}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < MOST_MEMORY
