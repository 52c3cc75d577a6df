"""The admin's page holds what it says: its configurations load, its sentences are the plugin's own."""

import re
import tomllib
from pathlib import Path

import pytest

import sidetone_restcomm
from sidetone.testing.carrier_contract import load
from sidetone.testing.context import Workbench
from sidetone_restcomm.profiles import PROFILES

PAGE = (Path(__file__).parents[3] / "docs/carriers/restcomm.md").read_text(encoding="utf-8")
SOURCES = "".join(path.read_text(encoding="utf-8") for path in Path(sidetone_restcomm.__file__).parent.glob("*.py"))
SECRET = re.compile(r'^(\s*)(?:# )?(\w+)_file = ".*"', re.MULTILINE)
COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
OPTION = re.compile(r'^(\s*)# (\w+ = ".*")', re.MULTILINE)


def blocks() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", blocks())
@pytest.mark.parametrize("with_options", [False, True])
def test_a_configuration_of_the_page_loads(block: str, with_options: bool) -> None:
    given = SECRET.sub(r'\1\2 = "0123456789abcdef0123"', block if with_options else COMMENT.sub("", block))
    (section,) = tomllib.loads(OPTION.sub(r"\1\2", given))["carriers"].values()
    assert section.pop("type") == "restcomm"
    load(sidetone_restcomm, Workbench().context(section))


def test_there_is_one_for_each_service() -> None:
    profiles = {re.search(r'profile = "(\w+)"', block) for block in blocks()}
    assert {found[1] if found else "restcomm" for found in profiles} == set(PROFILES)


def said() -> list[str]:
    table = PAGE[PAGE.index("| it says |") :]
    return re.findall(r'^\| "(?:… )?(.*?)"', table, re.MULTILINE)


@pytest.mark.parametrize("sentence", said())
def test_a_sentence_of_the_page_is_one_that_the_plugin_says(sentence: str) -> None:
    pieces = [piece for piece in re.split(r"A call-back was refused: | \(\d+\)", sentence) if piece]
    assert all(piece in SOURCES for piece in pieces)
