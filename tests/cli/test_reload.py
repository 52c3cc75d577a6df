"""`sidetone reload` and SIGHUP on the real daemon."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import urllib.request
from pathlib import Path

import pytest

from cli.stage import CONFIG, PATIENCE, Daemon, configured, read, sidetone

pytestmark = pytest.mark.slow


def parts(url: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
        return {part["name"]: part["state"] for part in json.load(answer)["parts"]}


def test_it_says_what_counts_and_what_needs_a_restart(tmp_path: Path) -> None:
    file = configured(tmp_path)
    with Daemon("--config", file, "run") as daemon:
        url = daemon.ready().url
        done = sidetone("--config", file, "reload")
        assert (done.exit_code, done.stdout) == (0, "Nothing has changed.\n"), done.output
        file.write_text(CONFIG.replace("DE", "GB") + 'most = 3\n[carriers.other]\ntype = "handset"\n')
        done = sidetone("--config", file, "reload")
        assert (done.exit_code, done.stdout.splitlines()) == (
            0,
            [
                "Carrier other is new and starts.",
                "Carrier main has changed and starts anew.",
                "server.default_country has changed and counts after a restart: systemctl restart sidetone.",
            ],
        )
        assert {"carrier main", "carrier other"} < parts(url).keys()
        added = sidetone("--config", file, "number", "add", "+49301234567", "--carrier", "other")
        assert added.exit_code == 0, "a carrier that has come can be a number's home at once"
        assert daemon.stop()[0] == 0


def test_a_refused_reload_is_told_and_fails(tmp_path: Path) -> None:
    file = configured(tmp_path)
    with Daemon("--config", file, "run") as daemon:
        url = daemon.ready().url
        file.write_text(CONFIG + "mots = 3\n")
        done = sidetone("--config", file, "reload")
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.splitlines()[0].startswith(f"{file}:8: carriers.main.mots is not a setting")
        assert done.stderr.splitlines()[1] == "Nothing was changed."
        file.write_text(CONFIG + "[nonsense]\n")
        done = sidetone("--config", file, "reload", "--json")
        assert (done.exit_code, list(json.loads(done.stdout))) == (1, ["applied", "restart", "refused"])
        assert "carrier main" in parts(url)
        assert daemon.stop()[0] == 0


def test_a_signal_does_the_same_and_the_log_says_what_came_of_it(tmp_path: Path) -> None:
    file = configured(tmp_path)
    with Daemon("--config", file, "run") as daemon:
        daemon.ready()
        file.write_text(CONFIG + "most = 3\n")
        os.kill(daemon.pid, signal.SIGHUP)
        assert "Carrier main has changed and starts anew." in daemon.log(until="starts anew")
        file.write_text(CONFIG + "mots = 3\n")
        os.kill(daemon.pid, signal.SIGHUP)
        assert '"warning"' in daemon.log(until="reload refused")
        assert daemon.stop()[0] == 0


def test_without_a_daemon_it_says_so(tmp_path: Path) -> None:
    done = sidetone("--config", configured(tmp_path), "reload")
    assert (done.exit_code, done.stderr) == (1, "Sidetone is not running. Start it: systemctl start sidetone.\n")


def test_a_terminal_that_is_closed_takes_its_daemon_along(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sidetone", "--config", str(configured(tmp_path)), "run"],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    shown = ""
    while "ready at" not in shown:
        shown += read(ours)
    os.close(ours)
    assert process.wait(PATIENCE) == 0
    assert not (tmp_path / "data/control").exists()
