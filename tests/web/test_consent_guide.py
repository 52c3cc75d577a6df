"""The page about consent and clean-up: its configurations load, and every request that it names is there."""

import re
from pathlib import Path

import pytest

from house.source import ROOT
from sidetone.config.load import load
from sidetone.domain.keywords import Keyword, keyword
from sidetone.plugin.found import installed
from sidetone.web.api import endpoints

GUIDE = (ROOT / "docs/consent-and-retention.md").read_text(encoding="utf-8")
CONFIGURATIONS = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
REQUESTS = re.findall(r"^\| `([A-Z]+ /[^`]+)` \|", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("text", CONFIGURATIONS, ids=["answers", "periods"])
def test_its_configurations_load(text: str, tmp_path: Path) -> None:
    (tmp_path / "sidetone.toml").write_text(text)
    load(tmp_path / "sidetone.toml", types=installed().keys())


def test_it_names_exactly_the_requests_there_are() -> None:
    ours = ("/opt-out", "/me/blocks", "/admin/retention", "/admin/holds")
    there = {f"{each.method} {each.path}" for each in endpoints() if any(part in each.path for part in ours)}
    assert set(REQUESTS) == there


@pytest.mark.parametrize(
    ("word", "country"),
    [("Stop!", None), ("opt-out", "US"), ("ARRÊT", "FR"), ("STOPP", "DE"), ("ABMELDEN", "DE"), ("BAJA", "ES")],
)
def test_its_words_are_words(word: str, country: str | None) -> None:
    assert word in GUIDE
    assert keyword(word, country) is Keyword.STOP
