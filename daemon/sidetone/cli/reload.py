"""`sidetone reload`: the running daemon reads its configuration again."""

import json
from pathlib import Path

import click
import msgspec

from sidetone.cli.asking import ask_daemon
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence, as_json


@click.command()
@as_json
@with_config_file
def reload(file: Path, as_json: bool) -> None:
    """Put a changed configuration in force.

    The running Sidetone reads its files again and says what counts from now on and what needs a restart. When anything is wrong nothing is changed.
    """
    from sidetone.config.fault import ConfigError
    from sidetone.control.carriers import ReloadAsk
    from sidetone.control.client import NobodyThere
    from sidetone.control.reload import Verdict
    from sidetone.control.services import not_running

    try:
        verdict = ask_daemon(load_settings(file), "reload", ReloadAsk(), Verdict)
    except NobodyThere:
        raise not_running() from None
    except ConfigError as error:  # the daemon need not be asked
        verdict = Verdict(refused=[str(fault) for fault in error.faults])
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(verdict), ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(1 if verdict.refused else 0)
    if verdict.refused:
        raise Sentence("\n".join([*verdict.refused, "Nothing was changed."]))
    for sentence in [*verdict.applied, *verdict.restart]:
        click.echo(sentence)
    if not verdict.applied and not verdict.restart:
        click.echo("Nothing has changed.")
