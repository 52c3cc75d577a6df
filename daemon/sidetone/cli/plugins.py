"""`sidetone plugins`: what is installed, and what the configuration uses of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sidetone.cli.asking import ask_daemon
from sidetone.cli.settings import MAIN_FILE, load_settings, with_config_file
from sidetone.cli.words import as_json, listing

if TYPE_CHECKING:
    from sidetone.control.carriers import PluginRow

COLUMNS = ("type", "version", "package", "carriers", "directories", "state")


@click.command()
@as_json
@with_config_file
def plugins(file: Path, as_json: bool) -> None:
    """List the installed plugins.

    With the carriers and directories of the configuration that use them, and why one cannot be used.
    """
    rows = [msgspec.to_builtins(row) for row in _rows(file)]
    listing(rows, COLUMNS, as_json=as_json, nothing="No plugin is installed: install Sidetone again.")
    if not as_json:
        for row in rows:
            for name, why in (row["failures"] | row["troubles"]).items():
                click.echo(f"{name}: {why}")


def _rows(file: Path) -> "list[PluginRow]":
    """As the running daemon has them; without one, as they would be."""
    from sidetone.control.carriers import PluginRow, PluginsAsk, plugin_rows, rehearsed_directories
    from sidetone.control.client import NobodyThere
    from sidetone.domain.health import Health, State
    from sidetone.plugin.rehearsal import rehearse

    # Before the first configuration is written the listing says what it could name.
    if file == MAIN_FILE and not file.exists():
        return plugin_rows(None, {})
    config = load_settings(file)
    try:
        return ask_daemon(config, "plugins.list", PluginsAsk(), list[PluginRow])
    except NobodyThere:
        failures = rehearse(config.carriers, config.folder).failures
    states = {
        name: Health(State.FAILED, failures[name]) if name in failures else Health(State.OK) for name in config.carriers
    }
    return plugin_rows(config, states | rehearsed_directories(config, Health(State.OK)))
