"""What differs between two readings of the configuration."""

from pathlib import Path

import pytest

from sidetone.config.changes import Changes, Reading, changes, reading
from sidetone.config.load import load

MAIN = """\
[server]
data_dir = "data"
default_country = "DE"
"""
NOTHING = Changes(added=(), changed=(), removed=(), live=(), at_start=())


def read(folder: Path, text: str) -> Reading:
    file = folder / "sidetone.toml"
    file.write_text(MAIN + text)
    return reading(load(file))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", NOTHING),
        ("", "[messaging]\n", NOTHING),
        ("", "[log]\nlevel = 'info'\n", NOTHING),
        ("", "[log]\nlevel = 'debug'\n", Changes(added=(), changed=(), removed=(), live=("log",), at_start=())),
        (
            "[messaging]\nlongest_text = 160\n",
            "",
            Changes(added=(), changed=(), removed=(), live=("messaging",), at_start=()),
        ),
        (
            "[carriers.a]\ntype = 'one'\nx = 1\n[carriers.b]\ntype = 'one'\n[carriers.c]\ntype = 'one'\n",
            "[carriers.d]\ntype = 'one'\n[carriers.a]\nx = 2\ntype = 'one'\n[carriers.c]\ntype = 'one'\n",
            Changes(added=("d",), changed=("a",), removed=("b",), live=(), at_start=()),
        ),
        (
            "[carriers.a]\ntype = 'one'\nx = 1\ny = 2\n",
            "[carriers.a]\ny = 2\nx = 1\ntype = 'one'\n",
            NOTHING,
        ),
        (
            "[carriers.a]\ntype = 'one'\n",
            "[carriers.a]\ntype = 'two'\n",
            Changes(added=(), changed=("a",), removed=(), live=(), at_start=()),
        ),
        (
            "[carriers.a]\ntype = 'one'\nat = 2020-01-01\n[carriers.a.deep]\nx = 1\n",
            "[carriers.a]\ntype = 'one'\nat = 2020-01-01\n[carriers.a.deep]\nx = 2\n",
            Changes(added=(), changed=("a",), removed=(), live=(), at_start=()),
        ),
    ],
)
def test_what_differs(before: str, after: str, expected: Changes, tmp_path: Path) -> None:
    assert changes(read(tmp_path, before), read(tmp_path, after)) == expected


def test_keys_of_the_server_wait_for_a_restart(tmp_path: Path) -> None:
    before = read(tmp_path, "")
    (tmp_path / "sidetone.toml").write_text(MAIN.replace("DE", "GB") + 'listen = "127.0.0.1:1"\n')
    after = reading(load(tmp_path / "sidetone.toml"))
    assert changes(before, after).at_start == ("server.listen", "server.public_url", "server.default_country")


@pytest.mark.parametrize("how", ["other", "gone", "unreadable"])
def test_a_secret_in_a_file_of_its_own_counts_by_its_content(how: str, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("hush-hush")
    text = '[carriers.a]\ntype = "one"\ntoken_file = "token"\n[carriers.b]\ntype = "one"\n'
    before = read(tmp_path, text)
    assert changes(before, read(tmp_path, text)) == NOTHING
    if how == "other":
        secret.write_text("other")
    else:
        secret.unlink()
    if how == "unreadable":
        secret.mkdir()
    assert changes(before, read(tmp_path, text)).changed == ("a",)


def test_a_systemd_credential_counts_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "token").write_text("hush-hush")
    text = '[carriers.a]\ntype = "one"\ntoken_credential = "token"\n'
    before = read(tmp_path, text)
    (tmp_path / "token").write_text("other")
    assert changes(before, read(tmp_path, text)).changed == ("a",)


def test_a_reading_keeps_no_secret(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hush-hush")
    text = '[carriers.a]\ntype = "one"\ntoken_file = "token"\nother_token = "hush-hush"\n'
    assert "hush-hush" not in str(read(tmp_path, text).carriers)
