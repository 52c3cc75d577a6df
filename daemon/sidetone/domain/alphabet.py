"""The GSM 7-bit default alphabet, its extension table (3GPP TS 23.038, 6.2.1) and what national tables make of them."""

import re
from functools import lru_cache

from sidetone.domain import shift_tables

ESCAPE = 0x1B

_DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
_EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
    ESCAPE: " ",  # reserved for a further table; a receiver shows a space until there is one
}

_LOCKING = {0: _DEFAULT, **shift_tables.locking(_DEFAULT)}
_SINGLE = {0: _EXTENSION, **shift_tables.single(_EXTENSION)}

# The escape is a code of the alphabet but not a character that one may send.
_CODE = {char: bytes((code,)) for code, char in enumerate(_DEFAULT) if code != ESCAPE}
_CODE |= {char: bytes((ESCAPE, code)) for code, char in _EXTENSION.items() if code != ESCAPE}
_EVERY = frozenset(_CODE)
PAIRS = frozenset(char for char, code in _CODE.items() if len(code) == 2)
"""The characters that take an escape and a code: two septets."""
_SINGLES = re.compile(f"[{re.escape(''.join(sorted(_EVERY - PAIRS)))}]*")


def septets(text: str) -> int | None:
    """How many septets `text` takes, or None if a character of it is not in the alphabet."""
    if _SINGLES.fullmatch(text):  # nearly every text, and this is on the way of each
        return len(text)
    used = frozenset(text)
    if not used <= _EVERY:
        return None
    return len(text) + sum(text.count(char) for char in used & PAIRS)


def misfit(text: str) -> str | None:
    """The first character of `text` that is not in the alphabet; None if all are."""
    return next((char for char in text if char not in _EVERY), None)


def encode(text: str, *, locking: int = 0, single: int = 0) -> bytes:
    """The septets of `text`, one in each byte (unpacked), in the national tables of these identifiers.

    Raises ValueError if a character is in neither table (`septets` tells for the default ones), or if there is no
    table of that identifier.
    """
    codes = _codes(locking, single) if locking or single else _CODE
    try:
        return b"".join([codes[char] for char in text])
    except KeyError:
        raise ValueError("The text does not fit the GSM alphabet.") from None


def decode(codes: bytes, *, locking: int = 0, single: int = 0) -> str:
    """The text of unpacked septets; total: the eighth bit of a byte is ignored, an unknown identifier is the default.

    An escape before a code that the single shift table lacks is passed over, so the locking table's character shows;
    an escape at the end is nothing.
    """
    main = _LOCKING.get(locking, _DEFAULT)
    extension = _SINGLE.get(single, _EXTENSION)
    text: list[str] = []
    escaped = False
    for octet in codes:
        code = octet & 0x7F
        if escaped:
            text.append(extension.get(code) or main[code])
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            text.append(main[code])
    return "".join(text)


@lru_cache(maxsize=32)
def _codes(locking: int, single: int) -> dict[str, bytes]:
    """Each character of two tables and its septets, the shorter where it has both."""
    if locking not in _LOCKING or single not in _SINGLE:
        raise ValueError("There is no national table of this identifier.")
    codes: dict[str, bytes] = {}
    for code, char in _SINGLE[single].items():
        if code != ESCAPE:
            codes.setdefault(char, bytes((ESCAPE, code)))
    for code, char in enumerate(_LOCKING[locking]):
        if code != ESCAPE and (char != " " or code == ord(" ")):  # any other space is a gap
            codes[char] = bytes((code,))
    return codes
