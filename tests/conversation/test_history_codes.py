"""Every line of a history can be said in the reader's language: its code is in both catalogues of the UI."""

import re
from pathlib import Path

import pytest

import sidetone
from sidetone.domain import words
from sidetone.domain.status import ReceiptStatus, Status

STRINGS = Path(sidetone.__file__).parent / "web/static/js/strings"
CODES = [
    *("stored", "for_later", "time_came", "again", "now"),
    *("stamped", "arrived", "received", "pushed", "shown"),
    *(f"attempt.{outcome}" for outcome in ("under_way", "accepted", "rejected", "deferred", "unknown")),
    *(f"receipt.{status}" for status in ReceiptStatus),
    *(f"flag.{flag}" for flag in words._FLAG),
    *(f"wait.{reason}" for reason in words._WAIT),
]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_line_status_and_reason_is_in_the_catalogue(language: str) -> None:
    files = STRINGS.glob(f"{language}*.js")
    keys = set(re.findall(r'"([a-z_.]+)":', "".join(file.read_text() for file in files)))
    wanted = {f"history.{code}" for code in CODES}
    wanted |= {f"status.{status}" for status in Status} | {f"reason.{kind}" for kind in words._WHOSE}
    assert wanted - keys == set()
