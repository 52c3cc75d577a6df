"""`sidetone demo`: everything there is to try, on virtual phones; what `make run` starts."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sidetone.config.shapes import Config


@click.command()
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where the demo is kept."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="The port; 0 chooses a free one."
)
def demo(folder: Path, port: int) -> None:
    """Run a demo with virtual phones.

    The first start makes DIR with its configuration and users; their passwords are in DIR/demo-users.txt. Like `run`
    it stays in the foreground.
    """
    from sidetone.cli.demo_files import USERS_FILE, lay_out
    from sidetone.cli.demo_people import settle
    from sidetone.cli.foreground import serve
    from sidetone.cli.own_store import become_owner
    from sidetone.cli.settings import load_settings

    become_owner(folder)

    def read() -> "Config":
        return load_settings(lay_out(folder.absolute()), listen=f"127.0.0.1:{port}")

    config = read()
    asyncio.run(settle(config))
    serve(config, read, note=f"Names and passwords to sign in with are in {folder / USERS_FILE}")
