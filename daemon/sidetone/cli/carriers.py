"""`sidetone carriers …`."""

from pathlib import Path

import click
import msgspec

from sidetone.cli.asking import ask, asked
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import as_json, listing

COLUMNS = ("name", "type", "state", "waiting", "oldest", "sentence")


@click.group()
def carriers() -> None:
    """Look at the carriers, and try them."""


@carriers.command("list")
@as_json
@with_config_file
def list_(file: Path, as_json: bool) -> None:
    """List the configured carriers, how each is, and what waits for it."""
    from sidetone.control.carriers import CarrierRow, CarriersAsk

    found = ask(load_settings(file), "carriers.list", CarriersAsk(), list[CarrierRow])
    rows = [msgspec.to_builtins(row) for row in found]
    listing(rows, COLUMNS, as_json=as_json, nothing="No carrier is configured yet: see etc/conf.d.")


@carriers.command("try")
@click.argument("name")
@click.option("--to", required=True, metavar="NUMBER", help="Who gets the text.")
@click.option("--from", "sender", default="", metavar="NUMBER", help="Our number; else the first of this carrier.")
@click.option("--text", default="A test of Sidetone. Please ignore it.", show_default=True, metavar="TEXT")
@click.option("--wait", default=60, show_default=True, metavar="SECONDS", help="How long to follow it.")
@with_config_file
def try_(file: Path, name: str, to: str, sender: str, text: str, wait: int) -> None:
    """Send a text by the carrier NAME, as the owner of the number would, and tell what becomes of it."""
    from sidetone.cli.trying import follow
    from sidetone.views import ProbeAsk

    follow(load_settings(file), asked(ProbeAsk, carrier=name, to=to, number=sender, body=text), wait)


@carriers.command()
@click.argument("name")
@as_json
@with_config_file
def odd(file: Path, name: str, as_json: bool) -> None:
    """Show what came by the carrier NAME lately and nobody could read, as it came.

    It may hold what people wrote, so the audit notes who looked.
    """
    from sidetone.views import OddAsk, OddRow

    found = ask(load_settings(file), "carriers.odd", asked(OddAsk, carrier=name), list[OddRow])
    rows = [msgspec.to_builtins(row) for row in found]
    listing(rows, ("at", "reason", "size", "raw"), as_json=as_json, nothing="Everything that came could be read.")


@carriers.command()
@click.argument("name")
@click.option("--wait", default=300, show_default=True, metavar="SECONDS", help="How long to listen.")
@with_config_file
def listen(file: Path, name: str, wait: int) -> None:
    """Show the addresses to enter at the carrier NAME, then wait for it to call and tell what came."""
    from sidetone.cli.trying import hear

    hear(load_settings(file), name, wait)
