"""`sidetone number …`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sidetone.cli.asking import ask, ask_all, asked
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import as_json, listing

if TYPE_CHECKING:
    from sidetone.views import NumberView

COLUMNS = ("number", "label", "owner", "carrier", "waiting")


@click.group()
def number() -> None:
    """Add, change and list the company's numbers."""


@number.command()
@click.argument("number")
@click.option("--owner", metavar="user:NAME", help="Whose it is; without it texts wait for an owner.")
@click.option("--carrier", required=True, metavar="NAME", help="Its home: a [carriers.NAME] of the configuration.")
@click.option("--label", default="", metavar="TEXT", help="What its owner calls it.")
@with_config_file
def add(file: Path, number: str, owner: str | None, carrier: str, label: str) -> None:
    """Add a NUMBER, such as +4930123456.

    One that is known and has no owner yet, such as that of a modem's SIM card, is given to the owner.
    """
    from sidetone.views import NewNumber, NumberView

    config = load_settings(file)
    new = asked(NewNumber, number=number, owner=owner, carrier=carrier, label=label)
    click.echo(_standing(ask(config, "number.add", new, NumberView)))


@number.command()
@click.argument("number")
@click.option("--owner", metavar="user:NAME", help="Whose it is from now on, with the texts that wait for an owner.")
@click.option("--no-owner", is_flag=True, help="It belongs to nobody: texts to it wait for an owner.")
@click.option("--carrier", metavar="NAME", help="Its home from now on; what waits goes along.")
@click.option("--label", metavar="TEXT", help="What its owner calls it.")
@with_config_file
def change(file: Path, number: str, owner: str | None, no_owner: bool, carrier: str | None, label: str | None) -> None:
    """Change the owner, carrier or label of a NUMBER."""
    from sidetone.control.people import NumberChangeAsk
    from sidetone.views import NumberView

    if owner and no_owner:
        raise click.UsageError("--owner and --no-owner exclude each other.")
    given = {"owner": owner, "carrier": carrier, "label": label}
    values: dict[str, str | None] = {key: value for key, value in given.items() if value is not None}
    if no_owner:
        values["owner"] = None
    if not values:
        raise click.UsageError("Say what is to be different: --owner, --no-owner, --carrier or --label.")
    ask_ = asked(NumberChangeAsk, number=number, **values)
    click.echo(_standing(ask(load_settings(file), "number.change", ask_, NumberView)))


def _standing(view: "NumberView") -> str:
    whose = f"belongs to {view.owner.name}" if view.owner else "has no owner yet"
    return f"{view.number} {whose} and leaves by {view.carrier}."


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
