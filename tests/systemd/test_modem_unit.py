"""The unit of a modem: the port and its own folder, no network, and next to nothing else."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from house.needs import need
from house.source import ROOT
from sidetone_gsm.at.quirks import MAKES
from systemd.test_unit import tmpfiles

UNIT = ROOT / "systemd/sidetone-modem@.service"
RULES = ROOT / "contrib/modems/60-sidetone-modems.rules"
EXPOSURE = 0.9


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The unit of one modem, as systemd makes it."""
    return Path(shutil.copy(UNIT, tmp_path / "sidetone-modem@stick.service"))


def settings() -> list[str]:
    return [line for line in UNIT.read_text(encoding="utf-8").splitlines() if line and line[0] not in "#["]


@pytest.mark.needs("systemd-analyze")
def test_it_is_exposed_to_next_to_nothing(instance: Path) -> None:
    command = [need("systemd-analyze"), "security", "--offline=true", str(instance)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert match, done.stderr
    assert float(match[1]) <= EXPOSURE, done.stdout


@pytest.mark.needs("systemd-analyze")
def test_systemd_understands_every_line(instance: Path) -> None:
    command = [need("systemd-analyze"), "verify", "--man=no", str(instance)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if instance.name in line]
    assert [line for line in said if "is not executable: No such file" not in line] == []


def test_it_has_serial_ports_and_no_network() -> None:
    devices = [line.partition("=")[2] for line in settings() if line.startswith("DeviceAllow=")]
    assert {device.split()[0] for device in devices} == {"char-ttyUSB", "char-ttyACM", "char-ttyS", "char-ttyAMA"}
    assert {"DevicePolicy=closed", "SupplementaryGroups=dialout", "PrivateNetwork=yes"} <= set(settings())
    assert "RestrictAddressFamilies=AF_UNIX" in settings()


def test_of_what_sidetone_keeps_it_sees_its_own_folder() -> None:
    assert "TemporaryFileSystem=/var/lib/sidetone:mode=0755" in settings()
    (bound,) = [line.partition("=")[2] for line in settings() if line.startswith("Bind")]
    assert ["d", bound, "0700", "sidetone", "sidetone"] in tmpfiles()


def test_the_rules_name_every_make_that_has_a_vendor() -> None:
    named = set(re.findall(r'ATTR\{idVendor\}=="(\w{4})"', RULES.read_text(encoding="utf-8")))
    assert named == {vendor for make in MAKES for vendor in make.usb}
