"""Shell completion: the scripts in contrib are what click makes now, and they complete."""

import os
import subprocess
import sys
from pathlib import Path

import click.shell_completion
import pytest

from house.needs import need
from house.source import ROOT
from sidetone.cli.main import cli

VARIABLE = "_SIDETONE_COMPLETE"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_are_what_click_makes(shell: str) -> None:
    if shell == "bash":
        need("bash")  # click asks it for its version
    made = click.shell_completion.get_completion_class(shell)
    assert made is not None
    kept = (ROOT / f"contrib/completion/sidetone.{shell}").read_text(encoding="utf-8")
    remedy = f"make it anew: {VARIABLE}={shell}_source .venv/bin/sidetone > contrib/completion/sidetone.{shell}"
    assert kept.strip() == made(cli, {}, "sidetone", VARIABLE).source().strip(), remedy


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sidetone d", {"plain,db", "plain,demo", "plain,doctor"}),
        ("sidetone db ", {"plain,backup", "plain,check", "plain,restore", "plain,upgrade"}),
        ("sidetone user add --ro", {"plain,--role"}),
    ],
)
def test_commands_and_options_are_completed(typed: str, expected: set[str]) -> None:
    words = typed.split(" ")
    asked = {"COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1), VARIABLE: "bash_complete"}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("sidetone"))],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert set(done.stdout.split()) == expected, done.stderr
