"""One spelling for letters that people take for the same, so that what they type is found (ü = ue = u)."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

FOLDING = f"1 {unicodedata.unidata_version}"  # raise the first figure whenever the same text would be folded otherwise

_MARKS = re.compile("[\u0300-\u036f]")
_ALIKE = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"})
_UMLAUT = re.compile("([aou])e")


def plain(text: str) -> str:
    """Lower case without accents, ligatures taken apart, every digit and wide letter an ordinary one."""
    return text.lower() if text.isascii() else "".join(map(_letter, text))


def folded(text: str) -> str:
    """`plain`, and `ae`, `oe`, `ue` as the letter that they may stand for: "Müller", "Mueller", "Muller" are one."""
    return _UMLAUT.sub(r"\1", plain(text))


def places(text: str) -> Sequence[int]:
    """For each letter of `plain(text)` the place in `text` that it came from."""
    if text.isascii() or set(map(len, map(_letter, text))) == {1}:
        return range(len(text))
    return [place for place, letter in enumerate(text) for _ in _letter(letter)]


@lru_cache(maxsize=8192)
def _letter(letter: str) -> str:
    small = unicodedata.normalize("NFKC", letter).casefold()
    bare = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", small)))
    return "".join(str(unicodedata.decimal(each, each)) for each in bare.translate(_ALIKE))


def holding(text: str) -> str:
    """The LIKE pattern, with `!` as its escape, of whatever holds `text`."""
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
