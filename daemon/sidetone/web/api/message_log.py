"""The log of messages and the page of one, for admins; what people wrote needs a right of its own."""

from typing import Annotated, Literal

from msgspec import Meta, field

from sidetone.conversation.message_log import LogSearch
from sidetone.errors import Invalid, NotFound
from sidetone.people.audit import END, moment
from sidetone.views import BodyView, LoggedDetail, LoggedMessage, Page
from sidetone.web.call import USUAL_LIMIT, Call, Cursor, Limit, Query, cursor
from sidetone.web.routes import Routes

routes = Routes()

BODIES = "bodies"
Short = Annotated[str, Meta(max_length=64)]


class LogQuery(Query, frozen=True):
    """Which messages, newest first; what is empty lets everything through. `words` and `bodies` need their own right.

    `from`, `to`: times or days, UTC. A page may hold less than `limit` and still have a `next`: so far it has looked.
    """

    before: Cursor | None = None
    limit: Limit = USUAL_LIMIT
    from_: Short = field(default="", name="from")
    to: Short = ""
    carrier: Short = ""
    status: Short = ""
    direction: Literal["", "inbound", "outbound"] = ""
    number: Short = ""
    party: Short = ""
    words: Short = ""
    bodies: bool = False

    def search(self) -> LogSearch:
        """The same for the log; raises Invalid."""
        return LogSearch(
            since=moment(self.from_, "from", 0),
            until=moment(self.to, "to", END),
            carrier=self.carrier,
            status=self.status,
            direction=self.direction,
            number=self.number.strip(),
            party=self.party.strip(),
            words=self.words.strip(),
        )


class KeyQuery(Query, frozen=True):
    """`key`: our id, a carrier's, an attempt's reference, or the correlation in the log."""

    key: Annotated[str, Meta(min_length=1, max_length=256)]


@routes.add("GET", "/admin/messages", right="admin", errors=(Invalid,))
async def message_log(call: Call, query: LogQuery) -> Page[LoggedMessage]:
    """Everyone's messages by what became of them, without what people wrote."""
    if query.words.strip() or query.bodies:
        call.viewer.must(BODIES)
    return await call.rooms.log.page(
        query.search(),
        before=cursor(query.before),
        limit=query.limit,
        country=call.viewer.country,
        bodies=query.bodies,
    )


@routes.add("GET", "/admin/messages/lookup", right="admin", errors=(NotFound,))
async def look_up_message(call: Call, query: KeyQuery) -> LoggedDetail:
    """The message that an id of any kind belongs to."""
    return await call.rooms.log.one(query.key.strip())


@routes.add("GET", "/admin/messages/{id}", right="admin")
async def logged_message(call: Call) -> LoggedDetail:
    """Where a message is, whose doing that is, and all that happened to it, without what it says."""
    return await call.rooms.log.one(str(call.id()))


@routes.add("POST", "/admin/messages/{id}/body", right=BODIES)
async def show_body(call: Call) -> BodyView:
    """Show what a message says, for an admin with the right to it; the audit notes it."""
    call.viewer.must("admin")
    return BodyView(body=await call.rooms.log.body(call.id()))
