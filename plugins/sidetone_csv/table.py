"""The rows of a CSV file (RFC 4180, and what is made of it), within bounds, whatever the text is."""

from collections.abc import Iterator
from typing import NamedTuple

LONGEST_CELL = 4096  # characters that are kept of one; what is beyond is left out
MOST_COLUMNS = 256
MOST_LINES = 50  # that one quoted cell may span: more, and its quotation mark was never closed

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


class Row(NamedTuple):
    """A row, the line that it begins on (from 1), and what is wrong with its form, empty for nothing."""

    line: int
    cells: list[str]
    fault: str


def separator_of(text: str) -> str:
    """What separates the columns, by the first line: a `sep=` line says so, else what stands in it most often outside of
    quotation marks.
    """
    first = next((line for line in text[:LONGEST_CELL].splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    outside = "".join(first.split('"')[0::2])
    return max(SEPARATORS.values(), key=lambda each: (outside.count(each), each == ","))


def rows(text: str, separator: str) -> Iterator[Row]:
    """Every row that is not empty, the head line first. A cell may be quoted, and then hold line breaks and separators.

    A quotation mark that is never closed spoils its own line only.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = 1 if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5 else 0
    while place < len(lines):
        cells, used, fault = _row(lines, place, separator)
        if any(cell.strip() for cell in cells):
            yield Row(place + 1, cells, fault)
        place += used


def _row(lines: list[str], place: int, separator: str) -> tuple[list[str], int, str]:
    """The cells of the row that begins there, how many lines it has, and what is wrong."""
    for used in range(1, min(MOST_LINES, len(lines) - place) + 1):
        if used == 1 and '"' not in lines[place]:
            return _bounded(lines[place].split(separator), 1)
        whole = "\n".join(lines[place : place + used])
        if (cells := _cells(whole, separator)) is not None:
            return _bounded(cells, used)
    bare = lines[place].replace('"', "").split(separator)
    cells, used, _ = _bounded(bare, 1)
    return cells, used, "a quotation mark is not closed"


def _bounded(cells: list[str], used: int) -> tuple[list[str], int, str]:
    if len(cells) > MOST_COLUMNS:
        return cells[:MOST_COLUMNS], used, "it has too many columns"
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return [cell[:LONGEST_CELL] for cell in cells], used, "it is too long"
    return cells, used, ""


def _cells(text: str, separator: str) -> list[str] | None:
    """The cells of a text, None when it ends within quotation marks."""
    cells: list[str] = []
    at = 0
    while True:
        if text.startswith('"', at):
            found = _quoted(text, at + 1)
            if found is None:
                return None
            cell, at = found
            rest = text.find(separator, at)
            behind = text[at:] if rest < 0 else text[at:rest]
            cells.append(cell + behind)
        else:
            rest = text.find(separator, at)
            cells.append(text[at:] if rest < 0 else text[at:rest])
        if rest < 0:
            return cells
        at = rest + len(separator)


def _quoted(text: str, at: int) -> tuple[str, int] | None:
    """The cell whose opening quotation mark stands before `at`, and where it ends; None when it does not."""
    pieces: list[str] = []
    while (end := text.find('"', at)) >= 0:
        pieces.append(text[at:end])
        if not text.startswith('"', end + 1):
            return "".join(pieces), end + 1
        pieces.append('"')
        at = end + 2
    return None
