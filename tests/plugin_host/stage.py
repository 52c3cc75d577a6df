"""Plugins as third parties install them: a distribution on the path with an entry point, and a host that finds it."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sidetone.config.section import Section
from sidetone.config.shapes import CarrierSection
from sidetone.domain.health import State
from sidetone.parts import Parts
from sidetone.plugin.context import Surroundings
from sidetone.plugin.host import Host
from sidetone.plugin.life import Patience
from sidetone.testing.clock import FakeClock
from sidetone.testing.context import MemoryKeep, RecordingWayIn

PATIENCE = 30.0  # seconds; a bound for a machine that is busy, not a wait

CARRIER = """
import asyncio
from dataclasses import dataclass
from sidetone.plugin import *
from sidetone.plugin import setting

api = (1, 0)

@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    most: int = setting(1, help="a whole number")

class Line:
    splits = "carrier"
    limits = Limits()

    def __init__(self, context):
        self.context = context
        self.settings = context.settings(Settings)
        self.calls = []
        self.state = Health(State.OK, "Well.")
        BUILT[context.name] = self

    async def start(self):
        self.calls.append("start")

    async def stop(self):
        self.calls.append("stop")

    async def health(self):
        self.calls.append("health")
        return self.state

    async def send(self, message):
        return Accepted()

BUILT = {}

@hookimpl
def sidetone_carrier(context):
    return Line(context)
"""


class Shop:
    """Where plugins are installed for one test."""

    _numbers = count()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: list[str] = []

    def install(
        self,
        type_: str,
        source: str | None = CARRIER,
        *,
        package: str = "",
        extras: str = "",
        offered: tuple[str, ...] = (),
    ) -> str:
        """Install a plugin of this type; the name of its module. Without a source the module is missing."""
        module = f"sidetone_test_{next(self._numbers)}"
        package = package or module.replace("_", "-")
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        provided = "".join(f"Provides-Extra: {extra}\n" for extra in offered)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n{provided}")
        (info / "entry_points.txt").write_text(f"[sidetone]\n{type_} = {module}{extras}\n")
        if source is not None:
            (self.folder / f"{module}.py").write_text(source)
        self.modules.append(module)
        return module

    def built(self, name: str) -> Any:  # noqa: ANN401 - the plugin's own class
        """The carrier object that a plugin has built for a section."""
        for module in self.modules:
            if name in getattr(sys.modules.get(module), "BUILT", {}):
                return sys.modules[module].BUILT[name]
        raise AssertionError(f"nothing was built for {name}")


class House:
    """A host with everything around it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.parts = Parts()
        self.way_in = RecordingWayIn()
        self.keeps: dict[str, MemoryKeep] = {}
        self.ready: list[str] = []
        self.hosts: list[Host] = []
        self._changed = asyncio.Event()
        self.parts.listen(lambda *_: self._changed.set())

    def host(self, sections: Mapping[str, str | Mapping[str, Any]], **patience: float) -> Host:
        """A host for sections given as their type, or as a table."""
        limits = {"start": 5.0, "stop": 5.0, "health": 5.0, "webhook": 5.0, "grace": 0.02} | patience
        host = Host(
            {name: section(name, table) for name, table in sections.items()},
            around=Surroundings(
                clock=self.clock,
                public_url="https://sms.example.com",
                default_country="DE",
                config_dir=Path("/etc/sidetone"),
                way_in=self.way_in,
            ),
            parts=self.parts,
            keep=lambda name: self.keeps.setdefault(name, MemoryKeep()),
            chance=Random(1),
            patience=Patience(**limits),
        )
        host.on_ready(self.ready.append)
        self.hosts.append(host)
        return host

    async def settled(self, said: Callable[[], bool]) -> None:
        """Wait until something holds that the state of a part decides."""
        async with asyncio.timeout(PATIENCE):
            while not said():
                self._changed.clear()
                await self._changed.wait()

    async def until(self, state: State, name: str = "main") -> None:
        """Wait until a carrier is so."""
        await self.settled(lambda: self.parts.get(f"carrier {name}").state is state)

    def sentence(self, name: str = "main") -> str:
        """How a carrier is, in a line."""
        health = self.parts.get(f"carrier {name}")
        return f"{health.state}: {health.sentence}"


def section(name: str, table: str | Mapping[str, Any]) -> CarrierSection:
    values = {"type": table} if isinstance(table, str) else dict(table)
    return CarrierSection(name=name, type=values.pop("type"), table=Section(values))
