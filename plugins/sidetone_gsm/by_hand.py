"""What an admin does with a modem and a cable: look what it is, send a text, ask for the balance. No worker is needed.

The port must be free: whoever runs it already is told so, and nothing is tried.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sidetone.domain.fault import SidetoneError
from sidetone.plugin import Clock
from sidetone_gsm.at import answers, deadlines
from sidetone_gsm.at.commands import Command, ask, tell
from sidetone_gsm.at.dialogue import Noise, Torn, Unsolicited
from sidetone_gsm.at.heads import fields
from sidetone_gsm.at.unsolicited import Told
from sidetone_gsm.at.ussd import Ussd, UssdMode, decode_ussd
from sidetone_gsm.balance import packed, wants_packed
from sidetone_gsm.engine import Engine, Gone, Port, Refused, Restarted, Silent, Taken
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.writing import submits, write_submit
from sidetone_gsm.port import CannotOpen, SerialPort
from sidetone_gsm.startup import NotReady, Ready, SimWants, Startup

Open = Callable[[str], Awaitable[Port]]
_BEGINNINGS = 2  # that a modem is forgiven
_CODE = re.compile(r"[0-9*#]{1,40}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class ByHandFault(SidetoneError):
    """What stands in the way, as a sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A modem that answered. `sentences` tell what is wrong with it, and what to do; none: all is well."""

    port: str
    manufacturer: str
    model: str
    imei: str
    make: str
    sim: str
    number: str = ""
    service_centre: str = ""
    network: str = ""
    operator: str = ""
    signal_dbm: int | None = None
    stores: dict[str, str] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)

    @property
    def settings(self) -> str:
        """The section to write into a file of conf.d."""
        own = self.number or "+"
        lines = ["[carriers.modem]", 'type = "gsm"', f'port = "{self.port}"', f'number = "{own}"']
        if not self.number:
            lines[-1] += "  # write the SIM's own number here: the SIM does not know it"
        if self.imei:
            lines.append(f'imei = "{self.imei}"')
        if self.sim == "SIM PIN":
            lines.append('pin_file = "/etc/sidetone/credentials/modem-pin"')
        if not self.service_centre and self.sim == "READY":
            lines.append('service_centre = "+"  # the SMS centre of the SIM\'s carrier: the SIM does not know it')
        return "\n".join(lines)


async def answers_commands(port: str, clock: Clock, open_port: Open = SerialPort.open) -> bool:
    """Whether something that speaks AT is at a port. Raises ByHandFault if it cannot be opened."""
    async with _engine(port, clock, open_port) as engine:
        return await engine.revive()


async def probe(port: str, clock: Clock, open_port: Open = SerialPort.open) -> Probed:
    """All that there is to know of a modem; its settings are left as they are. Raises ByHandFault."""
    async with _engine(port, clock, open_port) as engine:
        try:
            return await _probed(port, engine, await _started(engine))
        except SimWants as wants:
            return await _locked(port, engine, wants)


async def send(port: str, to: str, text: str, clock: Clock, open_port: Open = SerialPort.open) -> list[str]:
    """Send a text; what became of each part, as sentences. Raises ByHandFault, also if nothing has left."""
    if not _E164.fullmatch(to):
        raise ByHandFault(f"{to[:20]} is no number: write it like +4915112345678.")
    try:
        parts = [write_submit(part) for part in submits(text, to, reference=clock.now() // 1000 % 256)]
    except PduError as err:
        raise ByHandFault(f"The text cannot be sent: {err}.") from err
    said: list[str] = []
    async with _engine(port, clock, open_port) as engine:
        await _ready(engine)
        for number, part in enumerate(parts, 1):
            name = f"Part {number} of {len(parts)}" if len(parts) > 1 else "The text"
            sent = await engine.send(part)
            if isinstance(sent, Refused):
                why = sent.cause.words + (f" ({sent.cause.number})" if sent.cause.number is not None else "")
                raise ByHandFault(f"{' '.join([*said, name])} was refused: {why}.")
            if isinstance(sent, Taken):
                said.append(f"{name} was taken by the network.")
            else:
                said.append(f"{name} may have left: {sent.reason}. Look at the phone before you send it again.")
                break
    return said


async def ussd(port: str, code: str, clock: Clock, open_port: Open = SerialPort.open) -> str:
    """Dial a code such as *100# and return what the network answers. Raises ByHandFault."""
    if not _CODE.fullmatch(code):
        raise ByHandFault("A code has digits, * and # only, such as *100#.")
    told: asyncio.Queue[Unsolicited] = asyncio.Queue()
    async with _engine(port, clock, open_port, told) as engine:
        ready = await _ready(engine)
        dialled = packed(code) if wants_packed(ready) else code
        answer = await engine.ask(tell(f'AT+CUSD=1,"{dialled}",15'))
        if answer.cause:
            raise ByHandFault(f"The modem refuses the code: {answer.cause.words}. Some networks and modems have none.")
        found = await _ussd_answer(told, clock)
        if found.mode is UssdMode.ANSWER_WANTED:
            await engine.ask(tell("AT+CUSD=2"))
    if found.text is None:
        raise ByHandFault("The network has no answer to this code; ask the SIM's carrier which one tells the balance.")
    return "".join(char for char in found.text if char.isprintable() or char == "\n").strip()


