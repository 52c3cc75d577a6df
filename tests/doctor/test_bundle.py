"""The support bundle holds nothing that is secret, that people wrote, or that names them: canaries in every place."""

import json
import os
import stat
import zipfile
from pathlib import Path

import pytest

from cli.stage import CONFIG, Daemon, configured, sidetone
from doctor.stage import well
from sidetone.doctor import journal
from sidetone.doctor.scrub import GONE, Scrub, settings

TOKEN = "canary-token-0123456789abcdef0123"
HOOK = "canary-hook-0123456789abcdef012345"
FILED = "canary-filed-0123456789abcdef01234"
PASSWORD = "canary-password"
NAMES = ("canary-user", "Canary Display", "Canary Contact", "Canary Label")
BODY = "canary body of a text"
OWN, THEIRS = "+4930901820155", "+4915112345678"

CONFIGURED = f"""{CONFIG}
phones = ["{THEIRS} Canary Phone"]
[carriers.out]
type = "restcomm"
base_url = "http://127.0.0.1:1"
account_sid = "AC{"0" * 32}"
auth_token = "{TOKEN}"
hook_secret = "{HOOK}"
[carriers.filed]
type = "restcomm"
base_url = "http://127.0.0.1:1"
account_sid = "AC{"1" * 32}"
auth_token_file = "token"
hook_secret = "{HOOK}"
[messaging]
company = "Canary Company"
"""
CANARIES = (
    TOKEN,
    HOOK,
    FILED,
    PASSWORD,
    *NAMES,
    BODY,
    OWN,
    THEIRS,
    OWN[1:],
    THEIRS[1:],
    "Canary Phone",
    "Canary Company",
)

# What the journal may hold beside our own lines, and what must not pass even inside one of ours.
STRANGE = f"""\
Started sidetone.service.
{BODY}
Traceback (most recent call last): {TOKEN}
{{"time": "t", "level": "info", "event": "part", "part": "x", "body": "{BODY}", "user": "canary-user"}}
{{"time": "t", "level": "info", "event": "refused {TOKEN}", "part": "x", "sentence": "{THEIRS} /hooks/out/{HOOK}/message"}}
{{"user": "canary-user"}}
["canary-user"]
"""


def test_canaries_in_every_place_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(FILED)
    (tmp_path / "token").chmod(0o600)
    file = configured(tmp_path, CONFIGURED)
    with Daemon("--config", file, "run") as daemon:
        daemon.ready()
        fill(file)
        with_journal(tmp_path, daemon.log(until='"listener"') + STRANGE, monkeypatch)
        done = sidetone("--config", file, "support-bundle", tmp_path / "bundle.zip")
        assert (done.exit_code, done.stderr) == (0, "")
        assert daemon.stop()[0] == 0
    assert (tmp_path / "bundle.zip").stat().st_mode & 0o777 == 0o600
    files = unpacked(tmp_path / "bundle.zip")
    assert files.keys() == {
        "README.txt", "doctor.txt", "status.json", "configuration.json", "store.json", "system.json", "log.jsonl"
    }  # fmt: skip
    for canary in CANARIES:
        assert [name for name, text in files.items() if canary in text] == [], canary
    helpful(files)


def fill(file: Path) -> None:
    """Users, a number, a contact and texts: all that could get out."""
    for arguments, stdin in (
        (("user", "add", NAMES[0], "--display-name", NAMES[1], "--password-stdin"), PASSWORD),
        (("number", "add", OWN, "--owner", f"user:{NAMES[0]}", "--carrier", "main", "--label", NAMES[3]), ""),
        (("send", "--from", OWN, "--to", THEIRS, BODY), ""),
    ):
        done = sidetone("--config", file, *arguments, stdin=stdin)
        assert done.exit_code == 0, done.output


def with_journal(folder: Path, lines: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journalctl that tells these lines."""
    (folder / "bin").mkdir()
    (folder / "lines").write_text(lines)
    program = folder / "bin/journalctl"
    program.write_text(f"#!/bin/sh\nexec cat {folder}/lines\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}/bin:{os.environ['PATH']}")


def helpful(files: dict[str, str]) -> None:
    """Something must be left."""
    assert "configuration  " in files["doctor.txt"]
    parts = {part["name"]: part["state"] for part in json.loads(files["status.json"])["parts"]}
    assert parts["store"] == "ok"
    told = json.loads(files["configuration.json"])
    assert told["server"]["listen"] == "127.0.0.1:0"
    assert told["carriers"]["out"] == {
        "type": "restcomm",
        "base_url": GONE,
        "account_sid": GONE,
        "auth_token": GONE,
        "hook_secret": GONE,
    }
    assert json.loads(files["store.json"])["counts"]["messages"] == 1
    system = json.loads(files["system.json"])
    assert any(package.startswith("aiohttp ") for package in system["packages"])
    assert system["log"].endswith("lines were not Sidetone's log lines and are left out.")
    events = [json.loads(line) for line in files["log.jsonl"].splitlines()]
    assert {"part"} <= {event["event"] for event in events}
    assert f"refused {GONE}" in {event["event"] for event in events}


def unpacked(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_without_a_configuration_there_is_a_bundle_too(tmp_path: Path) -> None:
    file = configured(tmp_path, CONFIG + "[nonsense]\n")
    done = sidetone("--config", file, "support-bundle", tmp_path / "bundle.zip")
    assert done.exit_code == 0, done.output
    assert "nonsense is not a section" in unpacked(tmp_path / "bundle.zip")["doctor.txt"]


def test_it_replaces_no_file(tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_text("mine")
    done = sidetone("--config", configured(tmp_path), "support-bundle", tmp_path / "bundle.zip")
    assert (done.exit_code, (tmp_path / "bundle.zip").read_text()) == (1, "mine")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Its token canary-token is refused.", f"Its token {GONE} is refused."),
        ("To +49 151 12345678 or 0151/12345678.", f"To {GONE}78 or {GONE}78."),
        ("POST /hooks/main/secret/message came", f"POST /hooks/{GONE} came"),
        ("At 2027-01-15T08:00:00Z from 127.0.0.1:8080", "At 2027-01-15T08:00:00Z from 127.0.0.1:8080"),
        ("schema 3, 12345 bytes", "schema 3, 12345 bytes"),
    ],
)
def test_what_is_taken_out_of_a_sentence(text: str, expected: str, tmp_path: Path) -> None:
    patient = well(tmp_path, f'{CONFIG}phones = ["canary-token"]\n')
    scrub = Scrub(patient.config)
    assert scrub.text(text) == expected
    assert scrub.value({"a": [text, 3, None, True]}) == {"a": [expected, 3, None, True]}


def test_switches_and_numbers_of_carriers_may_be_told(tmp_path: Path) -> None:
    patient = well(tmp_path, f'{CONFIG}most = 3\nphones = ["+4915112345678 Ada"]\n')
    assert settings(patient.settings)["carriers"] == {"main": {"type": "handset", "most": 3, "phones": GONE}}


def test_without_systemd_there_are_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert journal.lines() == ([], "There is no journalctl on this machine.")
