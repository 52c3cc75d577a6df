"""The phone numbers in what people have written into one field of an address book."""

import re
from typing import NamedTuple

from phonenumbers import Leniency, PhoneNumberMatcher

from sidetone.domain.phone import InvalidNumber, NumberFault, parse_number

LONGEST_FIELD = 256  # characters that are looked at
MOST_IN_A_FIELD = 4
_TRIES = 8  # places of a field that are looked at more closely
_EXTENSION = re.compile(
    r"[\s,;]*(?:ext=|\b(?:ext|extn|extension|durchwahl|dw|nst)\b[.:]*|x|#)\s*([0-9]{1,8})\s*$", re.IGNORECASE
)
_ROUNDED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)


class WrittenNumber(NamedTuple):
    """A phone number in E.164, and the extension behind it, which is empty for none."""

    value: str
    extension: str


def written_numbers(text: str, country: str) -> list[WrittenNumber]:
    """The numbers in a field, as dialled in `country`, each once: one, or several with anything between them.

    An extension is split off ("x204", ";ext=12"). What a spreadsheet has made of a number ("4.42E+11") is none.

    Raises InvalidNumber where there is not one, whatever the text.
    """
    field = text[:LONGEST_FIELD].replace("\ufeff", "").strip()
    if _ROUNDED.fullmatch(field):
        raise InvalidNumber(NumberFault.ROUNDED, field)
    try:
        return [_one(field, country)]
    except InvalidNumber:
        found = _several(field, country)
        if not found:
            raise
        return found


def _one(field: str, country: str) -> WrittenNumber:
    split = _EXTENSION.search(field)
    if split is not None and split.start():
        return WrittenNumber(parse_number(field[: split.start()], country), split[1])
    return WrittenNumber(parse_number(field, country), "")


def _several(field: str, country: str) -> list[WrittenNumber]:
    found: dict[WrittenNumber, None] = {}
    for match in PhoneNumberMatcher(field, country, leniency=Leniency.POSSIBLE, max_tries=_TRIES):
        try:
            found[_one(match.raw_string, country)] = None
        except InvalidNumber:
            continue
        if len(found) == MOST_IN_A_FIELD:
            break
    return list(found)
