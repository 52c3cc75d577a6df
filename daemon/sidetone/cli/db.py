"""`sidetone db …`."""

import sqlite3
from pathlib import Path

import click

from sidetone.cli.own_store import become_owner
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence


@click.group()
def db() -> None:
    """Look after the store."""


@db.command()
@with_config_file
def check(file: Path) -> None:
    """Read the whole store and say whether it is sound. A daemon may be running meanwhile."""
    from sidetone.store.integrity import faults
    from sidetone.store.lock import STORE_FILE

    data_dir = load_settings(file).server.data_dir
    become_owner(data_dir)
    path = data_dir / STORE_FILE
    if not path.exists():
        raise Sentence(f"{path} does not exist yet: the first `sidetone run` makes it.")
    try:
        found = faults(path)
    except sqlite3.Error as error:
        found = [f"SQLite cannot read it ({error})."]
    if found:
        remedy = "It is kept as it is; stop Sidetone and restore a backup."
        raise Sentence("\n".join([f"{path} is damaged:", *found, remedy]))
    click.echo(f"{path} is sound.")
