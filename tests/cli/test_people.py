"""`sidetone user …` and `sidetone number …` over a real store."""

import fcntl
import json
import os
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from cli.stage import PASS_PHRASE, PATIENCE, configured, read, sidetone


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return configured(tmp_path)


def add(file: Path, name: str, *arguments: str) -> None:
    done = sidetone("--config", file, "user", "add", name, "--password-stdin", *arguments, stdin=f"{PASS_PHRASE}\n")
    assert done.exit_code == 0, done.output


def test_users_are_added_and_listed(file: Path) -> None:
    add(file, "Ada", "--role", "admin", "--display-name", "Ada Whitfield")
    add(file, "ben", "--right", "handset")
    assert sidetone("--config", file, "user", "list").stdout.splitlines() == [
        "NAME  ROLE   RIGHTS   DISPLAY_NAME   DISABLED",
        "ada   admin  -        Ada Whitfield  no",
        "ben   user   handset  ben            no",
    ]
    views = json.loads(sidetone("--config", file, "user", "list", "--json").stdout)
    assert [(view["id"], view["name"], view["role"], view["rights"]) for view in views] == [
        ("1", "ada", "admin", []),
        ("2", "ben", "user", ["handset"]),
    ]
    assert PASS_PHRASE.encode() not in (file.parent / "data/sidetone.db").read_bytes()


def test_the_data_folder_is_made_for_its_owner_alone(file: Path) -> None:
    add(file, "ada")
    data = file.parent / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o077 for path in data.iterdir() if path.stat().st_mode & 0o077} == {}


def test_before_anyone_is_added_the_lists_say_what_to_do(file: Path) -> None:
    assert sidetone("--config", file, "user", "list").stdout == (
        "There are no users yet: add one with `sidetone user add`.\n"
    )
    assert sidetone("--config", file, "number", "list").stdout.startswith("There are no numbers yet")
    assert sidetone("--config", file, "number", "list", "--json").stdout == "[]\n"


@pytest.mark.parametrize(
    ("name", "password", "arguments", "words"),
    [
        ("ada", PASS_PHRASE, (), "name: Someone has this name already. Choose another name."),
        ("ben", "short", (), "password: Give at least 8 characters."),
        ("ben", "", (), "password: Give at least 8 characters."),
        ("ben", "x" * 300, (), "password: Give at most 256 characters."),
        ("", PASS_PHRASE, (), "name: Give at least 1 characters."),
        (
            "ben",
            PASS_PHRASE,
            ("--right", "all"),
            "rights: There is no right all to give. What can be given: bodies, handset.",
        ),
    ],
)
def test_users_that_cannot_be_added(
    name: str, password: str, arguments: tuple[str, ...], words: str, file: Path
) -> None:
    add(file, "ada")
    done = sidetone("--config", file, "user", "add", name, "--password-stdin", *arguments, stdin=f"{password}\n")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"{words}\n")


def test_without_a_terminal_the_password_must_come_by_stdin(file: Path) -> None:
    done = sidetone("--config", file, "user", "add", "ada")
    assert done.exit_code == 2
    assert "--password-stdin" in done.stderr


@pytest.mark.slow
def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(file: Path) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sidetone", "--config", str(file), "user", "add", "ada"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    shown = ""
    for question in ("Password: ", "Repeat for confirmation: "):
        while not shown.endswith(question):
            shown += read(ours)
        os.write(ours, f"{PASS_PHRASE}\n".encode())
    while "\n" not in shown.partition("can sign in")[2]:
        shown += read(ours)
    assert process.wait(PATIENCE) == 0
    os.close(ours)
    assert PASS_PHRASE not in shown


