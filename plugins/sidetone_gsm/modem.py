"""One modem's life: opened, made ready, watched, emptied, and brought back by the ladder whenever it fails."""

import asyncio
import hashlib
import sqlite3
from collections.abc import Awaitable, Callable

from sidetone.plugin import Clock
from sidetone_gsm.at import answers
from sidetone_gsm.at.commands import ask, tell
from sidetone_gsm.at.dialogue import Noise, Torn, Unsolicited
from sidetone_gsm.at.heads import fields
from sidetone_gsm.at.transcript import Transcript
from sidetone_gsm.at.unsolicited import Told
from sidetone_gsm.balance import Balance
from sidetone_gsm.draining import Forgot, Stored, drain
from sidetone_gsm.engine import Engine, Gone, Port, Restarted, Silent
from sidetone_gsm.ladder import Step, rung
from sidetone_gsm.pin import PinNeeded, enter_pin
from sidetone_gsm.port import CannotOpen
from sidetone_gsm.receiving import Receiving
from sidetone_gsm.settings import Settings
from sidetone_gsm.spool import Spool
from sidetone_gsm.standing import Condition
from sidetone_gsm.startup import Identity, NotReady, Ready, SimWants, Startup

OpenPort = Callable[[], Awaitable[Port]]
_NETWORKS = ("+CREG", "+CGREG", "+CEREG")
_ABSENT_MS = 60 * 1000
_PERSON = 60.0  # seconds between looks at what only a person can mend
_SEARCH_ENDS_MS = 5 * 60 * 1000


class NewProcess(Exception):
    """The ladder wants the process ended and begun anew: whatever hangs in it goes with it."""


class Wrong(NotReady):
    """It is another device or another SIM than was configured."""


