"""`sidetone retention …`: over a store of its own, and beside a running daemon."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli.stage import CONFIG, Daemon, configured, sidetone
from cli.test_messages import OWN, THEIRS, people, said

TERMS = f'{CONFIG}\n[retention]\nsms_days = 30\nsms_days_of = ["+4930901820156 = 0"]\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """One user, one text of theirs that is old."""
    made = people(configured(tmp_path, TERMS))
    said(made, "send", "--from", OWN, "--to", THEIRS, "hello")
    with closing(sqlite3.connect(tmp_path / "data/sidetone.db")) as sql, sql:
        sql.execute("DELETE FROM outbox")
        sql.execute("UPDATE message SET created_at = created_at - 31 * 86400000")
    return made


def report(file: Path, *arguments: str) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(said(file, "retention", *arguments, "--json"))
    return run["report"]  # type: ignore[no-any-return]


def test_without_a_daemon(file: Path) -> None:
    assert said(file, "retention", "show") == (
        "Kept: texts 30 days, attempts 90 days, raw 90 days, audit 730 days.\n"
        "Texts of +4930901820156: for ever.\n"
        "No run has had anything to tell yet.\n"
    )
    assert said(file, "retention", "dry-run") == (
        "Would go: 1 messages, 1 conversations, 0 attempts, 0 receipts, 0 call-backs nobody could read, "
        "0 rows of the audit.\n"
    )
    assert said(file, "retention", "hold", "0151 12345678", "--reason", "case 12") == (
        "Held. To end it: sidetone retention lift 1\n"
    )
    assert said(file, "retention", "run").splitlines() == [
        "Gone: 0 messages, 0 conversations, 0 attempts, 0 receipts, 0 call-backs nobody could read, "
        "0 rows of the audit.",
        "Kept by legal holds: 1 messages.",
    ]
    (held,) = json.loads(said(file, "retention", "holds", "--json"))
    assert (held["party"], held["reason"], held["made_by"]) == (THEIRS, "case 12", None)
    assert said(file, "retention", "lift", "1") == "Lifted.\n"
    assert said(file, "retention", "holds") == "Nothing is held.\n"
    assert "case 12" in said(file, "retention", "holds", "--all")
    assert report(file, "run")["messages"] == 1
    outcomes = [
        (run["dry_run"], run["outcome"]) for run in json.loads(said(file, "retention", "show", "--json"))["runs"]
    ]
    assert outcomes == [(False, "done"), (False, "done"), (True, "done")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("hold", "nobody", "--reason", "x"), "“nobody” is not a phone number."),
        (("hold", "--reason", "x"), "A hold is on a conversation or on a party. Give one of them."),
        (("hold", THEIRS, "--conversation", "1", "--reason", "x"), "A hold is on a conversation or on a party."),
        (("hold", "--conversation", "77", "--reason", "x"), "There is no such conversation."),
        (("lift", "7"), "There is no such hold."),
    ],
)
def test_what_cannot_be_is_a_sentence(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = sidetone("--config", configured(tmp_path), "retention", *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr


def test_a_clock_that_has_jumped_is_told_and_vouched_for(file: Path, tmp_path: Path) -> None:
    report(file, "dry-run")
    with closing(sqlite3.connect(tmp_path / "data/sidetone.db")) as sql, sql:
        sql.execute("UPDATE meta SET value = '1000' WHERE key = 'retention_sure'")
    done = sidetone("--config", file, "retention", "run")
    assert done.exit_code == 1
    assert "clock says" in done.stdout
    assert "sidetone retention run --clock-is-right" in done.stderr
    assert "Nothing goes" in said(file, "retention", "show")
    assert report(file, "run", "--clock-is-right")["messages"] == 1


def test_beside_a_daemon_it_says_the_same(file: Path) -> None:
    with Daemon("--config", file, "run") as daemon:
        daemon.ready()
        assert report(file, "dry-run")["messages"] == 1
        assert report(file, "run")["messages"] == 1
        assert "Texts of +4930901820156: for ever." in said(file, "retention", "show")
