"""The carrier: speaks to the process that owns the modem, and knows nothing of ports."""

import asyncio
from typing import Literal

from sidetone.plugin import (
    Accepted,
    Context,
    Deferred,
    Health,
    Limits,
    NotReady,
    Outcome,
    Outgoing,
    PartyKind,
    Rejected,
    RejectKind,
    State,
    Unknown,
)
from sidetone_gsm.link import Link, NoLink
from sidetone_gsm.settings import Settings, check
from sidetone_gsm.supervising import OwnProcess
from sidetone_gsm.wire import Find, Result, Send

_PATIENCE = 20.0  # seconds that `start` waits for the modem to be ready or known not to be
_PING = 15.0


class GsmCarrier:
    """Implements `Carrier`, `FindsSent` and `LeavesFrom` for one modem."""

    splits: Literal["core", "carrier"] = "core"

    def __init__(self, settings: Settings, context: Context) -> None:
        check(settings)
        self.own_number = settings.number
        self.limits = Limits(rate=None, concurrency=1, deadline=settings.deadline)
        self._settings, self._context = settings, context
        self._own = OwnProcess(settings, context) if settings.worker == "own" else None
        self._link = Link(context, settings.number, self._hangs)
        self._begun: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Reach the process that owns the modem; raises NotReady while it is not there."""
        if not self._begun:
            if self._own is not None:
                self._begun.append(self._context.spawn(self._own.keep_running(), name="modem process"))
            self._begun.append(self._context.spawn(self._link.keep(), name="modem link"))
            self._begun.append(self._context.every("modem watch", _PING, self._link.watch))
        try:
            await self._reach()
        except NoLink as error:
            raise NotReady(f"{error} {self._remedy()}") from error

    async def stop(self) -> None:
        """Let go of the line; the process ends with the context."""
        for task in self._begun:
            task.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)
        self._begun.clear()
        await self._link.close()

    async def health(self) -> Health:
        """The modem's own last word."""
        standing = self._link.standing
        if standing is None:
            trouble = f"{self._link.trouble} " if self._link.trouble else ""
            return Health(State.FAILED, f"{trouble}The modem's process cannot be reached. {self._remedy()}")
        return Health(State(standing.state), standing.sentence)

    async def send(self, message: Outgoing) -> Outcome:
        """Hand a text to the modem's process and wait for what becomes of it."""
        if message.recipient.kind is PartyKind.ALPHA:
            return Rejected(RejectKind.RECIPIENT, "no-number", "A name cannot be texted")
        asked = Send(
            reference=message.reference,
            to=message.recipient.value,
            body=message.body,
            valid_until=max(message.valid_until, 0),
            message=message.message,
        )
        try:
            return _outcome(await self._link.ask(asked))
        except NoLink as error:
            return Deferred(str(error), code="no-process", whole_carrier=True)
        except ConnectionError:
            return Unknown("The modem's process ended before it had answered.", code="no-answer")

    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        """What the process knows of an attempt, from its own book and from reports that came since."""
        result = await self._link.ask(Find(message.reference))
        return None if result.outcome in ("nothing", "unknown", "deferred") else _outcome(result)

    async def _reach(self) -> None:
        """Wait for a process that is only just starting, and for the modem to be ready or not."""
        waiting = asyncio.ensure_future(self._context.clock.sleep(_PATIENCE))
        ready = asyncio.ensure_future(self._first_standing())
        try:
            await asyncio.wait((waiting, ready), return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                ready.result()
            elif self._link.standing is None:
                raise NoLink("The modem's process is not there.")
        finally:
            waiting.cancel()
            ready.cancel()
            await asyncio.gather(waiting, ready, return_exceptions=True)

    async def _first_standing(self) -> None:
        while True:
            try:
                await self._link.first_standing()
            except NoLink:
                if self._own is None:
                    raise
                await self._context.clock.sleep(0.2)
            else:
                return

    async def _hangs(self) -> None:
        if self._own is not None:
            await self._own.kill()

    def _remedy(self) -> str:
        if self._own is not None:
            return "It is started again by itself."
        return f"Look at `systemctl status sidetone-modem@{self._context.name}`."


def _outcome(result: Result) -> Outcome:
    match result.outcome:
        case "accepted":
            return Accepted(tuple(result.parts), note=result.words)
        case "rejected":
            return Rejected(RejectKind(result.kind), result.code, result.words)
        case "deferred":
            return Deferred(result.words, after=result.after, code=result.code, whole_carrier=result.whole)
    return Unknown(result.words, code=result.code)
