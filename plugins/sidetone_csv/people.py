"""The rows of a file as records, and what is wrong with any of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sidetone.domain.phone import InvalidNumber, NumberFault
from sidetone.domain.written import written_numbers
from sidetone.plugin import DirectoryRecord, RecordNumber
from sidetone_csv.columns import Columns, lacking, read_columns
from sidetone_csv.table import SEPARATORS, Row, rows, separator_of

MOST_ROWS = 200_000
MOST_TROUBLES = 100  # that are remembered; the rest is counted

_REMEDY = {
    NumberFault.ROUNDED: "a spreadsheet has rounded it: format the column as text, type the number again and export once more",
    NumberFault.TOO_SHORT: "too short: is the area code missing, or a leading zero that a spreadsheet has dropped?",
    NumberFault.TOO_LONG: "too long: write one number, or several with ; between them",
    NumberFault.UNKNOWN_CODE: "no country has that code: check the digits after the +",
    NumberFault.UNKNOWN_COUNTRY: "set country in the section, or write it with + and its country code",
}


class Trouble(NamedTuple):
    """What is wrong in a line, and what to do: never in the file's own words."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.what}"


@dataclass(slots=True)
class Reading:
    """What was made of a file. `count` is how many `troubles` there were, of which the first are kept."""

    records: list[DirectoryRecord] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    count: int = 0

    def note(self, line: int, what: str) -> None:
        """Remember what is wrong in a line."""
        self.count += 1
        if len(self.troubles) < MOST_TROUBLES:
            self.troubles.append(Trouble(line, what))


class NoTable(ValueError):
    """The text is no table of people; the message says why and what to do."""


def read_people(text: str, separator: str, said: tuple[str, ...], country: str) -> Reading:
    """Make records of a file's text. Raises NoTable, and BadConfig for a column that the section names in vain."""
    found = rows(text, SEPARATORS.get(separator) or separator_of(text))
    head = next(found, None)
    if head is None:
        raise NoTable("It is empty: it needs a head line and a line for each contact")
    columns = read_columns(head.cells, said)
    if missing := lacking(columns):
        raise NoTable(f"Its head line has not {missing}; name it in `columns`")
    reading = Reading()
    seen: set[str] = set()
    for row in _bounded(found):
        _read(row, columns, country, reading, seen)
    return reading


def _bounded(found: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(found, 1):
        if number > MOST_ROWS:
            raise NoTable(f"It has more than {MOST_ROWS} lines")
        yield row


def _read(row: Row, columns: Columns, country: str, reading: Reading, seen: set[str]) -> None:
    cells = row.cells
    if row.fault:
        reading.note(row.line, row.fault)
    name = columns.of("name", cells) or f"{columns.of('first', cells)} {columns.of('last', cells)}".strip()
    company = columns.of("company", cells)
    if not name and not company:
        reading.note(row.line, "there is no name")
        return
    numbers = []
    for place, what, raw in columns.phones(cells):
        if wrong := _wrong(raw, country):
            reading.note(row.line, f"column {place + 1}: {wrong}")
        else:
            numbers.append(RecordNumber(raw=raw, label=what if what != "phone" else ""))
    given = columns.of("id", cells)
    if given and given in seen:
        reading.note(row.line, "its id stands in an earlier line already")
        return
    id_ = given or _made_id(name, company, seen)
    seen.add(id_)
    kind = columns.of("kind", cells).lower()
    reading.records.append(
        DirectoryRecord(
            id=id_,
            name=name or company,
            kind="company" if not name or kind in ("company", "firma", "organization", "organisation") else "person",
            company=company,
            department=columns.of("department", cells),
            title=columns.of("title", cells),
            numbers=tuple(numbers),
            emails=tuple(filter(None, [columns.of("email", cells)])),
            url=columns.of("url", cells),
            owner=columns.of("owner", cells) or None,
        )
    )


def _made_id(name: str, company: str, seen: set[str]) -> str:
    """An id for a line that has none: by its names, so that it stays while its numbers change and lines move."""
    base = hashlib.sha256(f"{name}\n{company}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return next(id_ for id_ in (f"{base}:{count}" for count in range(len(seen) + 1)) if id_ not in seen)


def _wrong(raw: str, country: str) -> str:
    """Why there is no phone number and what to do; empty when there is one."""
    try:
        written_numbers(raw, country)
    except InvalidNumber as error:
        return _REMEDY.get(error.reason, "no phone number: write digits, best with + and the country code")
    return ""
