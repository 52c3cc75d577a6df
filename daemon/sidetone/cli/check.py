"""`sidetone check`: every fault of the configuration at once."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence, as_json

if TYPE_CHECKING:
    from sidetone.config.fault import ConfigError, Fault
    from sidetone.config.shapes import Config


@click.command()
@as_json
@with_config_file
def check(file: Path, as_json: bool) -> None:
    """Say what is wrong with the configuration.

    Everything at once, each fault with its place and what is allowed; nothing is started.
    """
    from sidetone.config.fault import ConfigError

    try:
        config = load_settings(file)
    except ConfigError as error:
        found, carriers = examined(error, file), error.carriers
    else:
        found, carriers = examined(config, file), config.carriers
    faults = [each for each in found if not each.note]
    if as_json:
        click.echo(json.dumps([each.view() for each in found], ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(1 if faults else 0)
    if faults:
        raise Sentence("\n".join(str(each) for each in found))
    for each in found:
        click.echo(f"Note: {each}")
    names = ", ".join(f"{carrier.name} ({carrier.type})" for carrier in carriers.values())
    click.echo(f"{file}: all is well. Carriers: {names or 'none yet'}.")


def examined(found: "Config | ConfigError", file: Path) -> "list[Fault]":
    """All that is wrong with a configuration, or with what could be read of it: with its plugins and certificate too."""
    from sidetone.clock import SystemClock
    from sidetone.config.certificate import troubles
    from sidetone.config.fault import ConfigError
    from sidetone.egress.allowed import Allowed
    from sidetone.plugin.rehearsal import rehearse

    folder = file.absolute().parent
    if isinstance(found, ConfigError):
        return [*found.faults, *rehearse(found.carriers, folder).faults]
    plugins = rehearse(found.carriers, folder, Allowed(found.server.allow_private)).faults
    return [*plugins, *troubles(found.server, folder, SystemClock().now())]