def test_numbers_are_added_in_any_spelling_and_listed(file: Path) -> None:
    add(file, "ada")
    for arguments in (("030 1234567", "--owner", "user:ada", "--label", "Desk"), ("+4930765432",)):
        done = sidetone("--config", file, "number", "add", *arguments, "--carrier", "main")
        assert done.exit_code == 0, done.output
    assert sidetone("--config", file, "number", "list").stdout.splitlines() == [
        "NUMBER        LABEL  OWNER     CARRIER  WAITING",
        "+49301234567  Desk   user:ada  main     0",
        "+4930765432   -      -         main     0",
    ]
    views = json.loads(sidetone("--config", file, "number", "list", "--json").stdout)
    assert views[0]["owner"] == {"kind": "user", "id": "1", "name": "ada"}
    assert views[1]["owner"] is None


def test_a_number_is_changed_by_any_spelling(file: Path) -> None:
    add(file, "ada")
    for arguments, words in (
        (("add", "+49301234567", "--carrier", "main"), "+49301234567 has no owner yet and leaves by main."),
        (("change", "030 1234567", "--owner", "user:ada"), "+49301234567 belongs to ada and leaves by main."),
        (
            ("change", "030 1234567", "--no-owner", "--label", "Desk"),
            "+49301234567 has no owner yet and leaves by main.",
        ),
        (
            ("add", "+49301234567", "--owner", "user:ada", "--carrier", "main"),
            "+49301234567 belongs to ada and leaves by main.",
        ),
    ):
        done = sidetone("--config", file, "number", *arguments)
        assert (done.exit_code, done.stdout) == (0, f"{words}\n"), done.output
    (view,) = json.loads(sidetone("--config", file, "number", "list", "--json").stdout)
    assert (view["label"], view["owner"]["name"]) == ("Desk", "ada")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("+49301234567",), 2, "Say what is to be different"),
        (("+49301234567", "--owner", "user:ada", "--no-owner"), 2, "exclude each other"),
        (("+4930765432", "--label", "x"), 1, "There is no such number of ours."),
        (("+49301234567", "--carrier", "other"), 1, "carrier: There is no such carrier."),
    ],
)
def test_numbers_that_cannot_be_changed(arguments: tuple[str, ...], code: int, words: str, file: Path) -> None:
    sidetone("--config", file, "number", "add", "+49301234567", "--carrier", "main")
    done = sidetone("--config", file, "number", "change", *arguments)
    assert (done.exit_code, words in done.stderr) == (code, True), done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("+49301", "--carrier", "main"), "number: "),
        (("hello", "--carrier", "main"), "number: "),
        (("+4930765432", "--carrier", "other"), "carrier: There is no such carrier. Configured are: main."),
        (("+4930765432", "--carrier", "main", "--owner", "ada"), "owner: Write it as user:NAME."),
        (("+4930765432", "--carrier", "main", "--owner", "user:eve"), "owner: There is no such owner."),
        (("+4930765432", "--carrier", "main", "--label", "x" * 65), "label: Give at most 64 characters."),
        (("+49301234567", "--carrier", "main"), "number: This number is one of ours already, and belongs to nobody."),
    ],
)
def test_numbers_that_cannot_be_added(arguments: tuple[str, ...], words: str, file: Path) -> None:
    assert sidetone("--config", file, "number", "add", "+49301234567", "--carrier", "main").exit_code == 0
    done = sidetone("--config", file, "number", "add", *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(words)


def test_a_store_is_read_whole(file: Path) -> None:
    done = sidetone("--config", file, "db", "check")
    assert done.exit_code == 1
    assert "does not exist yet" in done.stderr
    add(file, "ada")
    store = file.parent / "data/sidetone.db"
    done = sidetone("--config", file, "db", "check")
    assert (done.exit_code, done.stdout) == (0, f"{store} is sound.\n")
    data = bytearray(store.read_bytes())
    data[3 * 4096 : 4 * 4096] = b"\xff" * 4096
    store.write_bytes(data)
    done = sidetone("--config", file, "db", "check")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{store} is damaged:\n")
    store.write_bytes(b"no store" * 1000)
    assert "file is not a database" in sidetone("--config", file, "db", "check").stderr
