"""The host: finds, builds, starts, watches and stops what the configuration names, and lets nothing hurt the rest."""

import asyncio
import importlib
import inspect
from collections.abc import Callable, Mapping
from random import Random, SystemRandom
from types import MappingProxyType
from typing import Any

import pluggy
import structlog

from sidetone.config.fault import ConfigError, Fault
from sidetone.config.shapes import CarrierSection
from sidetone.domain.fault import SidetoneError
from sidetone.errors import NotFound, StoreError
from sidetone.metrics.arrival import arriving
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.plugin import hookspecs
from sidetone.plugin.carrier import Carrier, Limits, Verdict, WebhookAnswer, WebhookRequest
from sidetone.plugin.context import BadSettings, Context, KeyValue, Surroundings
from sidetone.plugin.found import Found, installed
from sidetone.plugin.guard import PluginFailed, wrongly_said
from sidetone.plugin.running import Absent, Patience, RunningCarrier, Watch
from sidetone.plugin.version import check_api

log = structlog.get_logger("plugins")

_METHODS = ("start", "stop", "health", "send")


class NoCarrier(SidetoneError):
    """A plugin does not give what it should; the message says what."""

    code = "no-carrier"


class Host:
    """Every configured carrier in this process.

    `keep` makes the small durable memory of a plugin instance, by the carrier's name. Nothing is imported before
    `load`. A plugin that raises, hangs or lies becomes a `failed` or `degraded` part and nothing else.
    """

    def __init__(
        self,
        sections: Mapping[str, CarrierSection],
        *,
        around: Surroundings,
        parts: Parts,
        keep: Callable[[str], KeyValue],
        chance: Random | None = None,
        patience: Patience | None = None,
        meters: Meters | None = None,
    ) -> None:
        self._meters = meters or Meters()
        self.faults: list[Fault] = []
        self.clock = around.clock
        self._sections = sections
        self._around = around
        self._keep = keep
        self._patience = patience or Patience()
        self._callbacks: list[Callable[[str], None]] = []
        self._running: dict[str, RunningCarrier] = {}
        self._plugins = pluggy.PluginManager("sidetone")
        self._plugins.add_hookspecs(hookspecs)
        self._watch = Watch(
            clock=around.clock,
            parts=parts,
            chance=chance or SystemRandom(),
            patience=self._patience,
            became_ready=self._became_ready,
        )

    @property
    def carriers(self) -> Mapping[str, RunningCarrier]:
        """Every configured carrier by its name, also those that failed."""
        return MappingProxyType(self._running)

    def on_ready(self, hear: Callable[[str], None]) -> None:
        """Call `hear` with a carrier's name each time it becomes ready."""
        self._callbacks.append(hear)

    def load(self) -> None:
        """Import and build what the sections name; `faults` holds what is wrong with any of them. No I/O.

        Raises ConfigError for keys that do not exist; every other fault leaves its carrier `failed`.
        """
        if not self._running:
            found = installed()
            self._running = {name: self._build(section, found) for name, section in self._sections.items()}
        if unknown := [fault for fault in self.faults if fault.unknown]:
            raise ConfigError(unknown)

    async def start(self) -> None:
        """Start every carrier in the background. Raises ConfigError as `load` does."""
        self.load()
        for running in self._running.values():
            running.begin()

    async def stop(self) -> None:
        """Stop every carrier and undo what it was given, in bounded time."""
        await asyncio.gather(*(running.end() for running in self._running.values()))
        self._running = {}
        for name, _ in self._plugins.list_name_plugin():
            self._plugins.unregister(name=name)

    async def retire(self, name: str) -> None:
        """Give a carrier nothing new; what it has in hand goes on. The first step of `replace` and `drop`."""
        if (running := self._running.get(name)) is not None:
            await running.retire()

    async def replace(self, section: CarrierSection) -> None:
        """Start a carrier by its section, in place of the one that has its name, which is stopped first."""
        if (former := self._running.get(section.name)) is not None:
            await former.end()
        importlib.invalidate_caches()  # a package that was missing may be there by now
        running = self._build(section, installed())
        self._running[section.name] = running
        running.begin()

    async def drop(self, name: str) -> None:
        """Stop a carrier that is configured no more."""
        if (running := self._running.get(name)) is not None:
            await running.end()
            del self._running[name]

    async def webhook(self, name: str, request: WebhookRequest, *, tls: bool | None = None) -> WebhookAnswer:
        """Let the carrier of that name answer; 503 for whatever goes wrong, so that the far side tries again.

        `tls`: whether it came encrypted, None where nobody knows. Raises NotFound where nothing takes webhooks.
        """
        running = self._running.get(name)
        if running is None or not running.takes_webhooks:
            raise NotFound("There is nothing here.")
        with arriving(self.clock.now()):
            answer = await self._answered(running, request)
        self._meters.webhook(name)
        if reason := _refusal(answer):
            self._meters.refused(name, reason)
        running.hits.add(self.clock.now(), request, answer, tls=tls)
        return answer

    async def _answered(self, running: RunningCarrier, request: WebhookRequest) -> WebhookAnswer:
        try:
            return await running.webhook(request)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's fault must not become the listener's
            log.warning("webhook failed", carrier=running.name, error=_kind(error))
            if not isinstance(error, StoreError):  # the store tells of itself
                running.note("webhook", f"It fails when the carrier calls back ({_kind(error)}).")
            return _later(error)

    def _became_ready(self, name: str) -> None:
        for hear in self._callbacks:
            hear(name)

    def _build(self, section: CarrierSection, found: Mapping[str, Found]) -> RunningCarrier:
        """The carrier of a section, or one that says why there is none."""
        context = self._context(section)
        sentence = ""
        try:
            self._import(section.type, found)
            return RunningCarrier(section.name, section.type, self._ask(section.type, context), context, self._watch)
        except BadSettings as error:
            self.faults += error.faults
            sentence = str(error)
        except SidetoneError as error:
            sentence = str(error)
            self._note(section, f"{error.message} {error.hint}".strip(), error.where)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin does, the others must start
            sentence = f"Plugin {section.type} cannot be used ({type(error).__name__})."
            self._note(section, sentence)
            log.error("plugin failed", carrier=section.name, error=type(error).__name__)  # noqa: TRY400 - not its text
        running = RunningCarrier(section.name, section.type, Absent(), context, self._watch)
        running.fail(sentence)
        return running

    def _note(self, section: CarrierSection, sentence: str, key: str = "") -> None:
        """A fault that only the plugin can see; it may name the key."""
        dotted = f"carriers.{section.name}" + (f".{key}" if key in section.table else "")
        place = section.table.places.get(key, section.table.place)
        what = f"cannot be used: {sentence.removesuffix('.')}"
        self.faults.append(Fault(key=dotted, what=what, place=place))

    def _context(self, section: CarrierSection) -> Context:
        return Context(
            section.name,
            section.table,
            around=self._around,
            log=structlog.get_logger(f"carrier {section.name}"),
            keep=self._keep(section.name),
            where=f"carriers.{section.name}",
        )

    def _import(self, type_: str, found: Mapping[str, Found]) -> None:
        if self._plugins.has_plugin(type_):
            return
        if type_ not in found:
            raise NoCarrier(f"No plugin {type_} is installed.", hint="Install it, or remove the section.")
        plugin: Any = found[type_].load()
        check_api(type_, getattr(plugin, "api", None))
        self._plugins.register(plugin, name=type_)
        try:
            self._plugins.check_pending()  # a misspelled hook is accepted silently
        except pluggy.PluginValidationError:
            self._plugins.unregister(name=type_)
            raise

    def _ask(self, type_: str, context: Context) -> Carrier:
        others = [plugin for name, plugin in self._plugins.list_name_plugin() if name != type_ and plugin is not None]
        answers = self._plugins.subset_hook_caller("sidetone_carrier", others)(context=context)
        carrier: Any = answers[0] if answers else None
        if inspect.iscoroutine(carrier):
            carrier.close()
            raise NoCarrier(f"Plugin {type_} has an async hook.", hint="A hook only builds; `start` does the rest.")
        lacking = [name for name in _METHODS if not callable(getattr(carrier, name, None))]
        if lacking or not isinstance(getattr(carrier, "limits", None), Limits):
            raise NoCarrier(f"Plugin {type_} builds no carrier ({', '.join(lacking or ['limits'])} missing).")
        if wrong := wrongly_said(carrier):
            raise NoCarrier(f"Plugin {type_} builds no carrier ({wrong}).")
        built: Carrier = carrier
        return built


def _kind(error: BaseException) -> str:
    """What went wrong, without the plugin's own words."""
    if isinstance(error, PluginFailed):
        return error.message
    return error.code if isinstance(error, SidetoneError) else type(error).__name__


def _refusal(answer: WebhookAnswer) -> str:
    """Why a call-back was refused; empty when it was not."""
    if answer.status < 400:
        return ""
    if answer.verdict.proven is False:
        return "not-proven"
    return "not-now" if answer.status >= 500 else "not-understood"


def _later(error: BaseException) -> WebhookAnswer:
    seconds = error.retry_after if isinstance(error, StoreError) else StoreError.retry_after
    verdict = Verdict(sentence=f"It could not be taken now ({_kind(error)}); the carrier was asked to try again.")
    return WebhookAnswer(
        status=503, body=b"Not now, try again.\n", headers={"Retry-After": str(seconds)}, verdict=verdict
    )
