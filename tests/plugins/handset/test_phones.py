"""Virtual phones: what they hold, how they behave, and that a restart loses nothing of it."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sidetone_handset
from sidetone.domain.segments import segment
from sidetone.errors import StoreError, StoreFull
from sidetone.plugin import (
    Accepted,
    BadBehaviour,
    BadConfig,
    Deferred,
    Outcome,
    Outgoing,
    Party,
    PartyKind,
    ReceiptStatus,
    Rejected,
    RejectKind,
    UnknownPhone,
)
from sidetone.plugin.context import Context
from sidetone.testing.carrier_contract import load
from sidetone.testing.clock import FakeClock, settle
from sidetone.testing.context import Workbench
from sidetone_handset.behaviour import LONGEST_DELAY, RECEIPTS, Behaviour
from sidetone_handset.carrier import HandsetCarrier
from sidetone_handset.network import MOST_TEXTS, RETRY

ADA, BOB, OURS = "+4915112345678", "+4915187654321", "+493012345678"
TABLE: Mapping[str, Any] = {"phones": [f"{ADA} Ada's phone", BOB]}


class Bench:
    """A daemon's worth of one handset carrier, which can be restarted on the same memory."""

    carrier: HandsetCarrier
    context: Context

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.workbench = Workbench(clock=self.clock)
        self.way_in = self.workbench.way_in

    async def start(self, **changes: object) -> None:
        self.context = self.workbench.context({**TABLE, **changes})
        self.carrier = cast(HandsetCarrier, load(sidetone_handset, self.context))
        await self.carrier.start()

    async def stop(self) -> None:
        await self.carrier.stop()
        await self.context.close()

    async def send(self, body: str = "hello", to: str = ADA, kind: PartyKind = PartyKind.E164) -> Outcome:
        return await self.carrier.send(
            Outgoing(
                reference="r",
                sender=OURS,
                recipient=Party(kind, to),
                body=body,
                segments=segment(body),
                valid_until=self.clock.now() + 1,
            )
        )

    async def bodies(self, number: str = ADA) -> list[str]:
        return [text.body for text in (await self.carrier.phone(number)).texts]

    def told(self) -> list[ReceiptStatus]:
        return [receipt.status for receipt in self.way_in.receipts]


@pytest.fixture
async def bench() -> Any:  # noqa: ANN401 - an asynchronous generator fixture
    bench = Bench()
    await bench.start()
    yield bench
    await bench.stop()


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


async def test_what_waits_survives_a_restart(bench: Bench) -> None:
    await bench.carrier.behave(ADA, {"reachable": False})
    outcome = await bench.send("x" * 200)
    await bench.stop()
    await bench.start()
    assert (await bench.carrier.phone(ADA)).behaviour["reachable"] is False
    await bench.carrier.behave(ADA, {"reachable": True})
    await settle()
    assert isinstance(outcome, Accepted)
    assert tuple(receipt.carrier_id for receipt in bench.way_in.receipts) == outcome.parts


async def test_receipts_that_a_restart_interrupts_come_after_it(bench: Bench) -> None:
    await bench.carrier.behave(ADA, {"delay": 5})
    sending = asyncio.create_task(bench.send())
    await bench.clock.advance(5)
    assert isinstance(await sending, Accepted)
    await bench.stop()
    await bench.start()
    await bench.clock.advance(5)
    assert bench.told() == [ReceiptStatus.DELIVERED]


async def test_phones_and_their_texts_survive_a_restart(bench: Bench) -> None:
    await bench.send("in")
    await bench.carrier.text_from(ADA, OURS, "out 👍")
    await bench.send("new", to="+33612345678")
    before = await bench.carrier.phones()
    await settle()
    await bench.stop()
    await bench.start(phones=[f"{ADA} Another name"])
    after = await bench.carrier.phones()
    assert [phone.number for phone in after] == [ADA, BOB, "+33612345678"]
    assert after[0].name == "Another name"
    assert [list(phone.texts) for phone in after] == [list(phone.texts) for phone in before]
    assert bench.told() == [ReceiptStatus.DELIVERED] * 2


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


async def test_what_the_memory_does_not_take_is_deferred_and_not_on_the_phone(bench: Bench) -> None:
    bench.workbench.keep.failure = StoreFull("The disk is full.")
    outcome = await bench.send()
    assert isinstance(outcome, Deferred)
    assert isinstance(await bench.send(to="+33612345678"), Deferred)
    with pytest.raises(StoreFull):
        await bench.carrier.behave(ADA, {"delay": 5})
    assert await bench.bodies() == []
    assert (await bench.carrier.phone(ADA)).behaviour == Behaviour().as_object()
    assert len(await bench.carrier.phones()) == 2


