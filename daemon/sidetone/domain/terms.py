"""What a text is found by, and what is looked for: terms of an index that holds no text.

A word is found by any three letters of it that follow each other, and by its first one and two; writing without spaces
by every letter and every two; digits also across what people put between them. A term alone only says where to look:
whether a text holds what is sought, its pattern decides.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import phonenumbers

from sidetone.domain.folding import folded, places, plain
from sidetone.domain.phone import InvalidNumber, parse_number

MOST = 8  # things that one query looks for; what is beyond them is left out
_DENSE = (
    "\u2600-\u27bf\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U0001f000-\U0003ffff"
)
_RUNS = re.compile(f"(?P<dense>[{_DENSE}]+)|(?P<word>[^\\W_{_DENSE}]+)")
_BETWEEN = r"[ \t\u00a0().\-/]"
_DIGITS = re.compile(rf"[0-9](?:{_BETWEEN}{{0,3}}[0-9])*")
_LIKE_A_NUMBER = re.compile(r"[0-9\s+()./-]+")
_AROUND = 40  # letters of a text that a snippet shows before the first match
_SHOWN = 160  # letters of a snippet


class Sought(NamedTuple):
    """One thing that a query looks for: a text that holds it has all of `terms`, and `pattern` finds it in `plain`.

    `text` is what it folds to.
    """

    text: str
    terms: frozenset[str]
    pattern: re.Pattern[str]


class Piece(NamedTuple):
    """A stretch of a snippet; `hit` when it is what was looked for."""

    text: str
    hit: bool


def terms_of(text: str) -> set[str]:
    """What a text is found by."""
    found: set[str] = set()
    flat = folded(text)
    for run in _RUNS.finditer(flat):
        found |= _terms_of_dense(run[0]) if run["dense"] else _terms_of_word(run[0])
    for number in _DIGITS.finditer(flat):
        found |= _threes("".join(filter(str.isdigit, number[0])))
    return found


def sought(query: str, country: str) -> list[Sought]:
    """What a query looks for, all of which a text must hold; nothing when it holds no letter and no digit.

    `country` is where its writer dials.
    """
    flat = plain(query).strip()
    if _LIKE_A_NUMBER.fullmatch(flat) and sum(map(str.isdigit, flat)) >= 3:
        return [_digits(_number(flat, country))]
    found = {each.text: each for each in _parts(flat)}
    return list(found.values())[:MOST]


def snippet(text: str, wanted: list[Sought]) -> list[Piece]:
    """The stretch of a text around the first thing that was found in it, with every one of them marked."""
    origin, spans = places(text), _spans(plain(text), wanted)
    start = max(0, origin[spans[0][0]] - _AROUND) if spans else 0
    end = min(len(text), start + _SHOWN)
    pieces, at = [Piece("…", hit=False)] if start else [], start
    for begin, stop in spans:
        first, behind = max(origin[begin], at), min(_behind(origin, stop, len(text)), end)
        if first < behind:
            pieces += [Piece(text[at:first], hit=False), Piece(text[first:behind], hit=True)]
            at = behind
    pieces += [Piece(text[at:end], hit=False), Piece("…" if end < len(text) else "", hit=False)]
    return [piece for piece in pieces if piece.text]


def _spans(flat: str, wanted: list[Sought]) -> list[tuple[int, int]]:
    """Where the first thing that is found stands, and what else is found soon behind it."""
    firsts = [match.start() for each in wanted if (match := each.pattern.search(flat))]
    if not firsts:
        return []
    end = min(firsts) + _SHOWN
    return sorted(match.span() for each in wanted for match in each.pattern.finditer(flat, min(firsts), end))


def _behind(origin: Sequence[int], stop: int, length: int) -> int:
    """Where in the text the letter ends that the match ends in: one letter may have become several."""
    last = origin[stop - 1]
    return next((place for place in origin[stop:] if place != last), length)


def _parts(flat: str) -> Iterator[Sought]:
    """The runs of a query, each as it must stand in a text."""
    for chunk in flat.split():
        if _DIGITS.fullmatch(chunk) and sum(map(str.isdigit, chunk)) >= 3:
            yield _digits("".join(filter(str.isdigit, chunk)))
            continue
        for run in _RUNS.finditer(folded(chunk)):
            yield _dense(run[0]) if run["dense"] else _word(run[0])


def _dense(text: str) -> Sought:
    terms = {text} if len(text) == 1 else {text[at : at + 2] for at in range(len(text) - 1)}
    return Sought(text, frozenset(terms), re.compile(_loose(text)))


def _word(text: str) -> Sought:
    if len(text) < 3:
        return Sought(text, frozenset({f"_{text}"}), re.compile(rf"(?<![^\W_{_DENSE}]){_loose(text)}"))
    # What begins with e may be the end of an umlaut, which the text is not found by.
    sure = text[1:] if text[0] == "e" and len(text) > 3 else text
    return Sought(text, frozenset(_threes(sure)), re.compile(_loose(text)))


def _digits(text: str) -> Sought:
    return Sought(text, frozenset(_threes(text)), re.compile(f"{_BETWEEN}{{0,3}}".join(text)))


def _loose(text: str) -> str:
    """A pattern that finds a folded text in a plain one."""
    return "".join(f"{letter}e?" if letter in "aou" else re.escape(letter) for letter in text)


def _number(flat: str, country: str) -> str:
    """The digits of a number that stand in every spelling of it: without what comes before the national ones."""
    try:
        whole = phonenumbers.parse(parse_number(flat, country))
        return str(phonenumbers.national_significant_number(whole))
    except InvalidNumber:
        digits = "".join(filter(str.isdigit, flat.replace("(0)", "")))
    bare = digits.lstrip("0")
    if flat.startswith(("+", "00")):
        codes = (length for length in (1, 2, 3) if int(bare[:length] or 0) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
        bare = bare[next(codes, 0) :]
    return bare if len(bare) >= 3 else digits


def _terms_of_word(word: str) -> set[str]:
    return _threes(word) | {f"_{word[:1]}", f"_{word[:2]}"}


def _terms_of_dense(run: str) -> set[str]:
    return set(run) | {run[at : at + 2] for at in range(len(run) - 1)}


def _threes(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}
