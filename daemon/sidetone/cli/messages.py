"""`sidetone messages …` and `sidetone send`."""

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sidetone.cli.asking import ask, asked
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import as_json, dump, listing

if TYPE_CHECKING:
    from sidetone.views import LoggedDetail

COLUMNS = ("id", "at", "direction", "number", "party", "carrier", "status")
LARGEST = 16 * 1024  # bytes of a text on stdin
_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

with_bodies = click.option("--bodies", is_flag=True, help="Show what people wrote; the log says that it was shown.")


@click.group()
def messages() -> None:
    """Look messages up, and what became of them."""


@messages.command("list")
@click.option("--carrier", default="", metavar="NAME")
@click.option("--status", default="", metavar="WORD", help="Such as queued, unknown or failed.")
@click.option("--direction", type=click.Choice(["inbound", "outbound"]), default=None)
@click.option("--number", default="", metavar="NUMBER", help="One of ours.")
@click.option("--party", default="", metavar="NUMBER", help="Who is outside.")
@click.option("--since", default="", metavar="SPAN", help="Not older than so: 90s, 30m, 12h, 7d.")
@click.option("--before", default=None, type=click.IntRange(1), metavar="ID", help="Older than this message.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
@with_bodies
@as_json
@with_config_file
def list_(
    file: Path,
    carrier: str,
    status: str,
    direction: str | None,
    number: str,
    party: str,
    since: str,
    before: int | None,
    limit: int,
    bodies: bool,
    as_json: bool,
) -> None:
    """List messages, the newest first, without what people wrote."""
    from sidetone.control.messages import END, LogAsk
    from sidetone.views import LoggedMessage, Page

    wanted = asked(
        LogAsk,
        carrier=carrier,
        status=status,
        direction=direction or "",
        number=number,
        party=party,
        since=_moment(since),
        before=before or END,
        limit=limit,
        bodies=bodies,
    )
    found = ask(load_settings(file), "messages.list", wanted, Page[LoggedMessage])
    rows = [msgspec.to_builtins(item) for item in found.items]
    columns = (*COLUMNS, "body") if bodies else COLUMNS
    listing(rows, columns, as_json=as_json, nothing="There are no such messages.")
    if found.next and not as_json:
        click.echo(f"There are more: --before {found.next}")


@messages.command()
@click.argument("key", metavar="ID")
@with_bodies
@as_json
@with_config_file
def show(file: Path, key: str, bodies: bool, as_json: bool) -> None:
    """Say how the message ID stands.

    ID is Sidetone's own, a carrier's, an attempt's reference, or the correlation that the log shows.
    """
    found = _look_up(file, key, bodies=bodies)
    if as_json:
        dump(found)
        return
    message = found.message
    for name in ("id", "at", "direction", "number", "party", "author", "carrier", "segments", "round", "correlation"):
        click.echo(f"{name:<12} {getattr(message, name) or '-'}")
    click.echo(f"{'status':<12} {message.status_text}")
    if message.body is not None:
        click.echo(f"{'body':<12} {message.body}")


@messages.command()
@click.argument("key", metavar="ID")
@as_json
@with_config_file
def trace(file: Path, key: str, as_json: bool) -> None:
    """Tell the life of the message ID, step by step, with how long each step took.

    ID is as in `show`. The correlation finds the same message's lines in the log.
    """
    found = _look_up(file, key, bodies=False)
    if as_json:
        dump(found)
        return
    detail = found.detail
    click.echo(f"Message {found.message.id}, correlation {found.message.correlation}")
    begun = _ms(found.message.at)
    for step in detail.history:
        click.echo(f"{step.at}  {_after(_ms(step.at) - begun):>9}  {step.text}")
    for attempt in detail.attempts:
        parts = ", ".join(f"{part.carrier_id or 'no id'} {part.status}" for part in attempt.parts)
        took = (
            ""
            if attempt.finished_at is None
            else f" after {_after(_ms(attempt.finished_at) - _ms(attempt.started_at))}"
        )
        outcome = f"{attempt.outcome or 'under way'}{took}"
        click.echo(f"attempt {attempt.reference} by {attempt.carrier}: {outcome}; parts: {parts or 'none'}")


@click.command()
@click.option("--from", "number", required=True, metavar="NUMBER", help="One of ours; it is sent in its owner's name.")
@click.option("--to", required=True, metavar="NUMBER", help="Who gets it.")
@click.argument("text", metavar="TEXT")
@as_json
@with_config_file
def send(file: Path, number: str, to: str, text: str, as_json: bool) -> None:
    """Send TEXT, or what stands on stdin where TEXT is a -.

    It is stored and queued like any other; without a running Sidetone it leaves when that starts.
    """
    from sidetone.control.messages import SendAsk
    from sidetone.views import MessageView

    body = sys.stdin.read(LARGEST).rstrip("\n") if text == "-" else text
    sent = ask(load_settings(file), "send", asked(SendAsk, number=number, to=to, body=body), MessageView)
    if as_json:
        dump(sent)
        return
    click.echo(f"Stored as message {sent.id}. What becomes of it: sidetone messages trace {sent.id}")


def _look_up(file: Path, key: str, *, bodies: bool) -> "LoggedDetail":
    from sidetone.control.messages import MessageAsk
    from sidetone.views import LoggedDetail

    return ask(load_settings(file), "messages.show", asked(MessageAsk, key=key, bodies=bodies), LoggedDetail)


def _moment(span: str) -> int:
    """When a span before now began, in ms; 0 for none."""
    from sidetone.clock import SystemClock

    if not span:
        return 0
    match = _SPAN.fullmatch(span)
    if match is None:
        raise click.BadParameter("write a number and s, m, h or d, such as 12h", param_hint="--since")
    return max(SystemClock().now() - int(match[1]) * _UNITS[match[2]], 0)


def _ms(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)


def _after(ms: int) -> str:
    return f"{ms} ms" if ms < 10_000 else f"{ms // 1000} s"
