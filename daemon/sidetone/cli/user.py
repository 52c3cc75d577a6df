"""`sidetone user …`."""

import sys
from pathlib import Path

import click
import msgspec

from sidetone.cli.asking import ask, ask_all, asked
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import as_json, listing

COLUMNS = ("name", "role", "rights", "display_name", "disabled")


@click.group()
def user() -> None:
    """Add and list users."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(["user", "supervisor", "admin"]), default="user", show_default=True)
@click.option("--right", "rights", multiple=True, metavar="RIGHT", help="A right beyond the role's; may be repeated.")
@click.option("--display-name", default="", metavar="TEXT", help="What colleagues see.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@with_config_file
def add(file: Path, name: str, role: str, rights: tuple[str, ...], display_name: str, password_stdin: bool) -> None:
    """Add a user."""
    from sidetone.views import NewUser, UserView

    config = load_settings(file)
    password = _password(from_stdin=password_stdin)
    new = asked(NewUser, name=name, password=password, role=role, rights=list(rights), display_name=display_name)
    added = ask(config, "user.add", new, UserView)
    click.echo(f"{added.name} can sign in now, with the role {added.role}.")


@user.command("list")
@as_json
@with_config_file
def list_(file: Path, as_json: bool) -> None:
    """List the users."""
    from sidetone.views import Page, UserView

    rows = [msgspec.to_builtins(view) for view in ask_all(load_settings(file), "user.list", Page[UserView])]
    listing(rows, COLUMNS, as_json=as_json, nothing="There are no users yet: add one with `sidetone user add`.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline(1024).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask for the password: give --password-stdin.")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
