"""Everyone's sessions, for admins."""

from typing import Annotated

from msgspec import Meta

from sidetone.people.audit import END
from sidetone.views import OpenSession, Page
from sidetone.web.call import USUAL_LIMIT, Call, Cursor, Limit, Query, cursor
from sidetone.web.routes import Routes

routes = Routes()


class SessionsQuery(Query, frozen=True):
    """Which sessions, the newest first. `who`: a user's name."""

    who: Annotated[str, Meta(max_length=64)] = ""
    before: Cursor | None = None
    limit: Limit = USUAL_LIMIT


@routes.add("GET", "/admin/sessions", right="admin")
async def sessions(call: Call, query: SessionsQuery) -> Page[OpenSession]:
    """Who is signed in, with what, and since when."""
    before = cursor(query.before) or END
    return await call.rooms.sessions.open_ones(call.viewer, who=query.who, before=before, limit=query.limit)


@routes.add("DELETE", "/admin/sessions/{id}", right="admin")
async def close_session(call: Call) -> None:
    """Sign a session out; its screens learn of it at once."""
    await call.rooms.sessions.close_one(call.id())
