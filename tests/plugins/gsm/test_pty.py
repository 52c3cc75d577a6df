"""A modem on a real pseudo-terminal with every bad habit there is: it starts, its stores are emptied, texts leave once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import TypeVar

import pytest

from plugins.gsm.model import STAMP, Habits
from plugins.gsm.network import write_deliver
from plugins.gsm.pty_modem import PtyModem, Wire
from sidetone.testing.clock import FakeClock
from sidetone_gsm.at.answers import place
from sidetone_gsm.at.commands import ask, tell
from sidetone_gsm.at.dialogue import Noise, Torn, Unsolicited
from sidetone_gsm.at.unsolicited import Told
from sidetone_gsm.at.ussd import decode_ussd
from sidetone_gsm.draining import Drained, Forgot, Stored, drain
from sidetone_gsm.engine import Engine, Gone, Refused, Restarted, Sent, Taken, Unclear
from sidetone_gsm.pdu.addresses import address_of
from sidetone_gsm.pdu.coding import Alphabet, coding_for
from sidetone_gsm.pdu.content import content_of, joined_text
from sidetone_gsm.pdu.messages import Deliver, StatusReport, Submit
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.pdu.writing import submits, write_submit
from sidetone_gsm.startup import NotReady, Ready, SimWants, Startup

TEXT = write_submit(submits("hello", "+491701234567", reference=0)[0])
NOISE = ["^RSSI:12", "+ZUSIMR:2", '+CREG: 1,"01A2","0B3C"', "+CSQ: 3,99"]
T = TypeVar("T")


def incoming(text: str, sender: str = "+491709876543") -> str:
    content = content_of(text, coding_for(Alphabet.UCS2))
    return write_deliver(Deliver(smsc=None, sender=address_of(sender), pid=0, content=content, stamp=STAMP, more=False))


class Bench:
    """A modem, its port, and the engine that owns it; `again` opens it anew as a worker would."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.modem = PtyModem(folder)
        self.wire = Wire(self.modem, clock)
        self.clock = clock
        self.told: list[Unsolicited | Torn | Noise] = []
        self.kept: list[str] = []
        self.running: asyncio.Task[None] | None = None

    async def again(self) -> Ready:
        await self.stop()
        self.engine = Engine(await self.wire.open(), self.clock, self.told.append)
        self.running = asyncio.create_task(self.engine.run())
        return await self.wire.until(Startup(self.engine).run())

    async def stop(self) -> None:
        if self.running:
            await self.wire.quiet()
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)

    async def until(self, wanted: Awaitable[T]) -> T:
        return await self.wire.until(wanted)

    async def drain(self, store: str = "SM") -> Drained:
        return await self.until(drain(self.engine, store, self._keep))

    async def send(self) -> Sent:
        return await self.until(self.engine.send(TEXT))

    async def _keep(self, stored: Stored) -> None:
        self.kept.append(stored.pdu)

    def heard(self, told: Told) -> list[Unsolicited]:
        return [event for event in self.told if isinstance(event, Unsolicited) and event.told is told]


@pytest.fixture
async def bench(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path, clock)
    yield bench
    await bench.stop()
    bench.modem.unplug()


