"""What an outside party asks for by one word: no more texts, texts again, or help."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from sidetone.domain.keyword_sets import COUNTRIES, COURTESIES, EVERYWHERE, LANGUAGES, PHRASES, Words

LONGEST_KEYWORD = 64  # characters of a text that can be a word alone
LONGEST_LOOK = 600  # characters of a longer text that are looked at
_BEGINNINGS = frozenset(phrase.partition(" ")[0] for phrase in PHRASES)
_NO_WORD = re.compile("[^a-z0-9]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("'`\u00b4\u02bc\u2018\u2019"))


class Keyword(StrEnum):
    """What a text that is one word alone asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


def keyword(text: str, country: str | None) -> Keyword | None:
    """What the text asks for, if it is one of the words of `country` (ISO 3166, the own number's) and nothing else.

    Case, marks, blanks and punctuation do not count, so that “Stop!” and “opt-out” are found and “stop please” is
    not: a word alone acts at once, anything softer is for a person to read. Total: any text has an answer.
    """
    if len(text) > LONGEST_KEYWORD:
        return None
    word = compact(text)
    known = words_of(country)
    if word in known.stop:
        return Keyword.STOP
    if word in known.start:
        return Keyword.START
    return Keyword.HELP if word in known.help else None


def may_be_stop(text: str, country: str | None) -> bool:
    """Whether a text that is no stop word may still ask for no more texts, so that a person should read it.

    A stop word among courtesies (“Stop. Thank you”), alone in its first line, of another country, or a phrase such
    as “please remove me”. Any reasonable wording revokes consent in the United States (47 CFR 64.1200(a)(10)).
    """
    text = text[:LONGEST_LOOK]
    if keyword(text, country) is not None:
        return False
    first, _, more = text.strip().partition("\n")
    if compact(text) in _stop_anywhere() or (more and keyword(first, country) is Keyword.STOP):
        return True
    said = plain_words(text)
    words = set(said)
    rest = words - COURTESIES
    if rest and rest <= _stop_anywhere():
        return True
    if words.isdisjoint(_BEGINNINGS):  # hardly any text has a word that one of the phrases begins with
        return False
    line = f" {' '.join(said)} "
    return any(f" {phrase} " in line for phrase in PHRASES)


def compact(text: str) -> str:
    """The text's letters and digits alone, small and without marks: “Désabonner !” is “desabonner”."""
    if text.isascii():  # most texts are, and this is on the way of each
        return _NO_WORD.sub("", text.lower())
    return "".join(char for char in _folded(text) if _counts(char))


def plain_words(text: str) -> list[str]:
    """The text's words, each as `compact` writes it; an apostrophe joins, everything else parts."""
    if text.isascii():
        return _NO_WORD.sub(" ", text.translate(_APOSTROPHES).lower()).split()
    parted = "".join(char if _counts(char) else " " for char in _folded(text.translate(_APOSTROPHES)))
    return parted.split()


@lru_cache(maxsize=512)
def words_of(country: str | None) -> Words:
    """Every word that counts for numbers of a country."""
    sets = [EVERYWHERE, *(LANGUAGES[language] for language in COUNTRIES.get(country or "", ()))]
    return Words(*(frozenset().union(*(words[place] for words in sets)) for place in range(3)))


@lru_cache(maxsize=1)
def _stop_anywhere() -> frozenset[str]:
    return frozenset().union(EVERYWHERE.stop, *(words.stop for words in LANGUAGES.values()))


def _folded(text: str) -> str:
    """Small letters without marks, in the one spelling that compatible characters share (Unicode NFKD)."""
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in small if not unicodedata.category(char).startswith("M"))


def _counts(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"
