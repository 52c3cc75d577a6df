"""A lane: one carrier's share of the outbox, claimed and sent within that carrier's limits."""

import asyncio
import secrets
from dataclasses import dataclass
from random import Random
from typing import Protocol

import structlog

from sidetone.clock import Clock
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.waiting import event_or_time
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, Unknown
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.retry import LONGEST_DELAY, delay, next_try
from sidetone.domain.segments import segment
from sidetone.errors import StoreError
from sidetone.parts import Parts
from sidetone.plugin.carrier import Carrier, Outgoing
from sidetone.store import outbox
from sidetone.store.connection import Store
from sidetone.store.outbox import Claimed

log = structlog.get_logger("delivery")

GRACE = 60_000  # ms past a send's own deadline before its row is looked at by the clock
STORE_WAIT = 1.0  # seconds between tries to write while the disk is full
LONGEST_PAUSE = 60_000  # ms between probes of a carrier that fails as a whole, unless it asks for more
LONGEST_WAIT = 60.0  # seconds; a look into the outbox even when nothing has rung


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


@dataclass(slots=True)
class _Flight:
    claim: Claimed
    overdue_at: int
    settled: bool = False


class Lane:
    """Runs while its carrier is ready. `ring` says that the outbox may hold something due."""

    def __init__(
        self, running: Running, *, store: Store, clock: Clock, parts: Parts, terms: MessagingSettings, chance: Random
    ) -> None:
        self.name = running.name
        self._running = running
        self._carrier = running.carrier
        self._store = store
        self._clock = clock
        self._parts = parts
        self._terms = terms
        self._chance = chance
        self._bell = asyncio.Event()
        self._flights: dict[asyncio.Task[None], _Flight] = {}
        self._resume_at = 0
        self._faults = 0
        self._next_slot = 0.0
        self._closing = False

    def ring(self) -> None:
        """Look into the outbox."""
        self._bell.set()

    def close(self) -> None:
        """Claim nothing more; `run` returns when its turn is over, so that no claim is left without its send."""
        self._closing = True
        self._bell.set()

    async def run(self) -> None:
        """Claim and send until closed."""
        while not self._closing:
            self._bell.clear()
            try:
                wait = await self._turn()
            except StoreError as error:
                log.warning("outbox cannot be read", carrier=self.name, error=error.code)
                wait = STORE_WAIT
            await event_or_time(self._bell, self._clock, min(wait, LONGEST_WAIT))

    async def land(self, seconds: float) -> None:
        """Let what is under way end, at most `seconds`; what does not stays claimed and is `unknown` at the start."""
        flights = list(self._flights)
        if flights:
            await asyncio.wait(flights, timeout=seconds)
        for task in flights:
            task.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _turn(self) -> float:
        """Claim what there is room for; seconds until there is a reason to look again."""
        now = self._clock.now()
        self._drop_overdue(now)
        room = self._room(now)
        if room > 0:
            claims = await self._store.write(
                outbox.claim, self.name, room, secrets.token_hex(4), now + self._patience() + GRACE
            )
            for claim in claims:
                self._launch(claim, now)
            self._spend(len(claims))
            if len(claims) == room:
                return self._until_room(now)
        due = await self._store.read(outbox.next_due, self.name, now)
        waits = [self._until_room(now) if room <= 0 else LONGEST_WAIT]
        waits += [(flight.overdue_at - now) / 1000 for flight in self._flights.values()]
        if due is not None:
            waits.append((due - now) / 1000)
        return max(min(waits), 0.001)

    def _patience(self) -> int:
        return int(self._carrier.limits.deadline * 1000)

    def _room(self, now: int) -> int:
        if now < self._resume_at or not self._running.ready:
            return 0
        room = self._carrier.limits.concurrency - len(self._flights)
        if self._faults:
            room = min(room, 1 - len(self._flights))  # one message finds out whether the carrier is back
        if self._carrier.limits.rate is not None and room > 0:
            burst = max(1, int(self._carrier.limits.rate / 10))  # a late wake-up may catch up a tenth of a second
            self._next_slot = max(self._next_slot, now - burst * self._gap())
            room = min(room, int((now - self._next_slot) / self._gap()))
        return room

    def _gap(self) -> float:
        return 1000 / (self._carrier.limits.rate or 1000)

    def _spend(self, count: int) -> None:
        if self._carrier.limits.rate is not None:
            self._next_slot += count * self._gap()

    def _until_room(self, now: int) -> float:
        waits = [LONGEST_WAIT, *((flight.overdue_at - now) / 1000 for flight in self._flights.values())]
        if now < self._resume_at:
            waits.append((self._resume_at - now) / 1000)
        elif self._carrier.limits.rate is not None and len(self._flights) < self._carrier.limits.concurrency:
            waits.append((self._next_slot + self._gap() - now) / 1000)
        return max(min(waits), 0.001)

    def _launch(self, claim: Claimed, now: int) -> None:
        flight = _Flight(claim, now + self._patience())
        task = asyncio.create_task(self._fly(flight), name=f"send-{self.name}")
        self._flights[task] = flight
        task.add_done_callback(self._landed)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._flights.pop(task, None)
        self._bell.set()

    def _drop_overdue(self, now: int) -> None:
        for task, flight in list(self._flights.items()):
            if flight.overdue_at <= now and not flight.settled:
                task.cancel("overdue")

    async def _fly(self, flight: _Flight) -> None:
        claim = flight.claim
        structlog.contextvars.bind_contextvars(correlation=claim.correlation)
        try:
            outcome = await self._carrier.send(_outgoing(claim))
        except asyncio.CancelledError as cancelled:
            if cancelled.args != ("overdue",):
                raise
            outcome = Unknown("no answer in time", code="deadline")
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the message's fate is not known
            log.error("carrier raised", carrier=self.name, error=type(error).__name__)  # noqa: TRY400
            outcome = Unknown(f"the carrier's plugin failed ({type(error).__name__})")
        flight.settled = True
        await self._settle(claim, outcome)

    async def _settle(self, claim: Claimed, outcome: Outcome) -> None:
        """Write down what came of an attempt, however long the disk is full: until then it stays claimed."""
        self._judge(outcome)
        while True:
            try:
                await self._record(claim, outcome)
            except StoreError:
                await self._clock.sleep(STORE_WAIT)
            else:
                break
        log.info("attempt", carrier=self.name, message=claim.message_id, outcome=type(outcome).__name__.lower())

    async def _record(self, claim: Claimed, outcome: Outcome) -> None:
        now = self._clock.now()
        match outcome:
            case Accepted(parts=parts, note=note):
                wait_until = now + self._terms.receipt_wait
                await self._store.write(outbox.accepted, claim, parts, note, wait_until)
            case Rejected(kind=kind, code=code, text=text):
                await self._store.write(outbox.rejected, claim, kind.value, code, text)
            case Deferred(reason=reason, after=after, code=code, whole_carrier=whole):
                own = next_try(now, claim.tries, after, self._chance)
                at = max(now, self._resume_at) if whole else own  # its own backoff is for its own faults
                await self._store.write(outbox.deferred, claim, at, "deferred", code, reason)
            case Unknown(reason=reason, code=code):
                wait_until = now + self._terms.unknown_wait
                key = (claim.message_id, claim.round, claim.attempt_id)
                await self._store.write(outbox.unknown, *key, "no_answer", code, reason, wait_until)

    def _judge(self, outcome: Outcome) -> None:
        """A fault of the whole carrier stops its lane for a while; the first success opens it again."""
        part = f"queue {self.name}"
        if isinstance(outcome, Deferred) and outcome.whole_carrier:
            now = self._clock.now()
            if now >= self._resume_at:  # the rest of those that were under way say nothing new
                self._faults += 1
                asked = min(int((outcome.after or 0) * 1000), LONGEST_DELAY)
                self._resume_at = now + max(asked, delay(self._faults, self._chance, longest=LONGEST_PAUSE))
            self._parts.set(part, State.DEGRADED, f"Messages wait: {outcome.reason}. Sidetone keeps trying.")
        elif isinstance(outcome, Accepted | Rejected):
            self._faults, self._resume_at = 0, 0
            self._parts.set(part, State.OK, "Messages go out.")


def _outgoing(claim: Claimed) -> Outgoing:
    return Outgoing(
        reference=claim.reference,
        sender=claim.sender,
        recipient=Party(PartyKind(claim.party_kind), claim.party_value),
        body=claim.body,
        segments=segment(claim.body),
        valid_until=claim.valid_until,
        correlation=claim.correlation,
    )
