"""Claims: one for each message, by one lane, within the carrier's limits."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.book import Book
from delivery.conftest import TERMS
from delivery.stage import PARTY, Stage, WatchedStore
from sidetone.domain.outcome import Accepted, Deferred, Outcome
from sidetone.plugin.carrier import Limits, Outgoing
from sidetone.store import outbox
from sidetone.store.outbox import Taker
from sidetone.testing.clock import FakeClock


async def test_claims_that_race_share_the_messages(stage: Stage) -> None:
    """Many claims at once, as if several engines ran on one store."""
    await stage.queue_many(20)
    claims = await asyncio.gather(
        *(
            stage.store.write(outbox.claim, Taker(carrier="main"), 3, f"{n}", stage.clock.now() + 1000)
            for n in range(10)
        )
    )
    claimed = [claim.message_id for haul in claims for claim in haul.claimed]
    assert sorted(claimed) == list(range(1, 21))


async def test_every_reference_is_its_own(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(*[Deferred("busy")] * 4)
    stage.engine.open(stage.carrier)
    await stage.text(ada)
    await stage.passes(90)
    references = [message.reference for message in stage.carrier.sent]
    assert len(set(references)) == len(references) == 5


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.lists(st.integers(0, 5), min_size=1, max_size=25))
def test_a_message_is_claimed_once_and_the_limit_holds(most: int, threads: list[int]) -> None:
    book = Book()
    queued = [book.queue(conversation_id=book.conversation(f"+4915112345{n}00")) for n in threads]
    seen: list[int] = []
    while claims := book.claim(most):
        assert len(claims) <= most
        assert book.claim(0) == []
        seen += [claim.message_id for claim in claims]
        for claim in claims:
            book.accept(claim, None)
    assert Counter(seen) == Counter(queued)
    book.sql.close()


@pytest.mark.parametrize("concurrency", [1, 2, 8])
async def test_never_more_under_way_than_the_carrier_bears(stage: Stage, concurrency: int) -> None:
    stage.carrier.limits = Limits(concurrency=concurrency)

    async def slowly(message: Outgoing) -> Outcome:
        await stage.clock.sleep(1 + int(message.body) % 3)
        return Accepted()

    stage.carrier.answer = slowly
    stage.engine.open(stage.carrier)
    await stage.queue_many(24)
    await stage.passes(60)
    assert (len(stage.carrier.sent), stage.carrier.most_under_way) == (24, concurrency)


async def test_a_place_is_filled_as_soon_as_it_is_free(stage: Stage) -> None:
    stage.carrier.limits = Limits(concurrency=2)

    async def second(_message: Outgoing) -> Outcome:
        await stage.clock.sleep(1)
        return Accepted()

    stage.carrier.answer = second
    stage.engine.open(stage.carrier)
    await stage.queue_many(20)
    await stage.passes(10)
    assert len(stage.carrier.sent) == 20


async def test_the_longest_waiting_go_first(stage: Stage) -> None:
    await stage.queue_many(12)
    stage.carrier.limits = Limits(concurrency=3)
    stage.engine.open(stage.carrier)
    await stage.store.calm()
    assert stage.carrier.bodies == [f"{n}" for n in range(12)]


async def test_what_is_not_valid_any_more_is_not_sent(store: WatchedStore, clock: FakeClock) -> None:
    stage = Stage(store, clock, TERMS)  # its deadlines are not looked after, so the row still waits
    ada = await stage.people()
    message = await stage.text(ada)
    await clock.advance(6 * 60)
    stage.engine.open(stage.carrier)
    assert (await stage.status(ada, message), stage.carrier.sent) == ("queued", [])
    await stage.engine.start()
    assert await stage.status(ada, message) == "expired"
    await stage.engine.stop()


async def test_what_a_carrier_gets(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    await stage.text(ada, "grüße")
    await stage.store.calm()
    (sent,) = stage.carrier.sent
    assert (sent.sender, sent.recipient.value, sent.body) == ("+4930901820100", PARTY, "grüße")
    assert (sent.segments.parts, sent.correlation) == (("grüße",), "c0ffee")
    assert sent.valid_until == stage.clock.now() + stage.terms.validity


async def test_nobody_looks_into_the_outbox_without_a_reason(store: WatchedStore, stage: Stage) -> None:
    """A quiet lane asks once a minute; a full one not at all."""
    ada = await stage.people()
    stage.carrier.limits = Limits(concurrency=1, deadline=1000)
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    await stage.text(ada)
    await store.calm()
    before = store.turns
    for n in range(10):
        await stage.text(ada, f"{n}")
    await store.calm()
    assert store.turns - before == 10 * 3 * 2  # open the thread, read it, store the text: nothing for the lane
    gate.set()
    await store.calm()
