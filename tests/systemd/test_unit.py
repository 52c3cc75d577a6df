"""The unit and what lies beside it: hardened, complete, and fit for the daemon that it starts."""

import ctypes
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.stage import PASS_PHRASE, Daemon, configured, sidetone
from house.needs import need
from house.source import ROOT
from sidetone.cli.words import Hopeless
from sidetone.config.secret_source import KEPT, UNIT_PREFIX

UNIT = ROOT / "systemd/sidetone.service"
EXPOSURE = 1.2
# https://docs.kernel.org/userspace-api/prctl: memory that can be written can never be run, as the unit demands.
DENY_WRITE_EXECUTE = (65, 1)


def unit() -> dict[str, list[str]]:
    """Each key's values in their order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        if (match := re.fullmatch(r"([A-Za-z]+)=(.*)", line)) is not None:
            found.setdefault(match[1], []).append(match[2])
    return found


@pytest.mark.needs("systemd-analyze")
def test_it_is_as_hardened_as_it_can_be() -> None:
    command = [need("systemd-analyze"), "security", "--offline=true", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"Overall exposure level for sidetone.service: ([\d.]+)", done.stdout)
    assert match, done.stderr
    assert float(match[1]) <= EXPOSURE, done.stdout


@pytest.mark.needs("systemd-analyze")
def test_systemd_understands_every_line() -> None:
    command = [need("systemd-analyze"), "verify", "--man=no", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if UNIT.name in line]
    assert [line for line in said if "is not executable: No such file" not in line] == []


def test_what_no_restart_mends_is_not_restarted() -> None:
    codes = unit()["RestartPreventExitStatus"][0].split()
    assert codes == ["2", str(Hopeless.exit_code)]
    assert unit()["Restart"] == ["on-failure"]


def test_it_waits_for_the_daemon_and_watches_it() -> None:
    found = unit()
    assert found["Type"] == ["notify"]
    assert int(found["WatchdogSec"][0]) >= 60, "a disk may be silent for a while"
    assert int(found["TimeoutStopSec"][0]) > 45, "the longest clean stop"


def test_credentials_lie_where_the_settings_look_for_them() -> None:
    name, _, folder = unit()["LoadCredential"][0].partition(":")
    assert (f"{name}_", Path(folder)) == (UNIT_PREFIX, Path("/etc/sidetone") / KEPT)


def tmpfiles() -> list[list[str]]:
    lines = (ROOT / "systemd/tmpfiles.conf").read_text().splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def test_every_manual_becomes_a_configuration() -> None:
    copied = {(line[1], line[6]) for line in tmpfiles() if line[0] == "C"}
    kept = [path.relative_to(ROOT / "etc") for path in (ROOT / "etc").rglob("*.toml")]
    assert copied == {(f"/etc/sidetone/{path}", f"/opt/sidetone/etc/sidetone/{path}") for path in kept}


@pytest.mark.needs("systemd-tmpfiles", "systemd-sysusers")
def test_the_user_and_the_folders_are_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for folder in ("etc/sidetone", "etc/sidetone/conf.d"):
        (tmp_path / "opt/sidetone" / folder).mkdir(parents=True)
    for file in (ROOT / "etc").rglob("*.toml"):
        (tmp_path / "opt/sidetone/etc/sidetone" / file.relative_to(ROOT / "etc")).write_bytes(file.read_bytes())
    sysusers = [need("systemd-sysusers"), f"--root={tmp_path}", str(ROOT / "systemd/sysusers.conf")]
    tmpfiles_ = [need("systemd-tmpfiles"), f"--root={tmp_path}", "--create", str(ROOT / "systemd/tmpfiles.conf")]
    made = subprocess.run(sysusers, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"users cannot be made here: {made.stderr.strip()}")
    done = subprocess.run(tmpfiles_, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^sidetone:.*:/var/lib/sidetone:/usr/sbin/nologin$", (tmp_path / "etc/passwd").read_text(), re.M)
    modes = {path: (tmp_path / path).stat().st_mode & 0o777 for path in ("var/lib/sidetone", "etc/sidetone")}
    assert modes == {"var/lib/sidetone": 0o700, "etc/sidetone": 0o750}
    assert (tmp_path / "etc/sidetone/credentials").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "etc/sidetone/sidetone.toml").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "usr/local/bin/sidetone").readlink() == Path("/opt/sidetone/bin/sidetone")


def allowed_calls() -> set[str]:
    """The system calls that the unit leaves, by systemd's own lists."""
    kept, taken = unit()["SystemCallFilter"]
    return calls_of(kept) - set().union(*(calls_of(group) for group in taken.removeprefix("~").split()))


def calls_of(group: str) -> set[str]:
    said = subprocess.run(
        [need("systemd-analyze"), "syscall-filter", group], capture_output=True, text=True, check=True
    )
    words = [line.strip() for line in said.stdout.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return {call for word in words for call in (calls_of(word) if word.startswith("@") else {word})}


@pytest.mark.slow
@pytest.mark.needs("strace", "systemd-analyze")
def test_the_daemon_makes_no_system_call_that_the_unit_forbids(tmp_path: Path) -> None:
    file = configured(tmp_path)
    trace = tmp_path / "trace"
    command = ["strace", "--follow-forks", "--output", str(trace), sys.executable, "-m", "sidetone"]
    with Daemon("--config", file, "run", before=command) as daemon:
        daemon.ready()
        added = sidetone("--config", file, "user", "add", "ada", "--password-stdin", stdin=PASS_PHRASE)
        assert added.exit_code == 0, added.stderr
        assert sidetone("--config", file, "reload").exit_code == 0
        os.kill(int((tmp_path / "data/lock").read_text().split()[0]), signal.SIGTERM)
        assert daemon.end()[0] == 0
    made = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", trace.read_text(errors="replace"), re.M))
    assert len(made) > 30
    as_root = {"fchown"} if os.geteuid() == 0 else set()  # SQLite gives a log the owner of its store
    assert made - allowed_calls() - as_root == set()


@pytest.mark.slow
def test_it_needs_no_memory_that_can_be_written_and_run(tmp_path: Path) -> None:
    libc = ctypes.CDLL(None)
    if libc.prctl(66, 0, 0, 0, 0) < 0:  # PR_GET_MDWE
        pytest.skip("this kernel cannot deny it")
    file = configured(tmp_path)
    program = (
        "import ctypes, runpy, sys;"
        f"assert ctypes.CDLL(None).prctl({DENY_WRITE_EXECUTE[0]}, {DENY_WRITE_EXECUTE[1]}, 0, 0, 0) == 0;"
        "sys.argv[0] = 'sidetone'; runpy.run_module('sidetone', run_name='__main__')"
    )
    with Daemon("--config", file, "run", before=[sys.executable, "-c", program]) as daemon:
        daemon.ready()
        added = sidetone("--config", file, "user", "add", "ada", "--password-stdin", stdin=PASS_PHRASE)
        assert (added.exit_code, added.stderr) == (0, "")
        assert daemon.stop()[0] == 0
