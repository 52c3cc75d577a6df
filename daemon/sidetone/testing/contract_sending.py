"""What every carrier must keep to when it is given a message, and when its far side reports on one."""

# A suite is tests: it asserts, and its tests' names say what they hold.
# ruff: noqa: S101, D102

import asyncio
from typing import ClassVar

import pytest

from sidetone.domain.outcome import Accepted, Deferred, Rejected, Unknown
from sidetone.domain.party import PartyKind
from sidetone.domain.segments import segment
from sidetone.domain.status import ReceiptStatus
from sidetone.errors import StoreFull
from sidetone.plugin.abilities import FindsSent, TellsStatus
from sidetone.testing.carrier_rig import PATIENCE, Loaded, accepted
from sidetone.testing.context import RecordingWayIn

BODIES = {
    "plain": "Good morning, 100% & more + =",
    "long": "0123456789" * 40,
    "emoji": "Grüße 👍🏽 from Čapek\nsecond line",
}
LONGEST_ID = 200  # bytes of a part's id
NEITHER = {PartyKind.SHORT: "12345", PartyKind.ALPHA: "ACME"}


class SendingContract:
    """The four outcomes, told apart by what is certain; receipts in any order and number."""

    patience: ClassVar[float] = PATIENCE

    @pytest.mark.parametrize("kind", BODIES)
    async def test_what_it_accepts_has_one_id_for_each_part_it_counts(self, loaded: Loaded, kind: str) -> None:
        outcome = await loaded.send(BODIES[kind])
        parts = accepted(outcome)
        cut = len(segment(BODIES[kind]).parts) if loaded.carrier.splits == "core" else 1
        assert isinstance(outcome, Accepted)
        assert len(outcome.parts) == cut
        assert len(set(parts)) == len(parts)
        assert all(part.strip() and len(part.encode()) <= LONGEST_ID for part in parts)

    async def test_sends_at_once_do_not_mix_up(self, loaded: Loaded) -> None:
        count = min(loaded.carrier.limits.concurrency, 8)
        outcomes = await asyncio.gather(*(loaded.send(f"text {number}") for number in range(count)))
        parts = [part for outcome in outcomes for part in accepted(outcome)]
        assert len(parts) == len(set(parts))

    async def test_the_longest_text_it_names_is_taken(self, loaded: Loaded) -> None:
        longest = loaded.carrier.limits.longest_text
        accepted(await loaded.send("x" * (longest or 1)))

    @pytest.mark.parametrize("kind", NEITHER)
    async def test_a_party_that_is_no_phone_has_an_outcome_too(self, loaded: Loaded, kind: PartyKind) -> None:
        outcome = await loaded.attempt(loaded.message("hello", NEITHER[kind], kind))
        assert isinstance(outcome, Accepted | Rejected), outcome

    async def test_a_refusal_is_rejected(self, loaded: Loaded) -> None:
        await loaded.rig.refuse_next()
        assert isinstance(await loaded.send("no"), Rejected)

    async def test_not_now_is_deferred(self, loaded: Loaded) -> None:
        await loaded.rig.defer_next()
        assert isinstance(await loaded.send("later"), Deferred)

    async def test_a_far_side_that_cannot_be_reached_is_deferred(self, loaded: Loaded) -> None:
        await loaded.rig.go_away()
        assert isinstance(await loaded.send("anybody?"), Deferred)
        await loaded.rig.come_back()
        accepted(await loaded.send("again"))

    async def test_silence_is_unknown_and_never_deferred(self, loaded: Loaded) -> None:
        await loaded.rig.never_answer_next()
        assert isinstance(await loaded.send("hello?"), Unknown)

    async def test_a_line_that_breaks_after_the_request_is_unknown(self, loaded: Loaded) -> None:
        await loaded.rig.lose_next()
        assert isinstance(await loaded.send("hello?"), Unknown)
        accepted(await loaded.send("again"))

    async def test_an_answer_that_makes_no_sense_is_unknown(self, loaded: Loaded) -> None:
        await loaded.rig.garble_next()
        assert isinstance(await loaded.send("hello?"), Unknown)

    async def test_a_receipt_may_come_before_the_answer(self, loaded: Loaded) -> None:
        await loaded.rig.report_early()
        parts = accepted(await loaded.send(BODIES["plain"]))
        assert delivered(loaded.rig.workbench.way_in) >= set(parts)

    async def test_a_receipt_may_come_twice(self, loaded: Loaded) -> None:
        await loaded.rig.report_twice()
        parts = accepted(await loaded.send(BODIES["long"]))
        way_in = loaded.rig.workbench.way_in
        async with asyncio.timeout(self.patience):
            await way_in.until(lambda so_far: len(so_far.receipts) >= 2 * len(parts))
        assert {receipt.carrier_id for receipt in way_in.receipts} == set(parts)

    async def test_receipts_may_come_in_any_order_and_are_passed_on_in_it(self, loaded: Loaded) -> None:
        await loaded.rig.report_backwards()
        parts = accepted(await loaded.send(BODIES["plain"]))
        way_in = loaded.rig.workbench.way_in
        async with asyncio.timeout(self.patience):
            await way_in.until(lambda so_far: len(so_far.receipts) >= 2 * len(parts))
        for part in parts:
            said = [receipt.status for receipt in way_in.receipts if receipt.carrier_id == part]
            assert said == [ReceiptStatus.DELIVERED, ReceiptStatus.SENT]

    async def test_a_receipt_that_is_not_stored_is_not_acknowledged(self, loaded: Loaded) -> None:
        (part, *_) = accepted(await loaded.send("hello"))
        way_in = loaded.rig.workbench.way_in
        way_in.failure = StoreFull("The disk is full.")
        assert not await loaded.rig.report(part)
        way_in.failure = None
        assert await loaded.rig.report(part)
        assert part in delivered(way_in)

    async def test_a_send_that_was_taken_unseen_is_found_and_no_other(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, FindsSent):
            return  # an ability that not every carrier has
        lost, since = loaded.message(BODIES["emoji"]), loaded.rig.workbench.clock.now()
        await loaded.rig.lose_next()
        assert isinstance(await loaded.attempt(lost), Unknown)
        assert await carrier.find(loaded.message("was never sent"), since) is None
        found = accepted(await carrier.find(lost, since))
        assert len(found) == len(set(found)) >= 1

    async def test_the_same_text_sent_before_is_not_taken_for_one_that_never_left(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, FindsSent):
            return  # an ability that not every carrier has
        since = loaded.rig.workbench.clock.now()
        accepted(await loaded.send(BODIES["plain"]))
        assert not isinstance(await carrier.find(loaded.message(BODIES["plain"]), since), Accepted)

    async def test_how_a_part_stands_can_be_asked(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, TellsStatus):
            return  # an ability that not every carrier has
        (part, *_) = accepted(await loaded.send("hello"))
        await loaded.rig.deliver_untold(part)
        receipt = await carrier.status(part)
        assert receipt is not None
        assert (receipt.carrier_id, receipt.status) == (part, ReceiptStatus.DELIVERED)


def delivered(way_in: RecordingWayIn) -> set[str]:
    """The ids that were reported delivered so far."""
    return {receipt.carrier_id for receipt in way_in.receipts if receipt.status is ReceiptStatus.DELIVERED}
