"""One port and the one who owns it: one reader, one command in flight, a deadline for each that traffic never extends.

Whoever wants something asks; `Engine.run` alone writes. Giving up waiting for an answer takes nothing back that has been
written: the exchange ends by itself before the next begins.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
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
_NO_PROMPT = Cause(None, "no prompt", Verdict.LATER, tries=2)


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
    """Speaks on an open port. `told` hears what nobody asked for, in order, and must not wait.

    `patience` is how many times the usual deadlines a modem is given.
    """

    def __init__(
        self,
        port: Port,
        clock: Clock,
        told: Callable[[Unsolicited | Torn | Noise], None],
        *,
        quirks: Quirks = PLAIN,
        patience: float = 1.0,
    ) -> None:
        self.transcript = Transcript()
        self.quirks = quirks
        self.silences = 0
        """Deadlines passed in a row, each after an attempt to bring the port to its senses."""
        self._port, self._clock, self._told = port, clock, told
        self._patience = patience
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
        with self._within(deadlines.NOT_YET) as patience:
            for tries in itertools.count(1):
                answer = await self._exchange(command, seconds)
                if answer.cause is None or answer.cause.remedy is not Remedy.WAIT or patience.done():
                    return answer
                await self._clock.sleep(deadlines.pause_before_retry(tries))
        raise AssertionError("counting has no end")

    async def _exchange(self, command: Command, seconds: float) -> Answer:
        lines: list[Info] = []
        await self._get_ready()
        with self._within(seconds) as deadline:
            await self._start(command, deadline)
            while (event := await self._hear_until(deadline)) is not None:
                if isinstance(event, Info):
                    lines.append(event)
                elif isinstance(event, Final):
                    self.silences = 0
                    return Answer(tuple(lines), event.cause)
        await self._come_to_senses()
        raise Silent(f"{command.shown} had no answer in {seconds:g} s.")

    async def _send(self, job: _Job, pdu: Written) -> Sent:
        command = Command(f"AT+CMGS={pdu.length}", info=("+CMGS:",), prompt=True)
        await self._get_ready()
        with self._within(deadlines.PROMPT) as deadline:
            await self._start(command, deadline)
            while (event := await self._hear_until(deadline)) is not None:
                if isinstance(event, Prompt):
                    job.known = Unclear("no answer after the PDU")
                    return await self._hear_out(job, pdu)
                if isinstance(event, Final):
                    return Refused(event.cause or _NO_PROMPT)
        await self._come_to_senses()
        return Refused(_NO_PROMPT)

    async def _hear_out(self, job: _Job, pdu: Written) -> Sent:
        """Write the PDU and wait for what the network says of it."""
        with self._within(deadlines.ACCEPTANCE) as punctual, self._within(deadlines.LATE_ACCEPTANCE) as deadline:
            await self._write(self._dialogue.payload(pdu.text), deadline, "(a PDU)")
            while (event := await self._hear_until(deadline)) is not None:
                if isinstance(event, Final):
                    self.silences = 0
                    return _judged(event)
                if isinstance(event, Info):
                    job.known = Taken(answers.reference(event.line), late=punctual.done())
                    return await self._hear_end(job.known)
        await self._come_to_senses()
        return job.known or Unclear("no answer after the PDU")

    async def _hear_end(self, taken: Taken) -> Taken:
        """After `+CMGS` only the end is missing, and its absence changes nothing."""
        with self._within(deadlines.SIMPLE) as deadline:
            while (event := await self._hear_until(deadline)) is not None:
                if isinstance(event, Final):
                    self.silences = 0
                    return taken
        await self._come_to_senses()
        return taken

    @contextmanager
    def _within(self, seconds: float) -> Iterator[asyncio.Future[None]]:
        """A deadline that is done when it has passed; by waiting, for the time of day may be set meanwhile."""
        waiting = asyncio.ensure_future(self._clock.sleep(seconds * self._patience))
        try:
            yield waiting
        finally:
            waiting.cancel()

    async def _get_ready(self) -> None:
        """Leave the make its pause, and let go of what was said before."""
        await self._clock.sleep(self.quirks.pause)
        while not self._heard.empty():
            if isinstance(stale := self._heard.get_nowait(), Gone):
                raise stale

    async def _start(self, command: Command, deadline: asyncio.Future[None]) -> None:
        await self._write(self._dialogue.start(command), deadline, command.shown)

    async def _write(self, data: bytes, deadline: asyncio.Future[None], shown: str) -> None:
        self.transcript.add(self._clock.now(), ">", shown)
        size = self.quirks.chunk or len(data)
        for start in range(0, len(data), size):
            if not await _before(deadline, self._port.write(data[start : start + size])):
                raise Gone("The port takes no more octets.")

    async def _hear_until(self, deadline: asyncio.Future[None]) -> Event | None:
        """The next event of the exchange; None at the deadline. Raises Gone or Restarted."""
        hearing = asyncio.ensure_future(self._heard.get())
        if not await _before(deadline, hearing):
            return None
        event = hearing.result()
        if isinstance(event, Restarted):
            self._dialogue.abandon()
            raise event
        if isinstance(event, Gone):
            raise event
        return event

    async def _come_to_senses(self) -> None:
        """After a deadline: what is in flight is given up, and the modem brought to listen again."""
        self._dialogue.abandon()
        self.silences += 1
        await self._clock.sleep(_REST_SECONDS * min(self._patience, 1.0))
        if await self._resync():
            await self._clock.sleep(_PROBE_SECONDS)  # the end that was heard may have been the late one

    async def _resync(self) -> bool:
        """ESC leaves a PDU's entry without sending it; then `AT` until it is answered."""
        self._dialogue.abandon()
        with self._within(deadlines.SIMPLE) as deadline:
            await self._write(_ESCAPE, deadline, "ESC")
        for probe in range(_PROBES):
            await self._get_ready()
            with self._within(_PROBE_SECONDS) as deadline:
                await self._start(Command("AT", numeric=True), deadline)
                while (event := await self._hear_until(deadline)) is not None:
                    if isinstance(event, Final) and event.cause is None:
                        await self._clock.sleep(
                            _PROBE_SECONDS * min(probe, 1)
                        )  # ends of former probes are on their way
                        return True
            self._dialogue.abandon()
        return False


async def _before(deadline: asyncio.Future[None], wanted: Awaitable[object]) -> bool:
    """Whether it is done before the deadline; what is not is cancelled. Raises what it raises."""
    doing = asyncio.ensure_future(wanted)
    try:
        await asyncio.wait((doing, deadline), return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            doing.result()
        return doing.done()
    finally:
        doing.cancel()


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
