"""One port and the one who owns it: one reader, one command in flight, a deadline for each that traffic never extends.

Whoever wants something asks; `Engine.run` alone writes. Giving up waiting for an answer takes nothing back that has been
written: the exchange ends by itself before the next begins.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from sidetone.plugin import Clock
from sidetone_gsm.at import answers, deadlines
from sidetone_gsm.at.causes import Cause, Remedy, Verdict
from sidetone_gsm.at.commands import Command
from sidetone_gsm.at.dialogue import Dialogue, Event, Final, Info, Noise, Torn, Unsolicited
from sidetone_gsm.at.lines import Prompt
from sidetone_gsm.at.quirks import PLAIN, Quirks
from sidetone_gsm.at.transcript import Transcript
from sidetone_gsm.at.unsolicited import Told
from sidetone_gsm.pdu.writing import Written

URGENT, SENDING, USUAL = 0, 1, 2
"""The order of those who wait: a store that is to be emptied goes before a send."""
_ESCAPE = b"\x1b\r"
_PROBES = 5
_PROBE_SECONDS = 0.3
_REST_SECONDS = 1.0


class Port(Protocol):
    """An open serial port, in octets."""

    async def read(self) -> bytes:
        """What has come, at least one octet; nothing or OSError if the device is gone."""
        ...

    async def write(self, data: bytes) -> None:
        """Returns when the octets have left; raises OSError if the device is gone."""
        ...

    def close(self) -> None:
        """At once, without waiting for what has not left."""
        ...


class Gone(Exception):
    """The device is not there any more, or its port was closed: open it anew, initialise it anew."""


class Silent(Exception):
    """No answer within the deadline; the port was brought to its senses meanwhile, or `Engine.silences` grows."""


class Restarted(Exception):
    """The modem began anew in the middle of the command: its settings are gone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command brought. `cause` is None if it succeeded."""

    lines: tuple[Info, ...]
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The network took the PDU; `reference` is its TP-MR, None if the modem did not tell. `late`: after the deadline."""

    reference: int | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It certainly did not leave."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have left: the PDU was written and no usable answer came. Never sent again by itself."""

    reason: str


Sent = Taken | Refused | Unclear


@dataclass(slots=True)
class _Job:
    """An exchange that waits for its turn. `known` is what came of it if it ends here: set once a PDU has left."""

    work: Callable[["_Job"], Coroutine[Any, Any, Any]]
    answer: asyncio.Future[Any]
    known: Sent | None = None


