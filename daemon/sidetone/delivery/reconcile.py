"""Asking carriers for what they did not tell: the fate of a send, a receipt, a text that no call-back brought."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any, Protocol, TypeVar

import structlog

from sidetone.clock import SteadyClock, event_or_time
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.lane import Running, outgoing
from sidetone.delivery.spans import Ages
from sidetone.delivery.untrusted import usable_outcome, usable_receipt
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import State
from sidetone.domain.incoming import Receipt
from sidetone.domain.outcome import Accepted, Outcome, Rejected
from sidetone.domain.retry import LONGEST_DELAY, delay
from sidetone.errors import StoreError
from sidetone.parts import Parts
from sidetone.plugin.abilities import FindsSent, PollsInbound, TellsStatus, Window
from sidetone.plugin.attempt import Overran, attempt
from sidetone.plugin.life import Patience
from sidetone.store import reconcile
from sidetone.store.connection import Store
from sidetone.store.reconcile import Doubt, Untold

log = structlog.get_logger("reconcile")

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
DAY = 24 * HOUR
LOOK = 15.0  # seconds between looks at what has come of age
FATE_AGES = (15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 23 * HOUR)
RECEIPT_AGES = (10 * MINUTE, HOUR, 6 * HOUR, 23 * HOUR)
AT_ONCE = 4  # questions to one carrier
MOST = 100  # rows of a look
OVERLAP = DAY  # that a list is read again before the point it was read up to: it may fill up late
LONGEST_WINDOW = 7 * DAY
NO_ANSWER = "Its plugin gave no answer that can be used."

T = TypeVar("T", Doubt, Untold)


class WayIn(Protocol):
    """Where receipts are stored."""

    async def receipt(self, carrier: str, *receipts: Receipt) -> None:
        """Store receipts and move the messages they speak of."""
        ...


class Unanswered(Exception):
    """The carrier could not be asked. `stuck`: its plugin does not even end when it is told to."""

    def __init__(self, words: str, *, stuck: bool = False) -> None:
        super().__init__(words)
        self.stuck = stuck


class Reconciler:
    """One asker for each carrier that can be asked for anything."""

    def __init__(
        self,
        store: Store,
        clock: SteadyClock,
        parts: Parts,
        way_in: WayIn,
        terms: MessagingSettings,
        chance: Random | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._store = store
        self._clock = clock
        self._parts = parts
        self._way_in = way_in
        self._terms = terms
        self._chance = chance or Random()  # noqa: S311 - jitter, not a secret
        self._askers: dict[str, Asker] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def open(self, running: Running) -> None:
        """A carrier is ready: it is asked now, and from now on."""
        if running.name in self._askers:
            self._askers[running.name].ring()
        elif isinstance(running.carrier, FindsSent | TellsStatus | PollsInbound):
            asker = Asker(
                running,
                self._store,
                self._clock,
                self._parts,
                self._way_in,
                self._terms,
                self._chance,
                self._patience,
            )
            self._askers[running.name] = asker
            self._tasks[running.name] = asyncio.create_task(asker.run(), name=f"reconcile-{running.name}")

    async def shut(self, name: str) -> None:
        """Ask a carrier no more."""
        task, asker = self._tasks.pop(name, None), self._askers.pop(name, None)
        if task is not None and asker is not None:
            task.cancel()
            await asyncio.wait({task})
            self._parts.remove(asker.part)

    async def stop(self) -> None:
        """Ask nobody any more."""
        await asyncio.gather(*(self.shut(name) for name in list(self._tasks)))

    def adopt(self, terms: MessagingSettings) -> None:
        """Hold to these terms from the next look on."""
        self._terms = terms
        for asker in self._askers.values():
            asker.terms = terms


class Question:
    """One kind of question to a carrier, when it is due, and how long it waits after it found no answer."""

    def __init__(self, ask: Callable[[], Awaitable[None]], every: float) -> None:
        self.ask = ask
        self.due_at = 0
        self.trouble = ""
        self._every = every
        self._faults = 0

    def answered(self, now: int) -> None:
        """All of it was answered."""
        self._faults, self.trouble = 0, ""
        self.due_at = now + int(self._every * SECOND)

    def failed(self, now: int, words: str, chance: Random) -> None:
        """It could not be asked, or not to the end."""
        self._faults += 1
        self.trouble = words
        self.due_at = now + delay(self._faults, chance, first=int(LOOK * SECOND), longest=LONGEST_DELAY)


class Asker:
    """Asks one carrier, one kind of question at a time."""

    def __init__(
        self,
        running: Running,
        store: Store,
        clock: SteadyClock,
        parts: Parts,
        way_in: WayIn,
        terms: MessagingSettings,
        chance: Random,
        patience: Patience,
    ) -> None:
        self.terms = terms
        self._patience = patience
        self._running = running
        self._store = store
        self._clock = clock
        self._parts = parts
        self._way_in = way_in
        self._chance = chance
        self._bell = asyncio.Event()
        self._fates = Ages(FATE_AGES)
        self._receipts = Ages(RECEIPT_AGES)
        self._questions = self._questions_to(running.carrier)

    @property
    def part(self) -> str:
        """Its name among the parts of the daemon."""
        return f"reconcile {self._running.name}"

    def ring(self) -> None:
        """Look at once."""
        self._bell.set()

    async def run(self) -> None:
        """Ask until cancelled, or until the plugin hangs for good."""
        while True:
            self._bell.clear()
            if self._running.ready:
                for question in self._questions:
                    if question.due_at <= self._clock.ticks() and not await self._put(question):
                        return
                self._tell()
            await event_or_time(self._bell, self._clock, LOOK)

    def _questions_to(self, carrier: object) -> list[Question]:
        questions = []
        if isinstance(carrier, PollsInbound) and carrier.poll_every > 0:
            questions.append(Question(partial(self._poll, carrier), carrier.poll_every))
        if isinstance(carrier, FindsSent):
            questions.append(Question(partial(self._ask_fates, carrier), 0.0))
        if isinstance(carrier, TellsStatus):
            questions.append(Question(partial(self._ask_receipts, carrier), 0.0))
        return questions

    async def _put(self, question: Question) -> bool:
        """Ask; False when the plugin hangs and nothing may be asked any more."""
        try:
            await question.ask()
        except Unanswered as error:
            question.failed(self._clock.ticks(), str(error), self._chance)
            if error.stuck:
                words = "The carrier's plugin hangs when it is asked for what it did not tell: restart Sidetone."
                self._parts.set(self.part, State.FAILED, words)
                return False
        except StoreError as error:
            question.failed(self._clock.ticks(), str(error), self._chance)
        except Exception as error:
            log.exception("asking failed", carrier=self._running.name, error=type(error).__name__)
            question.failed(self._clock.ticks(), "A fault of Sidetone's own.", self._chance)
        else:
            question.answered(self._clock.ticks())
        return True

    def _tell(self) -> None:
        trouble = next((question.trouble for question in self._questions if question.trouble), "")
        if trouble:
            words = f"What the carrier did not tell cannot be asked for: {trouble} It is tried again."
            self._parts.set(self.part, State.DEGRADED, words)
        else:
            self._parts.set(self.part, State.OK, "What the carrier did not tell is asked for.", code="reconcile.ok")

    async def _poll(self, carrier: PollsInbound) -> None:
        began = self._clock.now()
        numbers = await self._store.read(reconcile.numbers, self._running.name)
        windows = [Window(number=row["e164"], since=since(row["created_at"], row["at"], began)) for row in numbers]
        if windows:
            await self._call(partial(carrier.poll, windows), self._patience.list)
            await self._store.write(reconcile.mark, self._running.name, began)

    async def _ask_fates(self, carrier: FindsSent) -> None:
        now = self._clock.now()
        for span in self._fates.spans(now, self.terms.unknown_wait):
            await self._each(reconcile.unknown, span, partial(self._ask_fate, carrier))
        self._fates.looked(now)

    async def _ask_receipts(self, carrier: TellsStatus) -> None:
        now = self._clock.now()
        for span in self._receipts.spans(now, self.terms.receipt_wait):
            await self._each(reconcile.untold, span, partial(self._ask_receipt, carrier))
        self._receipts.looked(now)

    async def _each(
        self, find: Callable[..., list[T]], span: tuple[int, int], ask: Callable[[T], Awaitable[None]]
    ) -> None:
        """Ask for everything with a deadline within the span, a few at once; raises Unanswered when nobody answers."""
        after, upto = (span[0], 2**62), span[1]  # behind all that have the span's own beginning for a deadline
        while found := await self._store.read(find, self._running.name, after, upto, MOST):
            for start in range(0, len(found), AT_ONCE):
                await _all(ask, found[start : start + AT_ONCE])
            after = (found[-1].deadline_at, found[-1].id)

    async def _ask_fate(self, carrier: FindsSent, doubt: Doubt) -> None:
        said = await self._call(
            lambda: carrier.find(outgoing(doubt.claim), doubt.started_at), self._running.carrier.limits.deadline
        )
        if said is not None and not isinstance(said, Outcome):
            raise Unanswered(NO_ANSWER)
        outcome = None if said is None else usable_outcome(said)
        if not isinstance(outcome, Accepted | Rejected):
            return
        claim = doubt.claim
        receipt_until = self._clock.now() + self.terms.receipt_wait
        known = await self._store.write(reconcile.settle, claim, outcome, receipt_until)
        what = type(outcome).__name__.lower() if known else "another's"
        log.info("found", carrier=claim.carrier, message=claim.message_id, outcome=what, correlation=claim.correlation)

    async def _ask_receipt(self, carrier: TellsStatus, part: Untold) -> None:
        said = await self._call(partial(carrier.status, part.carrier_id), self._running.carrier.limits.deadline)
        if said is not None and not isinstance(said, Receipt):
            raise Unanswered(NO_ANSWER)
        receipt = None if said is None else usable_receipt(replace(said, carrier_id=part.carrier_id))
        if receipt is not None:
            await self._way_in.receipt(self._running.name, receipt)

    async def _call(self, call: Callable[[], Awaitable[Any]], seconds: float) -> Any:  # noqa: ANN401 - any plugin's answer
        tried = await attempt(call, seconds, grace=self._patience.grace)
        if tried.error is None:
            return tried.value
        if isinstance(tried.error, StoreError):
            raise tried.error
        raise Unanswered(_words(tried.error), stuck=tried.stuck)


def since(added_at: int, read_at: int | None, now: int) -> int:
    """From when on (ms) a number's texts are looked for in a carrier's list that was last read through at `read_at`."""
    read_up_to = 0 if read_at is None else min(read_at, now)  # the clock may have been set back
    return max(added_at, read_up_to - OVERLAP, now - LONGEST_WINDOW)


async def _all(ask: Callable[[T], Awaitable[None]], those: Sequence[T]) -> None:
    """Ask for all of them; raises when not one of them was answered, and whatever is worse than that."""
    answers = await asyncio.gather(*(ask(one) for one in those), return_exceptions=True)
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    for error in errors:
        if not isinstance(error, Unanswered) or error.stuck:
            raise error
    if len(errors) == len(answers):
        raise errors[0]


def _words(error: BaseException) -> str:
    if isinstance(error, SidetoneError):
        return error.message
    return "It takes too long." if isinstance(error, Overran) else f"Its plugin failed ({type(error).__name__})."
