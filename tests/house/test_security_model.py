"""docs/security-model.md: every promise names a test, and the named tests are there."""

import re

import pytest

from house.source import ROOT
from house.test_features import NAMED

TEXT = (ROOT / "docs" / "security-model.md").read_text(encoding="utf-8")
PROMISED, _, NOT_PROMISED = TEXT.partition("## What is not promised")


def promises() -> list[str]:
    return re.findall(r"^- (?:.+\n)(?:  .+\n)*", PROMISED, re.M)


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise[2:42])
def test_a_promise_names_a_test(promise: str) -> None:
    assert NAMED.search(promise)


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED.findall(TEXT))))
def test_a_named_test_is_there(file: str, test: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^(async )?def {test}\(", text, re.M) or not test


def test_every_test_that_is_meant_is_found() -> None:
    assert len(promises()) > 25
    assert TEXT.count("`tests/") == len(NAMED.findall(TEXT))


def test_what_is_not_promised_is_said() -> None:
    assert NOT_PROMISED.count("\n- ") >= 3
