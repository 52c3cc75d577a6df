"""A lane: one carrier's share of the outbox, claimed and sent within that carrier's limits."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Protocol

import structlog

from sidetone.clock import SteadyClock, event_or_time
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.pace import Pace
from sidetone.delivery.untrusted import usable_number, usable_outcome
from sidetone.delivery.ways import Ways
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.retry import next_try
from sidetone.domain.segments import segment
from sidetone.errors import StoreError
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.plugin.abilities import LeavesFrom
from sidetone.plugin.carrier import Carrier, Outgoing
from sidetone.store import outbox
from sidetone.store.connection import Store
from sidetone.store.outbox import Claimed, Taker

log = structlog.get_logger("delivery")

GRACE = 60_000  # ms past a send's own deadline before its row is looked at by the clock
STORE_WAIT = 1.0  # seconds between tries to write while the disk is full
LONGEST_WAIT = 60.0  # seconds; a look into the outbox even when nothing has rung
LINGER = 1_000  # ms that a send may take before screens are told of it
LAST_GRACE = 1.0  # seconds for sends that were told to end


class Running(Protocol):
    """A carrier that the host has started; `ready` while it may be given messages."""

    @property
    def name(self) -> str:
        """The section's name."""
        ...

    @property
    def carrier(self) -> Carrier:
        """The plugin's object."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it has started and not stopped."""
        ...


@dataclass(slots=True, eq=False)
class _Flight:
    claim: Claimed
    due_back: int  # ms
    shown_at: int | None  # ms; when screens are told that it is under way, None once they were
    overran: bool = False
    answered: bool = False


