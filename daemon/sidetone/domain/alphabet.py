"""The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1)."""

import re

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


def encode(text: str) -> bytes:
    """The septets of `text`, one in each byte (unpacked).

    Raises ValueError if a character is not in the alphabet: ask `septets` first.
    """
    try:
        return b"".join([_CODE[char] for char in text])
    except KeyError:
        raise ValueError("The text does not fit the GSM alphabet.") from None


def decode(codes: bytes) -> str:
    """The text of unpacked septets; total: the eighth bit of a byte is ignored.

    An escape before a code that the extension table lacks is passed over, so the default table's character shows;
    an escape at the end is nothing.
    """
    text: list[str] = []
    escaped = False
    for octet in codes:
        code = octet & 0x7F
        if escaped:
            text.append(_EXTENSION.get(code) or _DEFAULT[code])
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            text.append(_DEFAULT[code])
    return "".join(text)
