"""How people who sign in are called."""

import re

from sidetone.errors import Invalid

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")


def user_name(text: str) -> str:
    """The one spelling of a user's name; raises Invalid.

    Small ASCII letters, digits and a few marks, so that no two names look alike and each can stand in `user:NAME`.
    """
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise Invalid(
            "This is not a name to sign in with.",
            hint="Use letters a to z, digits, and . _ - @ between them; at most 64.",
            where="name",
        )
    return name


def one_line(text: str) -> str:
    """A label as it is shown: in one line, without characters that show nothing."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
