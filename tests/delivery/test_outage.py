"""A day without the carrier: what is due expires, the rest leaves in its order and at the carrier's rate, once."""

import os
import resource
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from delivery.book import blank
from delivery.flood import HOUR_MS, Flood
from delivery.stage import ADD_NUMBER, ADD_USER, OWN, ScriptedCarrier, Stage, WatchedStore
from sidetone.domain.outcome import Accepted, Deferred, Outcome
from sidetone.plugin.carrier import Limits, Outgoing
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
    made.carrier = Lean()
    yield made
    await made.engine.stop()
    await store.close()


class Lean(ScriptedCarrier):
    """Remembers no more of what it was sent than the texts' numbers."""

    def __init__(self) -> None:
        super().__init__(limits=Limits(rate=RATE, concurrency=32))
        self.numbers: list[int] = []

    async def send(self, message: Outgoing) -> Outcome:
        self.numbers.append(int(message.body.removeprefix("Text ")))
        outcome = await super().send(message)
        self.sent.clear()
        return outcome

    async def take(self, message: Outgoing) -> Outcome:
        return Accepted((f"id-{message.reference}",))


def begun(txn: Txn, flood: Flood) -> None:
    user_id = txn.one(ADD_USER, {"name": "ada"})["id"]
    number = {"e164": OWN, "kind": "user", "owner": user_id, "carrier": "main"}
    flood.begin(txn, user_id, txn.one(ADD_NUMBER, number)["id"])


def statuses(look: Snapshot) -> list[Any]:
    return [(row["status"], row["problem_kind"]) for row in look.all(STATUSES)]


async def test_a_day_with_many_waiting(stage: Stage, clock: FakeClock) -> None:
    carrier = stage.carrier
    assert isinstance(carrier, Lean)
    waited = (HOURS - SEEN) * HOUR_MS + HOUR_MS // 2
    flood = Flood(texts=TEXTS, talks=TEXTS // 50, since=clock.now() - waited, lasts=waited)
    await stage.store.write(begun, flood)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    carrier.always(DOWN)
    await stage.engine.start()
    stage.engine.open(carrier)
    await stage.store.calm()
    assert len(carrier.numbers) <= 32, "the rest does not try what these have found out"
    carrier.ready = False
    for _ in range(SEEN):
        await clock.advance(3600)
        await stage.store.calm()
    back = clock.now()

    carrier.numbers.clear()
    carrier.ready, carrier.answer = True, carrier.take
    stage.engine.ring()
    began = clock.ticks()
    await stage.store.calm()
    while len(carrier.numbers) < SENT and clock.ticks() - began < 2_000_000:
        await clock.advance(0.1)
        await stage.store.calm()
        assert len(carrier.numbers) <= RATE * ((clock.ticks() - began) / 1000 + 0.2)
    now = clock.now()

    assert carrier.most_under_way <= 32
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < MOST_MEMORY
    sent = carrier.numbers
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
