"""One text at a time to the network, one part in flight; each step is in the spool before the next begins."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sidetone.plugin import Clock
from sidetone_gsm import outcomes
from sidetone_gsm.at.causes import Cause, Remedy, Verdict
from sidetone_gsm.at.commands import tell
from sidetone_gsm.engine import Engine, Gone, Refused, Restarted, Silent, Taken, Unclear
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.writing import Written, submits, write_submit
from sidetone_gsm.receiving import Receiving
from sidetone_gsm.sent import (
    SAME_REFERENCE_MS,
    PartOutcome,
    Resending,
    SentPart,
    guessed_reference,
    next_reference,
    resending,
)
from sidetone_gsm.settings import Settings
from sidetone_gsm.spool import Spool
from sidetone_gsm.wire import Result, Send

_PAUSES = (2.0, 5.0, 10.0)
_PLAINLY_MINE = 3
"""Tries of a cause that may be tried as often as wanted, before the text goes back to the daemon."""


class Able(Protocol):
    """The modem, as far as sending sees it."""

    async def able(self, patience: float) -> "tuple[Engine, str] | str":
        """An engine that is ready and its SIM's identity, or in words why none is within so many seconds."""
        ...

    def wake(self) -> None:
        """Empty the stores soon."""
        ...


@dataclass(slots=True)
class _Job:
    """A text on its way. `refusal` is what ended it, `why` that the modem left in the middle."""

    ask: Send
    numbers: tuple[int, ...]
    pdus: list[Written]
    found: list[PartOutcome]
    ids: list[str]
    first_at: int
    refusal: Cause | None = None
    why: str = ""

    @property
    def left(self) -> int:
        return self.found.count(PartOutcome.ACCEPTED)


