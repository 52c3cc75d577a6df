"""`sidetone modem …`: for modems on a cable. The commands read the configuration; the plugin `gsm` does the work.

The command line imports no plugin: `_plugin` looks for the one that is installed, as the daemon does.
"""

import importlib
from pathlib import Path
from typing import Any

import click

from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence

TYPE = "gsm"
_COMMANDS = "sidetone_gsm.commands"


@click.group()
def modem() -> None:
    """Work with GSM modems."""


@modem.command()
@click.argument("name")
@with_config_file
def serve(file: Path, name: str) -> None:
    """Own the modem of [carriers.NAME] and speak with the daemon until it is stopped.

    For sidetone-modem@NAME.service; with `worker = "own"` the daemon starts and supervises this process itself.
    """
    settings, data_dir = modem_settings(file, name)
    raise SystemExit(_plugin().serve(name, settings, data_dir))


def modem_settings(file: Path, name: str) -> tuple[Any, Path]:
    """The plugin's own settings of a section, and the data folder; raises Sentence for what is no modem."""
    from sidetone.config.reader import read_settings

    config = load_settings(file)
    section = config.carriers.get(name)
    if section is None or section.type != TYPE:
        known = ", ".join(sorted(one.name for one in config.carriers.values() if one.type == TYPE)) or "none"
        raise Sentence(f'No [carriers.{name}] with type = "{TYPE}" is configured. There are: {known}.')
    settings, faults = read_settings(_plugin().Settings, section.table, where=f"carriers.{name}", base=config.folder)
    if settings is None:
        raise Sentence("\n".join(map(str, faults)))
    return settings, config.server.data_dir


def _plugin() -> Any:  # noqa: ANN401 - a module that is not imported by name
    try:
        return importlib.import_module(_COMMANDS)
    except ModuleNotFoundError as error:
        raise Sentence(f"{error.name} is missing: install sidetone[{TYPE}].") from error
