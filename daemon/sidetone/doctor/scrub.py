"""Taking out what is nobody's business: secrets by their values, numbers by their look, settings by an allow-list."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from sidetone.config.load import SHAPES
from sidetone.config.secret import Secret
from sidetone.config.secret_source import FROM_CREDENTIAL, FROM_FILE, LARGEST
from sidetone.config.shapes import Config

GONE = "…"
PLAIN = ("server", "store", "log")  # sections whose texts are addresses, paths and words of ours
SHORTEST = 4  # characters; a shorter text would be found in every other word
_NUMBER = re.compile(r"(?<![A-Za-z0-9.:-])\+?\(?\d[\d ()./-]{5,}\d(?![A-Za-z0-9:-])")
_HARMLESS_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d{4}-\d\d-\d\d.*")  # IPv4, a date
_HOOK = re.compile(r"/hooks/\S*")


class Scrub:
    """Knows every secret of a configuration, and removes them from whatever is told."""

    def __init__(self, config: Config | None) -> None:
        secrets = set(_secrets(config)) if config is not None else set()
        self._secrets = sorted(secrets, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text without secrets, addresses of hooks and phone numbers."""
        for secret in self._secrets:
            text = text.replace(secret, GONE)
        return _NUMBER.sub(_cut, _HOOK.sub(f"/hooks/{GONE}", text))

    def value(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """The same for every text in a JSON value; keys are words of ours."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        return value


def settings(config: Config) -> dict[str, Any]:
    """The configuration as far as it may be told; of a carrier or directory the type, the names of its keys, numbers and switches."""
    told: dict[str, Any] = {}
    for name, shape in SHAPES.items():
        section = getattr(config, name)
        show = _plain if name in PLAIN else _hidden
        told[name] = {field.name: show(getattr(section, field.name)) for field in fields(shape)}
    told["carriers"] = {
        name: {"type": section.type, **{key: _hidden(value) for key, value in section.table.items()}}
        for name, section in config.carriers.items()
    }
    told["directories"] = {
        name: {
            "type": section.type,
            "country": section.own.country,
            "most_gone": section.own.most_gone,
            **{key: _hidden(value) for key, value in section.table.items()},
        }
        for name, section in config.directories.items()
    }
    return told


def _plain(value: object) -> object:
    return list(map(str, value)) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value


def _hidden(value: object) -> object:
    return value if isinstance(value, bool | int | float) else GONE


def _secrets(config: Config) -> Iterator[str]:
    for name, shape in SHAPES.items():
        values = (getattr(getattr(config, name), field.name) for field in fields(shape))
        yield from (value.reveal() for value in values if isinstance(value, Secret) and len(value.reveal()) >= SHORTEST)
    for table in [each.table for each in config.carriers.values()] + [
        each.table for each in config.directories.values()
    ]:
        for key, value in table.items():
            if key.endswith((FROM_FILE, FROM_CREDENTIAL)):
                yield from _behind(key, value, config.folder)
            else:
                yield from (text for text in _texts(value) if len(text) >= SHORTEST)


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return []


def _behind(key: str, value: object, folder: Path) -> Iterator[str]:
    """What stands in the file that a setting names, if we may read it."""
    if not isinstance(value, str) or "\0" in value:
        return
    given = os.environ.get("CREDENTIALS_DIRECTORY", str(folder / "credentials"))
    places = [folder / value] if key.endswith(FROM_FILE) else [Path(given, value), Path(given, value.partition("_")[2])]
    for path in places:
        try:
            text = path.read_bytes()[:LARGEST].decode(errors="replace").strip() if path.is_file() else ""
        except OSError:
            continue
        if len(text) >= SHORTEST:
            yield text


def _cut(match: "re.Match[str]") -> str:
    found = match[0]
    digits = [char for char in found if char.isdigit()]
    if len(digits) < 7 or _HARMLESS_NUMBER.fullmatch(found):
        return found
    return f"{GONE}{''.join(digits[-2:])}"
