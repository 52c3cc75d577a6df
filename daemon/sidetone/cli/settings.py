"""Which configuration a command works on."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sidetone.config.shapes import Config

ENVIRONMENT = "SIDETONE_CONFIG"
MAIN_FILE = Path("/etc/sidetone/sidetone.toml")


def with_config_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `file`, the main configuration file; `--config` may stand before or after its name."""

    @click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="The main configuration file.")
    @click.pass_context
    @wraps(command)
    def found(ctx: click.Context, /, config: Path | None, **arguments: Any) -> Any:  # noqa: ANN401 - the command's
        return command(file=config or main_file(ctx.find_root().obj), **arguments)

    return found


def main_file(given: Path | None) -> Path:
    """The file that was given, else the environment's, else the one of an installation."""
    return given or Path(os.environ.get(ENVIRONMENT) or MAIN_FILE)


def load_settings(file: Path, *, listen: str = "") -> "Config":
    """The configuration, with each section's type held against the plugins there are. Raises ConfigError."""
    from sidetone.config.load import load
    from sidetone.plugin.found import installed

    return load(file, types=installed().keys(), listen=listen)
