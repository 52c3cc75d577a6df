"""`sidetone messages …` and `sidetone send`: with a running daemon and without."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.stage import CONFIG, PASS_PHRASE, Daemon, configured, sidetone
from store.backups import filled

OWN, OTHER, THEIRS = "+4930901820155", "+4930901820156", "+4915112345678"
PHONES = f'{CONFIG}phones = ["{THEIRS} Grace"]\n'
BODY = "what is written is nobody's business"


def people(file: Path) -> Path:
    add = ("user", "add", "ada", "--password-stdin")
    assert sidetone("--config", file, *add, stdin=PASS_PHRASE).exit_code == 0
    for arguments in ((OWN, "--owner", "user:ada"), (OTHER,)):
        added = sidetone("--config", file, "number", "add", *arguments, "--carrier", "main")
        assert added.exit_code == 0, added.output
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return people(configured(tmp_path, PHONES))


def said(file: Path, *arguments: str, stdin: str = "") -> str:
    done = sidetone("--config", file, *arguments, stdin=stdin)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return done.stdout


def rows(file: Path, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said(file, "messages", "list", "--json", *arguments))
    return found


def test_without_a_daemon_a_text_is_stored_and_waits(file: Path) -> None:
    told = said(file, "send", "--from", OWN, "--to", "0151 12345678", BODY)
    assert told == "Stored as message 1. What becomes of it: sidetone messages trace 1\n"
    assert said(file, "send", "--from", OWN, "--to", THEIRS, "-", stdin=f"{BODY}\n").startswith("Stored as message 2")
    first, second = rows(file)
    assert (first["id"], second["id"]) == ("2", "1")
    assert (
        second.items()
        >= {
            "number": OWN,
            "party": THEIRS,
            "status": "queued",
            "author": "ada",
            "carrier": "main",
            "body": None,
        }.items()
    )
    assert json.loads(said(file, "carriers", "list", "--json"))[0]["waiting"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "+4930", "--to", THEIRS, "x"), ""),
        (("--from", "+4930901820199", "--to", THEIRS, "x"), "from: This is no number of ours."),
        (("--from", OTHER, "--to", THEIRS, "x"), "from: Nobody who may send owns this number."),
        (("--from", OWN, "--to", "hello", "x"), ""),
        (("--from", OWN, "--to", THEIRS, " "), "body: There is no text to send."),
        (("--from", OWN, "--to", THEIRS, "x" * 5000), "body: Give at most 4096 characters."),
    ],
)
def test_texts_that_cannot_be_sent(arguments: tuple[str, ...], words: str, file: Path) -> None:
    done = sidetone("--config", file, "send", *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
    assert rows(file) == []


def test_bodies_are_shown_only_when_they_are_asked_for(file: Path) -> None:
    said(file, "send", "--from", OWN, "--to", THEIRS, BODY)
    for arguments in (("list",), ("list", "--json"), ("show", "1"), ("show", "1", "--json"), ("trace", "1", "--json")):
        assert BODY not in said(file, "messages", *arguments)
    for arguments in (("list", "--bodies"), ("list", "--bodies", "--json"), ("show", "1", "--bodies")):
        assert BODY in said(file, "messages", *arguments)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with four messages."""
    folder = tmp_path_factory.mktemp("log")
    filled(folder / "data")
    return configured(folder)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), ["4", "3", "2", "1"]),
        (("--limit", "2"), ["4", "3"]),
        (("--before", "3"), ["2", "1"]),
        (("--direction", "inbound"), ["4"]),
        (("--status", "delivered"), ["1"]),
        (("--carrier", "other"), []),
        (("--number", "+49301"), ["4", "3", "2", "1"]),
        (("--party", "+49171"), ["4", "3", "2", "1"]),
        (("--party", "+49172"), []),
        (("--since", "1h"), []),
    ],
)
def test_the_list_is_filtered(arguments: tuple[str, ...], expected: list[str], log: Path) -> None:
    assert [row["id"] for row in rows(log, *arguments)] == expected


def test_what_is_left_is_told(log: Path) -> None:
    lines = said(log, "messages", "list", "--limit", "2").splitlines()
    assert lines[0].split() == ["ID", "AT", "DIRECTION", "NUMBER", "PARTY", "CARRIER", "STATUS"]
    assert lines[-1] == "There are more: --before 3"


@pytest.mark.parametrize("span", ["soon", "1 h", "-1h", "1y", "9999999d"])
def test_a_span_that_is_none_is_a_usage_error(span: str, log: Path) -> None:
    assert sidetone("--config", log, "messages", "list", "--since", span).exit_code == 2


@pytest.mark.parametrize("key", ["1", "r1", "id-1", "c1"])
def test_a_message_is_found_by_any_id_it_has(key: str, log: Path) -> None:
    """Ours, an attempt's reference, the carrier's for a part, the correlation in the log."""
    found = json.loads(said(log, "messages", "show", key, "--json"))
    assert (found["message"]["id"], found["detail"]["status"], found["detail"]["body"]) == ("1", "delivered", "")


@pytest.mark.parametrize("key", ["9", "0", "nobody", "9" * 30, "-"])
def test_a_message_that_is_not_there(key: str, log: Path) -> None:
    done = sidetone("--config", log, "messages", "show", key)
    assert done.exit_code == 1
    assert done.stderr.startswith("There is no such message.")


def test_a_message_is_shown(log: Path) -> None:
    lines = dict(line.split(maxsplit=1) for line in said(log, "messages", "show", "1").splitlines())
    assert (lines["id"], lines["party"], lines["carrier"], lines["status"]) == ("1", "+49171", "main", "Delivered.")


def test_a_life_is_told_step_by_step_with_its_times(log: Path) -> None:
    lines = said(log, "messages", "trace", "1").splitlines()
    assert lines[0] == "Message 1, correlation c1"
    assert lines[1].split(maxsplit=3) == ["1970-01-01T00:00:00.001Z", "0", "ms", "Stored and queued."]
    assert lines[-1] == "attempt r1 by main: accepted after 0 ms; parts: id-1 delivered"


@pytest.fixture
def daemon(file: Path) -> Iterator[Daemon]:
    with Daemon("--config", file, "run") as running:
        yield running.ready()
        assert running.stop()[0] == 0


@pytest.mark.slow
def test_with_a_daemon_a_text_leaves_at_once(file: Path, daemon: Daemon) -> None:
    said(file, "send", "--from", OWN, "--to", THEIRS, BODY)
    while (found := rows(file)[0])["status"] in ("queued", "sending"):
        pass
    assert found["status"] in ("sent", "delivered")
    assert "Carrier “main” took it." in said(file, "messages", "trace", "1")
    assert BODY in said(file, "messages", "show", "1", "--bodies")
    logged = daemon.log(until="bodies were shown")
    assert BODY not in logged
