"""One configured carrier and its life: starting, ready, failed and tried again, stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from random import Random
from typing import Literal, TypeGuard

import structlog

from sidetone.clock import Clock, event_or_time
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import Health, State
from sidetone.domain.outcome import Deferred, Outcome
from sidetone.domain.retry import delay
from sidetone.parts import Parts
from sidetone.plugin.abilities import AnswersWords
from sidetone.plugin.attempt import Overran, attempt
from sidetone.plugin.carrier import Carrier, Limits, Outgoing, TakesWebhooks, WebhookAnswer, WebhookRequest
from sidetone.plugin.context import Context
from sidetone.plugin.failures import BadConfig, BadCredentials, NotReady
from sidetone.plugin.guard import GuardedPhones, PluginFailed, usable_answer
from sidetone.plugin.hits import Hits, hook_urls
from sidetone.plugin.phones import HasPhones

LONGEST_SENTENCE = 300
SLOW = 60_000  # ms: the first wait after a fault that nobody foresaw
USABLE = (State.OK, State.DEGRADED)
SOONEST = 0.5  # seconds from the word that the health has changed to asking for it
MOST_CALL_BACKS = 256  # at once to one carrier; more are told to come again


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds a plugin may take for each call, and how often (`poll`) it is asked how it is.

    `list` is for reading a carrier's whole list of texts, `grace` for ending when it is cancelled.
    """

    start: float = 30.0
    stop: float = 10.0
    health: float = 10.0
    webhook: float = 10.0
    list: float = 600.0
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
    """A `[carriers.NAME]` section in this process; its `carrier` is `Absent` when it could not be built.

    `health` is what the plugin says of itself, or that something of it fails, which is worse. `phones` are its virtual
    phones, if it has any, safe to call; `hook_urls` the addresses to enter at its far side, `hits` who called them.
    """

    def __init__(self, name: str, type_: str, carrier: Carrier, context: Context, watch: Watch) -> None:
        self.name = name
        self.type = type_
        self.carrier = carrier
        self.health = Health(State.OFF)
        self.opt_out_reply: Literal["us", "carrier"] = _answering(carrier)
        self.phones: HasPhones | None = None
        if isinstance(carrier, HasPhones):
            patience = watch.patience
            self.phones = GuardedPhones(carrier, patience.webhook, patience.grace, partial(self.note, "phones"))
        self.hook_urls = hook_urls(carrier)
        self.hits = Hits(self.hook_urls)
        self._webhook = carrier.webhook if isinstance(carrier, TakesWebhooks) else None
        self._call_backs = 0
        self._context = context
        self._watch = watch
        self._told = Health(State.OFF)
        self._troubles: dict[str, str] = {}
        self._started = False
        self._ended = False
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
            self._life.add_done_callback(self._watched_no_more)

    async def try_once(self) -> Health:
        """Start it and ask how it is, for whoever only wants to know, and ends it then; bounded in time whatever it does."""
        if isinstance(self.carrier, Absent):
            return self.health
        patience = self._watch.patience
        tried = await attempt(self.carrier.start, patience.start, grace=patience.grace)
        if tried.error is not None:
            return Health(State.FAILED, _words(tried.error))
        return await self._ask() or self.health

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
        self._ended = True
        self.health = Health(State.OFF)
        self._watch.parts.remove(self.part)

    @property
    def takes_webhooks(self) -> bool:
        """Whether it can be called back."""
        return self._webhook is not None

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Let the carrier answer, in bounded time; raises PluginFailed for what is no answer, and what it raises."""
        if self._webhook is None or self._call_backs >= MOST_CALL_BACKS:
            raise PluginFailed("too many at once")
        patience = self._watch.patience
        hangs = partial(self.note, "webhook", "It hangs when the carrier calls back: restart Sidetone if that stays.")
        alarm = asyncio.get_running_loop().call_later(patience.webhook + patience.grace, hangs)
        self._call_backs += 1
        try:
            async with asyncio.timeout(patience.webhook):
                answer = usable_answer(await self._webhook(request))
        finally:
            self._call_backs -= 1
            alarm.cancel()
        if "webhook" in self._troubles:
            self.note("webhook", "")
        return answer

    def note(self, what: str, sentence: str) -> None:
        """Remember that something of the plugin fails, or with no sentence that it does no more."""
        if sentence:
            self._troubles[what] = sentence
        else:
            self._troubles.pop(what, None)
        self._show()

    async def _live(self) -> None:
        if not await self._start():
            return
        while True:
            health = await self._ask()
            if health is None:
                return
            self._say(health.state, health.sentence)
            await self._rest()

    async def _rest(self) -> None:
        """Until it is time to ask again, or the plugin says that there is something new: that is heard once a second."""
        clock, told = self._watch.clock, self._context.asked_anew
        await event_or_time(told, clock, self._watch.patience.poll)
        if told.is_set():
            await clock.sleep(SOONEST)
            told.clear()

    def _watched_no_more(self, life: "asyncio.Task[None]") -> None:
        """Tell when its own words, or what hears that it is ready, broke the watch over it."""
        if not life.cancelled() and (error := life.exception()) is not None:
            self._log.error("carrier is watched no more", error=type(error).__name__)
            self.fail(f"It cannot be watched any more ({type(error).__name__}): restart Sidetone.")

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
        if not _is_health(tried.value):
            return Health(State.DEGRADED, "Its health check says nothing that can be used.")
        return tried.value

    async def _finish(self, step: str, call: Callable[[], Awaitable[None]], seconds: float) -> None:
        tried = await attempt(call, seconds, grace=self._watch.patience.grace)
        if tried.error is not None:
            self._log.warning("carrier did not end cleanly", step=step, error=type(tried.error).__name__)

    def _say(self, state: State, sentence: str) -> None:
        self._told = Health(state, sentence.encode("utf-8", "replace").decode()[:LONGEST_SENTENCE])
        self._show()

    def _show(self) -> None:
        if self._ended:
            return  # something of the plugin that would not end
        was_ready = self.ready
        self.health = self._told
        if self._troubles and self._told.state in USABLE:
            self.health = Health(State.DEGRADED, " ".join(self._troubles.values())[:LONGEST_SENTENCE])
        self._watch.parts.set(self.part, self.health.state, self.health.sentence)
        if self.ready and not was_ready:
            self._watch.became_ready(self.name)


def _is_health(value: object) -> TypeGuard[Health]:
    return isinstance(value, Health) and isinstance(value.state, State) and isinstance(value.sentence, str)


def _answering(carrier: object) -> Literal["us", "carrier"]:
    """Who answers STOP, START and HELP: the core, unless the plugin says that its carrier does."""
    said = carrier.opt_out_reply if isinstance(carrier, AnswersWords) else "us"
    return "carrier" if said == "carrier" else "us"


def _words(error: BaseException) -> str:
    """Why it cannot start, as a sentence; of errors that are not ours only the kind is told."""
    if isinstance(error, BadCredentials):
        return f"Its credentials are refused: {error} Change them, then run `sidetone reload`."
    if isinstance(error, SidetoneError):
        return str(error)
    if isinstance(error, Overran):
        return "It takes too long to start."
    return f"It failed to start ({type(error).__name__})."
