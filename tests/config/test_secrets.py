"""Secrets: where they may come from, and who else may read them there."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from sidetone.config.load import load
from sidetone.config.reader import read_settings
from sidetone.config.secret import Secret
from sidetone.config.section import Section
from sidetone.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    token: Secret = setting(help="the token")


def read(table: dict[str, object], base: Path) -> str:
    """The secret, or the faults."""
    value, faults = read_settings(Shape, table, where="carriers.main", base=base)
    return value.token.reveal() if value else "\n".join(str(fault) for fault in faults)


def write(path: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def test_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    write(tmp_path / "token", "hush\n")
    assert read({"token_file": "token"}, tmp_path) == "hush"
    assert read({"token_file": str(tmp_path / "token")}, Path("/elsewhere")) == "hush"


def test_from_a_credential_of_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    write(tmp_path / "main.token", "hush", 0o444)
    assert read({"token_credential": "main.token"}, Path("/")) == "hush"


@pytest.mark.parametrize("name", ["../token", "a/b", ".hidden", "", "a b"])
def test_names_that_no_credential_can_have(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "inner"))
    assert read({"token_credential": name}, tmp_path).startswith("carriers.main.token_credential is ")


def test_no_credentials_without_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert read({"token_credential": "x"}, tmp_path) == (
        "carriers.main.token_credential names a credential, and systemd has handed over none; "
        "put LoadCredential=x:/path into the unit, or use a file."
    )


def test_root_sees_what_our_unit_will_hand_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "credentials").mkdir()
    write(tmp_path / "credentials/main-token", "hush\n")
    assert read({"token_credential": "secret_main-token"}, tmp_path) == "hush"
    assert "systemd has handed over none" in read({"token_credential": "main-token"}, tmp_path)
    assert "systemd has handed over none" in read({"token_credential": "secret_other"}, tmp_path)


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o666, 0o602])
def test_a_file_that_everyone_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    path = write(tmp_path / "token", "hush", mode)
    remedy = "640" if mode & 0o060 else "600"
    assert read({"token_file": "token"}, tmp_path) == (
        f"carriers.main.token_file is a secret, and everyone on this machine can read {path}; "
        f"run: chmod {remedy} {path}."
    )


@pytest.mark.parametrize("mode", [0o640, 0o660])
def test_the_daemons_own_group_may_read_a_secret_and_no_other(mode: int, tmp_path: Path) -> None:
    path = write(tmp_path / "token", "hush", mode)
    os.chown(path, -1, os.getegid())
    assert read({"token_file": "token"}, tmp_path) == "hush"
    others = Section({"token_file": "token"}, groups=frozenset({os.getegid() + 1}))
    assert read(others, tmp_path) == (
        f"carriers.main.token_file is a secret, and another group can read {path}; run: chmod 600 {path}."
    )


def test_a_secret_in_a_configuration_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    main = write(tmp_path / "sidetone.toml", '[server]\ndefault_country = "DE"\n', 0o644)
    (tmp_path / "conf.d").mkdir()
    part = write(tmp_path / "conf.d/main.toml", '[carriers.main]\ntype = "x"\ntoken = "hush"\n', 0o644)
    assert read(load(main).carriers["main"].table, tmp_path) == (
        f"{part}:3: carriers.main.token is a secret, and everyone on this machine can read {part}; "
        f"run: chmod 640 {part}."
    )
    part.chmod(0o600)
    assert read(load(main).carriers["main"].table, tmp_path) == "hush"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is an empty file; put the secret in it."),
        (b"\n\n", "is an empty file; put the secret in it."),
        (b"one\ntwo\n", "holds more than one line; a secret is a single line."),
        (b"\xff", "names ~/token, which is not UTF-8 text; a secret is a single line of text."),
        (b"x" * 70_000, "names ~/token, which is larger than 65536 bytes; a secret is a single line."),
    ],
)
def test_files_that_hold_no_secret(content: bytes, fault: str, tmp_path: Path) -> None:
    write(tmp_path / "token", content)
    said = read({"token_file": "token"}, tmp_path).replace(str(tmp_path), "~")
    assert said == f"carriers.main.token_file {fault}"


def test_paths_that_lead_to_no_file(tmp_path: Path) -> None:
    assert "No such file" in read({"token_file": "token"}, tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "is no file" in read({"token_file": "pipe"}, tmp_path)


def test_a_secret_shows_itself_to_nobody(tmp_path: Path) -> None:
    write(tmp_path / "token", "hush")
    value, _ = read_settings(Shape, {"token_file": "token"}, where="w", base=tmp_path)
    assert "hush" not in f"{value!r} {value}"