class Modem:
    """`run` is its life; `condition` how it is; `changed` is called when that may have changed."""

    def __init__(
        self,
        settings: Settings,
        spool: Spool,
        clock: Clock,
        open_port: OpenPort,
        receiving: Receiving,
        *,
        changed: Callable[[], None] = lambda: None,
        power: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.condition = Condition(roaming_allowed=settings.roaming)
        self.engine: Engine | None = None
        self._settings, self._spool, self._clock = settings, spool, clock
        self._open, self._receiving, self._changed, self._power = open_port, receiving, changed, power
        self._ready: Ready | None = None
        self._sim = ""
        self._broken: sqlite3.Error | None = None
        self._wake = asyncio.Event()
        self._moved = asyncio.Event()
        self._also: set[str] = set()
        self._pin_tried = False
        self.transcript = Transcript()
        """What was said at the port since it was opened last."""
        self._balance = Balance(settings, spool, clock)
        self._told_of_balance()

    async def able(self, patience: float) -> tuple[Engine, str] | str:
        """An engine that is ready and the SIM's identity, or why none is within `patience` seconds."""
        waiting = asyncio.ensure_future(self._clock.sleep(patience))
        try:
            while self.condition.starting and not waiting.done():
                self._moved.clear()
                moved = asyncio.ensure_future(self._moved.wait())
                await asyncio.wait((moved, waiting), return_when=asyncio.FIRST_COMPLETED)
                moved.cancel()
        finally:
            waiting.cancel()
        if why := self.condition.cannot_send():
            return why
        return (self.engine, self._sim) if self.engine else self.condition.down

    def wake(self) -> None:
        """Empty the stores as soon as nothing else is under way."""
        self._wake.set()

    def fail(self, error: sqlite3.Error) -> None:
        """The spool cannot be written: nothing may go on, so `run` raises this as soon as the modem is ready."""
        self._broken = error
        self._wake.set()

    async def run(self) -> None:
        """For ever. Raises NewProcess when the ladder says so, and sqlite3.Error when the spool cannot be written."""
        failures, step = int(self._spool.note("failures") or 0), None
        while True:
            port = await self._opened()
            try:
                await self._one_life(port, soft_reset=step is Step.SOFT_RESET)
            except (PinNeeded, Wrong) as error:
                self._down(_words(error))
                await self._clock.sleep(_PERSON)
                continue
            except (OSError, Gone, Silent, Restarted, Forgot, NotReady) as error:
                failures = 1 if self._was_ready() else failures + 1
                self._failed(error, failures)
            step = await self._climb(failures)

    async def _climb(self, failures: int) -> Step:
        """Wait for the ladder's next rung and take it. What is left to `_one_life` is only told."""
        found = rung(failures, self._settings.give_up_pauses, self._settings.reopen_after)
        self._spool.set_note("failures", str(failures))  # the next process climbs on from here
        await self._clock.sleep(found.pause)
        if found.step is Step.KILL:
            raise NewProcess
        if found.step is Step.POWER and self._power:
            await self._power()
        return found.step

    def _was_ready(self) -> bool:
        was, self._ready = self._ready is not None, None
        return was

    def _failed(self, error: Exception, failures: int) -> None:
        if isinstance(error, Gone):
            self.condition.vanished = [*self.condition.vanished[-9:], self._clock.now()]
        # The first rungs follow at once: whoever wants to send may wait for them.
        self._down(_words(error), starting=failures <= 2)

    def _down(self, why: str, *, starting: bool = False) -> None:
        self.engine = None
        self.condition.starting, self.condition.down = starting, why
        self.condition.registrations.clear()
        self._tell()

    async def _opened(self) -> Port:
        """The port, as soon as it is there: it is looked for again and again, by its stable path."""
        since, hooks = self._clock.now(), 0
        while True:
            try:
                return await self._open()
            except OSError as error:
                self._down(_words(error))
            await self._clock.sleep(self._settings.reopen_after)
            if self._power and self._clock.now() - since >= _ABSENT_MS:
                pauses = self._settings.give_up_pauses
                since = self._clock.now() + int(pauses[min(hooks, len(pauses) - 1)] * 1000) - _ABSENT_MS
                hooks += 1
                await self._power()

    async def _one_life(self, port: Port, *, soft_reset: bool) -> None:
        self._pin_tried = False
        engine = Engine(port, self._clock, self._hear, patience=self._settings.patience)
        self.transcript = engine.transcript
        running = asyncio.create_task(engine.run(), name="gsm-engine")
        try:
            if soft_reset and await engine.revive():
                await engine.ask(tell("AT+CFUN=1,1"))
                await self._clock.sleep(engine.quirks.ready_after)
            while True:
                await self._make_ready(engine)
                try:
                    await self._serve(engine, running)
                except (Restarted, Forgot):
                    self._pin_tried = False
                    continue  # the device is still there: all of the start again
                except Silent:
                    if engine.silences >= 3:
                        raise
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _make_ready(self, engine: Engine) -> None:
        centre = self._settings.service_centre or None
        self.condition.starting, self.condition.down = True, "The modem is being made ready."
        self._tell()
        for _ in range(3):
            try:
                ready = await Startup(engine, service_centre=centre, bearer=self._settings.bearer).run()
                break
            except SimWants as wanted:
                pin = self._settings.pin.reveal() if self._settings.pin else ""
                await enter_pin(engine, pin, self._spool, wanted, tried=self._pin_tried)
                self._pin_tried = True
            except Restarted:
                continue
        else:
            raise NotReady("AT", "the modem begins anew again and again")
        self._check(ready.identity)
        self._ready, self.engine = ready, engine
        self._sim = _short(ready.identity.imsi or ready.identity.iccid)
        self._receiving.numbers_are_rubbish = ready.quirks.report_numbers_are_rubbish
        self.condition.service_centre = ready.service_centre
        self.condition.power = False
        await self._look(engine)
        self.condition.starting, self.condition.down = False, ""
        self._wake.set()
        self._tell()

    def _check(self, identity: Identity) -> None:
        wanted = self._settings
        if wanted.imei and identity.imei[:14] != wanted.imei[:14]:
            raise Wrong("AT+CGSN", "another device is at this port than `imei` names")
        if wanted.imsi and identity.imsi != wanted.imsi:
            raise Wrong("AT+CIMI", "another SIM is in the modem than `imsi` names")

    async def _serve(self, engine: Engine, running: "asyncio.Task[None]") -> None:
        """While it is well: empty the stores when told to and by the clock, look at the network each time by the clock."""
        while True:
            self._wake.clear()
            if self._broken is not None:
                raise self._broken
            await self._drain(engine)
            self._spool.set_note("failures", "0")
            self._tell()
            wake = asyncio.ensure_future(self._wake.wait())
            timer = asyncio.ensure_future(self._clock.sleep(self._settings.drain_every))
            try:
                await asyncio.wait((wake, timer, running), return_when=asyncio.FIRST_COMPLETED)
                timed = timer.done()
            finally:
                wake.cancel()
                timer.cancel()
            if running.done():
                raise Gone("The device is gone.")
            if timed:
                await self._look(engine)
                self._receiving.look_after()
                if self._balance.is_due and self._ready and not self.condition.cannot_send():
                    await self._balance.ask(engine, self._ready)

    async def _drain(self, engine: Engine) -> None:
        ready, undeleted = self._ready, 0
        also, self._also = self._also, set()
        for store in dict.fromkeys((*(ready.stores if ready else ()), *sorted(also))):
            drained = await drain(engine, store, self._keep)
            undeleted += len(drained.undeleted)
            if drained.filling:
                left = max(drained.filling.used - drained.kept, 0) + len(drained.undeleted)
                self.condition.fillings[store] = answers.Filling(left, drained.filling.total)
        self.condition.undeleted = undeleted

    async def _keep(self, stored: Stored) -> None:
        self._receiving.keep(self._sim, stored.pdu)

    async def _look(self, engine: Engine) -> None:
        """Registration, operator, signal. `AT+CPMS?` by draining touches what texts need, so this is no sign of life."""
        for name in _NETWORKS:
            answer = await engine.ask(ask(name))
            for line in answer.lines:
                if (stat := answers.registration(line.line)) is not None:
                    self.condition.registrations[name] = stat
        operator = await engine.ask(ask("+COPS"))
        self.condition.operator = _operator(operator.lines[0].line) if operator.lines else ""
        strength = await engine.ask(ask("+CSQ", suffix=""))
        self.condition.signal = answers.signal(strength.lines[0].line) if strength.lines else None
        now = self._clock.now()
        if not self.condition.registrations or self.condition.stat.can_send:
            self.condition.unregistered_since = None
        elif self.condition.unregistered_since is None:
            self.condition.unregistered_since = now
        elif now - self.condition.unregistered_since >= _SEARCH_ENDS_MS:
            self.condition.unregistered_since = now
            await engine.ask(tell("AT+CFUN=1,1"))

    def _hear(self, event: Unsolicited | Torn | Noise) -> None:
        """What nobody asked for. A text that comes inline is safe before this returns: the modem keeps no copy."""
        if isinstance(event, Torn):
            self._wake.set()
        if not isinstance(event, Unsolicited):
            return
        if event.told in (Told.MESSAGE, Told.REPORT) and event.pdu:
            try:
                self._receiving.keep(self._sim, event.pdu, listed=False)
            except sqlite3.Error as error:  # in the reader's hands: `_serve` ends the process
                self.fail(error)
        elif event.told in (Told.MESSAGE_STORED, Told.REPORT_STORED):
            if place := answers.place(event.line):
                self._also.add(place.store)
            self._wake.set()
        elif event.told in (Told.STORE_FULL, Told.SMS_READY):
            self._wake.set()
        elif event.told is Told.REGISTRATION:
            if (stat := answers.registration(event.line)) is not None:
                self.condition.registrations[event.line.partition(":")[0].strip().upper()] = stat
            self._tell()
        elif event.told is Told.USSD:
            self._balance.hear(event.line)
            self._told_of_balance()
            self._tell()
        elif event.told is Told.POWER:
            self.condition.power = True
            self._tell()

    def _told_of_balance(self) -> None:
        self.condition.balance, self.condition.balance_is_low = self._balance.amount, self._balance.is_low

    def _tell(self) -> None:
        self._moved.set()
        self._changed()


def _short(identity: str) -> str:
    """A SIM's name in ids and in the spool: no number that is anybody's."""
    return hashlib.sha256(identity.encode()).hexdigest()[:10]


def _operator(line: str) -> str:
    told = fields(line)
    name = told[2].strip('" ') if len(told) > 2 else ""
    return "".join(char for char in name if char.isprintable())[:40]


def _words(error: Exception) -> str:
    if isinstance(error, PinNeeded | Wrong):
        return f"{error.why[:1].upper()}{error.why[1:]}".rstrip(".") + "."
    if isinstance(error, NotReady):
        return f"The modem is not ready: {error.why} ({error.step})."
    if isinstance(error, Gone):
        return "The modem has gone from its port."
    if isinstance(error, CannotOpen):
        return str(error)
    if isinstance(error, OSError):
        return f"The port cannot be opened: {error.strerror or 'it is in use or gone'}."
    return "The modem does not answer."
