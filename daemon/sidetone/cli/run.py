"""`sidetone run`: the daemon in the foreground."""

from pathlib import Path

import click

from sidetone.cli.own_store import become_owner
from sidetone.cli.settings import load_settings, with_config_file


@click.command()
@with_config_file
def run(file: Path) -> None:
    """Run the daemon in the foreground.

    SIGTERM or Ctrl-C stops it cleanly.
    """
    from sidetone.cli.foreground import serve

    config = load_settings(file)
    become_owner(config.server.data_dir)
    serve(config, lambda: load_settings(file))
