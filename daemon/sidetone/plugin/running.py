"""One configured carrier and its life: starting, ready, failed and tried again, stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Literal

import structlog

from sidetone.clock import Clock
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import Health, State
from sidetone.domain.outcome import Deferred, Outcome
from sidetone.domain.retry import delay
from sidetone.errors import NotFound
from sidetone.parts import Parts
from sidetone.plugin.attempt import Overran, attempt
from sidetone.plugin.carrier import Carrier, Limits, Outgoing, TakesWebhooks, WebhookAnswer, WebhookRequest
from sidetone.plugin.context import Context
from sidetone.plugin.failures import BadConfig, BadCredentials, NotReady

LONGEST_SENTENCE = 300
SLOW = 60_000  # ms: the first wait after a fault that nobody foresaw
USABLE = (State.OK, State.DEGRADED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds a plugin may take for each call, and how often it is asked how it is."""

    start: float = 30.0
    stop: float = 10.0
    health: float = 10.0
    webhook: float = 10.0
    poll: float = 30.0
    grace: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the host lends each carrier."""

    clock: Clock
    parts: Parts
    chance: Random
    patience: Patience
    became_ready: Callable[[str], None]


class Absent:
    """Implements `Carrier` for a section whose own could not be built: it takes nothing."""

    splits: Literal["core", "carrier"] = "core"
    limits = Limits()

    async def start(self) -> None:
        """Nothing is there to start."""

    async def stop(self) -> None:
        """Nothing is there to stop."""

    async def health(self) -> Health:
        """Failed, until the daemon is started with a plugin that can be built."""
        return Health(State.FAILED)

    async def send(self, message: Outgoing) -> Outcome:
        """Take nothing."""
        return Deferred("The carrier's plugin cannot be used.", code="absent", whole_carrier=True)


class RunningCarrier:
    """A `[carriers.NAME]` section in this process; its `carrier` is `Absent` when it could not be built."""

    def __init__(self, name: str, type_: str, carrier: Carrier, context: Context, watch: Watch) -> None:
        self.name = name
        self.type = type_
        self.carrier = carrier
        self.health = Health(State.OFF)
        self._webhook = carrier.webhook if isinstance(carrier, TakesWebhooks) else None
        self._context = context
        self._watch = watch
        self._started = False
        self._life: asyncio.Task[None] | None = None
        self._log = structlog.get_logger(self.part)

    @property
    def part(self) -> str:
        """Its name among the parts of the daemon."""
        return f"carrier {self.name}"

    @property
    def ready(self) -> bool:
        """Whether a message may be handed to it now."""
        return self._started and self.health.state in USABLE

    def fail(self, sentence: str) -> None:
        """Say why it cannot work."""
        self._say(State.FAILED, sentence)

    def begin(self) -> None:
        """Start it in the background; how that goes is told by its health."""
        if not isinstance(self.carrier, Absent) and self._life is None:
            self._say(State.STARTING, "")
            self._life = asyncio.create_task(self._live(), name=self.part)

    async def retire(self) -> None:
        """Be ready for nothing more, without being stopped yet; it takes bounded time whatever the plugin does."""
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait({self._life})
        self._started = False

    async def end(self) -> None:
        """Stop it and undo everything it was given; it takes bounded time whatever the plugin does."""
        await self.retire()
        patience = self._watch.patience
        await self._finish("stop", self.carrier.stop, patience.stop)
        await self._finish("unload", self._context.close, 2 * patience.stop)
        self.health = Health(State.OFF)
        self._watch.parts.remove(self.part)

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Let the carrier answer, in bounded time; raises NotFound if it takes no webhooks, and what it raises."""
        if self._webhook is None:
            raise NotFound("There is nothing here.")
        async with asyncio.timeout(self._watch.patience.webhook):
            return await self._webhook(request)

    async def _live(self) -> None:
        if not await self._start():
            return
        while True:
            health = await self._ask()
            if health is None:
                return
            self._say(health.state, health.sentence)
            await self._watch.clock.sleep(self._watch.patience.poll)

    async def _start(self) -> bool:
        for tries in count(1):
            tried = await attempt(self.carrier.start, self._watch.patience.start, grace=self._watch.patience.grace)
            if tried.error is None:
                break
            wait = None if tried.stuck else self._wait(tried.error, tries)
            if wait is None:
                self.fail(_words(tried.error) + (" It hangs: restart Sidetone." if tried.stuck else ""))
                return False
            self.fail(f"Tries again in {round(wait)} s: {_words(tried.error)}")
            await self._watch.clock.sleep(wait)
        self._started = True
        return True

    def _wait(self, error: BaseException, tries: int) -> float | None:
        """Seconds until the next try to start; None when only a person can help."""
        if isinstance(error, BadCredentials | BadConfig):
            return None
        if isinstance(error, NotReady):
            return delay(tries, self._watch.chance) / 1000
        if tries == 1:
            self._log.error("carrier failed to start", error=type(error).__name__)
        return delay(tries, self._watch.chance, first=SLOW) / 1000

    async def _ask(self) -> Health | None:
        """How the carrier says it is; a check that fails leaves it in use, one that hangs for good ends the asking."""
        patience = self._watch.patience
        tried = await attempt(self.carrier.health, patience.health, grace=patience.grace)
        if tried.stuck:
            self.fail("Its health check hangs: restart Sidetone.")
            return None
        if isinstance(tried.error, Overran):
            return Health(State.DEGRADED, f"Its health check takes longer than {patience.health:g} s.")
        if tried.error is not None:
            return Health(State.DEGRADED, f"Its health check failed ({type(tried.error).__name__}).")
        if tried.value is None or not isinstance(tried.value, Health):
            return Health(State.DEGRADED, "Its health check says nothing that can be used.")
        return tried.value

    async def _finish(self, step: str, call: Callable[[], Awaitable[None]], seconds: float) -> None:
        tried = await attempt(call, seconds, grace=self._watch.patience.grace)
        if tried.error is not None:
            self._log.warning("carrier did not end cleanly", step=step, error=type(tried.error).__name__)

    def _say(self, state: State, sentence: str) -> None:
        was_ready = self.ready
        self.health = Health(state, sentence[:LONGEST_SENTENCE])
        self._watch.parts.set(self.part, self.health.state, self.health.sentence)
        if self.ready and not was_ready:
            self._watch.became_ready(self.name)


def _words(error: BaseException) -> str:
    """Why it cannot start, as a sentence; of errors that are not ours only the kind is told."""
    if isinstance(error, BadCredentials):
        return f"Its credentials are refused: {error} Change them, then run `sidetone reload`."
    if isinstance(error, SidetoneError):
        return str(error)
    if isinstance(error, Overran):
        return "It takes too long to start."
    return f"It failed to start ({type(error).__name__})."
