"""Following a text out and listening for a call-back in, until something can be said of the carrier."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from sidetone.cli.asking import ask_daemon, asked
from sidetone.cli.words import Sentence
from sidetone.control.client import NobodyThere
from sidetone.control.services import not_running

if TYPE_CHECKING:
    from sidetone.config.shapes import Config
    from sidetone.views import HitsView, HitView, HookUrls, MessageDetail, ProbeAsk

LOOK = 0.5  # seconds between two looks at a text
AT_ONCE = 20.0  # seconds of one wait for a call-back
GOOD = ("delivered", "sent")
ENDED = ("delivered", "failed", "undelivered", "expired", "cancelled", "held")
YES_NO = {True: "yes", False: "no", None: "unknown"}


def follow(config: "Config", probe: "ProbeAsk", seconds: float) -> None:
    """Send a text and print what happens to it; raises Sentence when it came to nothing."""
    from sidetone.views import MessageView

    try:
        sent = ask_daemon(config, "carriers.try", probe, MessageView)
    except NobodyThere:
        raise not_running() from None
    click.echo(f"From {sent.from_number}, {sent.segments} segment(s), our id {sent.id}:")
    told = 0
    for message in _looks(config, sent.id, seconds):
        for step in message.history[told:]:
            click.echo(f"{step.at}  {step.text}")
        told = len(message.history)
        if message.status in ENDED:
            break
    if message.status not in GOOD:
        raise Sentence(_why_not(message))
    if message.status == "sent":
        click.echo("The carrier took it. No receipt so far: not every carrier sends one.")


def hear(config: "Config", name: str, seconds: float) -> None:
    """Print a carrier's addresses, then what calls them; ends with the first call that is well, else by Sentence."""
    from sidetone.views import HooksAsk, HookUrls

    try:
        urls = ask_daemon(config, "carriers.hooks", asked(HooksAsk, carrier=name), HookUrls)
    except NobodyThere:
        raise not_running() from None
    _show(urls, name)
    heard = _hits(config, name, 0, 0)
    click.echo(f"Listening for {seconds:g} s. Text one of your numbers, or let the carrier send a test.")
    since, ends = heard.count, time.monotonic() + seconds
    last = "Nothing called. Is the address entered, and can the carrier reach this machine by it?"
    while (left := ends - time.monotonic()) > 0:
        heard = _hits(config, name, since, min(left, AT_ONCE))
        for hit in heard.items:
            click.echo(_told(hit))
            if hit.status < 300 and hit.understood is not False and hit.proven is not False:
                click.echo("All is well.")
                return
            last = hit.sentence or f"It was answered {hit.status}."
        since = heard.count
    raise Sentence(last)


def _looks(config: "Config", message: str, seconds: float) -> "Iterator[MessageDetail]":
    from sidetone.views import MessageDetail, ProbedAsk

    ends = time.monotonic() + seconds
    while True:
        yield ask_daemon(config, "carriers.tried", ProbedAsk(message=message), MessageDetail)
        if time.monotonic() >= ends:
            return
        time.sleep(LOOK)


def _hits(config: "Config", name: str, since: int, wait: float) -> "HitsView":
    from sidetone.views import HitsAsk, HitsView

    return ask_daemon(config, "carriers.hits", asked(HitsAsk, carrier=name, since=since, wait=wait), HitsView)


def _show(urls: "HookUrls", name: str) -> None:
    if not urls.items:
        raise Sentence(f"The carrier {name} names no address to enter: it is not called back.")
    click.echo("Enter at the carrier, exactly so and with POST, and treat it like a password:")
    for each in urls.items:
        click.echo(f"  {each.kind}: {each.url}")


def _told(hit: "HitView") -> str:
    facts = [
        f"{hit.method} from {hit.remote}",
        f"address: {hit.kind or 'none of ours'}",
        f"TLS: {YES_NO[hit.tls]}",
        f"proven: {YES_NO[hit.proven]}",
        f"understood: {YES_NO[hit.understood]}",
        f"answered {hit.status}",
    ]
    return f"{hit.at}  " + ", ".join(facts) + (f". {hit.sentence}" if hit.sentence else ".")


def _why_not(message: "MessageDetail") -> str:
    why = f" {message.problem.text or message.problem.kind}" if message.problem else ""
    return f"It was not sent ({message.status_text}).{why}"
