"""A record as a plugin gives it, whatever that is, made into one that can be stored."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberType

from sidetone.domain.phone import InvalidNumber
from sidetone.domain.written import written_numbers
from sidetone.people.names import one_line
from sidetone.plugin.directory import DirectoryRecord, RecordNumber
from sidetone.store.directories import Listed

LONGEST_ID = 200
LONGEST_LABEL = 128
LONGEST_URL = 1000
MOST_NUMBERS = 16  # of one contact
MOST_EMAILS = 8
READING = 1  # raise it whenever the same record would be read otherwise
_RAW = 1024  # characters of anything that are looked at
_LATEST = 1 << 52  # ms

# What sources call the kinds of number, in the languages that spreadsheets and address books come in.
_TYPES = {
    "mobile": ("mobile", "cell", "handy", "mobil", "iphone", "gsm", "sms", "portable", "movil"),
    "business": ("work", "business", "office", "company", "geschäft", "dienst", "büro", "firma", "main", "zentrale"),
    "home": ("home", "private", "privat", "zuhause"),
    "fax": ("fax",),
    "other": ("pager", "other", "assistant", "sonst", "ander"),
}


class NoRecord(ValueError):
    """What a plugin gave is no record that can be stored."""


def listed(record: object, country: str) -> Listed:
    """The record without its numbers, which take time to read; what is too long is cut. Raises NoRecord."""
    if not isinstance(record, DirectoryRecord):
        raise NoRecord("no record")
    company = _line(record.company)
    name = _line(record.name) or company
    if not name:
        raise NoRecord("no name")
    fields: dict[str, Any] = {
        "owner": _line(record.owner or "").lower(),
        "kind": "company" if record.kind == "company" else "person",
        "name": name,
        "company": "" if company == name else company,
        "department": _line(record.department),
        "job": _line(record.title),
        "emails": "\n".join([_line(each) for each in _some(record.emails, MOST_EMAILS)]),
        "url": _url(record.url),
    }
    raw = [[each.raw[:_RAW], _line(each.label)] for each in _raw(record.numbers)]
    said = json.dumps([READING, country, raw, fields], ensure_ascii=True, sort_keys=True)
    modified = record.modified
    fine = isinstance(modified, int) and not isinstance(modified, bool) and 0 <= modified < _LATEST
    return Listed(
        external_id=external_id(record),
        print=hashlib.sha256(said.encode()).hexdigest(),
        modified=modified if fine else None,
        numbers=(),
        **fields,
    )


def with_numbers(known: Listed, record: DirectoryRecord, country: str) -> Listed:
    """The same with the numbers that can be read."""
    return known._replace(numbers=tuple(_numbers(record.numbers, country)))


def external_id(record: DirectoryRecord) -> str:
    """The source's own id, or a hash of one that is too long. Raises NoRecord for none."""
    given = record.id
    if not isinstance(given, str) or not given:
        raise NoRecord("no id")
    raw = given.encode("utf-8", "surrogatepass")
    if len(raw) > LONGEST_ID or not given.isprintable():
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"
    return given


def number_type(label: str, value: str) -> str:
    """What kind of number it is: by the source's label, and only where that says nothing by the number itself.

    Where mobile and fixed numbers cannot be told apart, as in North America, nothing is guessed.
    """
    small = label.lower()
    for type_, words in _TYPES.items():
        if any(word in small for word in words):
            return "fax" if "fax" in small else type_
    known = phonenumbers.number_type(phonenumbers.parse(value))
    return {PhoneNumberType.MOBILE: "mobile", PhoneNumberType.FIXED_LINE: "business"}.get(known, "other")


def _numbers(given: object, country: str) -> Iterator[tuple[str, str, str]]:
    seen: set[tuple[str, str]] = set()
    for number in _raw(given):
        try:
            written = written_numbers(number.raw, country)
        except InvalidNumber:
            continue
        for value, extension in written:
            if (value, extension) not in seen and len(seen) < MOST_NUMBERS:
                seen.add((value, extension))
                yield value, extension, number_type(_line(number.label), value)


def _raw(given: object) -> list[RecordNumber]:
    return [each for each in _some(given, MOST_NUMBERS) if isinstance(each, RecordNumber) and isinstance(each.raw, str)]


def _some(given: object, most: int) -> list[Any]:
    return list(given[:most]) if isinstance(given, list | tuple) else []


def _line(text: object) -> str:
    if not isinstance(text, str):
        return ""
    return one_line(text[:_RAW].encode("utf-8", "ignore").decode())[:LONGEST_LABEL].strip()


def _url(text: object) -> str:
    line = text.strip() if isinstance(text, str) and len(text) <= LONGEST_URL else ""
    return line if line.lower().startswith(("https://", "http://")) and line.isprintable() and " " not in line else ""
