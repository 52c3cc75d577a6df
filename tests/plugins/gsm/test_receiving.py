"""What comes in by a modem: safe before the SIM forgets it, told once, and nothing in its way."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plugins.gsm.radio import Radio, at_work, calm, later
from sidetone.testing.clock import FakeClock
from sidetone_gsm.station import Station
from sidetone_gsm.wire import Odd, Send, Text

FROM = "+4915112345678"
LONG = "".join(f"{number} " for number in range(120))  # three parts


@pytest.fixture
def radio() -> Radio:
    return Radio()


@pytest.fixture
async def station(radio: Radio, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Station]:
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        yield station


def bodies(station: Station) -> list[str]:
    return [item.body for item in station.spool.items(0, 100) if isinstance(item, Text)]


async def test_what_waited_on_the_sim_is_there_at_once(radio: Radio, clock: FakeClock, tmp_path: Path) -> None:
    for pdu in (*radio.text(FROM, "one"), *radio.text(FROM, LONG)):
        radio.store(pdu)
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        assert bodies(station) == ["one", LONG]
    assert radio.slots == {}


async def test_parts_come_in_any_order_and_twice(station: Station, radio: Radio) -> None:
    first, second, third = radio.text(FROM, LONG)
    for pdu in (third, first, third, second, first):
        radio.store(pdu)
        await calm()
    assert bodies(station) == [LONG]
    assert radio.slots == {}


async def test_missing_parts_are_shown_and_the_whole_when_they_come(
    station: Station, radio: Radio, clock: FakeClock
) -> None:
    first, second, third = radio.text(FROM, LONG)
    for pdu in (first, third):
        radio.store(pdu)
    await later(clock, 59)
    assert bodies(station) == []
    await later(clock, 140)
    (shown,) = bodies(station)
    assert "[…]" in shown
    radio.store(second)
    await calm()
    assert bodies(station) == [shown, LONG]


async def test_what_cannot_be_read_is_kept_raw_and_blocks_nothing(station: Station, radio: Radio) -> None:
    radio.store("07911326040000F0FF")
    for pdu in radio.text(FROM, "after it"):
        radio.store(pdu)
    await calm()
    assert [type(item) for item in station.spool.items(0, 10)] == [Odd, Text]
    assert radio.slots == {}


async def test_a_text_that_comes_inline_is_kept_too(station: Station, radio: Radio) -> None:
    (pdu,) = radio.text(FROM, "flash")
    assert radio.port
    radio.port.say(f"+CMT: ,{len(pdu) // 2 - 1}", pdu)
    await calm()
    assert bodies(station) == ["flash"]


async def test_texts_that_come_while_one_leaves_are_not_lost(station: Station, radio: Radio) -> None:
    def meanwhile() -> None:
        for pdu in radio.text(FROM, "meanwhile"):
            radio.store(pdu)

    radio.on_drop, radio.fates = meanwhile, ["drop"]
    result = await station.sending.send(Send(reference="a", to=FROM, body="out", valid_until=1_900_000_000_000))
    await calm()
    assert result.outcome == "accepted"
    assert bodies(station) == ["meanwhile"]


async def test_the_same_text_later_is_another(station: Station, radio: Radio) -> None:
    for _ in range(2):
        for pdu in radio.text(FROM, "ok"):
            radio.store(pdu)
            await calm()
    assert bodies(station) == ["ok", "ok"]


@pytest.mark.parametrize("executed", [False, True])
async def test_a_death_at_any_step_loses_and_doubles_nothing(
    radio: Radio, clock: FakeClock, tmp_path: Path, executed: bool
) -> None:
    """At each command, before or after the modem has carried it out; what is told twice has the same id."""
    for deadly in range(1, 12):
        folder = tmp_path / f"{deadly}"
        folder.mkdir()
        radio = Radio()
        expected = ["one", LONG]
        for pdu in (*radio.text(FROM, "one"), *radio.text(FROM, LONG)):
            radio.store(pdu)
        radio.die_at, radio.die_executed = deadly, executed
        async with at_work(radio, folder, clock, listen=False):
            await calm()
        radio.die_at = 0
        async with at_work(radio, folder, clock, listen=False) as station:
            await calm()
            assert bodies(station) == expected, deadly
            assert radio.slots == {}


@pytest.mark.parametrize("executed", [False, True])
async def test_a_death_while_sending_is_never_taken_for_a_refusal(
    clock: FakeClock, tmp_path: Path, executed: bool
) -> None:
    for deadly in range(1, 8):
        folder = tmp_path / f"{deadly}"
        folder.mkdir()
        radio = Radio()
        async with at_work(radio, folder, clock, listen=False) as station:
            await calm()
            radio.died, radio.die_from, radio.die_at, radio.die_executed = False, "AT+CM", deadly, executed
            sending = asyncio.create_task(
                station.sending.send(Send(reference="a", to=FROM, body=LONG, valid_until=1_900_000_000_000))
            )
            await calm()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        left = len(radio.sent)
        radio.die_at = 0
        async with at_work(radio, folder, clock, listen=False) as station:
            await calm()
            found = station.sending.find("a")
            assert len(radio.sent) == left, "nothing is sent again by itself"
            if left in (0, 3):
                assert found.outcome != ("accepted" if left == 0 else "rejected"), deadly
            if found.outcome == "rejected":
                assert found.words.startswith(f"{left} of 3 parts have left"), deadly
            if found.outcome == "accepted":
                assert left == 3, deadly


async def test_a_spool_that_cannot_be_written_leaves_the_texts_on_the_sim(station: Station, radio: Radio) -> None:
    station.spool._db.execute("PRAGMA query_only = ON")
    for pdu in radio.text(FROM, "not lost"):
        radio.store(pdu)
    await calm()
    assert len(radio.slots) == 1
    assert radio.life
    assert isinstance(radio.life.exception(), sqlite3.Error), "the process ends, and the next one tries again"


async def test_the_spool_is_for_nobody_else(station: Station, tmp_path: Path) -> None:
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "modems").iterdir()} == {0o600}
