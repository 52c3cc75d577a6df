"""The forms that every view has.

Ids are strings outside; times are RFC 3339 UTC with milliseconds; numbers are E.164 in answers.
"""

from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta, Struct

Id = Annotated[str, Meta(pattern="^[1-9][0-9]{0,18}$")]
Time = str
Role = Literal["user", "supervisor", "admin"]
T = TypeVar("T")


class View(Struct, kw_only=True, frozen=True):
    """Something the API answers."""


class Ask(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Something a client sends; an unknown field is refused."""


class Page(View, Generic[T], frozen=True, kw_only=True):
    """A list: `next` is the cursor of the following page in reading direction, `seq` the journal's place read at."""

    items: list[T]
    next: str | None
    seq: str


class ProblemDocument(View, frozen=True, kw_only=True):
    """RFC 9457. `code` is stable; `hint` says what to do; `request` finds it in the log."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str
    request: str
    field: str = ""
