"""`sidetone run`: the daemon in the foreground."""

from pathlib import Path

import click

from sidetone.cli.own_store import become_owner
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Hopeless


@click.command()
@with_config_file
def run(file: Path) -> None:
    """Run the daemon in the foreground.

    SIGTERM or Ctrl-C stops it cleanly, SIGHUP is `sidetone reload`. The exit code 65 says that the store is damaged or
    newer, which no restart will mend.
    """
    from sidetone.cli.foreground import serve
    from sidetone.errors import StoreDamaged, StoreNewer

    config = load_settings(file)
    become_owner(config.server.data_dir)
    try:
        serve(config, lambda: load_settings(file))
    except (StoreDamaged, StoreNewer) as error:
        raise Hopeless(str(error)) from error
