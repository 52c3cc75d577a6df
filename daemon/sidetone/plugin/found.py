"""The plugins that are installed, found without importing one of them."""

import importlib.metadata
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sidetone.domain.fault import SidetoneError

GROUP = "sidetone"


class PluginMissing(SidetoneError):
    """A plugin cannot be imported because a package is missing, or because two offer the same type."""

    code: ClassVar[str] = "plugin-missing"


@dataclass(frozen=True, slots=True)
class Found:
    """An installed plugin: its `type`, who brings it, and what to install for it.

    `rivals` are the other distributions that offer the same type: which one is meant is for a person to say.
    """

    type: str
    distribution: str
    version: str
    entry: importlib.metadata.EntryPoint
    extras: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module that holds it."""
        return self.entry.module

    def load(self) -> object:
        """Import it: a module, or whatever its entry point names. Raises PluginMissing, and what the module raises."""
        if self.rivals:
            names = " and ".join(sorted({self.distribution, *self.rivals}))
            raise PluginMissing(f"{names} both offer {self.type}.", hint="Uninstall one of them.")
        try:
            return self.entry.load()
        except ModuleNotFoundError as error:
            raise PluginMissing(*self._missing(error.name or self.module)) from error

    def _missing(self, module: str) -> tuple[str]:
        package = module.partition(".")[0]
        if package == self.module.partition(".")[0]:
            return (f"package {package} is missing: install {self.distribution} again.",)
        extra = f"[{','.join(self.extras)}]" if self.extras else ""
        return (f"package {package} is missing: install {self.distribution + extra if extra else package}.",)


def installed() -> dict[str, Found]:
    """Every plugin by its type, in the order of the types."""
    found: dict[str, Found] = {}
    for entry in importlib.metadata.entry_points(group=GROUP):
        plugin = _plugin(entry)
        first = found.get(entry.name)
        if first is None:
            found[entry.name] = plugin
        elif first.distribution != plugin.distribution:
            rivals = (*first.rivals, plugin.distribution)
            found[entry.name] = Found(
                first.type, first.distribution, first.version, first.entry, first.extras, rivals=rivals
            )
    return dict(sorted(found.items()))


def view(plugin: Found, carriers: Mapping[str, str], directories: Mapping[str, str]) -> dict[str, object]:
    """A plugin as a listing shows it; `carriers` and `directories` map those that are configured to their types."""
    return {
        "type": plugin.type,
        "module": plugin.module,
        "package": plugin.distribution,
        "version": plugin.version,
        "carriers": sorted(name for name, type_ in carriers.items() if type_ == plugin.type),
        "directories": sorted(name for name, type_ in directories.items() if type_ == plugin.type),
    }


def _plugin(entry: importlib.metadata.EntryPoint) -> Found:
    distribution = entry.dist
    name = distribution.name if distribution else entry.module
    offered = (distribution.metadata.get_all("Provides-Extra") or []) if distribution else []
    # An entry point may name its extras; else an extra of the plugin's own name is what it needs.
    named = tuple(entry.extras) or tuple(extra for extra in offered if _same(extra, entry.name))
    return Found(entry.name, name, distribution.version if distribution else "", entry, named)


def _same(one: str, other: str) -> bool:
    return re.sub(r"[-_.]+", "-", one).lower() == re.sub(r"[-_.]+", "-", other).lower()