@pytest.mark.parametrize(
    "habits",
    [
        Habits(),
        Habits(echoes=True),
        Habits(blurts=NOISE),
        Habits(blurts=["~\xff\x00", '+CMTI: "ME",3', "RING"], echoes=True),
        Habits(pieces=1),
        Habits(pieces=3, blurts=NOISE, echoes=True, bare_prompt=True),
        Habits(counts_lie=True, told_twice=True),
        Habits(errors={"AT+CSCA?": "+CME ERROR: 14", "AT+CMGF": "+CMS ERROR: 515", "AT+CPMS=?": "+CMS ERROR: 314"}),
        Habits(errors={"AT+CMEE": "ERROR", "AT+CNMI=2": "+CMS ERROR: 303", "AT+CEREG": "COMMAND NOT SUPPORT"}),
    ],
    ids=["none", "echo", "noise", "garbage", "octet-by-octet", "everything", "lying-counts", "not-yet", "refusals"],
)
@pytest.mark.parametrize("first_index", [0, 1])
async def test_whatever_its_habits(bench: Bench, habits: Habits, first_index: int) -> None:
    bench.modem.habits, bench.modem.first_index = habits, first_index
    bench.modem.slots = {first_index: (0, incoming("one")), first_index + 1: (1, incoming("two"))}
    ready = await bench.again()
    assert (ready.receive_store, ready.indications[:13], ready.identity.imei) == (
        "ME",
        "AT+CNMI=2,1,0",
        "861234567890123",
    )
    assert (await bench.drain()).kept == 2
    assert await bench.send() == Taken(1)
    bench.modem.arrive(incoming("three"))
    await bench.drain("ME")
    assert bench.kept == [incoming("one"), incoming("two"), incoming("three")]
    assert bench.modem.taken == [TEXT.text]
    assert {Told.MESSAGE_STORED} <= {event.told for event in bench.told if isinstance(event, Unsolicited)}


@pytest.mark.parametrize("how", ["silence", "lost", "vanish", "reset"])
async def test_what_became_of_it_is_not_guessed(bench: Bench, how: str) -> None:
    await bench.again()
    bench.modem.habits.after_pdu = how
    assert isinstance(await bench.send(), Unclear)
    assert bench.modem.taken == ([] if how == "lost" else [TEXT.text])
    bench.modem.habits.after_pdu = ""
    if how == "vanish":
        bench.modem.plug()
    await bench.again()
    assert isinstance(await bench.send(), Taken)


async def test_an_acceptance_that_comes_late(bench: Bench) -> None:
    await bench.again()
    bench.modem.habits.after_pdu = "late"
    sending = asyncio.ensure_future(bench.engine.send(TEXT))
    while not bench.modem.late_lines:
        await bench.wire.quiet()
    await bench.clock.advance(150)
    bench.modem.say(*bench.modem.late_lines)
    assert await bench.until(sending) == Taken(1, late=True)


@pytest.mark.parametrize("error", ["+CMS ERROR: 500", "+CMS ERROR: 21", "+CME ERROR: 30"])
async def test_a_refusal_is_one_before_the_prompt_and_after_it(bench: Bench, error: str) -> None:
    await bench.again()
    bench.modem.habits.after_pdu = error
    assert isinstance(await bench.send(), Refused)
    bench.modem.habits.errors["AT+CMGS"] = error
    assert isinstance(await bench.send(), Refused)
    bench.modem.habits = Habits(no_prompt=True)
    assert isinstance(await bench.send(), Refused)
    assert bench.modem.taken == []
    bench.modem.habits = Habits()
    assert isinstance(await bench.send(), Taken)


async def test_it_comes_back_as_another_device_under_the_same_name(bench: Bench) -> None:
    await bench.again()
    engine = bench.engine
    bench.modem.unplug()
    with pytest.raises(Gone):
        await bench.until(engine.ask(tell("AT")))
    bench.modem.arrive(incoming("while it was away"))
    bench.modem.plug()
    await bench.again()
    await bench.drain("SM")
    await bench.drain("ME")
    assert bench.kept == [incoming("while it was away")]


async def test_a_reset_is_noticed_and_nothing_is_read_in_text_mode(bench: Bench) -> None:
    await bench.again()
    bench.modem.slots = {1: (0, incoming("one"))}
    bench.modem.boot = []
    bench.modem.restart()
    await bench.wire.quiet()
    with pytest.raises(Forgot):
        await bench.drain()
    bench.modem.boot = ["RDY"]
    bench.modem.silent_to.add("AT+CSQ")
    asking = asyncio.ensure_future(bench.engine.ask(ask("+CSQ", suffix="")))
    await bench.wire.quiet()
    bench.modem.restart()
    with pytest.raises(Restarted):
        await bench.until(asking)
    await bench.again()
    assert (await bench.drain()).kept == 1


