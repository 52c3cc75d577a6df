"""Texts that leave by a modem: in parts, once, and written down before and after each."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from plugins.gsm.radio import Radio, at_work, calm, later
from sidetone.testing.clock import FakeClock
from sidetone_gsm.station import Station
from sidetone_gsm.wire import Report, Result, Send

TO = "+4915112345678"
LONG = "x" * 400  # three parts


@pytest.fixture
def radio() -> Radio:
    return Radio()


@pytest.fixture
async def station(radio: Radio, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Station]:
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        yield station


def text(reference: str, body: str = "hello", to: str = TO, message: str = "") -> Send:
    return Send(reference=reference, to=to, body=body, valid_until=1_900_000_000_000, message=message)


async def test_a_long_text_leaves_in_its_parts_and_each_has_an_id(station: Station, radio: Radio) -> None:
    result = await station.sending.send(text("a", LONG))
    assert result.outcome == "accepted"
    assert [part.content.header.concat.sequence for part in radio.sent if part.content.header.concat] == [1, 2, 3]
    assert [part.split("-")[1] for part in result.parts] == ["41", "42", "43"]
    assert len(set(result.parts)) == 3
    assert (await station.sending.send(text("a", LONG))).parts == result.parts, "the same attempt is not sent again"
    assert len(radio.sent) == 3


async def test_two_texts_to_one_number_have_references_of_their_own(station: Station, radio: Radio) -> None:
    for name in "ab":
        await station.sending.send(text(name, LONG + name))
    found = {part.content.header.concat.reference for part in radio.sent if part.content.header.concat}
    assert len(found) == 2


async def test_a_passing_refusal_is_tried_again_here(station: Station, radio: Radio, clock: FakeClock) -> None:
    radio.fates = ["send", "refuse"]
    sending = station.sending.send(text("a", LONG))
    result = await within(clock, sending)
    assert (result.outcome, len(radio.sent)) == ("accepted", 3)


async def test_what_is_left_of_a_text_leaves_with_its_reference_within_five_minutes(
    station: Station, radio: Radio, clock: FakeClock
) -> None:
    radio.fates, radio.error = ["send", "refuse"], "+CMS ERROR: 8"
    first = await station.sending.send(text("a", LONG))
    assert (first.outcome, first.words) == ("rejected", "1 of 3 parts have left: operator determined barring")
    await later(clock, 60)
    again = await within(clock, station.sending.send(text("b", LONG)))
    assert again.outcome == "accepted"
    assert len(again.parts) == 3
    concats = [part.content.header.concat for part in radio.sent if part.content.header.concat]
    assert [concat.sequence for concat in concats] == [1, 2, 3]
    assert len({concat.reference for concat in concats}) == 1
    assert again.words == ""


async def test_the_same_words_in_another_message_leave_again(station: Station, radio: Radio, clock: FakeClock) -> None:
    for number in range(3):
        said = await within(clock, station.sending.send(text(f"r{number}", message=f"{number}")))
        assert (said.outcome, said.words, len(radio.sent)) == ("accepted", "", number + 1)
    radio.fates, radio.error = ["send", "refuse"], "+CMS ERROR: 8"
    await within(clock, station.sending.send(text("a", LONG, message="8")))
    radio.sent.clear()
    await within(clock, station.sending.send(text("b", LONG, message="9")))
    assert len(radio.sent) == 3


async def test_what_has_left_whole_is_sent_again_by_hand_and_says_so(
    station: Station, radio: Radio, clock: FakeClock
) -> None:
    await within(clock, station.sending.send(text("a")))
    again = await within(clock, station.sending.send(text("b")))
    assert (again.outcome, len(radio.sent)) == ("accepted", 2)
    assert "anew" in again.words


async def test_later_than_that_it_leaves_anew_and_says_so(station: Station, radio: Radio, clock: FakeClock) -> None:
    radio.fates, radio.error = ["send", "refuse"], "+CMS ERROR: 8"
    await station.sending.send(text("a", LONG))
    await later(clock, 304)
    again = await within(clock, station.sending.send(text("b", LONG)))
    assert again.outcome == "accepted"
    assert "anew" in again.words
    concats = [part.content.header.concat for part in radio.sent if part.content.header.concat]
    assert [concat.sequence for concat in concats] == [1, 1, 2, 3]
    assert concats[0].reference != concats[1].reference


async def test_a_sim_that_is_refused_is_left_alone_longer_and_longer(
    station: Station, radio: Radio, clock: FakeClock
) -> None:
    radio.error = "+CMS ERROR: 8"
    pauses = []
    for name in "abcdefg":
        radio.fates = ["refuse"]
        result = await station.sending.send(text(name, name))
        assert (result.outcome, result.whole) == ("deferred", True)
        pauses.append(result.after)
    assert pauses == [30, 60, 120, 300, 600, 600, 600]
    await station.sending.send(text("well"))
    radio.fates = ["refuse"]
    assert (await station.sending.send(text("z", "z"))).after == 30


@pytest.mark.parametrize(
    ("error", "outcome", "kind"),
    [(1, "rejected", "recipient"), (96, "rejected", "message"), (331, "deferred", "message")],
)
async def test_whose_fault_a_refusal_is(station: Station, radio: Radio, error: int, outcome: str, kind: str) -> None:
    radio.fates, radio.error = ["refuse"], f"+CMS ERROR: {error}"
    result = await station.sending.send(text("a"))
    assert (result.outcome, result.kind, result.code) == (outcome, kind, str(error))


async def test_silence_after_the_pdu_is_unknown_until_a_report_proves_it(
    station: Station, radio: Radio, clock: FakeClock
) -> None:
    await station.sending.send(text("first", "one"))  # so that the next reference can be guessed
    radio.fates = ["silent"]
    result = await within(clock, station.sending.send(text("a")), 250)
    assert result.outcome == "unknown"
    assert station.sending.find("a").outcome == "nothing"
    radio.report(radio.mr, TO, at=moment(clock))
    await calm()
    found = station.sending.find("a")
    assert found.outcome == "accepted"
    (report,) = [item for item in station.spool.items(0, 10) if isinstance(item, Report)]
    assert [report.id] == found.parts
    assert station.sending.find("never").outcome == "nothing"


async def test_nothing_leaves_where_it_may_not(radio: Radio, clock: FakeClock, tmp_path: Path) -> None:
    radio.replies["AT+CREG?"] = ["+CREG: 2,5", "OK"]
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        result = await station.sending.send(text("a"))
        assert result.outcome == "deferred"
        assert "roaming" in result.words
        assert station.modem.condition.standing(clock.now()).state == "failed"
    assert radio.sent == []


async def test_a_text_with_too_many_parts_is_refused(station: Station, radio: Radio) -> None:
    result = await station.sending.send(text("a", "x" * 2000))
    assert (result.outcome, result.kind, radio.sent) == ("rejected", "message", [])


async def test_the_sim_has_its_pace(radio: Radio, clock: FakeClock, tmp_path: Path) -> None:
    async with at_work(radio, tmp_path, clock, listen=False, rate=6.0) as station:
        await calm()
        began = clock.now()
        await station.sending.send(text("a", LONG))
        await within(clock, station.sending.send(text("b")), 60)
        assert clock.now() - began >= 30_000


async def within(clock: FakeClock, sending: Coroutine[Any, Any, Result], seconds: float = 30) -> Result:
    """What comes of it when so much time passes."""
    task = asyncio.create_task(sending)
    await later(clock, seconds)
    return await task


def moment(clock: FakeClock) -> datetime:
    return datetime.fromtimestamp(clock.now() / 1000, UTC)
