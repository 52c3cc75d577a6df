"""Directories under test: a source that is told what to say, its host, and the room that keeps the copy."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

from delivery.stage import Stage
from sidetone.config.section import Section
from sidetone.config.shapes import DirectorySection, DirectorySettings
from sidetone.directory.contacts import Contacts
from sidetone.directory.sync import Sync
from sidetone.domain.health import Health, State
from sidetone.parts import Parts
from sidetone.people.viewer import Viewer
from sidetone.plugin import DirectoryPage, DirectoryRecord, RecordNumber
from sidetone.plugin.context import Surroundings
from sidetone.plugin.directory_host import DirectoryHost, RunningDirectory
from sidetone.plugin.life import Patience
from sidetone.testing.clock import FakeClock
from sidetone.testing.context import MemoryKeep, RecordingWayIn

USUAL = Patience(start=5, stop=2, health=5, list=5, grace=0.05)


def person(id_: str, name: str = "", *raw: str, **fields: Any) -> DirectoryRecord:  # noqa: ANN401
    numbers = tuple(RecordNumber(raw=each, label="mobile") for each in raw)
    return DirectoryRecord(id=id_, name=name or f"Person {id_}", numbers=numbers, **fields)


class Source:
    """Implements `Directory`: says the `pages` it was given, or raises `error`; `asked` are the tokens it heard."""

    sync_every: Any = 10.0

    def __init__(self) -> None:
        self.records: list[DirectoryRecord] = []
        self.changes: list[DirectoryRecord] | Exception = []
        self.token: Any = None
        self.error: BaseException | None = None
        self.asked: list[str | None] = []

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def health(self) -> Health:
        return Health(State.OK, "It can be read.")

    async def sync(self, token: str | None) -> AsyncIterator[DirectoryPage]:
        self.asked.append(token)
        if self.error is not None:
            raise self.error
        said = self.records if token is None else self.changes
        if isinstance(said, Exception):
            raise said
        for start in range(0, len(said), 100):
            yield DirectoryPage(records=said[start : start + 100])
        yield DirectoryPage(token=self.token)


class Scripted(DirectoryHost):
    """A host whose directories are sources instead of installed plugins."""

    def __init__(self, sources: dict[str, Any], **rest: Any) -> None:  # noqa: ANN401
        super().__init__(**rest)
        self.sources = sources

    def _build(self, section: DirectorySection, found: Any) -> RunningDirectory:  # noqa: ANN401
        context = self._context(section)
        return self.house(section, self.sources[section.name], context)


class Books:
    """Directories beside the stage of the delivery tests."""

    def __init__(self, stage: Stage, **sources: Any) -> None:  # noqa: ANN401
        self.stage = stage
        self.clock = FakeClock(stage.clock.now())
        self.parts = Parts()
        self.sources = sources
        self.patience = USUAL
        self.contacts = Contacts(stage.store)
        self.sections = {name: section(name) for name in sources}

    async def open(self, **own: Any) -> "Books":  # noqa: ANN401
        """Start everything; `own` are settings of the first directory."""
        first = next(iter(self.sections))
        self.sections[first] = section(first, **own)
        around = Surroundings(
            clock=self.stage.clock,
            public_url="http://sidetone.test",
            default_country="DE",
            config_dir=Path(),
            way_in=RecordingWayIn(),
        )
        self.host = Scripted(
            self.sources,
            sections=self.sections,
            around=around,
            parts=self.parts,
            keep=lambda _: MemoryKeep(),
            chance=Random(1),
            patience=self.patience,
        )
        self.sync = Sync(self.stage.store, self.clock, self.host, Path(), "DE")
        await self.sync.start(self.sections)
        await self.read()
        return self

    async def close(self) -> None:
        await self.sync.stop()

    async def read(self, running: int = 0) -> None:
        """Wait until each of them has been read, and waits for the next time."""
        async with asyncio.timeout(5):
            await self.clock.until_asleep(running or len(self.sources))

    async def again(self) -> None:
        """Let the time of the next sync come for each of them, and wait for its end."""
        for _ in self.sources:
            await self.read()
            await self.clock.wake_next()
        await self.read()

    def sentence(self, name: str = "people") -> str:
        health = self.parts.get(f"directory {name}")
        return f"{health.state}: {health.sentence}"

    async def names(self, who: Viewer, words: str = "", source: str = "") -> list[str]:
        page = await self.contacts.page(who, words=words, after=None, limit=200, source=source)
        return [contact.name for contact in page.items]

    async def title(self, who: Viewer) -> str:
        page = await self.stage.conversations.page(who, before=None, limit=5, unread=False, words="")
        return page.items[0].title


def section(name: str, **own: Any) -> DirectorySection:  # noqa: ANN401
    return DirectorySection(name=name, type="scripted", table=Section({}), own=DirectorySettings(**own))
