"""FEATURES.md names tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def named_tests() -> list[tuple[str, str]]:
    return sorted(set(NAMED.findall((ROOT / "FEATURES.md").read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("file", "test"), named_tests())
def test_a_named_test_is_there(file: str, test: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^(async )?def {test}\(|^class {test}\b|^    (async )?def {test}\(", text, re.M) or not test


def test_every_row_says_its_state() -> None:
    rows = re.findall(r"^\| ([A-Z]+-\d+) \| (\S+)", (ROOT / "FEATURES.md").read_text(encoding="utf-8"), re.M)
    assert len(rows) > 30
    assert {state.rstrip(":") for _, state in rows} <= {"works", "partly"}
    assert len({name for name, _ in rows}) == len(rows)
