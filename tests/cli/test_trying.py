"""Trying a carrier from the command line: a text out, and a call-back in."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.stage import CONFIG, PASS_PHRASE, Daemon, configured, sidetone

pytestmark = pytest.mark.slow

SECRET = "hush" * 8
HINT = "Text one of your numbers, or let the carrier send a test.\n"
TRUNK = f"""
[carriers.trunk]
type = "restcomm"
base_url = "http://127.0.0.1:1/2012-04-24"
account_sid = "AC{"0" * 32}"
auth_token = "token"
hook_secret = "{SECRET}"
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return configured(tmp_path_factory.mktemp("trying"), CONFIG + TRUNK)


@pytest.fixture(scope="module")
def daemon(file: Path) -> Iterator[Daemon]:
    with Daemon("--config", file, "run") as running:
        yield running.ready()


def test_a_text_is_followed_to_its_end(file: Path, daemon: Daemon) -> None:
    nobody = sidetone("--config", file, "carriers", "try", "main", "--to", "+4915112345678")
    assert (nobody.exit_code, "No number of a user leaves by the carrier main." in nobody.stderr) == (1, True)
    sidetone("--config", file, "user", "add", "ada", "--password-stdin", stdin=PASS_PHRASE)
    sidetone("--config", file, "number", "add", "+49301234567", "--owner", "user:ada", "--carrier", "main")
    done = sidetone("--config", file, "carriers", "try", "main", "--to", "+4915112345678")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("From +49301234567, 1 segment(s), our id ")
    assert "elivered" in done.stdout


def knock(url: str) -> None:
    body = b"SmsSid=SM1&From=%2B4915112345678&To=%2B49301234567&Body=hello"
    try:
        urllib.request.urlopen(url, body, timeout=10).close()
    except urllib.error.HTTPError as refused:
        refused.close()


def test_whoever_listens_is_told_what_calls(file: Path, daemon: Daemon) -> None:
    command = [sys.executable, "-m", "sidetone", "--config", str(file), "carriers", "listen", "trunk", "--wait", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listening:
        assert listening.stdout is not None
        shown = list(iter(listening.stdout.readline, "Listening for 20 s. " + HINT))
        for secret in ("wrong", SECRET):
            knock(f"{daemon.url}/hooks/trunk/{secret}/message")
        heard = listening.stdout.read()
    assert listening.returncode == 0, heard
    assert f"  message: {daemon.url}/hooks/trunk/{SECRET}/message\n" in shown
    assert "proven: no" in heard
    assert "The secret in the address is wrong" in heard
    assert heard.endswith("answered 200.\nAll is well.\n")


def test_silence_is_told_with_what_to_look_at(file: Path, daemon: Daemon) -> None:
    done = sidetone("--config", file, "carriers", "listen", "trunk", "--wait", "0")
    assert (done.exit_code, done.stderr.startswith("Nothing called.")) == (1, True)
    done = sidetone("--config", file, "carriers", "listen", "main")
    assert (done.exit_code, "names no address" in done.stderr) == (1, True)


@pytest.mark.parametrize("words", [("try", "main", "--to", "1"), ("listen", "main")])
def test_without_a_daemon_nothing_can_be_tried(words: tuple[str, ...], tmp_path: Path) -> None:
    done = sidetone("--config", configured(tmp_path), "carriers", *words)
    assert (done.exit_code, done.stderr) == (1, "Sidetone is not running. Start it: systemctl start sidetone.\n")
