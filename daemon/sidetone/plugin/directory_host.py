"""The host of directories."""

from dataclasses import replace
from math import inf
from typing import Any, ClassVar

from sidetone.config.shapes import DirectorySection
from sidetone.domain.health import Health, State
from sidetone.plugin.context import Context, KeyValue, Surroundings
from sidetone.plugin.directory import LONGEST_PAUSE, SHORTEST_PAUSE, Directory
from sidetone.plugin.hosting import Hosting
from sidetone.plugin.life import Absence, Life, Watch
from sidetone.plugin.loading import NoProvider

_METHODS = ("start", "stop", "health", "sync")


class RunningDirectory(Life):
    """A `[directories.NAME]` section in this process; its `directory` is None when it could not be built."""

    kind: ClassVar[str] = "directory"

    def __init__(self, section: DirectorySection, directory: Directory | None, context: Context, watch: Watch) -> None:
        super().__init__(section.name, section.type, directory or Absence(), context, watch)
        self.section = section
        self.directory = directory
        self._copy = ""

    @property
    def pause(self) -> float:
        """Seconds between two syncs, as the plugin says now."""
        seconds = getattr(self.directory, "sync_every", None)
        if isinstance(seconds, int | float) and SHORTEST_PAUSE <= seconds <= LONGEST_PAUSE:
            return float(seconds)
        return LONGEST_PAUSE

    def copied(self, sentence: str) -> None:
        """Say what there is a copy of."""
        self._copy = sentence
        self._show()

    def present(self) -> Health:
        """What the plugin says, and what there is a copy of."""
        if self._told.state is State.STARTING:
            return self._told
        return Health(self._told.state, f"{self._told.sentence} {self._copy}".strip())


class DirectoryHost(Hosting[DirectorySection, RunningDirectory]):
    """Every configured directory in this process."""

    sections: ClassVar[str] = "directories"
    hook: ClassVar[str] = "sidetone_directory"

    def house(self, section: DirectorySection, provider: Any, context: Context) -> RunningDirectory:  # noqa: ANN401
        """The directory in this process; raises NoProvider for what is none."""
        lacking = [name for name in _METHODS if not callable(getattr(provider, name, None))]
        if lacking:
            raise NoProvider(f"Plugin {section.type} builds no directory ({', '.join(lacking)} missing).")
        seconds = getattr(provider, "sync_every", None)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < inf:
            raise NoProvider(f"Plugin {section.type} builds no directory (sync_every is no number of seconds).")
        return RunningDirectory(section, provider, context, self._watch)

    def absent(self, section: DirectorySection, context: Context) -> RunningDirectory:
        """A directory of which there is only the copy."""
        return RunningDirectory(section, None, context, self._watch)

    def surroundings(self, section: DirectorySection) -> Surroundings:
        """With the country of this directory's own numbers."""
        return replace(self._around, default_country=section.own.country or self._around.default_country)

    def kept(self, section: DirectorySection) -> KeyValue:
        """Apart from that of a carrier of the same name."""
        return self._keep(f"directory:{section.name}")
