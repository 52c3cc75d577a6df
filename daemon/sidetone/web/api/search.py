"""Searching."""

from typing import Annotated, Literal

from msgspec import Meta, field

from sidetone.directory import search as rooms
from sidetone.domain.phone import InvalidNumber
from sidetone.domain.status import Status
from sidetone.errors import IndexBroken, SearchBusy
from sidetone.views import Id, SearchView
from sidetone.web.call import Call, Cursor, Query, cursor
from sidetone.web.routes import Routes

routes = Routes()

Moment = Annotated[str, Meta(min_length=10, max_length=40)]


class SearchQuery(Query, frozen=True):
    """What is looked for. `from` and `to` are days or times (UTC unless they say); `number` is one of ours."""

    q: Annotated[str, Meta(min_length=1, max_length=128)]
    before: Cursor | None = None
    limit: Annotated[int, Meta(ge=1, le=50)] = 20
    only: Literal["messages", "contacts"] | None = None
    conversation: Id | None = None
    kind: Literal["sms", "chat"] | None = None
    number: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    from_: Moment | None = field(default=None, name="from")
    to: Moment | None = None
    direction: Literal["inbound", "outbound"] | None = None
    status: Status | None = None


@routes.add("GET", "/search", errors=(InvalidNumber, IndexBroken, SearchBusy))
async def search(call: Call, query: SearchQuery) -> SearchView:
    """Messages and contacts that hold what is looked for; messages newest first, `next` leads to older ones."""
    wanted = rooms.Query(
        words=query.q,
        conversation_id=cursor(query.conversation),
        kind=query.kind,
        number=query.number,
        since=query.from_,
        until=query.to,
        direction=query.direction,
        status=None if query.status is None else query.status.value,
        only=query.only,
    )
    return await call.rooms.search.find(call.viewer, wanted, before=cursor(query.before), limit=query.limit)
