"""What is said of a part by a code can be said in every language of the UI."""

import re

import pytest

from house.source import DAEMON

SAID = re.compile(r'\.(?:set|fail)\([^()]*(?:\([^()]*\)[^()]*)*\bcode="([a-z]+\.[a-z]+)"')


def codes() -> set[str]:
    """Those that the rooms say parts by."""
    sources = [path.read_text(encoding="utf-8") for path in (DAEMON / "sidetone").rglob("*.py")]
    found = {code for source in sources for code in SAID.findall(source)}
    return found | {"mail.ok", "mail.refused"}  # chosen beside the call


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_code_has_words(language: str) -> None:
    text = (DAEMON / f"sidetone/web/static/js/strings/{language}-desk.js").read_text(encoding="utf-8")
    assert codes() == set(re.findall(r'"said\.([a-z.]+)":', text))
    assert len(codes()) > 15
