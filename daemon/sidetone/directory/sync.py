"""Keeping the copies of directories fresh, off everybody's way."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import structlog

from sidetone.clock import Clock
from sidetone.config.changes import setup
from sidetone.config.shapes import DirectorySection
from sidetone.directory.copy import STEP, Copy
from sidetone.domain.fault import SidetoneError
from sidetone.domain.retry import delay
from sidetone.errors import StoreError
from sidetone.people.render import time_text
from sidetone.plugin.attempt import Overran, attempt
from sidetone.plugin.directory import SyncAnew
from sidetone.plugin.directory_host import DirectoryHost, RunningDirectory
from sidetone.plugin.failures import BadCredentials
from sidetone.plugin.guard import PluginFailed
from sidetone.store import directories as rows
from sidetone.store.connection import Store

log = structlog.get_logger("directories")

AWAY = 60_000  # ms: the longest wait for a source that is away, unless it is asked more rarely than that
HELD = 60.0  # seconds until what was held back is looked at again, all of it


class Sync:
    """A task for each directory, from when it is ready. What it does is told by the directory's part."""

    def __init__(self, store: Store, clock: Clock, host: DirectoryHost, folder: Path, country: str) -> None:
        self._store = store
        self._clock = clock
        self._host = host
        self._folder = folder
        self._country = country
        self._chance: Random = SystemRandom()
        self._sections: Mapping[str, DirectorySection] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        host.on_ready(self._open)

    async def start(self, sections: Mapping[str, DirectorySection]) -> None:
        """Start the directories in the background. Raises ConfigError as their host does."""
        self._host.load()
        try:
            await self.arrange(sections)
        except StoreError as error:  # names are no reason not to send; it is tried again by whoever finds no place
            log.warning("directories are not arranged", error=error.code)
        await self._host.start()

    async def arrange(self, sections: Mapping[str, DirectorySection]) -> None:
        """Put the copies in the order of the sections, and forget those of sections that are no more. Raises StoreError."""
        self._sections = sections
        wanted = [(section.name, section.label) for section in sections.values()]
        for directory_id in await self._store.write(rows.arrange, wanted):
            while await self._store.write(rows.remove_some, directory_id, STEP) == STEP:
                pass  # a step at a time, so that others get in between
        for row in await self._store.read(rows.everything):
            running = self._host.running.get(row["name"])
            if running is not None and row["synced_at"] is not None:
                count = await self._store.read(rows.count, row["id"])
                running.copied(_copy(count, row["synced_at"]))

    async def adopt(self, sections: Mapping[str, DirectorySection], anew: list[str]) -> None:
        """What a reload has changed: those in `anew` start again, those that are no more stop."""
        for name in [name for name in self._host.running if name not in sections]:
            await self._shut(name)
            await self._host.drop(name)
        with suppress(StoreError):  # it is tried again by whoever finds no place for a copy
            await self.arrange(sections)
        for name in anew:
            await self._shut(name)
            await self._host.replace(sections[name])

    async def stop(self) -> None:
        """End everything, the directories too."""
        for name in list(self._tasks):
            await self._shut(name)
        await self._host.stop()

    async def _shut(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    def _open(self, name: str) -> None:
        if name not in self._tasks or self._tasks[name].done():
            keep = self._keep(self._host.running[name])
            task = self._tasks[name] = asyncio.create_task(keep, name=f"sync {name}")
            task.add_done_callback(partial(self._ended, name))

    def _ended(self, name: str, task: "asyncio.Task[None]") -> None:
        """Tell when it was our own fault that a directory is synced no more."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("directory is synced no more", name=name, error=type(error).__name__)
            if (running := self._host.running.get(name)) is not None:
                running.note("sync", f"It is read no more ({type(error).__name__}): restart Sidetone.")

    async def _keep(self, running: RunningDirectory) -> None:
        """Sync again and again, until there is no sense in it without a person."""
        copy: Copy | None = None
        failures, last = 0, None
        while True:
            try:
                if copy is None:
                    copy, last = await self._copy(running)
                error, stuck = await self._sync(copy, running)
            except StoreError as store_error:
                error, stuck = store_error, False
            if error is None and copy is not None:
                failures, last = 0, self._clock.now()
                running.copied(_copy(copy.count, None, copy.passed_over))
            else:
                failures += 1
                count = copy.count if copy is not None else 0
                running.copied(_copy(count, last))
            running.note("sync", _trouble(error, copy, stuck=stuck))
            if error is not None and failures == 1:
                log.warning("directory cannot be read", name=running.name, error=type(error).__name__)
            if stuck or isinstance(error, BadCredentials):
                return
            wait = running.pause if error is None else max(running.pause, self._away(failures))
            await self._clock.sleep(max(wait, HELD) if copy is not None and copy.held else wait)

    def _away(self, failures: int) -> float:
        return delay(failures, self._chance, longest=AWAY) / 1000

    async def _copy(self, running: RunningDirectory) -> tuple[Copy, int | None]:
        """The copy as it was left, and when it was read last."""
        row = await self._row(running.name)
        if row is None:
            await self.arrange(self._sections)
            row = await self._row(running.name)
        if row is None:
            raise StoreError("There is no place for its copy.")
        section = running.section
        copy = Copy(
            self._store,
            row["id"],
            country=section.own.country or self._country,
            most_gone=section.own.most_gone,
            setup=setup(section, self._folder),
        )
        await copy.recall()
        return copy, row["synced_at"]

    async def _row(self, name: str) -> Any:  # noqa: ANN401 - a row
        found = await self._store.read(rows.everything)
        return next((row for row in found if row["name"] == name), None)

    async def _sync(self, copy: Copy, running: RunningDirectory) -> tuple[BaseException | None, bool]:
        """What went wrong, and whether it does not even end when it is cancelled."""
        assert running.directory is not None  # noqa: S101 - one that was not built is never ready
        patience = self._host.patience
        work = partial(copy.sync, running.directory)
        tried = await attempt(work, patience.list, grace=patience.grace)
        if isinstance(tried.error, SyncAnew) and copy.token is not None:
            copy.token = None
            tried = await attempt(work, patience.list, grace=patience.grace)
        return tried.error, tried.stuck


def _copy(count: int, read_at: int | None, passed_over: int = 0) -> str:
    words = f"{count} contact{'' if count == 1 else 's'}."
    if read_at is not None:
        words = f"The copy of {time_text(read_at)} is in use: {words}"
    if passed_over:
        words += f" Left out, because without a name or an id: {passed_over}."
    return words


def _trouble(error: BaseException | None, copy: Copy | None, *, stuck: bool) -> str:
    """What is wrong, in a sentence, and which names are shown meanwhile; empty when all is well."""
    if stuck:
        return "Reading it hangs: restart Sidetone. What was read before is in use."
    if error is not None:
        return f"{_why(error)} What was read before is in use."
    if copy is not None and copy.held:
        return (
            f"{copy.missing} of {copy.count} contacts are missing at the source all at once, and are kept. If that is "
            "right, set most_gone = 100 in its section and run `sidetone reload`."
        )
    return ""


def _why(error: BaseException) -> str:
    if isinstance(error, PluginFailed):
        return f"Its plugin gives {error.message}."
    if isinstance(error, BadCredentials):
        return f"Its credentials are refused: {error} Change them, then run `sidetone reload`."
    if isinstance(error, SidetoneError):
        return f"It cannot be read: {error}"
    if isinstance(error, Overran):
        return "It takes too long to read."
    return f"Its plugin failed ({type(error).__name__})."
