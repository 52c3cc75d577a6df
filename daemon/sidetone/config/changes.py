"""What differs between two readings of the configuration: secrets in files of their own count by their content."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from sidetone.config.secret_source import FROM_CREDENTIAL, FROM_FILE, LARGEST
from sidetone.config.shapes import CarrierSection, Config, DirectorySection

LIVE = ("messaging", "retention", "log", "metrics", "mail", "routes")  # sections that count at once
AT_START = ("server", "store")  # sections that count when the daemon starts


@dataclass(frozen=True, slots=True)
class Reading:
    """A configuration, and what the sections of its carriers and directories stood for when it was read."""

    config: Config
    carriers: Mapping[str, str]
    directories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """From one reading to the next: names of carriers, sections that count at once, keys that wait for a restart.

    `directories`: whether anything about them differs, be it their order; which of them start anew, and which are gone.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    live: tuple[str, ...]
    at_start: tuple[str, ...]
    directories: bool = False
    directories_anew: tuple[str, ...] = ()
    directories_gone: tuple[str, ...] = ()


def reading(config: Config) -> Reading:
    """Keep what the configuration stands for now; the files that it names may change later. Blocking."""
    return Reading(
        config,
        {name: _print(section, config.folder) for name, section in config.carriers.items()},
        {name: _print(section, config.folder) for name, section in config.directories.items()},
    )


def changes(before: Reading, after: Reading) -> Changes:
    """What differs."""
    old, new = before.carriers, after.carriers
    return Changes(
        added=tuple(name for name in new if name not in old),
        changed=tuple(name for name in new if name in old and old[name] != new[name]),
        removed=tuple(name for name in old if name not in new),
        live=tuple(name for name in LIVE if getattr(before.config, name) != getattr(after.config, name)),
        at_start=tuple(key for name in AT_START for key in _keys(name, before.config, after.config)),
        directories=[*before.directories.items()] != [*after.directories.items()],
        directories_anew=tuple(
            name for name, said in after.directories.items() if before.directories.get(name) != said
        ),
        directories_gone=tuple(name for name in before.directories if name not in after.directories),
    )


def setup(section: DirectorySection, folder: Path) -> str:
    """What a directory's section stands for, as a hash: what a sync has brought says nothing about another setup."""
    return _print(section, folder)


def _keys(name: str, before: Config, after: Config) -> Iterator[str]:
    old, new = getattr(before, name), getattr(after, name)
    for each in fields(old):
        if getattr(old, each.name) != getattr(new, each.name):
            yield f"{name}.{each.name}"


def _print(section: CarrierSection | DirectorySection, folder: Path) -> str:
    """A hash of all that a section says, with what stands in the secrets' files."""
    behind = {key: _content(key, value, folder) for key, value in section.table.items()}
    if isinstance(section, CarrierSection):
        own: Any = [section.opt_out_reply, section.silence]
    else:
        own = asdict(section.own)
    said = json.dumps([section.type, own, section.table, behind], sort_keys=True, default=str)
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()


def _content(key: str, value: Any, folder: Path) -> str | None:  # noqa: ANN401 - from TOML
    if not isinstance(value, str) or "\0" in value:
        return None
    if key.endswith(FROM_FILE):
        path = folder / value
    elif key.endswith(FROM_CREDENTIAL):
        path = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nowhere"), value)
    else:
        return None
    try:
        if not path.is_file():  # a pipe would make us wait
            return None
        with path.open("rb") as file:
            return hashlib.sha256(file.read(LARGEST + 1)).hexdigest()
    except OSError as error:
        return f"unreadable ({error.errno})"
