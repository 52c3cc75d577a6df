"""How a text is cut into the parts that a phone network carries and a carrier counts (3GPP TS 23.040, 9.2.3.24)."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import lru_cache

from sidetone.domain import alphabet


class Encoding(StrEnum):
    """The alphabet that a whole message is sent in."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"  # in truth UTF-16: handsets show surrogate pairs


# What one part holds, in septets or UTF-16 units: alone, then with the concatenation header of each reference width.
_ALONE = {Encoding.GSM7: 160, Encoding.UCS2: 70}
_JOINED = {
    (Encoding.GSM7, 8): 153,
    (Encoding.GSM7, 16): 152,
    (Encoding.UCS2, 8): 67,
    (Encoding.UCS2, 16): 66,
}


@dataclass(frozen=True, slots=True)
class Segments:
    """A text as it will leave.

    `parts` put together are the text. `units` are the septets (gsm7) or UTF-16 units (ucs2) of the whole without
    headers; `room` is how many more the last part could take. `because` is the first character that the GSM
    alphabet lacks (one code point), None in gsm7.
    """

    encoding: Encoding
    parts: tuple[str, ...]
    units: int
    room: int
    because: str | None


def segment(text: str, *, reference_bits: int = 8) -> Segments:
    """Cut `text` into parts; `reference_bits` (8 or 16) is the width of the reference that joins them again.

    No part splits an escape pair, a surrogate pair or a grapheme cluster (UAX #29); only a cluster that is longer
    than a whole part is cut, between two of its code points. Takes any string, lone surrogates too, in linear time;
    how many parts are too many is the caller's business. Raises ValueError for any other width.
    """
    if reference_bits not in (8, 16):
        raise ValueError("A concatenation reference has 8 or 16 bits.")
    septets = alphabet.septets(text)
    if septets is None:
        encoding, units, because = Encoding.UCS2, _utf16_units(text), alphabet.misfit(text)
    else:
        encoding, units, because = Encoding.GSM7, septets, None
    if units <= _ALONE[encoding]:
        return Segments(encoding, (text,), units, _ALONE[encoding] - units, because)
    limit = _JOINED[encoding, reference_bits]
    measure = _utf16_units if septets is None else _septets
    pieces = clusters(text) if septets is None else _GSM_CLUSTER.findall(text)
    parts, last = _pack(pieces, limit, measure)
    return Segments(encoding, parts, units, limit - last, because)


def _utf16_units(text: str) -> int:
    return len(text) + sum(map("\uffff".__lt__, text))


def _septets(piece: str) -> int:
    return len(piece) + (piece in alphabet.PAIRS)


def _pack(pieces: Iterable[str], limit: int, measure: Callable[[str], int]) -> tuple[tuple[str, ...], int]:
    """The parts, each as full as `limit` allows, and the size of the last one."""
    parts: list[str] = []
    part: list[str] = []
    size = 0
    for piece in pieces:
        whole = measure(piece)
        for atom, weight in ((piece, whole),) if whole <= limit else ((char, measure(char)) for char in piece):
            if size + weight > limit:
                parts.append("".join(part))
                part, size = [], 0
            part.append(atom)
            size += weight
    parts.append("".join(part))
    return tuple(parts), size


# Nothing in the GSM alphabet combines, so CR LF is the only cluster of two.
_GSM_CLUSTER = re.compile(r"\r\n|.", re.DOTALL)


class _Kind(Enum):
    """Grapheme_Cluster_Break of UAX #29, as far as it decides where a text may be cut."""

    OTHER = auto()
    CR = auto()
    LF = auto()
    CONTROL = auto()
    HIGH = auto()  # a lone surrogate; a high and a low one would meet on the wire
    LOW = auto()
    EXTEND = auto()  # with SpacingMark, which never begins a cluster either
    LINKER = auto()  # the viramas that bind the next letter (Indic_Conjunct_Break)
    ZWJ = auto()
    PREPEND = auto()
    LETTER = auto()  # of a script without case: all that a virama can bind
    FLAG = auto()  # regional indicator
    PICTURE = auto()  # Extended_Pictographic
    HANGUL_L = auto()
    HANGUL_V = auto()
    HANGUL_T = auto()
    HANGUL_LV = auto()
    HANGUL_LVT = auto()


