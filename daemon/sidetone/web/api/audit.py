"""The audit, for admins."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta, field

from sidetone.errors import Invalid
from sidetone.people.audit import Search
from sidetone.views import AuditView, Page
from sidetone.web.call import USUAL_LIMIT, Call, Cursor, Limit, Query, cursor
from sidetone.web.csv_text import CONTENT_TYPE, MEDIA, csv_line
from sidetone.web.routes import Routes

routes = Routes()

COLUMNS = ("id", "at", "user_id", "name", "uid", "address", "act", "kind", "subject_id", "subject", "words")
Short = Annotated[str, Meta(max_length=64)]


class ExportQuery(Query, frozen=True):
    """Which rows. `who`: a name. `what`: an act, or the noun it begins with. `from`, `to`: times or days, UTC."""

    who: Short = ""
    what: Short = ""
    from_: Short = field(default="", name="from")
    to: Short = ""

    def search(self) -> Search:
        """The same for the audit."""
        return Search(who=self.who, what=self.what, since=self.from_, until=self.to)


class AuditQuery(ExportQuery, frozen=True):
    """The same, a page at a time."""

    before: Cursor | None = None
    limit: Limit = USUAL_LIMIT


@routes.add("GET", "/admin/audit", right="admin", errors=(Invalid,))
async def audit(call: Call, query: AuditQuery) -> Page[AuditView]:
    """Who signed in and what was done by an admin's right, newest first."""
    return await call.rooms.audit.page(query.search(), before=cursor(query.before), limit=query.limit)


@routes.add("GET", "/admin/audit/export", right="admin", media=MEDIA, errors=(Invalid,))
async def export_audit(call: Call, query: ExportQuery) -> web.Response:
    """The same as CSV (RFC 4180), whole."""
    lines = [csv_line(COLUMNS)]
    lines += [csv_line(_cells(each)) async for each in call.rooms.audit.all(query.search())]
    headers = {"Content-Type": CONTENT_TYPE, "Content-Disposition": 'attachment; filename="audit.csv"'}
    return web.Response(body="".join(lines).encode(), headers=headers)


def _cells(view: AuditView) -> list[str | None]:
    cells = (getattr(view, column) for column in COLUMNS)
    return [None if cell is None else str(cell) for cell in cells]
