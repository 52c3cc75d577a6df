"""The command as a whole: which configuration it reads, and how it fails."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli.stage import CONFIG, configured, sidetone

BROKEN = CONFIG + 'nonsense = 1\n[log]\nlevel = "loud"\n'


def test_help_names_every_command() -> None:
    done = sidetone("--help")
    assert done.exit_code == 0
    for name in (
        "run",
        "check",
        "reload",
        "doctor",
        "support-bundle",
        "user",
        "number",
        "carriers",
        "plugins",
        "new-plugin",
        "messages",
        "send",
        "demo",
        "db",
    ):
        assert f"\n  {name} " in done.output
    assert "..." not in done.output.partition("Commands:")[2], "the first sentence of a command's help is too long"


@pytest.mark.parametrize("arguments", [("nonsense",), ("user", "add"), ("check", "--nonsense"), ("demo",), ()])
def test_a_command_that_is_not_understood_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    done = sidetone(*arguments)
    assert done.exit_code == 2
    assert "Usage: sidetone" in done.output


def test_the_configuration_may_be_named_before_or_after_the_command(tmp_path: Path) -> None:
    file = configured(tmp_path)
    assert sidetone("--config", file, "check").exit_code == 0
    assert sidetone("check", "--config", file).exit_code == 0
    assert sidetone("--config", "/nowhere", "check", "--config", file).exit_code == 0


def test_the_environment_names_it_else(tmp_path: Path) -> None:
    file = configured(tmp_path)
    assert str(file) in sidetone("check", env={"SIDETONE_CONFIG": str(file)}).output
    other = {"SIDETONE_CONFIG": "/nowhere"}
    assert sidetone("--config", file, "check", env=other).exit_code == 0
    assert "/nowhere: does not exist" in sidetone("check", env=other).stderr


def test_an_installation_has_it_in_etc() -> None:
    said = sidetone("user", "list", env={"SIDETONE_CONFIG": ""})
    assert said.exit_code == 1
    assert said.stderr.startswith("/etc/sidetone/sidetone.toml: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("check",),
        ("plugins",),
        ("user", "list"),
        ("user", "add", "ada", "--password-stdin"),
        ("number", "list"),
        ("number", "add", "+4930123456", "--carrier", "main"),
        ("carriers", "list"),
        ("reload",),
        ("messages", "list"),
        ("messages", "trace", "1"),
        ("send", "--from", "+4930123456", "--to", "+4930123457", "x"),
        ("db", "check"),
        ("db", "backup", "nowhere.zip"),
        ("db", "upgrade"),
    ],
)
def test_every_command_says_all_that_is_wrong_with_the_configuration(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    done = sidetone("--config", configured(tmp_path, BROKEN), *arguments, stdin="secret\n")
    assert done.exit_code == 1
    assert done.stdout == ""
    levels = "allowed are debug, info, warning, error"
    nonsense = f"{tmp_path}/sidetone.toml:8: carriers.main.nonsense is not a setting;"
    level = f"{tmp_path}/sidetone.toml:10: log.level has a value that is not known; {levels}."
    assert level in done.stderr.splitlines()
    assert (nonsense in done.stderr) == (arguments == ("check",))  # others do not build what they do not run
    assert not (tmp_path / "data").exists()


def test_a_mistake_of_ours_is_a_sentence_and_no_traceback() -> None:
    program = """
import click
from sidetone.cli import main
@main.cli.command()
def fail():
    int("hush")
main.main()
"""
    done = subprocess.run([sys.executable, "-c", program, "fail"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == ("Sidetone made a mistake of its own (ValueError at <string>:6 fail). Please report it.\n")


def test_what_the_system_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = sidetone("demo", "--dir", tmp_path / "file")
    assert done.exit_code == 1
    assert done.stderr == f"{tmp_path}/file: File exists.\n"
