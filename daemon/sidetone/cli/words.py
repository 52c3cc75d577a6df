"""What the command says: sentences on failure, tables or JSON for listings."""

import json
from collections.abc import Mapping, Sequence
from typing import IO, Any

import click
import msgspec


class Sentence(click.ClickException):
    """A failure, told as it is: exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the sentences to stderr."""
        click.echo(self.message, file=file, err=file is None)


class Hopeless(Sentence):
    """A failure that trying again will not mend: systemd is told not to restart for this code (EX_DATAERR)."""

    exit_code = 65


as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


def dump(view: object) -> None:
    """Print a view as JSON, with everything it holds."""
    click.echo(json.dumps(msgspec.to_builtins(view), ensure_ascii=False, indent=2))


def listing(rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, as_json: bool, nothing: str) -> None:
    """Print rows as JSON with everything they hold, or as a table of some columns."""
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo(nothing)
        return
    table = [[column.upper() for column in columns], *([_cell(row[column]) for column in columns] for row in rows)]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    for cells in table:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, "") else str(value)
