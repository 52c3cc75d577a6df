"""The command `sidetone`. Every failure is a sentence that says what to do; the exit codes are 0, 1 (failed), 2 (usage)."""

import sqlite3
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import click

from sidetone.cli.carriers import carriers
from sidetone.cli.check import check
from sidetone.cli.db import db
from sidetone.cli.demo import demo
from sidetone.cli.doctor import doctor, support_bundle
from sidetone.cli.messages import messages, send
from sidetone.cli.modem import modem
from sidetone.cli.new_plugin import new_plugin
from sidetone.cli.number import number
from sidetone.cli.plugins import plugins
from sidetone.cli.reload import reload
from sidetone.cli.retention import retention
from sidetone.cli.routes import routes
from sidetone.cli.run import run
from sidetone.cli.settings import ENVIRONMENT, MAIN_FILE
from sidetone.cli.user import user
from sidetone.cli.words import Sentence
from sidetone.domain.fault import SidetoneError


class Commands(click.Group):
    """Says our own errors as sentences."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own
        """Run the command that was named."""
        from sidetone.log import hushed

        try:
            with hushed():
                return super().invoke(ctx)
        except SidetoneError as error:
            raise Sentence(str(error)) from error
        except sqlite3.Error as error:
            from sidetone.store.sqlite import classify

            raise Sentence(str(classify(error))) from error
        except OSError as error:
            if isinstance(error, BrokenPipeError) or not error.strerror:
                raise
            place = f"{error.filename}: " if error.filename else ""
            raise Sentence(f"{place}{error.strerror}.") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The main configuration file (else ${ENVIRONMENT}, else {MAIN_FILE}).",
)
@click.version_option(package_name="sidetone", prog_name="sidetone")
@click.pass_context
def cli(ctx: click.Context, config: Path | None) -> None:
    """Messaging beside your own PBX: SMS on the company's numbers, in one local web UI."""
    ctx.obj = config


for command in (
    run,
    check,
    reload,
    doctor,
    support_bundle,
    user,
    number,
    carriers,
    plugins,
    new_plugin,
    messages,
    send,
    retention,
    routes,
    modem,
    demo,
    db,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; the entry point of the script `sidetone`."""
    sys.excepthook = _unexpected
    cli(prog_name="sidetone")


def _unexpected(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """A mistake of ours: the kind and the place are for the report, the words might hold what is nobody's business."""
    from sidetone.log import frames

    places = frames(traceback)
    place = f" at {places[-1]}" if places else ""
    sys.stderr.write(f"Sidetone made a mistake of its own ({kind.__name__}{place}). Please report it.\n")
