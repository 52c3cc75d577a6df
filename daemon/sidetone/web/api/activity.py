"""The activity list."""

from typing import Annotated, Literal

from msgspec import Meta, field

from sidetone.conversation.activity import ActivityFilter, Sort
from sidetone.domain.phone import InvalidNumber
from sidetone.views import ActivityView
from sidetone.web.call import Call, Paged, cursor
from sidetone.web.routes import Routes

routes = Routes()

Moment = Annotated[str, Meta(min_length=10, max_length=40)]


class ActivityQuery(Paged, frozen=True):
    """Which rows, in which order (`-` turns it round); `after` is the `next` of the page before in the same order.

    `q` is looked for in names and numbers, `number` is one of ours, `from` and `to` are of the last message.
    """

    q: Annotated[str, Meta(max_length=128)] = ""
    sort: Sort = "-time"
    kind: Literal["", "sms", "chat"] = ""
    unread: bool = False
    direction: Literal["", "inbound", "outbound"] = ""
    number: Annotated[str, Meta(max_length=64)] = ""
    from_: Moment | None = field(default=None, name="from")
    to: Moment | None = None


@routes.add("GET", "/activity", errors=(InvalidNumber,))
async def activity(call: Call, query: ActivityQuery) -> ActivityView:
    """What happened last with whom and by which number, with the number of unread messages."""
    wanted = ActivityFilter(
        words=query.q,
        kind=query.kind,
        unread=query.unread,
        direction=query.direction,
        number=query.number,
        since=query.from_ or "",
        until=query.to or "",
    )
    return await call.rooms.activity.page(
        call.viewer, wanted, sort=query.sort, after=cursor(query.after), limit=query.limit
    )
