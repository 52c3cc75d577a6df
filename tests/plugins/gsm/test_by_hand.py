"""An admin with a stick from a shop: what is plugged in, what it is, a text, the balance, and what to write where."""

import asyncio
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result

from cli.stage import sidetone
from plugins.gsm.model import Habits
from plugins.gsm.pty_modem import PtyModem
from sidetone_gsm.finding import Found, ports, without_port
from sidetone_gsm.port import SerialPort

TO = "+491701234567"


@dataclass
class Listed:
    """A port as pyserial tells of it."""

    device: str
    vid: int | None = None
    pid: int | None = None
    manufacturer: str | None = None
    product: str | None = None
    location: str | None = None
    interface: str | None = None


@pytest.fixture
async def modem(tmp_path: Path) -> AsyncIterator[PtyModem]:
    modem = PtyModem(tmp_path)
    yield modem
    modem.unplug()


async def run(*arguments: str | Path) -> Result:
    """The command beside this loop, in which the modem answers."""
    return await asyncio.to_thread(sidetone, "modem", *arguments)


def test_the_port_for_commands_is_known_by_make_and_interface(tmp_path: Path) -> None:
    quectel = [
        Listed(f"/dev/ttyUSB{number}", 0x2C7C, 0x0125, "Quectel", "EC25", f"1-1:1.{number}") for number in range(4)
    ]
    huawei = [Listed("/dev/ttyUSB7", 0x12D1, 0x1001, "HUAWEI", "E1750", "1-2:1.2", "PCUI")]
    uart = [Listed("/dev/ttyS0")]
    found = {port.device: port for port in ports([*uart, *quectel, *huawei], tmp_path)}
    assert [(port.make, port.commands) for port in found.values()] == [
        ("Huawei", "yes"),
        *[("Quectel", "yes" if number == 2 else "no") for number in range(4)],
        ("", "perhaps"),
    ]
    assert found["/dev/ttyUSB7"].vendor == "12d1"


def test_the_stable_name_is_the_one_to_configure(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB3").touch()
    link = tmp_path / "by-id/usb-HUAWEI-if02"
    link.parent.mkdir()
    link.symlink_to("../ttyUSB3")
    (found,) = ports([Listed(str(tmp_path / "ttyUSB3"), 0x12D1)], tmp_path / "by-id")
    assert found.port == str(link)


def test_what_shows_no_port_is_said(tmp_path: Path) -> None:
    for place, vendor, product in (("1-1", "12d1", "14dc"), ("1-2", "046d", "c31c"), ("1-3", "2c7c", "0125")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "idVendor").write_text(f"{vendor}\n")
        (tmp_path / place / "idProduct").write_text(f"{product}\n")
    (said,) = without_port([Found(port="", device="", vendor="2c7c", product="0125")], tmp_path)
    assert said.startswith("Huawei 12d1:14dc shows no serial port.")
    assert "HiLink" in said


def test_the_list_of_this_machine_is_one() -> None:
    assert sidetone("modem", "list").exit_code == 0
    assert sidetone("modem", "list", "--json").stdout.startswith("[")


async def test_a_probe_ends_in_a_section_to_write(modem: PtyModem) -> None:
    modem.replies["AT+CNUM"] = ['+CNUM: "","+4915112345678",145', "OK"]
    modem.slots_of["SM"], modem.slots = 1, {1: (0, "00")}
    done = await run("probe", modem.path)
    assert done.exit_code == 0, done.output
    for said in ("Far Side One, IMEI 861234567890123", "home, with Far Net, signal -79 dBm", "The store SM is full"):
        assert said in done.stdout
    section = tomllib.loads(done.stdout.partition("modem.toml:")[2])["carriers"]["modem"]
    assert section == {
        "type": "gsm",
        "port": str(modem.path),
        "number": "+4915112345678",
        "imei": "861234567890123",
    }
    assert modem.taken == []
    assert modem.slots == {1: (0, "00")}


async def test_a_probe_tells_what_stands_in_the_way(modem: PtyModem) -> None:
    modem.stat = 3
    modem.replies["AT+CSCA?"] = ["ERROR"]
    done = await run("probe", modem.path, "--json")
    assert "The network refuses the SIM" in done.stdout
    assert "service_centre" in done.stdout
    modem.pin = "4711"
    modem.restart()
    done = await run("probe", modem.path)
    assert (done.exit_code, "The SIM wants its PIN" in done.stdout) == (0, True)
    assert "pin_file" in done.stdout
    assert modem.pin_tries == 3


async def test_a_text_is_sent_part_by_part(modem: PtyModem) -> None:
    done = await run("send", modem.path, TO, "x" * 200)
    assert done.stdout == "Part 1 of 2 was taken by the network.\nPart 2 of 2 was taken by the network.\n"
    assert len(modem.taken) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("send", "12", "x"), "12 is no number"),
        (("send", TO, "x"), "The text was refused: network out of order (38)."),
        (("ussd", "AT+CMGD=1,4"), "A code has digits"),
        (("ussd", "*9#"), "The network has no answer"),
    ],
)
async def test_what_fails_is_a_sentence(modem: PtyModem, arguments: tuple[str, ...], said: str) -> None:
    modem.habits = Habits(after_pdu="+CMS ERROR: 38")
    done = await run(arguments[0], modem.path, *arguments[1:])
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert modem.taken == []


async def test_the_balance_is_shown(modem: PtyModem) -> None:
    assert (await run("ussd", modem.path, "*100#")).stdout == "Balance: 12.34 EUR\n"


async def test_a_port_that_a_worker_has_is_left_alone(modem: PtyModem) -> None:
    port = await SerialPort.open(str(modem.path))
    done = await run("probe", modem.path)
    assert done.exit_code == 1
    assert "is used by another program" in done.stderr
    assert modem.asked == []
    port.close()


async def test_a_port_that_is_not_there_and_a_device_that_goes(modem: PtyModem, tmp_path: Path) -> None:
    assert "is not there" in (await run("probe", tmp_path / "none")).stderr
    modem.habits.after_pdu = "vanish"
    done = await run("send", modem.path, TO, "hello")
    assert (done.exit_code, "may have left" in done.stdout) == (0, True)