async def _ussd_answer(told: asyncio.Queue[Unsolicited], clock: Clock) -> Ussd:
    ends = asyncio.ensure_future(clock.sleep(deadlines.USSD_ANSWER))
    try:
        while not ends.done():
            hearing = asyncio.ensure_future(told.get())
            await asyncio.wait((hearing, ends), return_when=asyncio.FIRST_COMPLETED)
            if not hearing.done():
                hearing.cancel()
            elif hearing.result().told is Told.USSD and (found := decode_ussd(hearing.result().line)):
                return found
    finally:
        ends.cancel()
    raise ByHandFault("The network does not answer. Try again; LTE networks often have no such codes.")


async def _ready(engine: Engine) -> Ready:
    try:
        return await _started(engine)
    except SimWants as wants:
        raise ByHandFault(_unlock(wants.state)) from wants


async def _started(engine: Engine) -> Ready:
    """Make it ready; one that was only just plugged in may still be beginning."""
    for _ in range(_BEGINNINGS):
        try:
            return await Startup(engine).run()
        except Restarted:
            continue
    return await Startup(engine).run()


async def _probed(port: str, engine: Engine, ready: Ready) -> Probed:
    operator = await engine.ask(ask("+COPS"))
    strength = await engine.ask(ask("+CSQ", suffix=""))
    signal = answers.signal(strength.lines[0].line) if strength.lines else None
    number = await engine.ask(Command("AT+CNUM", info=("+CNUM:",)))
    stat = await _stat(engine)
    stores = await _fillings(engine, ready)
    sentences = [_NETWORKS[stat]] if stat in _NETWORKS else []
    if signal and signal.raw < 5:
        sentences.append("The signal is too weak: move the modem, or give it an antenna.")
    if not ready.service_centre:
        sentences.append("The SIM names no SMS centre: set `service_centre`.")
    if not ready.indications:
        sentences.append("The modem does not tell of new texts: they are found by looking, every minute.")
    sentences += [
        f"The store {store} is full: nothing more comes in until Sidetone has emptied it."
        for store, (used, total) in stores.items()
        if total and used >= total
    ]
    if ready.quirks.note:
        sentences.append(f"{ready.quirks.make}: {ready.quirks.note}.")
    return Probed(
        port=port,
        manufacturer=ready.identity.manufacturer,
        model=ready.identity.model,
        imei=ready.identity.imei,
        make=ready.quirks.make,
        sim="READY",
        number=_own_number([line.line for line in number.lines]),
        service_centre=ready.service_centre or "",
        network=stat.name.lower().replace("_", " "),
        operator=_quoted(operator.lines[0].line, 2) if operator.lines else "",
        signal_dbm=signal.dbm if signal else None,
        stores={store: f"{used} of {total}" for store, (used, total) in stores.items()},
        sentences=sentences,
    )


