"""`sidetone check`: every fault of the configuration at once."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence, as_json
from sidetone.domain.health import Health, State

if TYPE_CHECKING:
    from sidetone.config.fault import ConfigError, Fault
    from sidetone.config.shapes import Config

PATIENCE = 15.0  # seconds for the mail server; somebody waits for it


@click.command()
@click.option(
    "--connect", "connecting", is_flag=True, help="Try each carrier and the mail server too; nothing is sent."
)
@as_json
@with_config_file
def check(file: Path, connecting: bool, as_json: bool) -> None:
    """Say what is wrong with the configuration.

    Everything at once, each fault with its place and what is allowed; nothing is started. With --connect, and when
    nothing is wrong, each carrier is asked whether it takes the credentials, each directory whether it can be read, and the
    mail server of the alerts whether it takes them.
    """
    from sidetone.config.fault import ConfigError

    try:
        config = load_settings(file)
    except ConfigError as error:
        found, carriers, directories = examined(error, file), error.carriers, error.directories
    else:
        found, carriers, directories = examined(config, file), config.carriers, config.directories
    faults = [each for each in found if not each.note]
    tried = {} if faults or not connecting else reached(file)
    failed = any(health.state is State.FAILED for health in tried.values())
    if as_json:
        rows = [each.view() for each in found] + [_row(key, health) for key, health in tried.items()]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(1 if faults or failed else 0)
    if faults:
        raise Sentence("\n".join(str(each) for each in found))
    for each in found:
        click.echo(f"Note: {each}")
    lines = [f"{_label(key)} {_STANDS[health.state]}. {health.sentence}".rstrip() for key, health in tried.items()]
    if failed:
        raise Sentence("\n".join(lines))
    for line in lines:
        click.echo(line)
    names = ", ".join(f"{carrier.name} ({carrier.type})" for carrier in carriers.values())
    books = ", ".join(f"{directory.name} ({directory.type})" for directory in directories.values())
    told = f" Directories: {books}." if books else ""
    click.echo(f"{file}: all is well. Carriers: {names or 'none yet'}.{told}")


_STANDS = {State.OK: "works", State.DEGRADED: "works, with trouble", State.FAILED: "does not work"}


def reached(file: Path) -> Mapping[str, Health]:
    """How what the configuration names is when it is tried now, by its section: `carriers.main`, `mail`."""
    return asyncio.run(_reached(load_settings(file)))


async def _reached(config: "Config") -> Mapping[str, Health]:
    from sidetone.plugin.connecting import connect

    plugins, mail = await asyncio.gather(connect(config), _mail(config))
    return {**plugins, **mail}


async def _mail(config: "Config") -> dict[str, Health]:
    from sidetone.egress.mail import MailFailed, greet

    mail = config.mail
    if not mail.host:
        return {}
    try:
        refused = await greet(mail, config.server.allow_private, patience=PATIENCE)
    except MailFailed as error:
        return {"mail": Health(State.FAILED, str(error))}
    if refused:
        sentence = f"{mail.host} refuses {refused} of {len(mail.to)} recipients. Are the addresses in to right?"
        return {"mail": Health(State.DEGRADED, sentence)}
    return {"mail": Health(State.OK, f"{mail.host} takes alerts for all recipients: {len(mail.to)}.")}


def _label(key: str) -> str:
    kind, _, name = key.partition(".")
    return f"{'Carrier' if kind == 'carriers' else 'Directory'} {name}" if name else key.capitalize()


def _row(key: str, health: Health) -> dict[str, str]:
    return {"key": key, "state": health.state.value, "what": health.sentence}


def examined(found: "Config | ConfigError", file: Path) -> "list[Fault]":
    """All that is wrong with a configuration, or with what could be read of it: with its plugins and certificate too."""
    from sidetone.clock import SystemClock
    from sidetone.config.certificate import troubles
    from sidetone.config.fault import ConfigError
    from sidetone.egress.allowed import Allowed
    from sidetone.plugin.rehearsal import rehearse

    folder = file.absolute().parent
    if isinstance(found, ConfigError):
        return [*found.faults, *rehearse(found.carriers, folder, directories=found.directories).faults]
    plugins = rehearse(found.carriers, folder, Allowed(found.server.allow_private), found.directories).faults
    return [*plugins, *troubles(found.server, folder, SystemClock().now())]
