"""One request to the API as an endpoint sees it, and what it answers."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Generic, TypeVar

from aiohttp import web
from msgspec import Meta, Struct

from sidetone.people.sessions import NotSignedIn
from sidetone.people.table import Wanted
from sidetone.people.viewer import Viewer
from sidetone.store.idempotency import Once
from sidetone.web.cookie import SessionCookie
from sidetone.web.decode import LARGEST_ID, path_id
from sidetone.web.guard import Guard
from sidetone.web.rooms import Rooms

T = TypeVar("T")

Cursor = Annotated[str, Meta(pattern="^[0-9]{1,19}$")]
Limit = Annotated[int, Meta(ge=1, le=200)]
USUAL_LIMIT = 50


class Query(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Parameters in the query string; an unknown one is refused."""


class Paged(Query, frozen=True):
    """Where a list goes on, and how much of it."""

    after: Cursor | None = None
    limit: Limit = USUAL_LIMIT


class Table(Query, frozen=True):
    """A page of a table: `q` stands somewhere in a row, `after` is the `next` of the page before."""

    q: Annotated[str, Meta(max_length=64)] = ""
    after: Cursor | None = None
    limit: Limit = USUAL_LIMIT

    def wanted(self, sort: str, only: str, state: str) -> Wanted:
        """The same for a table of people."""
        skip = cursor(self.after) or 0
        return Wanted(sort=sort, words=self.q, only=only, state=state, skip=skip, limit=self.limit)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What an endpoint answers when it is not simply its view with the usual status."""

    view: T
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What the web knows of itself.

    `screens` counts the live connections of each user, of whom none may have more than `most_screens`, if that is not 0.
    `closing` is set when the server stops, and then each of `waking` is called: whoever waits looks up. `ping`: seconds.
    """

    guard: Guard
    cookie: SessionCookie
    headers: Mapping[str, str]
    describe: Callable[[], bytes]
    ping: float
    most_screens: int = 0
    screens: Counter[int] = field(default_factory=Counter)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    waking: set[Callable[[], None]] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose caller may do this. `segments` are the path's parameters, decoded; `address` is the client's."""

    rooms: Rooms
    front: Front
    request: web.BaseRequest
    correlation: str
    segments: Mapping[str, str]
    address: str
    signed_in: Viewer | None
    token: str
    once: Once | None

    @property
    def viewer(self) -> Viewer:
        """Who asks; raises NotSignedIn, which only an open endpoint can meet."""
        if self.signed_in is None:
            raise not_signed_in()
        return self.signed_in

    def id(self) -> int:
        """The id in the path; raises NotFound."""
        return path_id(self.segments["id"])


def not_signed_in() -> NotSignedIn:
    """What a caller without a session hears."""
    return NotSignedIn("You are not signed in.", hint="Sign in first.")


def cursor(text: str | None) -> int | None:
    """A page's cursor; beyond 64 bits there is nothing more."""
    return None if text is None else min(int(text), LARGEST_ID)
