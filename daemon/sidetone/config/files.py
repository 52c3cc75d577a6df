"""The main file and `conf.d/*.toml` beside it, merged into one tree that knows where each key stands."""

import re
import tomllib
from pathlib import Path
from typing import Any

from sidetone.config.fault import Fault, Place
from sidetone.config.section import Section

LARGEST_FILE = 1024 * 1024
MOST_FILES = 200
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]#]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_WORD = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_DECODE_ERROR = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)")

Path_ = tuple[str, ...]


def read_files(main: Path) -> tuple[Section, list[Fault], bool]:
    """Every table of the configuration, what is wrong with the files themselves, and whether all could be read."""
    faults: list[Fault] = []
    root = Section(place=Place(main))
    tables = [(file, *_table(file, faults)) for file in [main, *_beside(main, faults)]]
    whole = not faults
    for file, table, lines in tables:
        _Merger(file, lines, faults).merge(root, table, ())
    return root, faults, whole


def _table(file: Path, faults: list[Fault]) -> tuple[dict[str, Any], dict[Path_, int]]:
    text = _read(file, faults)
    return (_parse(file, text, faults), _lines(text)) if text is not None else ({}, {})


def _beside(main: Path, faults: list[Fault]) -> list[Path]:
    folder = main.parent / "conf.d"
    try:
        found = sorted(file for file in folder.glob("*.toml") if not file.name.startswith("."))
    except OSError as error:
        faults.append(
            Fault(what=f"cannot be listed ({error.strerror})", remedy="let Sidetone read it", place=Place(folder))
        )
        return []
    if len(found) > MOST_FILES:
        faults.append(Fault(what=f"has more than {MOST_FILES} files", remedy="join some of them", place=Place(folder)))
    return found[:MOST_FILES]


def _read(file: Path, faults: list[Fault]) -> str | None:
    try:
        if file.exists() and not file.is_file():
            faults.append(Fault(what="is no file", remedy="name a TOML file", place=Place(file)))
            return None
        with file.open("rb") as opened:
            raw = opened.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        remedy = "name yours with --config, or copy the commented etc/sidetone.toml there"
        faults.append(Fault(what="does not exist", remedy=remedy, place=Place(file)))
        return None
    except OSError as error:
        remedy = "let Sidetone's user read it"
        faults.append(Fault(what=f"cannot be read ({error.strerror})", remedy=remedy, place=Place(file)))
        return None
    if len(raw) > LARGEST_FILE:
        faults.append(Fault(what=f"is larger than {LARGEST_FILE} bytes", remedy="split it", place=Place(file)))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(Fault(what="is not UTF-8", remedy="save the file as UTF-8", place=Place(file, line)))
        return None


def _parse(file: Path, text: str, faults: list[Fault]) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _DECODE_ERROR.fullmatch(str(error).replace("\n", " "))
        what = match["what"] if match else "it cannot be read"
        line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
        remedy = "text stands in quotation marks, and a key stands once: see https://toml.io"
        faults.append(Fault(what=f"is not TOML ({what[:1].lower()}{what[1:]})", remedy=remedy, place=Place(file, line)))
    except (ValueError, RecursionError):  # a number of thousands of digits, or brackets within brackets
        faults.append(Fault(what="holds a value that is out of all bounds", remedy="mend it", place=Place(file)))
    return {}


class _Merger:
    """Adds one file's tables to the tree."""

    def __init__(self, file: Path, lines: dict[Path_, int], faults: list[Fault]) -> None:
        self._file = file
        self._lines = lines
        self._faults = faults

    def merge(self, into: Section, table: dict[str, Any], path: Path_) -> None:
        """Add `table`, which stands at `path`; what is there already is a fault that names both places."""
        for key, value in table.items():
            here = (*path, key)
            place = Place(self._file, self._lines.get(here))
            present = into.get(key)
            if key not in into:
                into.places[key] = place
                into[key] = self._grown(value, here, place)
            elif isinstance(present, Section) and isinstance(value, dict):
                self.merge(present, value, here)
            else:
                first = into.places[key]
                what = f"is already set at {first}"
                self._faults.append(Fault(key=".".join(here), what=what, remedy="keep one of the two", place=place))

    def _grown(self, value: Any, path: Path_, place: Place) -> Any:  # noqa: ANN401 - from TOML
        if not isinstance(value, dict):
            return value
        section = Section(place=place)
        self.merge(section, value, path)
        return section


def _lines(text: str) -> dict[Path_, int]:
    """The line of each header and key. Best effort: what stands inside braces is not found."""
    lines: dict[Path_, int] = {}
    table: Path_ = ()
    inside = ""  # the quotation marks of a text over several lines
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            inside = "" if inside in line else inside
        elif header := _HEADER.match(line):
            table = _words(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_words(key[1])), number)
            inside = next((marks for marks in ('"""', "'''") if line.count(marks) % 2), "")
    return lines


def _words(dotted: str) -> Path_:
    return tuple(word.strip("\"'") for word in _WORD.findall(dotted))