@pytest.mark.parametrize("mode", ["normal", "early"])
async def test_a_receipt_that_is_not_stored_comes_again(bench: Bench, mode: str) -> None:
    await bench.carrier.behave(ADA, {"receipts": mode})
    bench.way_in.failure = StoreError("busy")
    assert isinstance(await bench.send(), Accepted)
    await bench.clock.advance(RETRY)
    bench.way_in.failure = None
    await bench.clock.advance(2 * RETRY)
    assert bench.told() == [ReceiptStatus.DELIVERED]


async def test_unknown_phones_are_named_as_such(bench: Bench) -> None:
    for ask in (
        bench.carrier.phone("+33612345678"),
        bench.carrier.text_from("+33612345678", OURS, "x"),
        bench.carrier.behave("+33612345678", {}),
    ):
        with pytest.raises(UnknownPhone) as caught:
            await ask
        assert (caught.value.status, caught.value.code) == (404, "unknown-phone")


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
        {"reachable": 1},
        {"reachable": None},
        {"delay": -1},
        {"delay": LONGEST_DELAY + 1},
        {"delay": float("nan")},
        {"delay": True},
        {"delay": "5"},
        {"reject": "everything"},
        {"receipts": ["normal"]},
        {"receipts": {}},
        {"defer": "yes"},
    ],
)
async def test_what_no_phone_can_do_is_refused_with_what_it_can(bench: Bench, changes: dict[str, object]) -> None:
    with pytest.raises(BadBehaviour) as caught:
        await bench.carrier.behave(ADA, {"delay": 3, **changes})
    assert (caught.value.status, caught.value.where) == (422, next(iter(changes)))
    assert caught.value.hint
    assert (await bench.carrier.phone(ADA)).behaviour == Behaviour().as_object()


@given(changes=st.dictionaries(st.text() | st.sampled_from([*Behaviour().as_object()]), st.from_type(object)))
def test_any_change_is_taken_or_refused(changes: dict[str, object]) -> None:
    try:
        changed = Behaviour().changed(changes)
    except BadBehaviour:
        return
    assert Behaviour().changed(changed.as_object()) == changed
    assert changed.receipts in RECEIPTS


@pytest.mark.parametrize(
    "table",
    [
        {"phones": ["0151 12345 Ada"]},
        {"phones": ["Ada"]},
        {"phones": [ADA, f"{ADA} again"]},
        {"phones": [ADA, BOB], "most": 1},
        {"phones": ADA},
        {"most": 0},
        {"colour": "red"},
    ],
)
def test_settings_that_cannot_be(table: dict[str, Any]) -> None:
    with pytest.raises(BadConfig):
        load(sidetone_handset, Workbench().context(table))


async def test_memory_that_cannot_be_read_is_left_out(bench: Bench) -> None:
    await bench.send()
    await settle()
    await bench.stop()
    keep = bench.workbench.keep
    keep.values["phone/+1"] = b"[]"
    keep.values[f"phone/{BOB}"] = b'{"name": "Bob", "made": 2, "behaviour": {"colour": 1}}'
    keep.values[f"text/{ADA}/000000000009"] = b"\xff"
    keep.values[f"text/{ADA}/x"] = b"{}"
    await bench.start()
    assert [phone.number for phone in await bench.carrier.phones()] == [ADA, BOB]
    assert await bench.bodies() == ["hello"]


async def test_who_waits_hears_of_every_change(bench: Bench) -> None:
    version = await bench.carrier.changed(0, 10)
    waiting = asyncio.create_task(bench.carrier.changed(version, 10))
    await settle()
    assert not waiting.done()
    await bench.send()
    assert await waiting > version


async def test_who_waits_in_vain_gets_the_same_version(bench: Bench) -> None:
    version = await bench.carrier.changed(0, 10)
    waiting = asyncio.create_task(bench.carrier.changed(version, 10))
    await bench.clock.advance(10)
    assert await waiting == version
    assert bench.clock.sleepers == 0


async def test_a_version_of_an_earlier_run_is_another(bench: Bench) -> None:
    await bench.send()
    version = await bench.carrier.changed(0, 10)
    await bench.stop()
    await bench.clock.advance(1)
    await bench.start()
    assert await bench.carrier.changed(version, 10) != version


async def test_stopping_lets_go_of_all_who_wait(bench: Bench) -> None:
    version = await bench.carrier.changed(0, 10)
    waiting = asyncio.create_task(bench.carrier.changed(version, 10))
    await settle()
    await bench.carrier.stop()
    assert await waiting == version