class Lane:
    """Runs while its carrier is ready. `ring` says that the outbox may hold something due."""

    def __init__(
        self,
        running: Running,
        *,
        store: Store,
        clock: SteadyClock,
        parts: Parts,
        terms: MessagingSettings,
        chance: Random,
        meters: Meters,
        look: Callable[[], Ways],
        changed: Callable[[set[str]], None],
    ) -> None:
        self._look = look
        self._changed = changed
        self._was_able = True
        self._meters = meters
        self.name = running.name
        self._running = running
        self._carrier = running.carrier
        self._store = store
        self._clock = clock
        self._parts = parts
        self._terms = terms
        self._chance = chance
        self._pace = Pace(chance)
        self._bell = asyncio.Event()
        self._flights: dict[asyncio.Task[None], _Flight] = {}
        self._closing = False
        self._given_up = False

    def ring(self) -> None:
        """Look into the outbox."""
        self._bell.set()

    def adopt(self, terms: MessagingSettings) -> None:
        """Hold to these terms from the next outcome on."""
        self._terms = terms

    def close(self) -> None:
        """Claim nothing more; `run` returns when its turn is over, so that no claim is left without its send."""
        self._closing = True
        self._bell.set()

    async def run(self) -> None:
        """Claim and send until closed, whatever goes wrong in a turn."""
        while not self._closing:
            self._bell.clear()
            try:
                wait = await self._turn()
            except StoreError as error:
                log.warning("outbox cannot be read", carrier=self.name, error=error.code)
                wait = STORE_WAIT
            except Exception as error:
                log.exception("a turn failed", carrier=self.name, error=type(error).__name__)
                self._parts.set(self._part, State.DEGRADED, "Messages wait: a fault of Sidetone's own. It tries again.")
                wait = LONGEST_WAIT
            await event_or_time(self._bell, self._clock, min(wait, LONGEST_WAIT))

    async def land(self, seconds: float) -> None:
        """Let what is under way end, at most `seconds`; what does not stays claimed and is `unknown` at the start."""
        if self._flights:
            await asyncio.wait(self._flights, timeout=seconds)
        self._given_up = True
        for task in self._flights:
            task.cancel()
        if self._flights:
            await asyncio.wait(self._flights, timeout=LAST_GRACE)  # a plugin may refuse even that

    @property
    def _part(self) -> str:
        return f"queue {self.name}"

    async def _turn(self) -> float:
        """Claim what there is room for; seconds until there is a reason to look again."""
        now = self._clock.ticks()
        self._end_overdue(now)
        self._tell()
        await self._show_lingering(now)
        limits = self._carrier.limits
        room = self._pace.room(limits, len(self._flights), now) if self._running.ready else 0
        if room:
            patience = int(limits.deadline * 1000)
            haul = await self._store.write(
                outbox.claim, self._taker(), room, secrets.token_hex(4), self._clock.now() + patience + GRACE
            )
            self._pace.spend(limits, len(haul.claimed))
            for claim in haul.claimed:
                self._launch(claim, self._clock.ticks() + patience)
            if haul.passed:
                self._changed(haul.passed)
            if len(haul.claimed) < room:
                return self._until(haul.due, full=False)
        return self._until(None, full=True)  # whatever waits, there must be room first

    def _taker(self) -> Taker:
        ways = self._look()
        return Taker(
            carrier=self.name, own_number=self.own_number, choose=ways.choose if ways.rules and self.able else None
        )

    @property
    def own_number(self) -> str:
        """The number that all its texts leave from, "" for none of its own."""
        return usable_number(self._carrier.own_number) if isinstance(self._carrier, LeavesFrom) else ""

    @property
    def able(self) -> bool:
        """Whether it sends now: it is ready, and fails in nothing."""
        return self._running.ready and not self._pace.failing

    @property
    def on_trial(self) -> bool:
        """Whether it failed, and one message may find out now whether it is back."""
        return self._running.ready and self._pace.may_try(len(self._flights), self._clock.ticks())

    @property
    def paused_until(self) -> int | None:
        """Until when (ms, by the time of day) it is left alone after it failed; None where it did not."""
        if not (self._running.ready and self._pace.failing):
            return None
        return self._clock.now() + max(0, self._pace.paused_until - self._clock.ticks())

    def _until(self, due: int | None, *, full: bool) -> float:
        """Seconds until a message is due, a send is overdue or, of a full lane, there is room by time alone."""
        now = self._clock.ticks()
        flying = [flight for flight in self._flights.values() if not flight.overran and not flight.answered]
        waits: list[float] = [flight.due_back - now for flight in flying]
        waits += [flight.shown_at - now for flight in flying if flight.shown_at is not None]
        if due is not None:
            waits.append(due - self._clock.now())
        if full and self._running.ready:
            room = self._pace.wait(self._carrier.limits, len(self._flights), now)
            waits += [] if room is None else [ceil(room)]
        return max(min(waits, default=LONGEST_WAIT * 1000), 0) / 1000

    def _launch(self, claim: Claimed, due_back: int) -> None:
        if claim.round == 1 and claim.tries == 1:
            self._meters.waited(self.name, claim.queued_at)
        flight = _Flight(claim, due_back, self._clock.ticks() + LINGER)
        task = asyncio.create_task(self._fly(flight), name=f"send-{self.name}")
        self._flights[task] = flight
        task.add_done_callback(self._landed)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        del self._flights[task]
        if not self._closing:
            self._tell()
        self._bell.set()

    def _end_overdue(self, now: int) -> None:
        """Cancel, once, what is over its time. Who ignores it keeps its place: limits hold for stuck sends too."""
        for task, flight in self._flights.items():
            if flight.due_back <= now and not flight.overran and not flight.answered:
                flight.overran = True
                task.cancel()

    async def _show_lingering(self, now: int) -> None:
        """Tell the screens of what is still under way after a while."""
        long = [
            each
            for each in self._flights.values()
            if each.shown_at is not None and each.shown_at <= now and not each.answered
        ]
        if long:
            await self._store.write(outbox.linger, [each.claim for each in long])
        for each in long:
            each.shown_at = None

    async def _fly(self, flight: _Flight) -> None:
        structlog.contextvars.bind_contextvars(correlation=flight.claim.correlation)
        began = self._clock.now()
        outcome = await self._attempt(flight)
        self._meters.attempt(self.name, outcome, began)
        flight.answered = True
        self._pace.judge(outcome, self._clock.ticks())
        await self._settle(flight.claim, outcome)

    async def _attempt(self, flight: _Flight) -> Outcome:
        """Hand a message over, once; whatever the plugin does, there is an outcome."""
        longest = self._carrier.limits.longest_text
        if longest is not None and len(flight.claim.body) > longest:
            return Rejected(RejectKind.MESSAGE, text=f"this carrier takes {longest} characters")
        try:
            outcome = usable_outcome(await self._carrier.send(outgoing(flight.claim)))
        except asyncio.CancelledError:
            if self._given_up:
                raise
            outcome = Unknown("no answer in time" if flight.overran else "its plugin gave up")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises, the fate is not known
            log.error("carrier raised", carrier=self.name, error=type(error).__name__)  # noqa: TRY400
            outcome = Unknown(f"its plugin failed ({type(error).__name__})")
        if flight.overran and isinstance(outcome, Deferred):
            return Unknown("no answer in time")  # who was cut off cannot know that nothing left
        return outcome

    async def _settle(self, claim: Claimed, outcome: Outcome) -> None:
        """Write down what came of an attempt, however long the disk is full: until then it stays claimed."""
        what = type(outcome).__name__.lower()
        while True:
            try:
                await self._record(claim, outcome)
            except StoreError:
                await self._clock.sleep(STORE_WAIT)
            except Exception as error:
                fault = type(error).__name__  # the clock will make it `unknown`
                log.exception("an outcome was lost", carrier=self.name, message=claim.message_id, error=fault)
                return
            else:
                log.info("attempt", carrier=self.name, message=claim.message_id, outcome=what)
                return

    async def _record(self, claim: Claimed, outcome: Outcome) -> None:
        now = self._clock.now()
        match outcome:
            case Accepted(parts=parts, note=note):
                wait_until = now + self._terms.receipt_wait
                await self._store.write(outbox.accepted, claim, parts, note, wait_until)
            case Rejected(kind=kind, code=code, text=text):
                await self._store.write(outbox.rejected, claim, kind.value, code, text)
            case Deferred(reason=reason, code=code, whole_carrier=True):  # its own backoff is for its own faults
                at = now + max(0, self._pace.paused_until - self._clock.ticks())
                await self._store.write(outbox.deferred, claim, at, "carrier_down", code, reason)
            case Deferred(reason=reason, after=after, code=code):
                at = next_try(now, claim.tries, after, self._chance)
                await self._store.write(outbox.deferred, claim, at, "deferred", code, reason)
            case Unknown(reason=reason, code=code):
                wait_until = now + self._terms.unknown_wait
                await self._store.write(outbox.unknown, claim, "no_answer", code, reason, wait_until)

    def _tell(self) -> None:
        """Say how this queue is, and at once to the routes when it begins or ceases to work."""
        if self.able is not self._was_able:
            self._was_able = self.able
            self._changed(set())
        long_ago = self._clock.ticks() - GRACE
        stuck = sum(flight.due_back <= long_ago for flight in self._flights.values())
        if self._pace.trouble:
            self._parts.set(self._part, State.DEGRADED, f"Messages wait: {self._pace.trouble}. Sidetone keeps trying.")
        elif stuck:
            words = f"Sends that do not end although their time is over: {stuck}. If they stay, restart Sidetone."
            self._parts.set(self._part, State.DEGRADED, words, code="queue.stuck", n=stuck)
        else:
            self._parts.set(self._part, State.OK, "Messages go out.", code="queue.ok")


def outgoing(claim: Claimed) -> Outgoing:
    """What a claim is to its carrier."""
    return Outgoing(
        reference=claim.reference,
        sender=claim.sender,
        recipient=Party(PartyKind(claim.party_kind), claim.party_value),
        body=claim.body,
        segments=segment(claim.body),
        valid_until=claim.valid_until,
        correlation=claim.correlation,
        message=str(claim.message_id),
    )
