"""The bytes of a file as text, whichever program wrote them."""

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class NotText(ValueError):
    """These bytes are no text in the encoding that was named; the message says which."""


def decoded(raw: bytes, encoding: str) -> str:
    """The text of a file. Its byte-order mark goes before `encoding`, and is left out.

    `auto`: UTF-16 where every second byte of its beginning is empty, else UTF-8, else Windows-1252, which has a letter for
    every byte (Latin-1 for the five that it has none for). Raises NotText.
    """
    for mark, marked in _BOMS:
        if raw.startswith(mark):
            return _strictly(raw[len(mark) :], marked)
    if encoding == "utf-16":
        return _strictly(raw, _order(raw) or "utf-16-le")
    if encoding == "windows-1252":
        return _western(raw)
    if encoding == "utf-8":
        return _strictly(raw, "utf-8")
    if order := _order(raw):
        return _strictly(raw, order)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _western(raw)


def _order(raw: bytes) -> str:
    """Which UTF-16 it is without a mark, empty for none: the letters of a head line are ASCII for the most part."""
    begin = raw[:400]
    empty, filled = begin[1::2].count(0), begin[0::2].count(0)
    if len(begin) >= 4 and empty * 4 > len(begin) and filled * 10 < empty:
        return "utf-16-le"
    if len(begin) >= 4 and filled * 4 > len(begin) and empty * 10 < filled:
        return "utf-16-be"
    return ""


def _western(raw: bytes) -> str:
    try:
        return raw.decode("windows-1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText(f"It is no text in {encoding.upper()} (byte {error.start})") from None
