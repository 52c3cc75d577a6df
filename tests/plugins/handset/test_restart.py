"""What the phones and the network before them remember, over restarts and full disks."""

import asyncio

import pytest

from plugins.handset.bench import ADA, BOB, OURS, Bench
from sidetone.errors import StoreError, StoreFull
from sidetone.plugin import (
    Accepted,
    Deferred,
    ReceiptStatus,
)
from sidetone.testing.clock import settle
from sidetone_handset.behaviour import Behaviour
from sidetone_handset.network import RETRY


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


async def test_a_text_is_sent_even_if_the_phone_cannot_remember_it(bench: Bench) -> None:
    bench.workbench.keep.failure = StoreFull("The disk is full.")
    await bench.carrier.text_from(ADA, OURS, "hello")
    assert [text.body for text in bench.way_in.texts] == ["hello"]
    assert await bench.bodies() == []


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
