"""A carrier that says all is well and brings nothing is told, for as long as nothing comes (complaint 5)."""

from collections.abc import AsyncIterator

import pytest

from sidetone.config.section import Section
from sidetone.config.shapes import CarrierSection
from sidetone.delivery.way_in import WayIn
from sidetone.domain.health import Health, State
from sidetone.domain.incoming import InboundMessage
from sidetone.jobs.silence import EVERY, HOUR, Silence
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock

PART = "arrivals main"


def carriers(*, main: int = 26) -> dict[str, CarrierSection]:
    """One that is watched for so many hours, and one that is not."""
    section = CarrierSection(name="main", type="handset", table=Section(), silence=main * HOUR)
    return {"main": section, "spare": CarrierSection(name="spare", type="handset", table=Section())}


class Watch:
    """A daemon's share of it; `begin` starts it, also once more."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self._store, self.clock, self.sections = store, clock, carriers()
        self._silence: Silence | None = None

    async def begin(self) -> None:
        await self.end()
        self.parts, self.meters = Parts(), Meters(self.clock)
        self._silence = Silence(self._store, self.clock, self.parts, self.meters.last_in, lambda: self.sections)
        self._silence.start()
        await self.clock.until_asleep()

    async def end(self) -> None:
        if self._silence is not None:
            await self._silence.stop()

    async def passes(self, hours: float) -> Health:
        """How the part is after so long; the machine was asleep but for the last minute."""
        self.clock._pass(self.clock.ticks() + int(hours * HOUR - EVERY * 1000))
        await self.clock.advance(EVERY)
        await self.clock.until_asleep()
        return self.parts.get(PART)

    async def text(self, carrier_id: str) -> None:
        text = InboundMessage(carrier_id=carrier_id, sender="+4915112345678", recipient="+493012345", body="hello")
        await WayIn(self._store, Parts(), "DE", meters=self.meters).inbound("main", text)


@pytest.fixture
async def watch(store: Store, clock: FakeClock) -> AsyncIterator[Watch]:
    made = Watch(store, clock)
    await made.begin()
    yield made
    await made.end()


async def test_silence_is_told_and_ends_with_the_next_text(watch: Watch) -> None:
    await watch.text("one")
    assert (await watch.passes(25)).state is State.OK
    assert await watch.passes(1.5) == Health(State.DEGRADED, "Nothing has come in by carrier main for 26 hours.")
    await watch.text("one")  # which a list brings once more
    assert (await watch.passes(1)).sentence.endswith("for 27 hours.")
    await watch.text("two")
    assert (await watch.passes(1)).state is State.OK
    assert watch.meters.last_in.age("main") == HOUR
    assert watch.meters.last_in.age("spare") is None
    assert set(watch.parts.all()) == {PART}


async def test_a_restart_forgets_nothing_and_gives_an_hour(watch: Watch) -> None:
    await watch.text("one")
    await watch.passes(30)
    await watch.begin()
    assert (await watch.passes(0.5)).state is State.OFF
    assert (await watch.passes(1)).sentence.endswith("for 31 hours.")


async def test_one_that_never_brought_any_is_silent_since_the_start(watch: Watch) -> None:
    assert (await watch.passes(25)).state is State.OK
    assert (await watch.passes(2)).sentence == "Nothing has come in by carrier main for 27 hours."


async def test_a_clock_that_is_set_is_no_silence(watch: Watch) -> None:
    await watch.text("one")
    await watch.passes(1)
    watch.clock.jump(10 * 365 * 86_400)
    assert (await watch.passes(1)).state is State.OK


async def test_who_asks_for_it_no_more_hears_no_more(watch: Watch) -> None:
    await watch.passes(27)
    watch.sections = carriers(main=0)
    assert (await watch.passes(1)).state is State.OFF
    assert watch.parts.all() == {}
