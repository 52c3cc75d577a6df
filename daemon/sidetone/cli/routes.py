"""`sidetone routes …`."""

from pathlib import Path

import click

from sidetone.cli.asking import ask, asked
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import as_json, dump


@click.group()
def routes() -> None:
    """Look at the ways that messages take."""


@routes.command()
@click.argument("sender", metavar="FROM")
@click.argument("to")
@click.argument("text")
@as_json
@with_config_file
def explain(file: Path, sender: str, to: str, text: str, as_json: bool) -> None:
    """Say which way TEXT would go from our number FROM to TO as things stand, and why. Nothing is sent."""
    from sidetone.views import RouteAsk, RouteView

    way = ask(load_settings(file), "routes.explain", asked(RouteAsk, sender=sender, to=to, body=text), RouteView)
    if as_json:
        dump(way)
        return
    click.echo(f"From {way.sender} to {way.to}, segments: {way.segments}.")
    for skipped in way.skipped:
        click.echo(f"Not by the route {skipped.route}: {skipped.why}.")
    click.echo(f"By the route {way.route}:" if way.route else "By no route, so by its number's own carrier:")
    for carrier in way.carriers:
        mark = "→" if carrier.taken else " "
        leaves = f", leaving from {carrier.number}" if carrier.number != way.sender else ""
        click.echo(f"{mark} {carrier.name}{leaves}: {carrier.why}.")
