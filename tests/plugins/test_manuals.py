"""The commented examples of the plugins are their whole manual: each setting is there, with its default."""

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import sidetone_csv.settings
import sidetone_gsm.settings
import sidetone_handset.settings
import sidetone_restcomm.settings
from sidetone.plugin import Secret

CONF_D = Path(__file__).parents[2] / "etc/conf.d"
SHAPES: dict[str, Any] = {
    "csv": sidetone_csv.settings.Settings,
    "gsm": sidetone_gsm.settings.Settings,
    "handset": sidetone_handset.settings.Settings,
    "restcomm": sidetone_restcomm.settings.Settings,
}


@pytest.fixture(params=SHAPES)
def manual(request: pytest.FixtureRequest) -> tuple[str, str]:
    name: str = request.param
    return name, (CONF_D / f"{name}.toml").read_text(encoding="utf-8")


def uncommented(text: str) -> dict[str, Any]:
    """The one section that the file shows, without what the core reads of it beside the type."""
    ((kind, sections),) = tomllib.loads(re.sub(r"^#(?=[\[a-z])", "", text, flags=re.MULTILINE)).items()
    (section,) = sections.values()
    for key in ("opt_out_reply", "silence_hours") if kind == "carriers" else ("label", "country", "most_gone"):
        section.pop(key)
    return dict(section)


def test_the_file_changes_nothing_as_it_is(manual: tuple[str, str]) -> None:
    _, text = manual
    assert tomllib.loads(text) == {}


def test_every_setting_is_there_with_its_default(manual: tuple[str, str]) -> None:
    name, text = manual
    section = uncommented(text)
    assert section.pop("type") == name
    fields = {field.name: field for field in dataclasses.fields(SHAPES[name])}
    assert set(section) == set(fields)
    for key, field in fields.items():
        if field.default is not dataclasses.MISSING and field.default is not None:  # None: its prose says what holds
            assert section[key] == (list(field.default) if isinstance(field.default, tuple) else field.default), key


def test_every_bound_and_choice_is_told(manual: tuple[str, str]) -> None:
    name, text = manual
    words = text.split("\n")
    for field in dataclasses.fields(SHAPES[name]):
        above = prose_above(words, field.name)
        for rule in ("minimum", "maximum"):
            bound = field.metadata[rule]
            if bound is not None and bound != 10000:  # the most that is sensible is no news to anyone
                assert re.search(rf"(?<![-\w]){bound:.12g}\b", above), f"{field.name}: {rule} {bound:.12g}"


def test_secrets_are_empty(manual: tuple[str, str]) -> None:
    name, text = manual
    section = uncommented(text)
    secrets = [key for key, kind in get_type_hints(SHAPES[name]).items() if kind in (Secret, Secret | None)]
    assert [section[key] for key in secrets] == [""] * len(secrets)


def prose_above(lines: list[str], key: str) -> str:
    """The comment that stands above a setting."""
    place = next(number for number, line in enumerate(lines) if line.startswith(f"#{key} ="))
    start = place
    while start and lines[start - 1].strip():
        start -= 1
    return "\n".join(lines[start:place])
