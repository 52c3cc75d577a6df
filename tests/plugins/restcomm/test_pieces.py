"""A server that cannot cut is given the segments one by one, numbered, and never twice."""

import asyncio

import pytest

from plugins.restcomm.rig import loaded_rig
from plugins.restcomm.test_lists import carrier_of, outgoing
from sidetone.domain.alphabet import septets
from sidetone.plugin import Accepted, Deferred, Rejected, Unknown
from sidetone.testing.clock import FakeClock
from sidetone.testing.message_far_side import Fault
from sidetone_restcomm.pieces import pieces_of

LONG = "0123456789" * 40
BUSY = Fault(status=429)


def bodies(count: int) -> list[str]:
    """The numbered pieces of a text of digits."""
    text = "0123456789" * 400
    return [f"{place + 1}/{count} {text[place * 153 : (place + 1) * 153]}" for place in range(count)]


async def turning(clock: FakeClock, sending: "asyncio.Task[object]") -> None:
    """Turn the clock until a send is done."""
    while not sending.done():
        asleep = asyncio.ensure_future(clock.until_asleep())
        await asyncio.wait((sending, asleep), return_when=asyncio.FIRST_COMPLETED)
        asleep.cancel()
        await clock.advance(30)


@pytest.mark.parametrize("count", [2, 3, 9, 10, 12])
def test_pieces_are_numbered_where_there_is_room(count: int) -> None:
    message = outgoing(("0123456789" * 400)[: 153 * count])
    pieces = pieces_of(message, "core")
    assert list(pieces) == bodies(count)
    assert all((septets(piece) or 999) <= 160 for piece in pieces)


@pytest.mark.parametrize("text", ["short", "x" * 160, "П" * 70])
def test_what_fits_is_sent_as_it_is(text: str) -> None:
    assert pieces_of(outgoing(text), "core") == (text,)


def test_where_there_is_no_room_the_pieces_are_the_text() -> None:
    text = "Пример " * 40
    assert "".join(pieces_of(outgoing(text), "core")) == text


def test_a_service_that_cuts_gets_the_whole() -> None:
    assert pieces_of(outgoing(LONG), "carrier") == (LONG,)


async def test_each_piece_is_a_message_with_an_id_and_a_reference_of_its_own() -> None:
    async with loaded_rig(splits="core") as (rig, loaded):
        assert (loaded.carrier.splits, loaded.carrier.limits.longest_text) == ("core", None)
        outcome = await loaded.carrier.send(outgoing(LONG))
        assert isinstance(outcome, Accepted)
        assert outcome.parts == tuple(sms.sid for sms in rig.far_side.messages)
        assert [sms.body[:4] for sms in rig.far_side.messages] == ["1/3 ", "2/3 ", "3/3 "]
        assert [sms.status_callback.rpartition("/")[2] for sms in rig.far_side.messages] == ["r1", "r1.1", "r1.2"]


async def test_a_rate_holds_for_pieces_too() -> None:
    async with loaded_rig(splits="core", rate=1.0) as (rig, loaded):
        sending = asyncio.create_task(loaded.carrier.send(outgoing(LONG)))
        await rig.clock.until_asleep()
        assert len(rig.far_side.messages) == 1
        await turning(rig.clock, sending)
        assert len(rig.far_side.messages) == 3


async def test_the_first_piece_that_is_put_off_puts_off_the_message() -> None:
    async with loaded_rig(splits="core") as (rig, loaded):
        rig.far_side.next(BUSY)
        assert isinstance(await loaded.carrier.send(outgoing(LONG)), Deferred)
        assert rig.far_side.messages == []


async def test_once_a_piece_has_left_the_others_are_tried_until_they_leave() -> None:
    async with loaded_rig(splits="core") as (rig, loaded):
        original = rig.far_side._take

        async def busy_then(form: dict[str, str]) -> object:
            if not rig.far_side.messages:
                rig.far_side.next(BUSY, BUSY)
            return await original(form)

        rig.far_side._take = busy_then
        sending = asyncio.create_task(loaded.carrier.send(outgoing(LONG)))
        await turning(rig.clock, sending)
        outcome = sending.result()
        assert isinstance(outcome, Accepted)
        assert [sms.body[:3] for sms in rig.far_side.messages] == ["1/3", "2/3", "3/3"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(Fault(status=400, body=b"Body is bad."), Rejected), (BUSY, Unknown), (Fault(end="drop"), Unknown)],
)
async def test_a_message_of_which_a_piece_left_never_goes_back(fault: Fault, kind: type) -> None:
    async with loaded_rig(splits="core") as (rig, loaded):
        original = rig.far_side._take

        async def then(form: dict[str, str]) -> object:
            rig.far_side.next(*[fault] * 4)
            return await original(form)

        rig.far_side._take = then
        sending = asyncio.create_task(loaded.carrier.send(outgoing(LONG)))
        await turning(rig.clock, sending)
        outcome = sending.result()
        assert isinstance(outcome, kind)
        assert "1 of its 3 pieces left" in (outcome.text if isinstance(outcome, Rejected) else outcome.reason)  # type: ignore[union-attr]


async def test_pieces_that_left_unseen_are_found_together_or_not_at_all() -> None:
    async with loaded_rig(splits="core") as (rig, loaded):
        since = rig.clock.now()
        carrier, message = carrier_of(loaded), outgoing(("0123456789" * 400)[: 153 * 3])
        ends = {"From": message.sender, "To": message.recipient.value}
        for body in bodies(3)[:2]:
            await rig.far_side._take({**ends, "Body": body})
        assert await carrier.find(message, since) is None
        await rig.far_side._take({**ends, "Body": bodies(3)[2]})
        outcome = await carrier.find(message, since)
        assert isinstance(outcome, Accepted)
        assert outcome.parts == tuple(sms.sid for sms in rig.far_side.messages)
