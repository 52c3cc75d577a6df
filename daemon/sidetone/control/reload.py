"""`sidetone reload`: the configuration read again, and as much of it put in force as a running daemon can."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace

import structlog
from msgspec import field

from sidetone.config.changes import AT_START, Changes, Reading, changes, reading
from sidetone.config.fault import ConfigError, Fault
from sidetone.config.shapes import Config, DirectorySection, LogSettings, MessagingSettings
from sidetone.domain.health import State
from sidetone.domain.route import Rule
from sidetone.errors import StoreError
from sidetone.plugin.host import Host
from sidetone.plugin.rehearsal import rehearse
from sidetone.views import View

log = structlog.get_logger("config")


class Verdict(View, frozen=True, kw_only=True):
    """What came of a reload, in sentences. Where anything is `refused`, nothing was changed."""

    applied: list[str] = field(default_factory=list)
    restart: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What a reload works with.

    `reread` reads the files anew, off the loop; it raises ConfigError. `telling` lasts as long as a reload does.
    `shut` lets what is under way with a carrier end and gives it nothing new; `messaging`, `routes` and `log` put those
    sections in force. `note` keeps what came of it. `renew` uses a renewed certificate and says so; it raises ConfigError for
    one that cannot be served. `directories` puts the directories in force that there are now, and starts some of them anew.
    """

    reread: Callable[[], Config]
    telling: Callable[[], AbstractContextManager[None]]
    host: Host
    shut: Callable[[str], Awaitable[None]]
    messaging: Callable[[MessagingSettings], None]
    routes: Callable[[tuple[Rule, ...]], None]
    log: Callable[[LogSettings], None]
    note: Callable[[str], Awaitable[None]]
    renew: Callable[[], Awaitable[str]]
    directories: Callable[[Mapping[str, DirectorySection], list[str]], Awaitable[None]]


class Reloader:
    """Knows which configuration is in force, and puts the next one in its place."""

    def __init__(self, began: Reading, hands: Hands) -> None:
        self._now = began
        self._hands = hands
        self._turn = asyncio.Lock()
        self._begun: set[asyncio.Task[Verdict]] = set()
        self._ended = False

    @property
    def config(self) -> Config:
        """The configuration that is in force."""
        return self._now.config

    async def reload(self) -> Verdict:
        """Read the configuration and put in force what can be; all of it is refused when anything new is wrong.

        A carrier that is added or changed is started anew by itself, and so is one that has failed. Every other
        carrier goes on undisturbed.
        """
        async with self._turn:
            with self._hands.telling():
                verdict = await self._reload()
            with suppress(StoreError):  # a full disk keeps nobody from mending it; the log has it too
                await self._hands.note(_noted(verdict))
            return verdict

    def begin(self) -> None:
        """Reload in the background; what comes of it is in the log."""
        if not self._ended:
            task = asyncio.create_task(self.reload(), name="reload")
            self._begun.add(task)
            task.add_done_callback(self._begun.discard)

    async def end(self) -> None:
        """Give up what was begun in the background: everything is about to stop."""
        self._ended = True
        for task in self._begun:
            task.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)

    async def _reload(self) -> Verdict:
        try:
            after, found, anew = await asyncio.to_thread(self._plan)
            renewed = await self._hands.renew()
        except ConfigError as error:
            for fault in error.faults:
                log.warning("reload refused", sentence=str(fault))
            return Verdict(refused=[str(fault) for fault in error.faults])
        return await self._apply(after, found, anew, renewed)

    def _plan(self) -> tuple[Reading, Changes, list[str]]:
        """The new reading, what differs, and which carriers start anew. Raises ConfigError."""
        after = reading(self._hands.reread())
        found = changes(self._now, after)
        new = [*found.added, *found.changed]
        faults = [*_faults(after.config, new), *_directory_faults(after.config, found.directories_anew)]
        if faults:
            raise ConfigError(faults)
        failed = {name for name, carrier in self._hands.host.carriers.items() if carrier.health.state is State.FAILED}
        again = [name for name in after.config.carriers if name in failed and name not in new]
        return after, found, new + [name for name in again if not _faults(after.config, [name])]

    async def _apply(self, after: Reading, found: Changes, anew: Sequence[str], renewed: str) -> Verdict:
        for name in found.removed:
            await self._hands.host.retire(name)
            await self._hands.shut(name)
            await self._hands.host.drop(name)
        for name in anew:
            await self._hands.host.retire(name)
            await self._hands.shut(name)
            await self._hands.host.replace(after.config.carriers[name])
        if found.directories:
            await self._hands.directories(after.config.directories, list(found.directories_anew))
        if "messaging" in found.live:
            self._hands.messaging(after.config.messaging)
        if "routes" in found.live:
            self._hands.routes(after.config.routes)
        if "log" in found.live:
            self._hands.log(after.config.log)
        still = {name: getattr(self._now.config, name) for name in AT_START}  # these wait for a restart
        self._now = Reading(replace(after.config, **still), after.carriers, after.directories)
        verdict = Verdict(applied=_applied(found, anew) + ([renewed] if renewed else []), restart=_waiting(found))
        for sentence in verdict.applied + verdict.restart:
            log.info("reloaded", sentence=sentence)
        return verdict


def _noted(verdict: Verdict) -> str:
    if verdict.refused:
        return f"Refused, with so many faults: {len(verdict.refused)}."
    return " ".join(verdict.applied + verdict.restart) or "Nothing has changed."


def _faults(config: Config, names: Sequence[str]) -> Sequence[Fault]:
    """What is wrong with these carriers as far as that shows without starting them."""
    return rehearse({name: config.carriers[name] for name in names}, config.folder).faults


def _directory_faults(config: Config, names: Sequence[str]) -> Sequence[Fault]:
    """As `_faults`, for directories."""
    return rehearse({}, config.folder, directories={name: config.directories[name] for name in names}).faults


def _applied(found: Changes, anew: Sequence[str]) -> list[str]:
    sentences = [f"Carrier {name} is stopped; what waits for it goes on waiting." for name in found.removed]
    for name in anew:
        if name in found.added:
            sentences.append(f"Carrier {name} is new and starts.")
        elif name in found.changed:
            sentences.append(f"Carrier {name} has changed and starts anew.")
        else:
            sentences.append(f"Carrier {name} had failed and starts anew.")
    sentences += [f"Directory {name} starts anew." for name in found.directories_anew]
    sentences += [f"Directory {name} is gone, and the names that it gave." for name in found.directories_gone]
    if found.directories and not found.directories_anew and not found.directories_gone:
        sentences.append("The directories are asked in another order.")
    return sentences + [f"[{name}] counts from now on." for name in found.live]


def _waiting(found: Changes) -> list[str]:
    return [f"{key} has changed and counts after a restart: systemctl restart sidetone." for key in found.at_start]
