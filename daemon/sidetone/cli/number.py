"""`sidetone number …`."""

from pathlib import Path

import click
import msgspec

from sidetone.cli.asking import ask, ask_all, asked
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import as_json, listing

COLUMNS = ("number", "label", "owner", "carrier", "waiting")


@click.group()
def number() -> None:
    """Add and list the company's numbers."""


@number.command()
@click.argument("number")
@click.option("--owner", metavar="user:NAME", help="Whose it is; without it texts wait for an owner.")
@click.option("--carrier", required=True, metavar="NAME", help="Its home: a [carriers.NAME] of the configuration.")
@click.option("--label", default="", metavar="TEXT", help="What its owner calls it.")
@with_config_file
def add(file: Path, number: str, owner: str | None, carrier: str, label: str) -> None:
    """Add a NUMBER, such as +4930123456."""
    from sidetone.views import NewNumber, NumberView

    config = load_settings(file)
    new = asked(NewNumber, number=number, owner=owner, carrier=carrier, label=label)
    added = ask(config, "number.add", new, NumberView)
    whose = f"belongs to {added.owner.name}" if added.owner else "has no owner yet"
    click.echo(f"{added.number} {whose} and leaves by {added.carrier}.")


@number.command("list")
@as_json
@with_config_file
def list_(file: Path, as_json: bool) -> None:
    """List the company's numbers."""
    from sidetone.views import NumberView, Page

    rows = [msgspec.to_builtins(view) for view in ask_all(load_settings(file), "number.list", Page[NumberView])]
    if not as_json:
        rows = [{**row, "owner": row["owner"] and f"{row['owner']['kind']}:{row['owner']['name']}"} for row in rows]
    listing(rows, COLUMNS, as_json=as_json, nothing="There are no numbers yet: add one with `sidetone number add`.")
