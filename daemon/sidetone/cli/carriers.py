"""`sidetone carriers …`."""

from pathlib import Path

import click
import msgspec

from sidetone.cli.asking import ask
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import as_json, listing

COLUMNS = ("name", "type", "state", "waiting", "oldest", "sentence")


@click.group()
def carriers() -> None:
    """Look at the carriers."""


@carriers.command("list")
@as_json
@with_config_file
def list_(file: Path, as_json: bool) -> None:
    """List the configured carriers, how each is, and what waits for it."""
    from sidetone.control.carriers import CarrierRow, CarriersAsk

    found = ask(load_settings(file), "carriers.list", CarriersAsk(), list[CarrierRow])
    rows = [msgspec.to_builtins(row) for row in found]
    listing(rows, COLUMNS, as_json=as_json, nothing="No carrier is configured yet: see etc/conf.d.")