class Sending:
    """All that leaves by one modem. `receiving` hears when a part has left, for reports may have come before."""

    def __init__(self, settings: Settings, spool: Spool, clock: Clock, modem: Able, receiving: Receiving) -> None:
        self._settings, self._spool, self._clock = settings, spool, clock
        self._modem, self._receiving = modem, receiving
        self._turn = asyncio.Lock()
        self._under_way: set[str] = set()
        self._free_at = 0
        self._refusals = 0
        self.patience = 20.0
        """Seconds that a text waits for a modem that is starting, or comes back between two parts."""

    def find(self, reference: str) -> Result:
        """What is known of an attempt."""
        return outcomes.known(self._spool.attempt(reference), reference, under_way=reference in self._under_way)

    async def send(self, ask: Send) -> Result:
        """Try to send a text, once; the same reference again is the same attempt. Raises sqlite3.Error."""
        async with self._turn:
            if (known := self._spool.attempt(ask.reference)) is not None:
                found = self.find(ask.reference)
                return found if known.result is None or found.outcome != "nothing" else known.result
            self._under_way.add(ask.reference)
            try:
                result = await self._send(ask)
                self._spool.end(result)
            finally:
                self._under_way.discard(ask.reference)
            return result

    async def _send(self, ask: Send) -> Result:
        able = await self._modem.able(self.patience)
        if isinstance(able, str):
            return outcomes.not_now(ask.reference, able)
        await self._clock.sleep(max(self._free_at - self._clock.now(), 0) / 1000)
        try:
            job, repeats = self._prepare(ask)
        except PduError as error:
            return Result(reference=ask.reference, outcome="rejected", kind="recipient", words=str(error)[:300])
        if len(job.pdus) > self._settings.most_parts:
            words = f"The text has {len(job.pdus)} parts; the modem may send {self._settings.most_parts}."
            return Result(reference=ask.reference, outcome="rejected", kind="message", code="too-long", words=words)
        for number in job.numbers:
            if not await self._part(job, number):
                break
        self._free_at = self._clock.now() + int(len(job.numbers) * 60_000 / self._settings.rate)
        return self._result(job, repeats=repeats)

    def _prepare(self, ask: Send) -> tuple[_Job, bool]:
        """What is to be sent: all of it, or what an earlier try of the same text left undone."""
        now, spool = self._clock.now(), self._spool
        digest = hashlib.sha256(f"{ask.message} {ask.to} {ask.body}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        earlier = spool.last_attempt(digest)
        again: Resending | None = None
        if earlier and earlier.left and now - earlier.started_at <= 12 * SAME_REFERENCE_MS:
            again = resending(earlier.outcomes, earlier.started_at, now)
        with spool.together():
            if earlier and again and again.same_reference:
                concat = earlier.concat
            else:
                last = spool.note(f"reference {ask.to}")
                concat = next_reference(int(last) if last else None)
                spool.set_note(f"reference {ask.to}", str(concat))
            parts = submits(
                ask.body,
                ask.to,
                reference=concat,
                smsc=None,
                validity=self._validity(ask, now),
                report_wanted=self._settings.reports,
            )
            total = len(parts)
            spool.begin(ask.reference, digest, ask.to, now, concat, total)
            found, ids = [PartOutcome.UNTRIED] * total, [""] * total
            if earlier and again and again.same_reference:
                for at, outcome in enumerate(earlier.outcomes):
                    if outcome is PartOutcome.ACCEPTED:
                        found[at], ids[at] = outcome, earlier.ids[at]
                        spool.move_part(earlier.reference, ask.reference, at + 1)
        numbers = again.numbers if again and again.same_reference else tuple(range(1, total + 1))
        return _Job(ask, numbers, [write_submit(part) for part in parts], found, ids, now), bool(
            again and again.repeats
        )

    def _validity(self, ask: Send, now: int) -> timedelta:
        left = timedelta(milliseconds=max(ask.valid_until - now, 0))
        return max(min(left, timedelta(hours=self._settings.validity)), timedelta(minutes=5))

    async def _part(self, job: _Job, number: int) -> bool:
        """One part, until it is certain what became of it or nothing more helps; whether the next may follow."""
        tries = 0
        while True:
            able = await self._modem.able(self.patience)
            if isinstance(able, str):
                job.why = able
                return False
            engine, sim = able
            if number == job.numbers[0] and len(job.numbers) > 1 and not tries:
                await _keep_link(engine)
            outcome = await self._hand_over(engine, sim, job, number)
            if not isinstance(outcome, Cause):
                return outcome is PartOutcome.ACCEPTED
            tries += 1
            pause = _PAUSES[min(tries, len(_PAUSES)) - 1]
            late = self._clock.now() + pause * 1000 > min(job.first_at + SAME_REFERENCE_MS, job.ask.valid_until)
            if outcome.verdict is not Verdict.LATER or tries > (outcome.tries or _PLAINLY_MINE) or late:
                job.refusal = outcome
                return False
            await self._clock.sleep(pause)

    async def _hand_over(self, engine: Engine, sim: str, job: _Job, number: int) -> PartOutcome | Cause:
        """One try of one part; a cause if it certainly did not leave. Written down before and after."""
        ask, spool, now = job.ask, self._spool, self._clock.now()
        guess = guessed_reference(int(last) if (last := spool.note(f"mr {sim}")) else None)
        part = SentPart(
            f"{sim}-{'x' if guess is None else guess}-{now}-{number}",
            sim,
            -1 if guess is None else guess,
            ask.to,
            now,
            max(ask.valid_until, now),
        )
        spool.set_part(ask.reference, number, PartOutcome.UNKNOWN, part)
        try:
            sent = await engine.send(job.pdus[number - 1])
        except (Gone, Silent, Restarted) as error:
            sent = Refused(Cause(None, str(error), Verdict.LATER, tries=_PLAINLY_MINE))
        if isinstance(sent, Unclear):
            job.found[number - 1], job.why = PartOutcome.UNKNOWN, sent.reason
            return PartOutcome.UNKNOWN
        if isinstance(sent, Refused):
            spool.set_part(ask.reference, number, PartOutcome.REFUSED)
            job.found[number - 1] = PartOutcome.REFUSED
            if sent.cause.remedy is Remedy.DRAIN:
                self._modem.wake()
            return sent.cause
        self._taken(job, number, part, sent)
        return PartOutcome.ACCEPTED

    def _taken(self, job: _Job, number: int, part: SentPart, sent: Taken) -> None:
        sim, spool = part.sim, self._spool
        mr = sent.reference
        ident = f"{sim}-{'x' if mr is None else mr}-{part.sent_at}-{number}"
        taken = SentPart(ident, sim, -1 if mr is None else mr, part.recipient, part.sent_at, part.valid_until)
        with spool.together():
            spool.set_part(job.ask.reference, number, PartOutcome.ACCEPTED, taken)
            if mr is not None:
                spool.set_note(f"mr {sim}", str(mr))
        job.found[number - 1], job.ids[number - 1] = PartOutcome.ACCEPTED, ident
        self._refusals = 0
        self._receiving.match_reports()

    def _result(self, job: _Job, *, repeats: bool) -> Result:
        reference, total = job.ask.reference, len(job.found)
        if job.left == total:
            return outcomes.accepted(reference, job.ids, repeats=repeats)
        if PartOutcome.UNKNOWN in job.found:
            return outcomes.unclear(reference, job.why)
        if job.refusal is not None:
            self._refusals += job.refusal.verdict in (Verdict.ROUTE, Verdict.LATER, Verdict.CAPABILITY)
            return outcomes.refused(reference, job.refusal, job.left, total, self._refusals)
        if job.left:
            return outcomes.interrupted(reference, job.left, total, job.why)
        return outcomes.not_now(reference, job.why)


async def _keep_link(engine: Engine) -> None:
    """Ask the network to keep its link open for the parts that follow; a modem that cannot is no worse off."""
    try:
        await engine.ask(tell("AT+CMMS=2"))
    except (Gone, Silent, Restarted):
        return
