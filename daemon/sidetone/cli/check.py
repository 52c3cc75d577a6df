"""`sidetone check`: every fault of the configuration at once."""

import json
from pathlib import Path

import click

from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence, as_json


@click.command()
@as_json
@with_config_file
def check(file: Path, as_json: bool) -> None:
    """Say what is wrong with the configuration.

    Everything at once, each fault with its place and what is allowed; nothing is started.
    """
    from sidetone.config.fault import ConfigError, Fault
    from sidetone.plugin.rehearsal import rehearse

    faults: list[Fault] = []
    try:
        carriers = load_settings(file).carriers
    except ConfigError as error:
        faults += error.faults
        carriers = error.carriers
    faults += rehearse(carriers, file.absolute().parent).faults
    if as_json:
        click.echo(json.dumps([fault.view() for fault in faults], ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(1 if faults else 0)
    if faults:
        raise Sentence("\n".join(str(fault) for fault in faults))
    names = ", ".join(f"{carrier.name} ({carrier.type})" for carrier in carriers.values())
    click.echo(f"{file}: all is well. Carriers: {names or 'none yet'}.")
