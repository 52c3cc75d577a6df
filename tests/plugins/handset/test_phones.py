"""Virtual phones: what they hold, and how they behave."""

import asyncio

import pytest

from plugins.handset.bench import ADA, BOB, OURS, Bench
from sidetone.errors import StoreFull
from sidetone.plugin import (
    Accepted,
    Deferred,
    PartyKind,
    ReceiptStatus,
    Rejected,
    RejectKind,
    UnknownPhone,
)
from sidetone.testing.clock import settle
from sidetone_handset.network import MOST_TEXTS


async def test_phones_are_in_the_order_of_the_settings_with_their_names(bench: Bench) -> None:
    assert [(phone.number, phone.name) for phone in await bench.carrier.phones()] == [(ADA, "Ada's phone"), (BOB, BOB)]


async def test_a_text_lies_on_the_phone_when_it_is_accepted(bench: Bench) -> None:
    outcome = await bench.send("Grüße")
    assert isinstance(outcome, Accepted)
    (text,) = (await bench.carrier.phone(ADA)).texts
    assert (text.direction, text.number, text.body, text.segments) == ("in", OURS, "Grüße", 1)


async def test_each_part_is_reported_delivered(bench: Bench) -> None:
    outcome = await bench.send("x" * 400)
    await settle()
    assert isinstance(outcome, Accepted)
    assert tuple(receipt.carrier_id for receipt in bench.way_in.receipts) == outcome.parts
    assert bench.told() == [ReceiptStatus.DELIVERED] * 3


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("normal", ["delivered", "delivered"]),
        ("early", ["delivered", "delivered"]),
        ("lost", []),
        ("repeated", ["delivered"] * 4),
        ("reordered", ["delivered", "delivered", "sent", "sent"]),
        ("failed", ["undelivered", "undelivered"]),
    ],
)
async def test_receipts_come_as_the_phone_was_told(bench: Bench, mode: str, told: list[str]) -> None:
    await bench.carrier.behave(ADA, {"receipts": mode})
    outcome = await bench.send("x" * 200)
    assert isinstance(outcome, Accepted)
    assert bool(bench.way_in.receipts) is (mode == "early")
    await settle()
    assert bench.told() == told
    assert await bench.bodies() == ([] if mode == "failed" else ["x" * 200])
    if mode == "reordered":
        assert [receipt.carrier_id for receipt in bench.way_in.receipts] == [*outcome.parts[::-1]] * 2


@pytest.mark.parametrize("kind", RejectKind)
async def test_a_phone_can_refuse(bench: Bench, kind: RejectKind) -> None:
    await bench.carrier.behave(ADA, {"reject": kind.value})
    outcome = await bench.send()
    assert isinstance(outcome, Rejected)
    assert outcome.kind is kind
    assert await bench.bodies() == []


async def test_a_phone_can_put_off(bench: Bench) -> None:
    await bench.carrier.behave(ADA, {"defer": True})
    assert isinstance(await bench.send(), Deferred)
    await bench.carrier.behave(ADA, {"defer": False})
    assert isinstance(await bench.send(), Accepted)


async def test_a_silent_phone_holds_the_text_and_nobody_is_told(bench: Bench) -> None:
    await bench.carrier.behave(ADA, {"silent": True})
    sending = asyncio.create_task(bench.send())
    await bench.clock.advance(3600)
    assert not sending.done()
    sending.cancel()
    assert (await bench.bodies(), bench.told()) == (["hello"], [])


async def test_a_slow_phone_answers_late_and_reports_later(bench: Bench) -> None:
    await bench.carrier.behave(ADA, {"delay": 10})
    sending = asyncio.create_task(bench.send())
    await bench.clock.advance(9.9)
    assert not sending.done()
    await bench.clock.advance(0.2)
    assert sending.done()
    assert bench.told() == []
    await bench.clock.advance(10)
    assert bench.told() == [ReceiptStatus.DELIVERED]


