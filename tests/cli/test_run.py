"""`sidetone run` as a real process."""

import fcntl
import json
import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from cli.stage import CONFIG, FRESH, PASS_PHRASE, Daemon, configured, read, sidetone

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_stops_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    with Daemon("--config", configured(tmp_path), "run", before=FRESH) as daemon:
        url = daemon.ready().url
        assert daemon.said == f"Sidetone is ready at {url}\n"
        with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
            assert answer.status == 200
        code, said, logged = daemon.stop(number)
    assert (code, said) == (0, "")
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {"event", "level", "part", "time"} <= lines[0].keys()
    assert [line["event"] for line in lines if line["level"] in ("warning", "error")] == []


def test_a_signal_while_it_is_starting_stops_it_cleanly(tmp_path: Path) -> None:
    with Daemon("--config", configured(tmp_path), "run") as daemon:
        daemon.log(until='"store"')
        code, _, logged = daemon.stop()
    assert code == 0
    assert "Traceback" not in logged


def test_two_daemons_on_one_data_folder_are_refused(tmp_path: Path) -> None:
    file = configured(tmp_path)
    with Daemon("--config", file, "run") as first:
        first.ready()
        with Daemon("run", "--config", file) as second:
            code, said, logged = second.end()
    words = f"{tmp_path}/data is in use by a running Sidetone (pid {first.pid}). If it is only starting, wait a moment; else stop it first: systemctl stop sidetone.\n"
    assert (code, said) == (1, "")
    assert logged.endswith(words)


def test_the_set_up_link_is_shown_to_a_terminal_alone(tmp_path: Path) -> None:
    file = configured(tmp_path)
    ours, theirs = os.openpty()
    with Daemon("--config", file, "run", stdout=theirs) as daemon:
        shown = ""
        while "ready at" not in shown:
            shown += read(ours)
        link = (tmp_path / "data/setup-link").read_text().strip()
        assert shown.splitlines()[0] == f"Make the first admin at {link}"
        assert daemon.stop()[0] == 0
    os.close(ours)
    os.close(theirs)
    with Daemon("--config", file, "run") as daemon:
        daemon.ready()
        _, _, logged = daemon.stop()
        assert "/setup" not in daemon.said + logged


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Daemon("--config", configured(tmp_path, CONFIG.replace(":0", f":{port}")), "run") as daemon:
            code, said, logged = daemon.end()
    assert (code, said) == (1, "")
    assert logged.splitlines()[-1].startswith(f"server.listen: 127.0.0.1:{port} cannot be listened on")


def test_a_key_that_does_not_exist_refuses_the_start(tmp_path: Path) -> None:
    with Daemon("--config", configured(tmp_path, CONFIG + "nonsense = 1\n"), "run") as daemon:
        code, said, logged = daemon.end()
    assert (code, said) == (1, "")
    assert logged.splitlines()[-1].startswith(f"{tmp_path}/sidetone.toml:8: carriers.main.nonsense is not a setting")


def test_a_carrier_that_cannot_be_used_is_a_failed_part_and_no_more(tmp_path: Path) -> None:
    with Daemon("--config", configured(tmp_path, CONFIG + "most = 0\n"), "run") as daemon:
        with urllib.request.urlopen(f"{daemon.ready().url}/readyz", timeout=10) as answer:
            (carrier,) = [part for part in json.load(answer)["parts"] if part["name"] == "carrier main"]
        assert daemon.stop()[0] == 0
    assert carrier["state"] == "failed"
    assert "carriers.main.most is too small" in carrier["sentence"]


def test_a_full_pipe_of_the_log_does_not_hold_it_up(tmp_path: Path) -> None:
    with Daemon("--config", configured(tmp_path, CONFIG + '[log]\nlevel = "debug"\n'), "run") as daemon:
        url = daemon.ready().url
        fcntl.fcntl(daemon.stderr, fcntl.F_SETPIPE_SZ, 4096)
        for _ in range(150):  # some 150 bytes of log each: more than this pipe holds, and nobody reads
            with urllib.request.urlopen(f"{url}/api/v1/openapi.json", timeout=10) as answer:
                answer.read()
        assert daemon.stop()[0] == 0


def test_a_new_user_can_sign_in(tmp_path: Path) -> None:
    file = configured(tmp_path)
    added = sidetone("--config", file, "user", "add", "ada", "--password-stdin", stdin=PASS_PHRASE)
    assert added.exit_code == 0
    with Daemon("--config", file, "run") as daemon:
        body = json.dumps({"username": "ada", "password": PASS_PHRASE, "token": True}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{daemon.ready().url}/api/v1/session", body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer)["user"]["name"] == "ada"
        code, said, logged = daemon.stop()
    assert code == 0
    assert PASS_PHRASE not in said + logged
