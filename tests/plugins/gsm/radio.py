"""A modem with a network behind it, in a test's hand: what is sent arrives, what arrives lies in the store."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from plugins.gsm.far_port import FarModem, FarPort
from plugins.gsm.network import write_deliver, write_status_report
from sidetone.plugin import Clock
from sidetone.testing.clock import FakeClock, settle
from sidetone_gsm.engine import Port
from sidetone_gsm.pdu.addresses import address_of
from sidetone_gsm.pdu.messages import Deliver, StatusReport, Submit
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.pdu.times import Stamp, encode_stamp
from sidetone_gsm.pdu.writing import submits
from sidetone_gsm.settings import Settings
from sidetone_gsm.spool import Spool
from sidetone_gsm.station import Station

NUMBER = "+493012345678"
START = datetime(2026, 11, 22, 10, tzinfo=UTC)


class Radio:
    """A device that can be opened again and again. `fates` are what becomes of the next PDUs, `send` when there is none.

    `refuse` (CMS 38 with its number in `error`), `silent`, `cut` (vanishes after the PDU), `drop` (calls `on_drop`
    first, then accepts), `garble`. `reports`: the TP-ST values to report for each part, before or after its acceptance.
    """

    def __init__(self) -> None:
        self.slots: dict[int, tuple[int, str]] = {}
        self.replies: dict[str, list[str]] = {"AT+CREG?": ["+CREG: 2,1", "OK"], "AT+CSQ": ["+CSQ: 20,99", "OK"]}
        self.fates: list[str] = []
        self.error = "+CMS ERROR: 500"
        self.early: list[int] = []
        self.late: list[int] = []
        self.sent: list[Submit] = []
        self.mr = 40
        self.here = True
        self.mute = False
        self.opened = 0
        self.port: RadioPort | None = None
        self.life: asyncio.Task[None] | None = None
        self.on_drop: Callable[[], None] = lambda: None
        self.asked: list[str] = []
        self.on_asked: dict[str, Callable[[], None]] = {}
        self.die_from, self.die_at, self.die_executed, self.died = "AT+CMGL", 0, False, False
        self._writes = 0
        self._stamps = 0

    def deadly(self, data: bytes) -> bool:
        """Whether the process dies at this write: the `die_at`th from the first that begins with `die_from`."""
        if self.die_at and (self._writes or data.startswith(self.die_from.encode())):
            self._writes += 1
            self.died = self.died or self._writes >= self.die_at
        if not self.die_at:
            self._writes, self.died = 0, False
        return self.died

    async def open(self) -> Port:
        if not self.here:
            raise FileNotFoundError(2, "No such file or directory")
        self.opened += 1
        self.port = RadioPort(self)
        return self.port

    def vanish(self) -> None:
        self.here = False
        if self.port:
            FarPort.vanish(self.port)

    def stamp(self) -> Stamp:
        self._stamps += 1
        return encode_stamp(START + timedelta(seconds=self._stamps))

    def text(self, sender: str, body: str, *, reference: int = 7) -> list[str]:
        """The PDUs of a text to us, one time stamp for all its parts."""
        stamp = self.stamp()
        return [
            write_deliver(Deliver(sender=address_of(sender), content=part.content, stamp=stamp))
            for part in submits(body, NUMBER, reference=reference)
        ]

    def store(self, pdu: str) -> int:
        """A PDU arrives: stored in the first free slot, and told of."""
        slot = next(number for number in range(1, 200) if number not in self.slots)
        self.slots[slot] = (0, pdu)
        if self.port:
            self.port.say(f'+CMTI: "SM",{slot}')
        return slot

    def report(self, mr: int, recipient: str, status: int = 0, at: datetime | None = None) -> None:
        """A status report arrives inline."""
        stamp = encode_stamp(at or datetime.now(UTC))
        told = StatusReport(reference=mr, recipient=address_of(recipient), stamp=stamp, discharge=stamp, status=status)
        pdu = write_status_report(told)
        assert self.port
        self.port.say(f"+CDS: {len(pdu) // 2 - 1}", pdu)


class RadioPort(FarModem):
    """One opening of the device."""

    def __init__(self, radio: Radio) -> None:
        super().__init__()
        self.radio = radio
        self.slots = radio.slots
        self.replies |= radio.replies

    async def write(self, data: bytes) -> None:
        radio = self.radio
        if radio.mute:
            return
        was_dead = radio.died
        if radio.deadly(data) and (was_dead or not radio.die_executed):
            await asyncio.Event().wait()
        await self._carry_out(data)
        if radio.died:
            await asyncio.Event().wait()

    async def _carry_out(self, data: bytes) -> None:
        radio = self.radio
        command = data.decode().strip("\r\x1b")
        radio.asked.append(command)
        if command in radio.on_asked:
            radio.on_asked[command]()
            self.replies |= radio.replies
        if data.endswith(b"\x1a"):
            self._submitted(data[:-1].decode())
        elif data.startswith(b"AT+CMGS="):
            self.asked.append(data.decode().strip())
            self.prompt()
        else:
            await super().write(data)

    def _submitted(self, pdu: str) -> None:
        radio = self.radio
        fate = radio.fates.pop(0) if radio.fates else "send"
        if fate == "refuse":
            self.say(radio.error)
            return
        message = read_pdu(pdu)
        assert isinstance(message, Submit)
        radio.sent.append(message)
        radio.mr = (radio.mr + 1) % 256
        if fate == "silent":
            return
        if fate == "cut":
            FarPort.vanish(self)
            return
        if fate == "garble":
            self.say("+CMXX nonsense")
            return
        if fate == "drop":
            radio.on_drop()
        for status in radio.early:
            radio.report(radio.mr, message.recipient.value, status)
        self.say(f"+CMGS: {radio.mr}", "OK")
        for status in radio.late:
            radio.report(radio.mr, message.recipient.value, status)


def settings(**changes: object) -> Settings:
    usual: dict[str, Any] = {"port": "/dev/serial/by-id/far", "number": NUMBER, "rate": 1e9}
    return Settings(**(usual | {"worker": "service"} | changes))


@contextlib.asynccontextmanager
async def at_work(
    radio: Radio,
    folder: Path,
    clock: Clock,
    *,
    name: str = "test",
    listen: bool = True,
    power: Callable[[], Awaitable[None]] | None = None,
    **changes: object,
) -> AsyncIterator[Station]:
    """A modem's process without the process: all of it runs here, on a spool that outlives it."""
    (folder / "modems").mkdir(exist_ok=True)
    spool = Spool(folder / "modems" / f"{name}.spool")
    station = Station(name, settings(**changes), folder, spool=spool, clock=clock, open_port=radio.open, power=power)
    if listen:
        await station.listen()
    life = radio.life = asyncio.create_task(station.modem.run())
    try:
        yield station
    finally:
        await station.close()
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
        spool.close()


async def calm() -> None:
    """Let a whole start of a modem pass: it is some hundred turns of the loop."""
    for _ in range(12):
        await settle()


async def later(clock: FakeClock, seconds: float, *, step: float = 4.0) -> None:
    """Let time pass in steps in which a modem can answer: a deadline must not go by while it only had no turn."""
    for _ in range(round(seconds / step)):
        await clock.advance(step)
        for _ in range(6):
            await settle()