class Engine:
    """Speaks on an open port. `told` hears what nobody asked for, in order, and must not wait."""

    def __init__(
        self, port: Port, clock: Clock, told: Callable[[Unsolicited | Torn | Noise], None], *, quirks: Quirks = PLAIN
    ) -> None:
        self.transcript = Transcript()
        self.quirks = quirks
        self.silences = 0
        """Deadlines passed in a row, each after an attempt to bring the port to its senses."""
        self._port, self._clock, self._told = port, clock, told
        self._dialogue = Dialogue()
        self._heard: asyncio.Queue[Event | Gone | Restarted] = asyncio.Queue()
        self._jobs: asyncio.PriorityQueue[tuple[int, int, _Job | None]] = asyncio.PriorityQueue()
        self._order = itertools.count()
        self._gone: Gone | None = None

    async def run(self) -> None:
        """Own the port until the device is gone (raises Gone) or the caller cancels; then close it."""
        reading = asyncio.create_task(self._read(), name="gsm-read")
        try:
            await self._serve()
        finally:
            reading.cancel()
            self._gone = self._gone or Gone("The port was closed.")
            self._port.close()
            while not self._jobs.empty():
                if job := self._jobs.get_nowait()[2]:
                    _finish(job, self._gone)

    async def ask(self, command: Command, *, deadline: float | None = None, priority: int = USUAL) -> Answer:
        """What the command brings. `deadline` in seconds from its write; the table's own if None.

        An error that says `not yet` is tried again with a growing pause. Raises Gone, Silent or Restarted.
        """
        seconds = deadlines.deadline(command) if deadline is None else deadline
        answer: Answer = await self._queue(lambda _: self._patiently(command, seconds), priority)
        return answer

    async def send(self, pdu: Written, *, priority: int = SENDING) -> Sent:
        """Hand one PDU to the network. Raises Gone, Silent or Restarted only if it certainly did not leave.

        Silence after the PDU is heard out until a late acceptance would not be believed any more.
        """
        sent: Sent = await self._queue(lambda job: self._send(job, pdu), priority)
        return sent

    async def revive(self) -> bool:
        """Leave whatever entry the modem is in, as after opening the port; False if it does not answer."""
        alive: bool = await self._queue(lambda _: self._resync(), URGENT)
        return alive

    async def _queue(self, work: Callable[[_Job], Coroutine[Any, Any, Any]], priority: int) -> Any:  # noqa: ANN401
        if self._gone:
            raise self._gone
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait((priority, next(self._order), job))
        return await job.answer

    async def _serve(self) -> None:
        while job := (await self._jobs.get())[2]:
            if job.answer.cancelled():
                continue
            try:
                _finish(job, await job.work(job))
            except (Silent, Restarted) as err:
                _finish(job, err)
            except (Gone, OSError) as err:
                self._gone = err if isinstance(err, Gone) else Gone("The device is gone.")
                _finish(job, self._gone)
                break
            except asyncio.CancelledError:
                _finish(job, Gone("The port was closed."))
                raise
        raise self._gone or Gone("The device is gone.")

    async def _read(self) -> None:
        try:
            while data := await self._port.read():
                for event in self._dialogue.feed(data):
                    self._hear(event)
        except OSError:
            pass
        self._gone = Gone("The device is gone.")
        self._heard.put_nowait(self._gone)
        self._jobs.put_nowait((-1, next(self._order), None))

    def _hear(self, event: Event) -> None:
        self.transcript.heard(self._clock.now(), event)
        if isinstance(event, Unsolicited | Torn | Noise):
            self._told(event)
            if isinstance(event, Unsolicited) and event.told is Told.RESTARTED:
                self._heard.put_nowait(Restarted("The modem began anew."))
        else:
            self._heard.put_nowait(event)

    async def _patiently(self, command: Command, seconds: float) -> Answer:
        until = self._clock.now() + deadlines.NOT_YET * 1000
        for tries in itertools.count(1):
            answer = await self._exchange(command, seconds)
            pause = deadlines.pause_before_retry(tries)
            not_yet = answer.cause is not None and answer.cause.remedy is Remedy.WAIT
            if not not_yet or self._clock.now() + pause * 1000 >= until:
                return answer
            await self._clock.sleep(pause)
        raise AssertionError("counting has no end")

    async def _exchange(self, command: Command, seconds: float) -> Answer:
        until = await self._start(command, seconds)
        lines: list[Info] = []
        while True:
            event = await self._hear_until(until)
            if isinstance(event, Info):
                lines.append(event)
            elif isinstance(event, Final):
                self.silences = 0
                return Answer(tuple(lines), event.cause)
            elif event is None:
                await self._come_to_senses()
                raise Silent(f"{command.shown} had no answer in {seconds:g} s.")

    async def _send(self, job: _Job, pdu: Written) -> Sent:
        command = Command(f"AT+CMGS={pdu.length}", info=("+CMGS:",), prompt=True)
        until = await self._start(command, deadlines.PROMPT)
        while not isinstance(event := await self._hear_until(until), Prompt):
            if isinstance(event, Final):
                return Refused(event.cause or Cause(None, "no prompt", Verdict.LATER, tries=2))
            if event is None:
                await self._come_to_senses()
                return Refused(Cause(None, "no prompt", Verdict.LATER, tries=2))
        job.known = Unclear("no answer after the PDU")
        return await self._hear_out(job, pdu)

    async def _hear_out(self, job: _Job, pdu: Written) -> Sent:
        """Write the PDU and wait for what the network says of it."""
        written_at = self._clock.now()
        until = written_at + deadlines.LATE_ACCEPTANCE * 1000
        await self._write(self._dialogue.payload(pdu.text), until, "(a PDU)")
        while True:
            event = await self._hear_until(until)
            if isinstance(event, Info) and not isinstance(job.known, Taken):
                is_late = self._clock.now() - written_at > deadlines.ACCEPTANCE * 1000
                job.known = Taken(answers.reference(event.line), is_late)
                until = self._clock.now() + deadlines.SIMPLE * 1000  # only the end is missing
            elif isinstance(event, Final):
                self.silences = 0
                return job.known if isinstance(job.known, Taken) else _judged(event)
            elif event is None:
                await self._come_to_senses()
                return job.known or Unclear("no answer after the PDU")

    async def _start(self, command: Command, seconds: float) -> float:
        """Write a command; gives the instant (ms) of its deadline."""
        await self._clock.sleep(self.quirks.pause)
        while not self._heard.empty():
            if isinstance(stale := self._heard.get_nowait(), Gone):
                raise stale
        until = self._clock.now() + seconds * 1000
        await self._write(self._dialogue.start(command), until, command.shown)
        return until

    async def _write(self, data: bytes, until: float, shown: str) -> None:
        self.transcript.add(self._clock.now(), ">", shown)
        size = self.quirks.chunk or len(data)
        for start in range(0, len(data), size):
            if not await self._in_time(self._port.write(data[start : start + size]), until):
                raise Gone("The port takes no more octets.")

    async def _hear_until(self, until: float) -> Event | None:
        """The next event of the exchange; None at the deadline. Raises Gone or Restarted."""
        hearing = asyncio.ensure_future(self._heard.get())
        if not await self._in_time(hearing, until):
            return None
        event = hearing.result()
        if isinstance(event, Restarted):
            self._dialogue.abandon()
            raise event
        if isinstance(event, Gone):
            raise event
        return event

    async def _in_time(self, wanted: Awaitable[object], until: float) -> bool:
        """Whether it is done before the instant `until`; what is not is cancelled."""
        doing = asyncio.ensure_future(wanted)
        waiting = asyncio.ensure_future(self._clock.sleep(max(until - self._clock.now(), 0) / 1000))
        try:
            await asyncio.wait((doing, waiting), return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
            return doing.done()
        finally:
            waiting.cancel()
            doing.cancel()

    async def _come_to_senses(self) -> None:
        """After a deadline: what is in flight is given up, and the modem brought to listen again."""
        self._dialogue.abandon()
        self.silences += 1
        await self._clock.sleep(_REST_SECONDS)
        await self._resync()

    async def _resync(self) -> bool:
        """ESC leaves a PDU's entry without sending it; then `AT` until it is answered."""
        self._dialogue.abandon()
        await self._write(_ESCAPE, self._clock.now() + deadlines.SIMPLE * 1000, "ESC")
        for _ in range(_PROBES):
            until = await self._start(Command("AT", numeric=True), _PROBE_SECONDS)
            event = await self._hear_until(until)
            while event is not None and not isinstance(event, Final):
                event = await self._hear_until(until)
            if isinstance(event, Final) and event.cause is None:
                return True
            self._dialogue.abandon()
        return False


def _judged(final: Final) -> Sent:
    """What the end of a send says where no `+CMGS` came before it."""
    if final.cause is None or final.cause.verdict is Verdict.ACCEPTED:
        return Taken(None)
    return Unclear(final.cause.words) if final.cause.verdict is Verdict.UNKNOWN else Refused(final.cause)


def _finish(job: _Job, outcome: object) -> None:
    """Tell whoever asked; after the PDU was written a failure is no failure, but what was known by then."""
    if job.answer.done():
        return
    if isinstance(outcome, Exception) and job.known:
        job.answer.set_result(job.known)
    elif isinstance(outcome, Exception):
        job.answer.set_exception(outcome)
    else:
        job.answer.set_result(outcome)
