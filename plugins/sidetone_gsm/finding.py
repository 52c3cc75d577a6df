"""Which serial ports there are, what is behind them by their USB ids, and which of a modem's ports is for commands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from serial.tools import list_ports

from sidetone_gsm.at.quirks import MAKES, Quirks

BY_ID = Path("/dev/serial/by-id")
USB = Path("/sys/bus/usb/devices")


class Listed(Protocol):
    """What pyserial tells of a port; numbers and texts that nobody knows are None."""

    device: str
    vid: int | None
    pid: int | None
    manufacturer: str | None
    product: str | None
    location: str | None
    interface: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A port. `port` is the name to configure: the stable one if there is one, else the device's own.

    `vendor` and `product` are USB ids in hexadecimal digits, empty for what is no USB device; `what` is the device in
    its own words. `commands`: whether texts go through this one of its ports: yes, perhaps or no.
    """

    port: str
    device: str
    vendor: str = ""
    product: str = ""
    what: str = ""
    make: str = ""
    commands: str = "perhaps"


def ports(listed: Iterable[Listed] | None = None, by_id: Path = BY_ID) -> list[Found]:
    """Every port of this machine, those of known makes first."""
    names = _stable_names(by_id)
    found = [_found(port, names) for port in (list_ports.comports() if listed is None else listed)]
    sure = {one.what for one in found if one.commands == "yes"}
    found = [replace(one, commands="no") if one.what in sure and one.commands != "yes" else one for one in found]
    return sorted(found, key=lambda one: (not one.make, one.what, one.device))


def without_port(found: Iterable[Found], usb: Path = USB) -> list[str]:
    """In words: the devices of modem makers that show no port at all."""
    seen = {(one.vendor, one.product) for one in found}
    there = {(_read(folder / "idVendor"), _read(folder / "idProduct")) for folder in usb.glob("*")}
    return [
        f"{make.make.split()[0]} {vendor}:{product} shows no serial port. It is still a disc (install usb-modeswitch and"
        " plug it in again), or it is a router with firmware of the HiLink kind, which cannot be used."
        for vendor, product in sorted(there - seen)
        if (make := _make(vendor)) and vendor
    ]


def _stable_names(by_id: Path) -> dict[str, str]:
    try:
        return {str(link.resolve()): str(link) for link in sorted(by_id.iterdir())}
    except OSError:
        return {}


def _found(port: Listed, names: dict[str, str]) -> Found:
    vendor = f"{port.vid:04x}" if port.vid is not None else ""
    name = names.get(str(Path(port.device).resolve()), port.device)
    make = _make(vendor)
    own = " ".join(word for word in (port.manufacturer, port.product) if word and word != "n/a")
    return Found(
        port=name,
        device=port.device,
        vendor=vendor,
        product=f"{port.pid:04x}" if port.pid is not None else "",
        what="".join(char for char in own if char.isprintable())[:60],
        make=make.make.split()[0] if make else "",
        commands="yes" if make and _is_for_commands(port, name, make) else "perhaps",
    )


def _make(vendor: str) -> Quirks | None:
    """The last that is named in the table: those before it are made of its modules."""
    return next((make for make in reversed(MAKES) if vendor in make.usb), None)


def _is_for_commands(port: Listed, name: str, make: Quirks) -> bool:
    """By the interface's number, which stands at the end of the stable name and of the place, or by its name."""
    if make.at_port.startswith("interface "):
        number = int(make.at_port.removeprefix("interface "))
        return f"-if{number:02}" in name or (port.location or "").endswith(f".{number}")
    return "PCUI" in (port.interface or "").upper() and "PCUI" in make.at_port


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip().lower()
    except OSError:
        return ""
