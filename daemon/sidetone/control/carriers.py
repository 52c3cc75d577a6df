"""Commands about the daemon itself, its plugins and its carriers."""

import os
from collections.abc import Mapping
from typing import Any

from sidetone import __version__
from sidetone.config.shapes import Config
from sidetone.control.reload import Verdict
from sidetone.control.services import Services
from sidetone.domain.health import Health, State
from sidetone.parts import Parts
from sidetone.people.render import time_text
from sidetone.plugin.found import installed
from sidetone.plugin.found import view as plugin_fields
from sidetone.plugin.rehearsal import rehearse
from sidetone.store import outbox
from sidetone.views import Ask, Time, View

USED = (State.FAILED, State.DEGRADED, State.STARTING, State.OK)  # the worst one first


class StatusAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the daemon is."""


class ReloadAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The configuration read again."""


class CarriersAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every carrier that is configured."""


class PluginsAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every plugin that is installed."""


class PartRow(View, frozen=True, kw_only=True):
    """One part of the daemon and how it is."""

    name: str
    state: str
    sentence: str


class DaemonStatus(View, frozen=True, kw_only=True):
    """The running daemon."""

    version: str
    pid: int
    url: str
    started_at: Time
    ready: bool
    parts: list[PartRow]


class CarrierRow(View, frozen=True, kw_only=True):
    """A carrier; `waiting` messages are in its queue, the `oldest` of them since."""

    name: str
    type: str
    state: str
    sentence: str
    waiting: int
    oldest: Time | None


class PluginRow(View, frozen=True, kw_only=True):
    """A plugin, the carriers and directories that use it, why some of them cannot be used (`failures`), and what fails of
    others; a directory is called `directory NAME` there.
    """

    type: str
    module: str
    package: str
    version: str
    carriers: list[str]
    directories: list[str]
    state: str
    failures: dict[str, str]
    troubles: dict[str, str]


async def status(services: Services, _ask: StatusAsk) -> DaemonStatus:
    """How the daemon is; raises NotRunning."""
    daemon = services.daemon()
    return DaemonStatus(
        version=__version__,
        pid=os.getpid(),
        url=daemon.url,
        started_at=time_text(daemon.started_at),
        ready=daemon.parts.ready,
        parts=[
            PartRow(name=name, state=health.state, sentence=health.sentence)
            for name, health in daemon.parts.all().items()
        ],
    )


async def reload(services: Services, _ask: ReloadAsk) -> Verdict:
    """Read the configuration again; raises NotRunning."""
    return await services.daemon().reloader.reload()


async def list_carriers(services: Services, _ask: CarriersAsk) -> list[CarrierRow]:
    """Every configured carrier with its state and its queue."""
    queues = {row["carrier"]: row for row in await services.store.read(outbox.queues)}
    states = _states(services)
    return [
        CarrierRow(
            name=name,
            type=section.type,
            state=states[name].state,
            sentence=states[name].sentence,
            waiting=queues[name]["waiting"] if name in queues else 0,
            oldest=time_text(queues[name]["oldest"]) if name in queues else None,
        )
        for name, section in services.config().carriers.items()
    ]


async def list_plugins(services: Services, _ask: PluginsAsk) -> list[PluginRow]:
    """Every installed plugin with how the carriers and directories that use it are."""
    return plugin_rows(services.config(), _states(services) | _directory_states(services))


def plugin_rows(config: Config | None, states: Mapping[str, Health]) -> list[PluginRow]:
    """Every installed plugin. `states` are those of the carriers by their names, and of each `directory NAME`."""
    carriers = {name: section.type for name, section in config.carriers.items()} if config else {}
    directories = {name: section.type for name, section in config.directories.items()} if config else {}
    rows = []
    for plugin in installed().values():
        fields: dict[str, Any] = plugin_fields(plugin, carriers, directories)
        used = [*fields["carriers"], *(f"directory {name}" for name in fields["directories"])]
        own = {name: states[name] for name in used}
        worst = next((state for state in USED if state in {health.state for health in own.values()}), State.OFF)
        failures, troubles = _sentences(own, State.FAILED), _sentences(own, State.DEGRADED)
        rows.append(PluginRow(**fields, state=worst, failures=failures, troubles=troubles))
    return rows


def _sentences(states: Mapping[str, Health], state: State) -> dict[str, str]:
    return {name: health.sentence for name, health in states.items() if health.state is state}


def _with_its_parts(own: Health, parts: Parts, name: str) -> Health:
    """How a carrier is: what its plugin says, unless what depends on the plugin says worse."""
    if own.state is not State.OK:
        return own
    others = (parts.get(f"{part} {name}") for part in ("queue", "reconcile"))
    worse = (other.sentence for other in others if other.state in (State.DEGRADED, State.FAILED))
    return next((Health(State.DEGRADED, sentence) for sentence in worse), own)


def _directory_states(services: Services) -> dict[str, Health]:
    """How each `directory NAME` is, likewise."""
    config = services.config()
    if services.running is not None:
        return {part: services.running.parts.get(part) for part in (f"directory {name}" for name in config.directories)}
    return rehearsed_directories(config, Health(State.OFF, "Sidetone is not running."))


def rehearsed_directories(config: Config, fine: Health) -> dict[str, Health]:
    """How each `directory NAME` is when it is only built: it cannot be used, or is `fine`."""
    failures = rehearse({}, config.folder, directories=config.directories).directory_failures
    return {
        f"directory {name}": Health(State.FAILED, failures[name]) if name in failures else fine
        for name in config.directories
    }


def _states(services: Services) -> dict[str, Health]:
    """How each carrier is; without a daemon it is off, or cannot be used."""
    config = services.config()
    if services.running is not None:
        found, parts = services.running.host.carriers, services.running.parts
        return {
            name: _with_its_parts(found[name].health, parts, name) if name in found else Health(State.OFF)
            for name in config.carriers
        }
    failures = rehearse(config.carriers, config.folder).failures
    return {
        name: Health(State.FAILED, failures[name])
        if name in failures
        else Health(State.OFF, "Sidetone is not running.")
        for name in config.carriers
    }
