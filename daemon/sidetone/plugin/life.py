"""The life of what a section has built: starting, ready, failed and tried again, stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import ClassVar, Protocol, TypeGuard

import structlog

from sidetone.clock import Clock, event_or_time
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import Health, State
from sidetone.domain.retry import delay
from sidetone.parts import Parts
from sidetone.plugin.attempt import Overran, attempt
from sidetone.plugin.context import Context
from sidetone.plugin.failures import BadConfig, BadCredentials, NotReady

LONGEST_SENTENCE = 300
SLOW = 60_000  # ms: the first wait after a fault that nobody foresaw
USABLE = (State.OK, State.DEGRADED)
SOONEST = 0.5  # seconds from the word that the health has changed to asking for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds a plugin may take for each call, and how often (`poll`) it is asked how it is.

    `list` is for reading a carrier's whole list of texts or all that a directory holds, `grace` for ending when it is
    cancelled.
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
    """What a host lends each of its providers."""

    clock: Clock
    parts: Parts
    chance: Random
    patience: Patience
    became_ready: Callable[[str], None]


class Provider(Protocol):
    """What a hook has built: it lives as the plugin API says, and is good for something besides."""

    async def start(self) -> None:
        """Get ready."""
        ...

    async def stop(self) -> None:
        """Let go of everything."""
        ...

    async def health(self) -> Health:
        """How it is now."""
        ...


class Absence:
    """Stands for a provider that could not be built."""

    async def start(self) -> None:
        """Nothing is there to start."""

    async def stop(self) -> None:
        """Nothing is there to stop."""

    async def health(self) -> Health:
        """Failed, until the daemon is started with a plugin that can be built."""
        return Health(State.FAILED)


class Life:
    """A section's provider in this process; `health` is what it says of itself, or that something of it fails, which is
    worse.
    """

    kind: ClassVar[str]

    def __init__(self, name: str, type_: str, provider: Provider, context: Context, watch: Watch) -> None:
        self.name = name
        self.type = type_
        self.health = Health(State.OFF)
        self._provider = provider
        self._context = context
        self._watch = watch
        self._told = Health(State.OFF)
        self._coded: tuple[str, dict[str, str | int]] = ("", {})
        self._troubles: dict[str, str] = {}
        self._started = False
        self._ended = False
        self._life: asyncio.Task[None] | None = None
        self._log = structlog.get_logger(self.part)

    @property
    def part(self) -> str:
        """Its name among the parts of the daemon."""
        return f"{self.kind} {self.name}"

    @property
    def ready(self) -> bool:
        """Whether it may be used now."""
        return self._started and self.health.state in USABLE

    def fail(self, sentence: str, code: str = "", **values: str | int) -> None:
        """Say why it cannot work; `code` and `values` as in `Parts.set`."""
        self._say(State.FAILED, sentence, code, **values)

    def begin(self) -> None:
        """Start it in the background; how that goes is told by its health."""
        if not isinstance(self._provider, Absence) and self._life is None:
            self._say(State.STARTING, "")
            self._life = asyncio.create_task(self._live(), name=self.part)
            self._life.add_done_callback(self._watched_no_more)

    async def try_once(self) -> Health:
        """Start it and ask how it is, for whoever only wants to know, and ends it then; bounded in time whatever it does."""
        if isinstance(self._provider, Absence):
            return self.health
        patience = self._watch.patience
        tried = await attempt(self._provider.start, patience.start, grace=patience.grace)
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
        await self._finish("stop", self._provider.stop, patience.stop)
        await self._finish("unload", self._context.close, 2 * patience.stop)
        self._ended = True
        self.health = Health(State.OFF)
        self._watch.parts.remove(self.part)

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
            self._log.error("a plugin is watched no more", kind=self.kind, error=type(error).__name__)
            self.fail(f"It cannot be watched any more ({type(error).__name__}): restart Sidetone.")

    async def _start(self) -> bool:
        for tries in count(1):
            tried = await attempt(self._provider.start, self._watch.patience.start, grace=self._watch.patience.grace)
            if tried.error is None:
                break
            wait = None if tried.stuck else self._wait(tried.error, tries)
            if wait is None:
                self._give_up(tried.error, stuck=tried.stuck)
                return False
            words = _words(tried.error)
            self.fail(f"Tries again in {round(wait)} s: {words}", code="carrier.again", n=round(wait), words=words)
            await self._watch.clock.sleep(wait)
        self._started = True
        return True

    def _give_up(self, error: BaseException, *, stuck: bool) -> None:
        if isinstance(error, BadCredentials) and not stuck:
            self.fail(_words(error), code="carrier.credentials", words=str(error))
        else:
            self.fail(_words(error) + (" It hangs: restart Sidetone." if stuck else ""))

    def _wait(self, error: BaseException, tries: int) -> float | None:
        """Seconds until the next try to start; None when only a person can help."""
        if isinstance(error, BadCredentials | BadConfig):
            return None
        if isinstance(error, NotReady):
            return delay(tries, self._watch.chance) / 1000
        if tries == 1:
            self._log.error("a plugin failed to start", kind=self.kind, error=type(error).__name__)
        return delay(tries, self._watch.chance, first=SLOW) / 1000

    async def _ask(self) -> Health | None:
        """How it says that it is; a check that fails leaves it in use, one that hangs for good ends the asking."""
        patience = self._watch.patience
        tried = await attempt(self._provider.health, patience.health, grace=patience.grace)
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
            self._log.warning(
                "a plugin did not end cleanly", kind=self.kind, step=step, error=type(tried.error).__name__
            )

    def present(self) -> Health:
        """How it is, troubles aside."""
        return self._told

    def _say(self, state: State, sentence: str, code: str = "", **values: str | int) -> None:
        self._coded = (code, values)
        self._told = Health(state, sentence.encode("utf-8", "replace").decode()[:LONGEST_SENTENCE])
        self._show()

    def _show(self) -> None:
        if self._ended:
            return  # something of the plugin that would not end
        was_ready = self.ready
        self.health = self.present()
        if self._troubles and self._told.state in USABLE:
            self.health = Health(State.DEGRADED, " ".join(self._troubles.values())[:LONGEST_SENTENCE])
        code, values = self._coded if self.health is self._told else ("", {})
        self._watch.parts.set(self.part, self.health.state, self.health.sentence, code, **values)
        if self.ready and not was_ready:
            self._watch.became_ready(self.name)


def _is_health(value: object) -> TypeGuard[Health]:
    return isinstance(value, Health) and isinstance(value.state, State) and isinstance(value.sentence, str)


def _words(error: BaseException) -> str:
    """Why it cannot start, as a sentence; of errors that are not ours only the kind is told."""
    if isinstance(error, BadCredentials):
        return f"Its credentials are refused: {error} Change them, then run `sidetone reload`."
    if isinstance(error, SidetoneError):
        return str(error)
    if isinstance(error, Overran):
        return "It takes too long to start."
    return f"It failed to start ({type(error).__name__})."
