"""The admin's page holds what it says: its configurations load, and its sentences are the plugin's own."""

import re
import tomllib
from pathlib import Path

import pytest

import sidetone_gsm
from sidetone.config.reader import read_settings
from sidetone_gsm.at.causes import cms
from sidetone_gsm.settings import Settings, check

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/carriers/gsm.md").read_text(encoding="utf-8")
SOURCES = "".join(path.read_text(encoding="utf-8") for path in Path(sidetone_gsm.__file__).parent.glob("*.py"))


def blocks() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("with_options", [False, True])
def test_the_section_of_the_page_loads(with_options: bool) -> None:
    (block,) = [block for block in blocks() if "[carriers." in block]
    given = re.sub(r"^(\s*)# (\w+ = )", r"\1\2", block, flags=re.MULTILINE) if with_options else block
    given = re.sub(r'pin_credential = ".*"', 'pin = "4711"', given)
    (section,) = tomllib.loads(given)["carriers"].values()
    assert section.pop("type") == "gsm"
    settings, faults = read_settings(Settings, section, where="carriers.modem", base=ROOT)
    assert faults == []
    assert settings
    check(settings)


def test_the_route_of_the_page_names_the_section() -> None:
    (block,) = [block for block in blocks() if "[routes." in block]
    (route,) = tomllib.loads(block)["routes"].values()
    assert route == {"carriers": ["home", "modem"], "longest": 3, "other_number": True}


def said() -> list[str]:
    table = PAGE[PAGE.index("| what you see |") :]
    return [found for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for found in re.findall(r'"(.*?)"', row)]


@pytest.mark.parametrize("sentence", [sentence for sentence in said() if sentence != "unknown"])
def test_a_sentence_of_the_page_is_one_that_the_plugin_says(sentence: str) -> None:
    number = re.search(r"^(.*) \((\d+)\)$", sentence)
    if number:
        assert cms(number[2]).words == number[1]
    else:
        words = sentence.replace("SIM PUK", "{state}")
        assert words in SOURCES