async def test_a_full_store_empties_and_the_rest_flows_in(bench: Bench) -> None:
    bench.modem.slots_of["ME"] = 5
    await bench.again()
    texts = [incoming(f"text {number}") for number in range(12)]
    for pdu in texts:
        bench.modem.arrive(pdu)
    assert len(bench.modem.waiting) == 7
    for _ in range(3):
        await bench.drain("ME")
    assert sorted(bench.kept) == sorted(texts)
    assert bench.modem.stores["ME"] == {}


async def test_an_index_that_is_told_before_it_can_be_read(bench: Bench) -> None:
    await bench.again()
    bench.modem.habits.late = 2
    bench.modem.arrive(incoming("late"))
    await bench.wire.quiet()
    (hint,) = bench.heard(Told.MESSAGE_STORED)
    told = place(hint.line)
    assert told
    assert (await bench.drain(told.store)).kept == 1


async def test_a_text_without_a_store_is_told_with_its_pdu(bench: Bench) -> None:
    bench.modem.habits.pieces = 5
    await bench.again()
    bench.modem.arrive_at_once(incoming("flash"))
    await bench.wire.quiet()
    assert [event.pdu for event in bench.heard(Told.MESSAGE)] == [incoming("flash")]


async def test_a_pin_is_asked_for_and_then_it_starts(bench: Bench) -> None:
    bench.modem.pin = "4711"
    with pytest.raises(SimWants) as caught:
        await bench.again()
    assert caught.value.state == "SIM PIN"
    assert (await bench.until(bench.engine.ask(tell('AT+CPIN="1"')))).cause
    assert (await bench.until(bench.engine.ask(tell('AT+CPIN="4711"')))).cause is None
    await bench.until(Startup(bench.engine).run())


async def test_a_modem_that_hangs_is_found_out(bench: Bench) -> None:
    await bench.again()
    bench.modem.is_dead = True
    with pytest.raises(NotReady, match="another port"):
        await bench.again()


@pytest.mark.parametrize("reports", ["inline", "stored"])
async def test_reports_come_by_either_way(bench: Bench, reports: str) -> None:
    bench.modem.habits.reports = reports
    await bench.again()
    pdu = write_submit(submits("hello", "+491701234567", reference=0, report_wanted=True)[0])
    assert await bench.until(bench.engine.send(pdu)) == Taken(1)
    await bench.wire.quiet()
    if reports == "stored":
        await bench.drain("SR")
    found = bench.kept or [event.pdu or "" for event in bench.heard(Told.REPORT)]
    (report,) = [read_pdu(each) for each in found]
    assert isinstance(report, StatusReport)
    assert (report.reference, report.status) == (1, 0)


async def test_a_long_text_leaves_in_parts_that_join(bench: Bench) -> None:
    await bench.again()
    text = "All that is said of emoji is true 😀. " * 6
    for part in submits(text, "+491701234567", reference=7):
        await bench.until(bench.engine.send(write_submit(part)))
    left = [found for pdu in bench.modem.taken if isinstance(found := read_pdu(pdu), Submit)]
    assert len(left) > 2
    assert joined_text([part.content for part in left]) == text


async def test_a_balance_is_told_after_its_command(bench: Bench) -> None:
    await bench.again()
    answer = await bench.until(bench.engine.ask(tell('AT+CUSD=1,"*100#",15')))
    await bench.wire.quiet()
    (event,) = bench.heard(Told.USSD)
    told = decode_ussd(event.line)
    assert answer.cause is None
    assert told
    assert told.text == "Balance: 12.34 EUR"


async def test_without_a_network_nothing_is_sent(bench: Bench) -> None:
    await bench.again()
    bench.modem.register(3)
    await bench.wire.quiet()
    assert [event.line for event in bench.heard(Told.REGISTRATION)] == ["+CEREG: 3", "+CGREG: 3", "+CREG: 3"]
    assert isinstance(await bench.send(), Refused)
