"""Random and spoilt input for everything that reads what a modem or the other end of its socket says: `make fuzz`, and a share of it in the suite.

    python tests/plugins/gsm/fuzz.py [inputs] [seed]

Ends with status 1 and the input if anything but the typed errors is raised; the same seed makes the same inputs.
"""

import asyncio
import random
import sys
import time
from collections.abc import Callable

from sidetone_gsm import wire
from sidetone_gsm.at import answers
from sidetone_gsm.at.commands import Command, ask
from sidetone_gsm.at.dialogue import Dialogue, Event
from sidetone_gsm.at.ussd import decode_ussd
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.kinds import kind_of, replaces
from sidetone_gsm.pdu.messages import Deliver, StatusReport
from sidetone_gsm.pdu.push import picture_waiting
from sidetone_gsm.pdu.reading import read_pdu

# One of each kind: a text, a part, a name with UCS-2, a report, a submit with an absolute period, a push.
SEEDS = (
    "07912143658709F1040B918100551512F20000111010214365000AE8329BFD4697D9EC37",
    "07915155009099F9440B915155210300F00000623040506070400B0500030502014834BC0D",
    "07919730071111F10414D04937BD2C7797E9D3E614000811309291024061080442043504410442",
    "07914356060013F1065A098136397339F7219011700463802190117004638030",
    "0019000B917228001011F100003170013193008017D474BB3CA787DB70903DCC4E93D3F43C885E9E83",
    "0791447758100650440E80885810000000810004016082415464440C0605040B8423F0010603BEAF848C829854310083687400",
)
LINES = (
    "OK", "ERROR", "> ", "+CMS ERROR: 500", "+CME ERROR: SIM busy", '+CMTI: "SM",3', "+CMT: ,28", "+CDS: 25", SEEDS[0],
    "+CMGL: 0,1,,28", "+CMGR: 1,,28", "+CREG: 0,1", '+CREG: 1,"00","11"', '+CUSD: 0,"0042",72', "+CPMS: 1,20,1,20",
    "^RSSI:3", "RDY", "+CMGS: 7", "\xff\x00", '+CNMI: (0-2),(0,1),(0),(0-2),(1)',
)  # fmt: skip
COMMANDS = (
    ask("+CREG"),
    Command("AT+CMGL=4", info=("+CMGL:",), entries=True),
    Command("AT+CMGS=28", info=("+CMGS:",), prompt=True),
    Command("AT+CGMI", free_text=True),
)
READERS: tuple[Callable[[str], object], ...] = (
    answers.registration, answers.listed, answers.read, answers.reference, answers.place, answers.signal,
    answers.service_centre, answers.stores, answers.fillings, answers.offered, decode_ussd,
)  # fmt: skip


def spoilt(octets: bytes, dice: random.Random) -> bytes:
    """The octets after a few of the things that happen to them on the way."""
    found = bytearray(octets)
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(found) + 1)
        match dice.randrange(4):
            case 0:
                del found[at:]
            case 1:
                found[at:at] = dice.randbytes(dice.randrange(1, 9))
            case 2:
                found[at : at + 1] = dice.randbytes(1)
            case _:
                del found[at : at + dice.randrange(1, 9)]
    return bytes(found)


def try_pdu(dice: random.Random) -> None:
    """One PDU, spoilt or made up."""
    octets = dice.randbytes(dice.randrange(200)) if dice.random() < 0.3 else spoilt(OCTETS[dice.randrange(6)], dice)
    text = octets.hex()
    if dice.random() < 0.05:
        text = text[: dice.randrange(len(text) + 1)] + chr(dice.randrange(0x3000)) + text
    try:
        message = read_pdu(text, smsc=dice.random() < 0.8, strict=dice.random() < 0.2)
    except PduError:
        return
    if not isinstance(message, StatusReport):
        len(message.content.text or "")
        picture_waiting(message.content.data, message.content.header.ports)
    if isinstance(message, Deliver):
        kind_of(message)
        replaces(message)


def try_stream(dice: random.Random) -> list[Event]:
    """One stretch of a port's octets, in reads of any size."""
    dialogue = Dialogue()
    if dice.random() < 0.7:
        dialogue.start(dice.choice(COMMANDS))
    lines = [dice.choice(LINES) for _ in range(dice.randrange(8))]
    stream = "".join(f"\r\n{line}\r\n" for line in lines).encode("latin-1")
    if dice.random() < 0.5:
        stream = spoilt(stream, dice)
    events: list[Event] = []
    while stream:
        size = dice.randrange(1, 40)
        events += dialogue.feed(stream[:size])
        stream = stream[size:]
    dice.choice(READERS)(spoilt(dice.choice(LINES).encode("latin-1"), dice).decode("latin-1"))
    return events


SAID = [
    wire.encode(said)
    for said in (
        wire.Hello(), wire.Ping(), wire.Send(reference="r", to="+4915112345678", body="häl\u2028lo", valid_until=1),
        wire.Find(reference="r"), wire.Stored(item=7), wire.Standing(state="ok", sentence="Registered."),
        wire.Result(reference="r", outcome="accepted", parts=["a-1", "a-2"]), wire.Odd(raw="00", reason="no text"),
        wire.Text(id="in-1", sender="+4915112345678", body="hello"), wire.Report(id="a-1", status="delivered"),
        wire.Said(at=1, way="<", text="OK"),
    )
]  # fmt: skip


def try_wire(dice: random.Random) -> None:
    """A line between a modem's process and the daemon, as a broken or hostile other end would write it."""
    line = dice.randbytes(dice.randrange(300)) if dice.random() < 0.1 else spoilt(dice.choice(SAID), dice)
    if dice.random() < 0.1:
        line = b"[" * dice.randrange(100_000) + line
    for hear in (wire.hear_daemon, wire.hear_modem):
        reader = asyncio.StreamReader(limit=wire.LONGEST_LINE, loop=LOOP)
        reader.feed_data(line + b"\n" * (dice.random() < 0.9))
        reader.feed_eof()
        hearing = hear(reader)
        try:
            hearing.send(None)  # everything is there: it never waits
        except (StopIteration, wire.WireFault):
            continue
        raise AssertionError("it waits for more after the end")


LOOP = asyncio.new_event_loop()
LOOP.close()  # readers only want to know one
OCTETS = tuple(bytes.fromhex(seed) for seed in SEEDS)


def fuzz(inputs: int, seed: int) -> None:
    """Try so many inputs, eight PDUs to a stream and a line of the socket; raises what should not have been raised, noted with its number."""
    for number in range(inputs):
        dice = random.Random(seed << 32 | number)
        try:
            if number % 10 == 5:
                try_wire(dice)
            elif number % 10:
                try_pdu(dice)
            else:
                try_stream(dice)
        except Exception as err:
            err.add_note(f"input {number} of seed {seed}")
            raise


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(2**32)
    began = time.monotonic()
    fuzz(wanted, chosen)
    print(f"{wanted} inputs of seed {chosen} in {time.monotonic() - began:.0f} s: only typed errors were raised")