async def _locked(port: str, engine: Engine, wants: SimWants) -> Probed:
    """A modem whose SIM is not open: what it says without one."""
    words = []
    for command in ("AT+CGMI", "AT+CGMM", "AT+CGSN"):
        answer = await engine.ask(Command(command, free_text=True))
        words.append(" ".join(line.line for line in answer.lines)[:100])
    return Probed(
        port=port,
        manufacturer=words[0],
        model=words[1],
        imei=words[2] if words[2].isdigit() else "",
        make=engine.quirks.make,
        sim=wants.state,
        sentences=[_unlock(wants.state)],
    )


async def _stat(engine: Engine) -> answers.Stat:
    """The best standing of the three networks."""
    found: list[answers.Stat] = []
    for name in ("+CREG", "+CGREG", "+CEREG"):
        answer = await engine.ask(ask(name))
        found += [stat for line in answer.lines if (stat := answers.registration(line.line)) is not None]
    return max(found, key=lambda stat: stat.can_send, default=answers.Stat.UNKNOWN)


async def _fillings(engine: Engine, ready: Ready) -> dict[str, tuple[int, int]]:
    stores: dict[str, tuple[int, int]] = {}
    for store in (*ready.stores, ready.receive_store):
        answer = await engine.ask(Command(f'AT+CPMS="{store}"', info=("+CPMS:",)))
        counts = answers.fillings(answer.lines[0].line) if answer.lines else ()
        if counts:
            stores[store] = (counts[0].used, counts[0].total)
    return stores


def _own_number(lines: list[str]) -> str:
    numbers = [_quoted(line, 1) for line in lines]
    return next((number for number in numbers if _E164.fullmatch(number)), "")


def _quoted(line: str, place: int) -> str:
    told = fields(line)
    return "".join(char for char in told[place].strip('" ') if char.isprintable())[:40] if len(told) > place else ""


def _unlock(state: str) -> str:
    if state == "SIM PIN":
        return "The SIM wants its PIN: give it as `pin_file`, or switch it off in a phone."
    return f"The SIM wants {state}: put it into a phone and unlock it there."


@asynccontextmanager
async def _engine(
    port: str, clock: Clock, open_port: Open, told: asyncio.Queue[Unsolicited] | None = None
) -> AsyncIterator[Engine]:
    """An engine on a port that is ours meanwhile; its ends become sentences."""

    def hear(event: Unsolicited | Torn | Noise) -> None:
        if told is not None and isinstance(event, Unsolicited):
            told.put_nowait(event)

    try:
        opened = await open_port(port)
    except CannotOpen as err:
        raise ByHandFault(str(err)) from err
    engine = Engine(opened, clock, hear)
    running = asyncio.create_task(engine.run())
    try:
        yield engine
    except NotReady as err:
        raise ByHandFault(f"The modem is not ready: {err.why} ({err.step}).") from err
    except Gone as err:
        raise ByHandFault(f"The modem has gone from {port}. Look at its plug and its power supply.") from err
    except Silent as err:
        raise ByHandFault("The modem has stopped answering. Unplug it and plug it in again.") from err
    except Restarted as err:
        raise ByHandFault("The modem has begun anew in the middle of it. Look at its power supply; try again.") from err
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


_NETWORKS = {
    answers.Stat.NOT_SEARCHING: "No network, and none is searched for: is the SIM in, and its network alive here?",
    answers.Stat.SEARCHING: "No network yet: look at the antenna, and try again in some minutes.",
    answers.Stat.DENIED: "The network refuses the SIM: is it blocked, or unpaid, or its 2G switched off here?",
    answers.Stat.UNKNOWN: "The modem does not know its network: look at the antenna.",
    answers.Stat.EMERGENCY_ONLY: "The network lets the SIM make emergency calls only: ask its carrier.",
}