# What the general category does not tell, in order; the blocks of pictures are taken whole.
_RANGES = (
    (0x0A, 0x0A, _Kind.LF),
    (0x0D, 0x0D, _Kind.CR),
    (0xA9, 0xA9, _Kind.PICTURE),
    (0xAE, 0xAE, _Kind.PICTURE),
    (0x600, 0x605, _Kind.PREPEND),
    (0x6DD, 0x6DD, _Kind.PREPEND),
    (0x70F, 0x70F, _Kind.PREPEND),
    (0x890, 0x891, _Kind.PREPEND),
    (0x8E2, 0x8E2, _Kind.PREPEND),
    (0xD4E, 0xD4E, _Kind.PREPEND),
    (0xE33, 0xE33, _Kind.EXTEND),
    (0xEB3, 0xEB3, _Kind.EXTEND),
    (0x1100, 0x115F, _Kind.HANGUL_L),
    (0x1160, 0x11A7, _Kind.HANGUL_V),
    (0x11A8, 0x11FF, _Kind.HANGUL_T),
    (0x200C, 0x200C, _Kind.EXTEND),
    (0x200D, 0x200D, _Kind.ZWJ),
    (0x203C, 0x203C, _Kind.PICTURE),
    (0x2049, 0x2049, _Kind.PICTURE),
    (0x2122, 0x2122, _Kind.PICTURE),
    (0x2139, 0x2139, _Kind.PICTURE),
    (0x2190, 0x21FF, _Kind.PICTURE),
    (0x2300, 0x23FF, _Kind.PICTURE),
    (0x24C2, 0x24C2, _Kind.PICTURE),
    (0x25A0, 0x27BF, _Kind.PICTURE),
    (0x2934, 0x2935, _Kind.PICTURE),
    (0x2B00, 0x2BFF, _Kind.PICTURE),
    (0x3030, 0x3030, _Kind.PICTURE),
    (0x303D, 0x303D, _Kind.PICTURE),
    (0x3297, 0x3297, _Kind.PICTURE),
    (0x3299, 0x3299, _Kind.PICTURE),
    (0xA960, 0xA97C, _Kind.HANGUL_L),
    (0xD7B0, 0xD7C6, _Kind.HANGUL_V),
    (0xD7CB, 0xD7FB, _Kind.HANGUL_T),
    (0xD800, 0xDBFF, _Kind.HIGH),
    (0xDC00, 0xDFFF, _Kind.LOW),
    (0xFF9E, 0xFF9F, _Kind.EXTEND),
    (0x110BD, 0x110BD, _Kind.PREPEND),
    (0x110CD, 0x110CD, _Kind.PREPEND),
    (0x111C2, 0x111C3, _Kind.PREPEND),
    (0x1193F, 0x1193F, _Kind.PREPEND),
    (0x11941, 0x11941, _Kind.PREPEND),
    (0x11A84, 0x11A89, _Kind.PREPEND),
    (0x11D46, 0x11D46, _Kind.PREPEND),
    (0x1F000, 0x1F1E5, _Kind.PICTURE),
    (0x1F1E6, 0x1F1FF, _Kind.FLAG),
    (0x1F200, 0x1F3FA, _Kind.PICTURE),
    (0x1F3FB, 0x1F3FF, _Kind.EXTEND),  # skin tones
    (0x1F400, 0x1FFFD, _Kind.PICTURE),
    (0xE0020, 0xE007F, _Kind.EXTEND),  # tags: the flags of regions
)
_FIRSTS = [first for first, _, _ in _RANGES]
_LINKERS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6")
_OF_CATEGORY = {
    "Cc": _Kind.CONTROL,
    "Cf": _Kind.CONTROL,
    "Zl": _Kind.CONTROL,
    "Zp": _Kind.CONTROL,
    "Mn": _Kind.EXTEND,
    "Mc": _Kind.EXTEND,
    "Me": _Kind.EXTEND,
    "Lo": _Kind.LETTER,
}
_FOLLOWERS = (_Kind.EXTEND, _Kind.LINKER, _Kind.ZWJ)
_CUT_AROUND = (_Kind.CR, _Kind.LF, _Kind.CONTROL, _Kind.HIGH, _Kind.LOW)
_APART = (_Kind.OTHER, _Kind.LETTER)
_PAIRED = frozenset(
    {
        (_Kind.CR, _Kind.LF),
        (_Kind.HIGH, _Kind.LOW),
        (_Kind.HANGUL_L, _Kind.HANGUL_L),
        (_Kind.HANGUL_L, _Kind.HANGUL_V),
        (_Kind.HANGUL_L, _Kind.HANGUL_LV),
        (_Kind.HANGUL_L, _Kind.HANGUL_LVT),
        (_Kind.HANGUL_V, _Kind.HANGUL_V),
        (_Kind.HANGUL_V, _Kind.HANGUL_T),
        (_Kind.HANGUL_LV, _Kind.HANGUL_V),
        (_Kind.HANGUL_LV, _Kind.HANGUL_T),
        (_Kind.HANGUL_T, _Kind.HANGUL_T),
        (_Kind.HANGUL_LVT, _Kind.HANGUL_T),
    }
)


@lru_cache(maxsize=2048)
def _kind(char: str) -> _Kind:
    code = ord(char)
    if 0xAC00 <= code <= 0xD7A3:  # every 28th Hangul syllable has no final consonant
        return _Kind.HANGUL_LVT if (code - 0xAC00) % 28 else _Kind.HANGUL_LV
    if char in _LINKERS:
        return _Kind.LINKER
    place = bisect_right(_FIRSTS, code) - 1
    if place >= 0 and code <= _RANGES[place][1]:
        return _RANGES[place][2]
    return _OF_CATEGORY.get(unicodedata.category(char), _Kind.OTHER)


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for single characters, in order: the extended grapheme clusters of UAX #29.

    Where our tables are coarser than Unicode's, a cluster is longer than the standard's and never shorter.
    """
    start = 0
    last = _Kind.CONTROL
    flags = 0  # regional indicators in this cluster: they pair up
    picture = False  # a picture and what extends it, so far
    bound = False  # a virama since the last letter
    for index, char in enumerate(text):
        kind = _kind(char)
        if kind is last and kind in _APART:  # most of any text
            joined = False
        elif kind in _CUT_AROUND or last in _CUT_AROUND:
            joined = (last, kind) in _PAIRED
        else:
            joined = (
                kind in _FOLLOWERS
                or last is _Kind.PREPEND
                or (last is kind is _Kind.FLAG and flags == 1)
                or (last is _Kind.ZWJ and kind is _Kind.PICTURE and picture)
                or (bound and kind is _Kind.LETTER)
                or (last, kind) in _PAIRED
            )
        if index and not joined:
            yield text[start:index]
            start, flags = index, 0
        flags += kind is _Kind.FLAG
        follows = joined and kind in _FOLLOWERS
        picture = kind is _Kind.PICTURE or (picture and follows)
        bound = kind is _Kind.LINKER or (bound and follows)
        last = kind
    if text:
        yield text[start:]
