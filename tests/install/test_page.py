"""The page that says how to install it: five commands, files that the wheel brings, configurations that load."""

import re
import tomllib
from pathlib import Path

import pytest

from cli.stage import configured
from house.source import ROOT
from install.page import INSTALL, NGINX, PAGE, blocks
from sidetone.config.load import load
from sidetone.plugin.found import installed

PREFIX = "/opt/sidetone/"


def test_five_commands_are_enough() -> None:
    assert len(INSTALL) == 5


def test_every_file_that_it_names_is_in_the_wheel() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    brought = set(wheel["wheel"]["shared-data"].values()) | {"bin/pip"}
    named = {path.removeprefix(PREFIX) for path in re.findall(rf"{PREFIX}[a-z./]+", "\n".join(INSTALL))}
    assert named
    assert named <= brought


def test_the_unit_starts_what_is_installed() -> None:
    unit = (ROOT / "systemd/sidetone.service").read_text(encoding="utf-8")
    assert f"ExecStart={PREFIX}bin/sidetone run\n" in unit


@pytest.mark.parametrize("text", blocks("toml"))
def test_its_configurations_load(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = "" if "[server]" in text else '[server]\ndefault_country = "DE"\n'
    load(configured(tmp_path, server + text), types=installed().keys())


def test_the_web_server_passes_on_what_sidetone_needs() -> None:
    for header in ("Host $http_host", "X-Forwarded-For $remote_addr", "Upgrade $http_upgrade"):
        assert f"proxy_set_header {header};" in NGINX
    assert "access_log off;" in NGINX


def test_the_guide_it_sends_to_says_so() -> None:
    guide = (ROOT / "docs/admin-guide.md").read_text(encoding="utf-8")
    for heading in re.findall(r"under “(.+?)”", PAGE):
        assert f"## {heading}\n" in guide
