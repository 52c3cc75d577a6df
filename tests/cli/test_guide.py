"""The admin's guide: its configurations load and its commands work."""

import re
import shlex
from pathlib import Path

import pytest

from cli.stage import PASS_PHRASE, configured, sidetone
from house.source import ROOT
from sidetone.config.load import load
from sidetone.plugin.found import installed

GUIDE = (ROOT / "docs/admin-guide.md").read_text(encoding="utf-8")
CONFIGURATIONS = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_its_configurations_load(text: str, tmp_path: Path) -> None:
    server = "" if "[server]" in text else '[server]\ndefault_country = "DE"\n'
    modem = '[carriers.modem]\ntype = "handset"\n' if '"modem"' in text else ""
    (tmp_path / "mail-password").write_text("secret")
    (tmp_path / "mail-password").chmod(0o600)
    load(configured(tmp_path, server + modem + text), types=installed().keys())


@pytest.mark.slow
def test_its_commands_work_in_their_order(tmp_path: Path) -> None:
    file = configured(tmp_path, CONFIGURATIONS[0].replace("/var/lib/sidetone", "data"))
    for command in COMMANDS:
        program, *arguments = shlex.split(command)
        assert program == "sidetone"
        if arguments == ["run"]:
            continue  # it has tests of its own
        asks = ["--password-stdin"] if arguments[:2] == ["user", "add"] else []
        done = sidetone("--config", file, *arguments, *asks, stdin=f"{PASS_PHRASE}\n")
        assert done.exit_code == 0, f"{command}: {done.output}"
