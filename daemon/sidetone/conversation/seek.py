"""What is looked for in names and numbers, as LIKE patterns with `!` as their escape."""

import re

_LIKE_A_NUMBER = re.compile(r"[\d\s+()./-]+")


def patterns(words: str) -> dict[str, str]:
    """`words`, `number_like` and three `name_…` patterns for a query; all empty words match everything.

    Names are looked for in several cases, since SQLite's own folding ends at ASCII and Ärzte must be found as ärzte.
    Words that could be a number are looked for among its digits, without what a national spelling puts before them.
    """
    words = words.strip()
    digits = ""
    if _LIKE_A_NUMBER.fullmatch(words):
        digits = "".join(re.findall(r"\d", words.replace("(0)", ""))).lstrip("0")
    return {
        "words": words,
        "number_like": _holding(digits or words),
        "name_lower": _holding(words.lower()),
        "name_title": _holding(words.title()),
        "name_upper": _holding(words.upper()),
    }


def _holding(text: str) -> str:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
