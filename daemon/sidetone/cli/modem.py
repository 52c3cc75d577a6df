"""`sidetone modem …`: for modems on a cable. The commands read the configuration; the plugin `gsm` does the work.

The command line imports no plugin: `_plugin` looks for the one that is installed, as the daemon does. Of its commands
only `serve` needs a configuration: the others are for finding out what to write there.
"""

import asyncio
import importlib
from pathlib import Path
from typing import Any

import click
import msgspec

from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence, as_json, dump, listing
from sidetone.domain.fault import SidetoneError
from sidetone.people.render import time_text

TYPE = "gsm"


@click.group()
def modem() -> None:
    """Work with GSM modems."""


@modem.command()
@click.argument("name")
@with_config_file
def serve(file: Path, name: str) -> None:
    """Own the modem of [carriers.NAME] and speak with the daemon until it is stopped.

    For sidetone-modem@NAME.service; with `worker = "own"` the daemon starts and supervises this process itself.
    """
    settings, data_dir = modem_settings(file, name)
    raise SystemExit(_plugin().serve(name, settings, data_dir))


@modem.command("log")
@click.argument("name")
@with_config_file
def log_(file: Path, name: str) -> None:
    """Show what the process of [carriers.NAME] and its modem said to each other lately.

    Texts, phone numbers and PINs are not in it, so that it can be given to whoever helps.
    """
    _, data_dir = modem_settings(file, name)
    try:
        standing, lines = asyncio.run(_plugin().transcript(name, data_dir))
    except (OSError, TimeoutError, _plugin("wire").WireFault) as error:
        raise Sentence(f"The process of the modem {name} is not there: start it, or look at its log.") from error
    for said in lines:
        click.echo(f"{time_text(said.at)} {said.way} {said.text}")
    click.echo(f"{standing.state}: {standing.sentence}")


@modem.command("list")
@as_json
def list_ports(as_json: bool) -> None:
    """Show the serial ports that there are, and which port of a modem is the one for commands."""
    finding = _plugin("finding")
    found = finding.ports()
    rows = [_row(port) for port in found]
    nothing = "There is no serial port. Plug the modem in and wait for half a minute."
    listing(rows, ("port", "what", "usb", "commands"), as_json=as_json, nothing=nothing)
    for sentence in finding.without_port(found):
        click.echo(sentence, err=as_json)


@modem.command()
@click.argument("port", default="")
@as_json
def probe(port: str, as_json: bool) -> None:
    """Ask the modem at PORT what it is and how it stands, and say what to write into the configuration.

    Without PORT each port of a USB device is tried that may be one for commands. Nothing is sent and nothing changed;
    a SIM that wants its PIN is not given any.
    """
    from sidetone.clock import SystemClock

    by_hand = _plugin("by_hand")
    found = asyncio.run(by_hand.probe(port or _answering(), SystemClock()))
    if as_json:
        dump({**msgspec.to_builtins(found), "settings": found.settings})
        return
    where = f", with {found.operator}" if found.operator else ""
    signal = f", signal {found.signal_dbm} dBm" if found.signal_dbm is not None else ""
    stores = ", ".join(f"{store} {filling}" for store, filling in found.stores.items())
    click.echo(f"{found.manufacturer} {found.model}, IMEI {found.imei or 'unknown'}, at {found.port}.")
    click.echo(f"SIM: {found.sim}. Network: {found.network or 'not asked'}{where}{signal}.")
    if stores:
        click.echo(f"Texts kept: {stores}.")
    for sentence in found.sentences:
        click.echo(sentence)
    click.echo(f"\nFor /etc/sidetone/conf.d/modem.toml:\n\n{found.settings}")


@modem.command("send")
@click.argument("port")
@click.argument("to")
@click.argument("text")
def send_by_hand(port: str, to: str, text: str) -> None:
    """Send TEXT to the number TO by the modem at PORT, to see whether its SIM can."""
    from sidetone.clock import SystemClock

    for sentence in asyncio.run(_plugin("by_hand").send(port, to, text, SystemClock())):
        click.echo(sentence)


@modem.command()
@click.argument("port")
@click.argument("code")
def ussd(port: str, code: str) -> None:
    """Dial CODE, such as *100# for the balance, by the modem at PORT, and show the network's answer."""
    from sidetone.clock import SystemClock

    click.echo(asyncio.run(_plugin("by_hand").ussd(port, code, SystemClock())))


def _row(port: Any) -> dict[str, object]:  # noqa: ANN401 - the plugin's
    usb = f"{port.vendor}:{port.product}" if port.vendor else ""
    return {**msgspec.to_builtins(port), "usb": usb, "what": port.what or port.make}


def _answering() -> str:
    """The port of a USB device that speaks; the likeliest are asked first."""
    from sidetone.clock import SystemClock

    likely = [port for port in _plugin("finding").ports() if port.vendor and port.commands != "no"]
    for port in sorted(likely, key=lambda port: str(port.commands), reverse=True):
        try:
            if asyncio.run(_plugin("by_hand").answers_commands(port.port, SystemClock())):
                return str(port.port)
        except SidetoneError as error:
            click.echo(str(error), err=True)
    raise Sentence("No modem answers. See `sidetone modem list` for the ports, and name one to try it.")


def modem_settings(file: Path, name: str) -> tuple[Any, Path]:
    """The plugin's own settings of a section, and the data folder; raises Sentence for what is no modem."""
    from sidetone.config.reader import read_settings

    config = load_settings(file)
    section = config.carriers.get(name)
    if section is None or section.type != TYPE:
        known = ", ".join(sorted(one.name for one in config.carriers.values() if one.type == TYPE)) or "none"
        raise Sentence(f'No [carriers.{name}] with type = "{TYPE}" is configured. There are: {known}.')
    settings, faults = read_settings(_plugin().Settings, section.table, where=f"carriers.{name}", base=config.folder)
    if settings is None:
        raise Sentence("\n".join(map(str, faults)))
    return settings, config.server.data_dir


def _plugin(module: str = "commands") -> Any:  # noqa: ANN401 - a module that is not imported by name
    try:
        return importlib.import_module(f"sidetone_gsm.{module}")
    except ModuleNotFoundError as error:
        raise Sentence(f"{error.name} is missing: install sidetone[{TYPE}].") from error
