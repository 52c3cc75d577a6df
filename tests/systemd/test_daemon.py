"""The real daemon and what it tells systemd in its life."""

import json
import os
import select
import signal
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from cli.stage import CONFIG, FRESH, PASS_PHRASE, Daemon, configured, sidetone
from plugin_host.stage import CARRIER, Shop
from sidetone.cli.words import Hopeless
from systemd.listener import Listener

pytestmark = pytest.mark.slow


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    with Listener(tmp_path) as made:
        yield made


def test_it_tells_its_life(tmp_path: Path, listener: Listener) -> None:
    file = configured(tmp_path)
    with Daemon("--config", file, "run", env={"NOTIFY_SOCKET": listener.address}) as daemon:
        assert listener.hear() == ["READY=1"]
        (status,) = listener.until("STATUS=Ready at")
        url = status.removeprefix("STATUS=Ready at ")
        with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
            assert json.load(answer)["ready"]
        with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
            told = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line[0] != "#")
            assert float(told["sidetone_store_commit_seconds_count"]) > 0  # the store and the page count in one place
            assert told["sidetone_store_answers"] == "1.0"
        assert sidetone("--config", file, "reload").exit_code == 0
        begun, _, _ = listener.until("READY=1")[-3:]
        assert begun == "RELOADING=1"
        assert daemon.stop()[0] == 0
    assert listener.until("STOPPING=1")[-2:] == ["STOPPING=1", "STATUS=Stopping."]
    assert "WATCHDOG=1" not in listener.heard


def test_it_feeds_the_watchdog(tmp_path: Path, listener: Listener) -> None:
    env = {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "300000"}
    with Daemon("--config", configured(tmp_path), "run", env=env) as daemon:
        for _ in range(3):
            listener.until("WATCHDOG=1")
        assert daemon.stop()[0] == 0
    listener.rest()
    assert "WATCHDOG=1" not in listener.heard[listener.heard.index("STOPPING=1") :]


def test_a_loop_that_hangs_is_not_fed_and_its_end_says_where(tmp_path: Path, listener: Listener) -> None:
    (tmp_path / "site").mkdir()
    Shop(tmp_path / "site").install(
        "line", CARRIER.replace('self.calls.append("start")', f'open("{tmp_path}/pipe").read()', 1)
    )
    os.mkfifo(tmp_path / "pipe")
    file = configured(tmp_path, CONFIG.replace("handset", "line"))
    env = {
        "NOTIFY_SOCKET": listener.address,
        "WATCHDOG_USEC": "300000",
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    with (
        Daemon("--config", file, "run", env=env, before=FRESH) as daemon,
        open(tmp_path / "pipe", "w"),
    ):  # once its carrier starts
        listener.rest()
        quiet, _, _ = select.select([listener.wire], [], [], 0.5)
        code, _, logged = daemon.stop(signal.SIGABRT)
    assert quiet == []
    assert code == -signal.SIGABRT
    assert "in start" in logged, "the place where it hung"


def test_a_damaged_store_ends_it_with_a_code_that_is_not_restarted(tmp_path: Path) -> None:
    file = configured(tmp_path)
    assert sidetone("--config", file, "user", "list").exit_code == 0
    store = tmp_path / "data/sidetone.db"
    store.write_bytes(b"no store" * 1000)
    with Daemon("--config", file, "run") as daemon:
        code, said, logged = daemon.end()
    assert (code, said) == (Hopeless.exit_code, "")
    assert logged.splitlines()[-1].endswith(
        "sidetone.db is not an SQLite file. It is kept as it is; restore a backup with `sidetone db restore`."
    )
    assert store.read_bytes() == b"no store" * 1000


def test_a_newer_store_ends_it_with_a_code_that_is_not_restarted(tmp_path: Path) -> None:
    file = configured(tmp_path)
    assert sidetone("--config", file, "user", "list").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "data/sidetone.db")) as sql:
        sql.execute("PRAGMA user_version = 9999")
    with Daemon("--config", file, "run") as daemon:
        code, _, logged = daemon.end()
    assert code == Hopeless.exit_code
    assert "was written by a newer Sidetone" in logged


def test_a_store_that_is_damaged_while_it_runs_ends_it_the_same_way(tmp_path: Path, listener: Listener) -> None:
    file = configured(tmp_path)
    assert sidetone("--config", file, "user", "add", "ada", "--password-stdin", stdin=PASS_PHRASE).exit_code == 0
    store = tmp_path / "data/sidetone.db"
    data = bytearray(store.read_bytes())
    with closing(sqlite3.connect(store)) as sql:
        (page,) = sql.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'session'").fetchone()
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    store.write_bytes(data)
    with Daemon("--config", file, "run", env={"NOTIFY_SOCKET": listener.address}) as daemon:
        url = daemon.ready().url
        body = json.dumps({"username": "ada", "password": PASS_PHRASE}).encode()
        request = urllib.request.Request(f"{url}/api/v1/session", body, {"Content-Type": "application/json"})
        with pytest.raises((HTTPError, URLError)):
            urllib.request.urlopen(request, timeout=10)
        code, _, logged = daemon.end()
    assert code == Hopeless.exit_code
    assert logged.splitlines()[-1].startswith("The store's file is damaged. It is kept as it is;")
    assert "STOPPING=1" in listener.rest()


def test_all_other_failures_are_tried_again(tmp_path: Path) -> None:
    with Daemon("--config", configured(tmp_path, CONFIG + "nonsense = 1\n"), "run") as daemon:
        assert daemon.end()[0] == 1