async def test_an_unreachable_phone_gets_its_texts_when_it_is_back(bench: Bench) -> None:
    await bench.carrier.behave(ADA, {"reachable": False})
    assert isinstance(await bench.send("one"), Accepted)
    assert isinstance(await bench.send("two"), Accepted)
    await bench.clock.advance(60)
    assert (await bench.bodies(), bench.told()) == ([], [])
    await bench.carrier.behave(ADA, {"reachable": True})
    await settle()
    assert sorted(await bench.bodies()) == ["one", "two"]
    assert bench.told() == [ReceiptStatus.DELIVERED] * 2
    assert (await bench.carrier.phone(ADA)).texts[0].at == bench.clock.now()


async def test_a_phone_that_texts_is_answered_when_the_text_is_stored(bench: Bench) -> None:
    text = await bench.carrier.text_from(ADA, "030 12345678", "Grüße")
    (inbound,) = bench.way_in.texts
    assert (inbound.carrier_id, inbound.sender, inbound.recipient, inbound.body) == (
        text.id,
        ADA,
        "030 12345678",
        "Grüße",
    )
    assert inbound.carrier_time == bench.clock.now()
    assert [one.direction for one in (await bench.carrier.phone(ADA)).texts] == ["out"]


async def test_a_text_that_is_not_stored_is_not_on_the_phone(bench: Bench) -> None:
    bench.way_in.failure = StoreFull("The disk is full.")
    with pytest.raises(StoreFull):
        await bench.carrier.text_from(ADA, OURS, "lost")
    assert await bench.bodies() == []


async def test_a_first_text_makes_a_phone(bench: Bench) -> None:
    assert isinstance(await bench.send(to="+33612345678"), Accepted)
    assert await bench.bodies("+33612345678") == ["hello"]


async def test_a_first_text_makes_no_phone_where_that_is_off(bench: Bench) -> None:
    await bench.stop()
    await bench.start(create=False)
    outcome = await bench.send(to="+33612345678")
    assert isinstance(outcome, Rejected)
    assert (outcome.kind, outcome.code) == (RejectKind.RECIPIENT, "unknown-phone")


async def test_there_are_never_more_phones_than_allowed(bench: Bench) -> None:
    await bench.stop()
    await bench.start(most=4)
    outcomes = await asyncio.gather(*(bench.send(to=f"+3361234567{digit}") for digit in range(5)))
    assert [type(outcome) for outcome in outcomes].count(Accepted) == 2
    assert len(await bench.carrier.phones()) == 4


@pytest.mark.parametrize(("kind", "value"), [(PartyKind.SHORT, "12345"), (PartyKind.ALPHA, "SHOP")])
async def test_only_phones_can_be_texted(bench: Bench, kind: PartyKind, value: str) -> None:
    assert isinstance(await bench.send(to=value, kind=kind), Rejected)


async def test_a_phone_holds_a_bounded_number_of_texts(bench: Bench) -> None:
    for number in range(MOST_TEXTS + 5):
        await bench.send(f"text {number}")
        await settle()
    bodies = await bench.bodies()
    assert (len(bodies), bodies[0], bodies[-1]) == (MOST_TEXTS, "text 5", f"text {MOST_TEXTS + 4}")
    assert len(await bench.workbench.keep.keys(f"text/{ADA}/")) == MOST_TEXTS


async def test_a_network_holds_a_bounded_number_of_texts(bench: Bench) -> None:
    await bench.carrier.behave(ADA, {"reachable": False})
    for number in range(MOST_TEXTS):
        assert isinstance(await bench.send(f"text {number}"), Accepted)
    outcome = await bench.send("one too many")
    assert isinstance(outcome, Deferred)
    assert outcome.code == "network-full"


async def test_unknown_phones_are_named_as_such(bench: Bench) -> None:
    for ask in (
        bench.carrier.phone("+33612345678"),
        bench.carrier.text_from("+33612345678", OURS, "x"),
        bench.carrier.behave("+33612345678", {}),
    ):
        with pytest.raises(UnknownPhone) as caught:
            await ask
        assert (caught.value.status, caught.value.code) == (404, "unknown-phone")
