"""Commands while a daemon runs: they speak to it, and say the same as without it."""

import json
import os
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cli.stage import CONFIG, PASS_PHRASE, Daemon, configured, sidetone
from sidetone.store.lock import DataLock

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = f'{CONFIG}[carriers.broken]\ntype = "handset"\nmost = 0\n'
    return configured(tmp_path_factory.mktemp("beside"), text)


@pytest.fixture(scope="module")
def daemon(file: Path) -> Iterator[Daemon]:
    with Daemon("--config", file, "run") as running:
        yield running.ready()
        assert running.stop()[0] == 0


def test_users_and_numbers_are_added_to_the_running_daemon(file: Path, daemon: Daemon) -> None:
    added = sidetone("--config", file, "user", "add", "ada", "--password-stdin", stdin=PASS_PHRASE)
    assert (added.exit_code, added.stdout) == (0, "ada can sign in now, with the role user.\n"), added.stderr
    added = sidetone("--config", file, "number", "add", "+49301234567", "--owner", "user:ada", "--carrier", "main")
    assert (added.exit_code, added.stdout) == (0, "+49301234567 belongs to ada and leaves by main.\n")
    body = json.dumps({"username": "ada", "password": PASS_PHRASE, "token": True}).encode()
    request = urllib.request.Request(f"{daemon.url}/api/v1/session", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["user"]["name"] == "ada"
    assert sidetone("--config", file, "user", "list").stdout.splitlines()[1].split()[:2] == ["ada", "user"]
    numbers = json.loads(sidetone("--config", file, "number", "list", "--json").stdout)
    assert [number["number"] for number in numbers] == ["+49301234567"]


def test_what_the_daemon_refuses_is_told_in_its_words(file: Path, daemon: Daemon) -> None:
    done = sidetone("--config", file, "number", "add", "+4930765432", "--carrier", "other")
    words = "carrier: There is no such carrier. Configured are: broken, main.\n"
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", words)


def test_carriers_are_listed_as_they_are_now(file: Path, daemon: Daemon) -> None:
    rows = {row["name"]: row for row in json.loads(sidetone("--config", file, "carriers", "list", "--json").stdout)}
    assert rows["main"]["state"] in ("starting", "ok")
    assert (rows["main"]["waiting"], rows["main"]["oldest"]) == (0, None)
    assert rows["broken"]["state"] == "failed"
    assert "carriers.broken.most is too small" in rows["broken"]["sentence"]
    assert sidetone("--config", file, "carriers", "list").stdout.splitlines()[0].split()[:3] == [
        "NAME",
        "TYPE",
        "STATE",
    ]


def test_plugins_are_listed_with_how_their_carriers_are(file: Path, daemon: Daemon) -> None:
    rows = {row["type"]: row for row in json.loads(sidetone("--config", file, "plugins", "--json").stdout)}
    assert (rows["handset"]["state"], rows["handset"]["failures"].keys()) == ("failed", {"broken"})
    assert rows["restcomm"]["state"] == "off"


def test_what_commands_do_stands_in_the_audit_with_who_asked(file: Path, daemon: Daemon, tmp_path: Path) -> None:
    assert sidetone("--config", file, "reload").exit_code == 0
    assert sidetone("--config", file, "db", "backup", tmp_path / "backup.zip").exit_code == 0
    with closing(sqlite3.connect(file.parent / "data/sidetone.db")) as sql:
        rows = sql.execute("SELECT act, uid, user_id, words FROM audit ORDER BY id DESC LIMIT 2").fetchall()
    assert rows == [
        ("store.backed_up", os.getuid(), None, f"to {tmp_path}/backup.zip"),
        ("config.reloaded", os.getuid(), None, "Nothing has changed."),
    ]


def test_the_control_socket_is_the_owners_alone(file: Path, daemon: Daemon) -> None:
    assert (file.parent / "data/control").stat().st_mode & 0o777 == 0o600


def test_without_a_daemon_the_carriers_are_off(tmp_path: Path) -> None:
    file = configured(tmp_path, f'{CONFIG}[carriers.broken]\ntype = "handset"\nmost = 0\n')
    rows = {row["name"]: row for row in json.loads(sidetone("--config", file, "carriers", "list", "--json").stdout)}
    assert (rows["main"]["state"], rows["main"]["sentence"]) == ("off", "Sidetone is not running.")
    assert rows["broken"]["state"] == "failed"


def test_a_daemon_that_is_only_starting_is_told(tmp_path: Path) -> None:
    file = configured(tmp_path)
    with DataLock(tmp_path / "data", "a running Sidetone"):
        done = sidetone("--config", file, "carriers", "list")
    words = (
        f"{tmp_path}/data is in use by a running Sidetone (pid {os.getpid()}). "
        "If it is only starting, wait a moment; else stop it first: systemctl stop sidetone.\n"
    )
    assert (done.exit_code, done.stderr) == (1, words)
