"""One owner of a port: deadlines from the write, three outcomes after Ctrl-Z, and a way back from silence."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from plugins.gsm.far_port import FarPort
from sidetone.testing.clock import FakeClock, settle
from sidetone_gsm.at.causes import Verdict
from sidetone_gsm.at.commands import Command, ask, tell
from sidetone_gsm.at.dialogue import Info, Noise, Torn, Unsolicited
from sidetone_gsm.at.transcript import KEPT, masked
from sidetone_gsm.at.unsolicited import Told
from sidetone_gsm.engine import URGENT, Engine, Gone, Refused, Restarted, Sent, Silent, Taken, Unclear
from sidetone_gsm.pdu.writing import Written, submits, write_submit

PDU = write_submit(submits("hello", "+491701234567", reference=0)[0])
SIGNAL = ask("+CSQ", suffix="")


@dataclass
class Bench:
    """An engine at work on a far port."""

    clock: FakeClock
    port: FarPort
    told: list[Unsolicited | Torn | Noise] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = Engine(self.port, self.clock, self.told.append)
        self.running = asyncio.create_task(self.engine.run())

    async def sending(self) -> "asyncio.Task[Sent]":
        """A send that has its prompt and has written its PDU."""
        sending = asyncio.create_task(self.engine.send(PDU))
        await settle()
        self.port.prompt()
        await settle()
        assert self.port.written.endswith(PDU.text.encode() + b"\x1a")
        return sending


@pytest.fixture
async def bench(clock: FakeClock) -> AsyncIterator[Bench]:
    bench = Bench(clock, FarPort())
    yield bench
    bench.running.cancel()
    await asyncio.gather(bench.running, return_exceptions=True)
    assert bench.port.closed


async def test_an_answer_comes_with_its_lines(bench: Bench) -> None:
    bench.port.answers[b"AT+CSQ\r"] = b"AT+CSQ\r\r\n+CSQ: 17,99\r\n\r\nOK\r\n"
    answer = await bench.engine.ask(SIGNAL)
    assert (answer.lines, answer.cause) == ((Info("+CSQ: 17,99"),), None)


async def test_one_command_is_in_flight_and_the_urgent_go_first(bench: Bench) -> None:
    first = asyncio.create_task(bench.engine.ask(tell("AT+ONE")))
    await settle()
    usual = asyncio.create_task(bench.engine.ask(tell("AT+TWO")))
    urgent = asyncio.create_task(bench.engine.ask(tell("AT+NOW"), priority=URGENT))
    await settle()
    assert bench.port.written == b"AT+ONE\r"
    for task in (first, urgent, usual):
        bench.port.say("OK")
        await task
    assert bench.port.written == b"AT+ONE\rAT+NOW\rAT+TWO\r"


async def test_a_modem_may_be_given_more_or_less_time(clock: FakeClock) -> None:
    port = FarPort()
    engine = Engine(port, clock, lambda event: None, patience=0.1)
    running = asyncio.create_task(engine.run())
    asking = asyncio.create_task(engine.ask(SIGNAL))
    await settle()
    await clock.advance(0.4)
    assert not asking.done()
    for _ in range(20):
        await clock.advance(0.2)
    with pytest.raises(Silent):
        await asking
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_traffic_does_not_extend_a_deadline(bench: Bench) -> None:
    asking = asyncio.create_task(bench.engine.ask(SIGNAL))
    for _ in range(5):
        bench.port.say("^RSSI:12", "+ZUSIMR:2")
        await bench.clock.advance(1)
    bench.port.answers[b"AT\r"] = b"\r\nOK\r\n"
    await bench.clock.advance(2)
    with pytest.raises(Silent):
        await asking
    assert bench.port.written == b"AT+CSQ\r\x1b\rAT\r"
    assert bench.engine.silences == 1
    assert len(bench.told) == 10


async def test_after_silence_the_next_command_works_and_the_late_answer_is_not_its_own(bench: Bench) -> None:
    asking = asyncio.create_task(bench.engine.ask(SIGNAL))
    await bench.clock.advance(5)
    bench.port.say("+CSQ: 1,99", "OK")
    bench.port.answers[b"AT\r"] = b"\r\nOK\r\n"
    await bench.clock.advance(2)
    with pytest.raises(Silent):
        await asking
    bench.port.answers[b"AT+CSQ\r"] = b"\r\n+CSQ: 30,99\r\n\r\nOK\r\n"
    assert (await bench.engine.ask(SIGNAL)).lines == (Info("+CSQ: 30,99"),)
    assert bench.engine.silences == 0


async def test_ends_that_come_late_end_nothing_else(bench: Bench) -> None:
    asking = asyncio.create_task(bench.engine.ask(SIGNAL))
    await bench.clock.advance(5 + 1 + 0.3 + 0.3)
    bench.port.say("OK", "OK")
    await bench.clock.advance(0.1)
    bench.port.say("OK", "OK")
    await bench.clock.advance(1)
    with pytest.raises(Silent):
        await asking
    again = asyncio.create_task(bench.engine.ask(SIGNAL))
    await settle()
    bench.port.say("+CSQ: 30,99", "OK")
    assert (await again).lines == (Info("+CSQ: 30,99"),)


async def test_a_dead_modem_is_asked_five_times_and_counted(bench: Bench) -> None:
    asking = asyncio.create_task(bench.engine.ask(SIGNAL))
    await bench.clock.advance(10)
    with pytest.raises(Silent):
        await asking
    assert bench.port.written == b"AT+CSQ\r\x1b\r" + 5 * b"AT\r"
    reviving = asyncio.create_task(bench.engine.revive())
    await bench.clock.advance(3)
    assert await reviving is False


async def test_not_yet_is_asked_again_with_growing_pauses(bench: Bench) -> None:
    bench.port.answers[b"AT+CSCA?\r"] = b"\r\n+CMS ERROR: 515\r\n"
    asking = asyncio.create_task(bench.engine.ask(ask("+CSCA")))
    await bench.clock.advance(1.5)
    assert bench.port.written.count(b"AT+CSCA?") == 4
    bench.port.answers[b"AT+CSCA?\r"] = b'\r\n+CSCA: "+491",145\r\n\r\nOK\r\n'
    await bench.clock.advance(2)
    assert (await asking).cause is None


async def test_not_yet_for_ever_is_an_answer_at_last(bench: Bench) -> None:
    bench.port.answers[b"AT+CSCA?\r"] = b"\r\n+CME ERROR: 14\r\n"
    asking = asyncio.create_task(bench.engine.ask(ask("+CSCA")))
    await bench.clock.advance(31)
    answer = await asking
    assert answer.cause is not None
    assert answer.cause.verdict is Verdict.LATER


async def test_a_text_is_taken(bench: Bench) -> None:
    sending = await bench.sending()
    bench.port.say('+CMTI: "SM",3', "+CMGS: 44", "OK")
    assert await sending == Taken(44)
    assert bench.port.written == f"AT+CMGS={PDU.length}\r{PDU.text}\x1a".encode()
    assert bench.told == [Unsolicited(Told.MESSAGE_STORED, '+CMTI: "SM",3')]


async def test_the_pdu_is_not_written_before_the_prompt(bench: Bench) -> None:
    sending = asyncio.create_task(bench.engine.send(PDU))
    await settle()
    bench.port.say('+CDSI: "SR",1')
    await settle()
    assert bench.port.written == f"AT+CMGS={PDU.length}\r".encode()
    bench.port.say("+CMS ERROR: 304")
    refused = await sending
    assert isinstance(refused, Refused)


@pytest.mark.parametrize(
    ("line", "kind"),
    [("+CMS ERROR: 38", Refused), ("+CMS ERROR: 332", Unclear), ("+CMS ERROR: 197", Taken), ("ERROR", Refused)],
)
async def test_what_the_network_says_after_the_pdu(bench: Bench, line: str, kind: type) -> None:
    sending = await bench.sending()
    bench.port.say(line)
    assert isinstance(await sending, kind)


async def test_no_prompt_is_certainly_not_sent(bench: Bench) -> None:
    sending = asyncio.create_task(bench.engine.send(PDU))
    bench.port.answers[b"AT\r"] = b"\r\nOK\r\n"
    await bench.clock.advance(12)
    assert isinstance(await sending, Refused)
    assert PDU.text.encode() not in bench.port.written


async def test_silence_after_the_pdu_is_unclear_and_nothing_is_written_meanwhile(bench: Bench) -> None:
    sending = await bench.sending()
    waiting = asyncio.create_task(bench.engine.ask(SIGNAL))
    before = bench.port.written
    await bench.clock.advance(179)
    assert (bench.port.written, sending.done()) == (before, False)
    bench.port.answers |= {b"AT\r": b"\r\nOK\r\n", b"AT+CSQ\r": b"\r\n+CSQ: 9,99\r\n\r\nOK\r\n"}
    await bench.clock.advance(5)
    assert isinstance(await sending, Unclear)
    assert (await waiting).cause is None


async def test_a_late_acceptance_is_one(bench: Bench) -> None:
    sending = await bench.sending()
    await bench.clock.advance(150)
    bench.port.say("+CMGS: 7", "OK")
    assert await sending == Taken(7, late=True)


async def test_an_acceptance_counts_without_its_end(bench: Bench) -> None:
    sending = await bench.sending()
    bench.port.say("+CMGS: 7")
    await bench.clock.advance(20)
    assert await sending == Taken(7)


@pytest.mark.parametrize("how", [b"", OSError(5, "Input/output error")])
async def test_a_device_that_vanishes(bench: Bench, how: bytes | OSError) -> None:
    sending = await bench.sending()
    waiting = asyncio.create_task(bench.engine.ask(SIGNAL))
    await settle()
    bench.port.vanish(how)
    assert isinstance(await sending, Unclear)
    for task in (waiting, asyncio.create_task(bench.engine.ask(SIGNAL)), bench.running):
        with pytest.raises(Gone):
            await task


async def test_a_device_that_vanishes_after_its_acceptance(bench: Bench) -> None:
    sending = await bench.sending()
    bench.port.say("+CMGS: 7")
    bench.port.vanish()
    assert await sending == Taken(7)


async def test_a_device_that_vanishes_while_nothing_is_asked(bench: Bench) -> None:
    await settle()
    bench.port.vanish()
    with pytest.raises(Gone):
        await bench.running


async def test_a_restart_ends_a_command_at_once_and_makes_a_send_unclear(bench: Bench) -> None:
    asking = asyncio.create_task(bench.engine.ask(SIGNAL))
    await settle()
    bench.port.say("RDY")
    with pytest.raises(Restarted):
        await asking
    sending = await bench.sending()
    bench.port.say("^SYSSTART")
    assert isinstance(await sending, Unclear)
    assert [event.told for event in bench.told if isinstance(event, Unsolicited)] == [Told.RESTARTED, Told.RESTARTED]


async def test_who_gives_up_waiting_takes_nothing_back(bench: Bench) -> None:
    sending = await bench.sending()
    sending.cancel()
    never = asyncio.create_task(bench.engine.ask(tell("AT+NEVER")))
    await settle()
    never.cancel()
    asking = asyncio.create_task(bench.engine.ask(SIGNAL))
    bench.port.say("+CMGS: 1", "OK")
    await settle()
    bench.port.say("+CSQ: 5,99", "OK")
    assert (await asking).lines == (Info("+CSQ: 5,99"),)
    assert b"NEVER" not in bench.port.written


async def test_closing_in_the_middle_of_a_send_is_unclear(bench: Bench) -> None:
    sending = await bench.sending()
    bench.running.cancel()
    assert isinstance(await sending, Unclear)


async def test_the_transcript_is_bounded_and_tells_no_secret(bench: Bench) -> None:
    pin = Command('AT+CPIN="4711"', secret=True)
    bench.port.answers[b'AT+CPIN="4711"\r'] = b"\r\nOK\r\n"
    await bench.engine.ask(pin)
    sending = await bench.sending()
    bench.port.say('+CUSD: 0,"Balance 12",15', "a text that came in text mode", "+CMGS: 3", "OK")
    await sending
    told = " ".join(said.text for said in bench.engine.transcript.lines)
    for secret in ("4711", PDU.text, "Balance", "text mode"):
        assert secret not in told
    assert "AT+CPIN=…" in told
    assert "+CMGS: 3" in told
    for number in range(2 * KEPT):
        bench.engine.transcript.add(number, "<", "OK")
    assert len(bench.engine.transcript.lines) == KEPT


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"+CMGL: 1,1,,{PDU.length}", f"+CMGL: 1,1,,{PDU.length}"),
        ('+CMT: "Ann",23', "+CMT: …,23"),
        (PDU.text, f"({len(PDU.text) // 2} octets)"),
        ("861234567890123", "…"),
        ('+CLIP: "+491701234567",145', "+CLIP: …,145"),
    ],
)
def test_what_is_masked(line: str, shown: str) -> None:
    assert masked(line) == shown


def test_a_written_pdu_is_a_value() -> None:
    assert Written(1, "00") == Written(1, "00")
