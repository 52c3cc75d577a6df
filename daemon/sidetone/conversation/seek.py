"""What is looked for in names and numbers, as LIKE patterns with `!` as their escape."""

import re

from sidetone.domain.folding import folded, holding
from sidetone.domain.terms import sought

MOST_TERMS = 24  # of an index that one query asks for; more would not make it surer
NAMES = 4  # words of a query that a name must hold
_LIKE_A_NUMBER = re.compile(r"[\d\s+()./-]+")


def patterns(words: str) -> dict[str, str]:
    """`words`, `number_like` and `name_1` to `name_4` for a query; all empty words match everything.

    Names are looked for folded, each word by itself: "hopper grace" finds Grace Hopper. Words that could be a number
    are looked for among its digits, without what a national spelling puts before them.
    """
    words = words.strip()
    digits = ""
    if _LIKE_A_NUMBER.fullmatch(words):
        digits = "".join(re.findall(r"\d", words.replace("(0)", ""))).lstrip("0")
    names = [each.text for each in sought(words, "")] or [folded(words)]
    wanted = [holding(name) for name in names[:NAMES]]
    wanted += ["%"] * (NAMES - len(wanted))
    return {
        "words": words,
        "number_like": holding(digits or words),
        **{f"name_{place}": pattern for place, pattern in enumerate(wanted, 1)},
    }


def index_terms(words: str) -> str:
    """What the index of directories' contacts is asked for; empty for words that no index knows."""
    wanted = sorted({term for each in sought(words, "") for term in each.terms})
    return " AND ".join(f'"{term}"' for term in wanted[:MOST_TERMS])
