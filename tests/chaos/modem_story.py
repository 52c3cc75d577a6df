"""A modem's life among faults: its process's own parts on a real pseudo-terminal, and what is promised of texts.

Time is a clock that turns only when nothing is on its way, so that minutes of silence cost nothing and nothing is a race.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from chaos.modem_faults import FAULTS, HELD, Fault
from plugins.gsm.network import write_deliver
from plugins.gsm.pty_modem import PtyModem, Wire
from plugins.gsm.radio import settings
from sidetone.testing.clock import FakeClock
from sidetone_gsm.modem import NewProcess
from sidetone_gsm.pdu.addresses import address_of
from sidetone_gsm.pdu.messages import Deliver, Submit
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.pdu.times import encode_stamp
from sidetone_gsm.pdu.writing import submits
from sidetone_gsm.spool import Spool
from sidetone_gsm.station import Station
from sidetone_gsm.wire import Result, Send, Text

BACK_WITHIN = 60.0  # seconds from a fault's end
START = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY_MS = 24 * 3600 * 1000
TO = "+491701234567"
LADDER = {"reopen_after": 0.5, "give_up_pauses": [2.0, 5.0, 10.0], "drain_every": 20.0}


class ModemStory:
    """Rounds of one fault each. `faults`: every promise that was broken, in words; `slowest`: the longest way back."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = Random(seed)
        self.clock = FakeClock(round(START.timestamp() * 1000))
        self.modem = PtyModem(folder)
        self.wire = Wire(self.modem, self.clock)
        self.rounds: list[str] = []
        self.faults: list[str] = []
        self.slowest = 0.0
        self._folder = folder
        self._spool = Spool(folder / "stick.spool")
        self._life: asyncio.Task[None] | None = None
        self._brought: list[str] = []
        self._came: Counter[str] = Counter()
        self._sent: dict[str, list[Result]] = {}
        self._sends: dict[asyncio.Task[Result], str] = {}
        self._count = 0
        self._held_until = 0
        self.modem.on_silence = self._hold
        self._begin()

    async def tell(self, rounds: int) -> None:
        """Live through so many faults, and hold what came of each text against what was promised."""
        await self._back("the beginning")
        for _ in range(rounds):
            fault = self.chance.choice(FAULTS)
            self.rounds.append(fault.name)
            await self._suffer(fault)
            await self._back(fault.name)
        self._audit()
        await self._end()

    async def _suffer(self, fault: Fault) -> None:
        lasts = self.chance.uniform(fault.shortest, max(fault.longest, fault.shortest))
        self._bring()
        self._ask_to_send()
        if self.chance.random() < 0.5:  # in the middle of something
            await self.wire.steps(self.chance.randint(0, 40))
        fault.begin(self.modem, self.chance)
        self._bring()
        if self.chance.random() < 0.5:
            self._ask_to_send()
        await self._live(lasts)
        self._bring()
        fault.end(self.modem, self.chance)
        await self._live((self._held_until - self.clock.ticks()) / 1000)

    def _hold(self) -> None:
        """A PDU that the modem does not answer keeps the port until a late answer would not be believed: by design."""
        self._held_until = self.clock.ticks() + round(HELD * 1000)

    async def _back(self, what: str) -> None:
        """Until all that was brought is safe and nothing stands in the way of sending; then it is tried."""
        began = self.clock.ticks()
        while not self._is_back() and self.clock.ticks() - began < BACK_WITHIN * 1000:
            await self._live(1.0)
        took = (self.clock.ticks() - began) / 1000
        self.slowest = max(self.slowest, took)
        if not self._is_back():
            down = self.station.modem.condition.cannot_send()
            left = {store: len(slots) for store, slots in self.modem.stores.items() if slots}
            missing = sorted(set(self._brought) - set(self._came))
            self.faults.append(f"after {what} it is not back: {down or 'ready'}; {left}; {missing}")
            return
        while self._sends:
            await self._live(5.0)
        asked = self._ask_to_send()
        await self._live(30.0)
        if [result.outcome for result in self._sent.get(asked, [])] != ["accepted"]:
            self.faults.append(f"after {what} nothing can be sent: {self._sent.get(asked)}")

    def _is_back(self) -> bool:
        is_ready = not self.station.modem.condition.cannot_send()
        return is_ready and not self.modem.waiting and set(self._brought) <= set(self._came)

    async def _live(self, seconds: float) -> None:
        """Let time pass; what comes is stored as a daemon does, and a process that ended is begun anew."""
        ends = self.clock.ticks() + round(seconds * 1000)
        while (left := (ends - self.clock.ticks()) / 1000) > 0:
            await self.wire.turn(left)
            self._store()
            for task in [task for task in self._sends if task.done()]:
                self._sent.setdefault(self._sends.pop(task), []).append(task.result())
            if self._life and self._life.done():
                await self._new_process()
        await self.wire.quiet()
        self._store()

    def _begin(self) -> None:
        self.station = Station(
            "stick",
            settings(port=str(self.modem.path), **LADDER),
            self._folder,
            spool=self._spool,
            clock=self.clock,
            open_port=self.wire.open,
        )
        self._life = asyncio.create_task(self.station.modem.run())

    async def _new_process(self) -> None:
        """What was being sent ended with the process: the daemon asks the next one what became of it."""
        assert self._life
        error = self._life.exception()
        if not isinstance(error, NewProcess):
            self.faults.append(f"the process ended by {error!r}")
        sends, self._sends = self._sends, {}
        for task, body in sends.items():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._sent.setdefault(body, []).append(Result(reference="", outcome="unknown"))
        self._begin()

    def _store(self) -> None:
        for item in self._spool.items(0, 50):
            if isinstance(item, Text):
                self._came[item.body] += 1
            self._spool.stored(item.item)

    def _bring(self) -> None:
        """The network has some texts for us, long ones among them, in parts of any order."""
        for _ in range(self.chance.randint(0, 3)):
            self._count += 1
            body = f"in {self._count} " + f"{self._count:06} " * self.chance.choice([0, 0, 40])
            stamp = encode_stamp(START + timedelta(seconds=self._count))
            parts = list(submits(body, TO, reference=self._count % 256))
            self.chance.shuffle(parts)
            self._brought.append(body)
            for part in parts:
                self.modem.arrive(write_deliver(Deliver(sender=address_of(TO), content=part.content, stamp=stamp)))

    def _ask_to_send(self) -> str:
        self._count += 1
        body = f"out {self._count} " + f"{self._count:06} " * self.chance.choice([0, 0, 40])
        ask = Send(reference=f"r{self._count}", to=TO, body=body, valid_until=self.clock.now() + DAY_MS)
        self._sends[asyncio.create_task(self.station.sending.send(ask))] = body
        return body

    def _audit(self) -> None:
        """Nothing that came is lost or doubled, and what left fits what was said of it."""
        for body, times in self._came.items():
            if times != 1 or body not in self._brought:
                self.faults.append(f"{body[:12]} came {times} times")
        left = Counter(self._texts())
        for body, results in self._sent.items():
            parts = len(submits(body, TO, reference=0))
            first = left[_key(body, 1)]
            most = max(left[_key(body, number)] for number in range(1, parts + 1))
            outcomes = [result.outcome for result in results]
            if most > 1:
                self.faults.append(f"{body[:12]} left {most} times: {results}")
            if "accepted" in outcomes and not all(left[_key(body, number)] for number in range(1, parts + 1)):
                self.faults.append(f"{body[:12]} was accepted and has not left")
            if outcomes == ["deferred"] and first:
                self.faults.append(f"{body[:12]} was put off and has left")

    def _texts(self) -> list[tuple[str, int]]:
        found = []
        bodies = {_part(part): _key(body, number) for body in self._sent for number, part in _parts(body)}
        for pdu in self.modem.taken:
            message = read_pdu(pdu)
            assert isinstance(message, Submit)
            if known := bodies.get(_part(message)):
                found.append(known)
        return found

    async def _end(self) -> None:
        for task in [*self._sends, *([self._life] if self._life else [])]:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self.station.close()
        self._spool.close()
        self.modem.unplug()


def _parts(body: str) -> list[tuple[int, Submit]]:
    return list(enumerate(submits(body, TO, reference=0), 1))


def _part(message: Submit) -> tuple[str, int]:
    concat = message.content.header.concat
    return message.content.text or "", concat.sequence if concat else 1


def _key(body: str, number: int) -> tuple[str, int]:
    return body, number
