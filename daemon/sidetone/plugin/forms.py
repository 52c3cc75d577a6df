"""Forms as carriers send them: application/x-www-form-urlencoded bodies and query strings, bounded and total."""

from typing import ClassVar
from urllib.parse import unquote_to_bytes

from sidetone.domain.fault import SidetoneError

MOST_BYTES = 64 * 1024
MOST_FIELDS = 64
LONGEST_NAME = 128
LONGEST_VALUE = 32 * 1024


class BadForm(SidetoneError):
    """The bytes are not a form within our bounds. The message names a field by its place, never by its content."""

    code: ClassVar[str] = "bad-form"
    status: ClassVar[int] = 400


def parse_form(raw: bytes | str, *, where: str = "form") -> dict[str, str]:
    """The fields of a form body or a raw query string, decoded as UTF-8 (WHATWG URL, 5.1).

    Of a name that comes more than once the first value counts. A percent sign without two hex digits stands for
    itself, as the standard says. Raises BadForm for anything beyond the bounds above and for what is not UTF-8.
    """
    if len(raw) > MOST_BYTES:
        raise BadForm(f"longer than {MOST_BYTES} bytes.", hint="Send a shorter form.", where=where)
    try:
        text = raw.decode() if isinstance(raw, bytes) else raw.encode().decode()  # a str may hold lone surrogates
    except UnicodeError:
        raise _not_utf8(where, 0) from None
    pairs = text.split("&", MOST_FIELDS)
    if len(pairs) > MOST_FIELDS:
        raise BadForm(f"more than {MOST_FIELDS} fields.", hint="Send fewer fields.", where=where)
    fields: dict[str, str] = {}
    for place, pair in enumerate(pairs, 1):
        name, _, value = pair.partition("=")
        if len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
            longest = f"{LONGEST_NAME} characters for a name, {LONGEST_VALUE} for a value"
            raise BadForm("too long.", hint=f"Allowed are {longest}.", where=f"{where}, field {place}")
        if "%" in pair or "+" in pair:
            name, value = _plain(name, where, place), _plain(value, where, place)
        if pair and name not in fields:
            fields[name] = value
    return fields


def _plain(text: str, where: str, place: int) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeError:
        raise _not_utf8(where, place) from None


def _not_utf8(where: str, place: int) -> BadForm:
    there = f"{where}, field {place}" if place else where
    return BadForm("not UTF-8.", hint="Send the form with charset=utf-8.", where=there)
