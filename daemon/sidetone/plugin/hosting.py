"""What hosts have in common: finding, building, starting, watching and stopping what sections of one kind name."""

import asyncio
import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from random import Random, SystemRandom
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import structlog

from sidetone.config.fault import ConfigError, Fault
from sidetone.config.section import Section
from sidetone.domain.fault import SidetoneError
from sidetone.parts import Parts
from sidetone.plugin.context import BadSettings, Context, KeyValue, Surroundings
from sidetone.plugin.found import Found, installed
from sidetone.plugin.life import Life, Patience, Watch
from sidetone.plugin.loading import Loader

log = structlog.get_logger("plugins")


class AnySection(Protocol):
    """A section that names a plugin by its type."""

    @property
    def name(self) -> str:
        """The section's own."""
        ...

    @property
    def type(self) -> str:
        """The plugin's."""
        ...

    @property
    def table(self) -> Section:
        """What the plugin reads."""
        ...


S = TypeVar("S", bound=AnySection)
R = TypeVar("R", bound=Life)


class Hosting(ABC, Generic[S, R]):
    """Every configured provider of one kind in this process.

    `keep` makes the small durable memory of a plugin instance, by a name of its own. Nothing is imported before `load`.
    A plugin that raises, hangs or lies becomes a `failed` or `degraded` part and nothing else.
    """

    sections: ClassVar[str]  # what stands before a section's name: [SECTIONS.NAME]
    hook: ClassVar[str]

    def __init__(
        self,
        sections: Mapping[str, S],
        *,
        around: Surroundings,
        parts: Parts,
        keep: Callable[[str], KeyValue],
        chance: Random | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.faults: list[Fault] = []
        self.clock = around.clock
        self.patience = patience or Patience()
        self._sections = sections
        self._around = around
        self._keep = keep
        self._callbacks: list[Callable[[str], None]] = []
        self._running: dict[str, R] = {}
        self._loader = Loader()
        self._watch = Watch(
            clock=around.clock,
            parts=parts,
            chance=chance or SystemRandom(),
            patience=self.patience,
            became_ready=self._became_ready,
        )

    @property
    def running(self) -> Mapping[str, R]:
        """Every configured one by its name, also those that failed."""
        return MappingProxyType(self._running)

    def on_ready(self, hear: Callable[[str], None]) -> None:
        """Call `hear` with a name each time the one that has it becomes ready."""
        self._callbacks.append(hear)

    def load(self) -> None:
        """Import and build what the sections name; `faults` holds what is wrong with any of them. No I/O.

        Raises ConfigError for keys that do not exist; every other fault leaves its section `failed`.
        """
        if not self._running:
            found = installed()
            self._running = {name: self._build(section, found) for name, section in self._sections.items()}
        if unknown := [fault for fault in self.faults if fault.unknown]:
            raise ConfigError(unknown)

    async def start(self) -> None:
        """Start all of them in the background. Raises ConfigError as `load` does."""
        self.load()
        for running in self._running.values():
            running.begin()

    async def stop(self) -> None:
        """Stop all of them and undo what they were given, in bounded time."""
        await asyncio.gather(*(running.end() for running in self._running.values()))
        self._running = {}
        self._loader.close()

    async def retire(self, name: str) -> None:
        """Give one nothing new; what it has in hand goes on. The first step of `replace` and `drop`."""
        if (running := self._running.get(name)) is not None:
            await running.retire()

    async def replace(self, section: S) -> None:
        """Start one by its section, in place of the one that has its name, which is stopped first."""
        if (former := self._running.get(section.name)) is not None:
            await former.end()
        importlib.invalidate_caches()  # a package that was missing may be there by now
        running = self._build(section, installed())
        self._running[section.name] = running
        running.begin()

    async def drop(self, name: str) -> None:
        """Stop one that is configured no more."""
        if (running := self._running.get(name)) is not None:
            await running.end()
            del self._running[name]

    @abstractmethod
    def house(self, section: S, provider: Any, context: Context) -> R:  # noqa: ANN401 - whatever a plugin has built
        """What runs here of what a plugin has built; raises NoProvider where that is nothing of use."""

    @abstractmethod
    def absent(self, section: S, context: Context) -> R:
        """What stands for a section whose own could not be built."""

    def surroundings(self, section: S) -> Surroundings:
        """What the context of a section is made from."""
        return self._around

    def kept(self, section: S) -> KeyValue:
        """The small durable memory of a section."""
        return self._keep(section.name)

    def _became_ready(self, name: str) -> None:
        for hear in self._callbacks:
            hear(name)

    def _build(self, section: S, found: Mapping[str, Found]) -> R:
        """The provider of a section, or one that says why there is none."""
        context = self._context(section)
        sentence = ""
        try:
            return self.house(section, self._loader.ask(self.hook, section.type, found, context), context)
        except BadSettings as error:
            self.faults += error.faults
            sentence = str(error)
        except SidetoneError as error:
            sentence = str(error)
            self._note(section, f"{error.message} {error.hint}".strip(), error.where)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin does, the others must start
            sentence = f"Plugin {section.type} cannot be used ({type(error).__name__})."
            self._note(section, sentence)
            log.error("plugin failed", name=section.name, error=type(error).__name__)  # noqa: TRY400 - not its text
        running = self.absent(section, context)
        running.fail(sentence)
        return running

    def _note(self, section: S, sentence: str, key: str = "") -> None:
        """A fault that only the plugin can see; it may name the key."""
        dotted = f"{self.sections}.{section.name}" + (f".{key}" if key in section.table else "")
        place = section.table.places.get(key, section.table.place)
        what = f"cannot be used: {sentence.removesuffix('.')}"
        self.faults.append(Fault(key=dotted, what=what, place=place))

    def _context(self, section: S) -> Context:
        return Context(
            section.name,
            section.table,
            around=self.surroundings(section),
            log=structlog.get_logger(f"{self.sections}.{section.name}"),
            keep=self.kept(section),
            where=f"{self.sections}.{section.name}",
        )
