"""Who must not be texted: the list, for admins, and what a participant says to a text that may have meant STOP."""

from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta

from sidetone.delivery.opt_outs import Search
from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid
from sidetone.views import (
    ConversationView,
    ImportedOptOuts,
    ImportView,
    NewOptOut,
    OptOutDecision,
    OptOutView,
    Page,
)
from sidetone.web.call import USUAL_LIMIT, Answer, Call, Cursor, Limit, Query, cursor
from sidetone.web.csv_text import CONTENT_TYPE, MEDIA, csv_line
from sidetone.web.routes import Routes

routes = Routes()

COLUMNS = (
    "id",
    "party",
    "number",
    "source",
    "wording",
    "carrier",
    "made_by",
    "created_at",
    "lifted_at",
    "lifted_by",
    "lift_wording",
)


class OptOutQuery(Query, frozen=True):
    """Which opt-outs. `number`: one of ours, or `company` for those that hold for all numbers."""

    before: Cursor | None = None
    limit: Limit = USUAL_LIMIT
    party: Annotated[str, Meta(max_length=64)] = ""
    number: Annotated[str, Meta(max_length=64)] = ""
    state: Literal["in_force", "lifted", "all"] = "in_force"


class LiftQuery(Query, frozen=True):
    """`why`: how the party has agreed, for the record."""

    why: Annotated[str, Meta(max_length=200)] = ""


@routes.add("GET", "/opt-outs", right="admin", errors=(InvalidNumber,))
async def opt_outs(call: Call, query: OptOutQuery) -> Page[OptOutView]:
    """The opt-out list, newest first."""
    search = Search(party=query.party, number=query.number, state=query.state)
    return await call.rooms.opt_outs.page(call.viewer, search, before=cursor(query.before), limit=query.limit)


@routes.add("POST", "/opt-outs", right="admin", status=201, also=200, creates=True, errors=(Invalid, InvalidNumber))
async def add_opt_out(call: Call, ask: NewOptOut) -> Answer[OptOutView]:
    """Forbid texts to a party, from one number or from all; one that is in force is found (200), not made again."""
    view, made = await call.rooms.opt_outs.add(call.viewer, ask, call.once)
    return Answer(view, status=201 if made else 200)


@routes.add("POST", "/opt-outs/import", right="admin")
async def import_opt_outs(call: Call, ask: ImportedOptOuts) -> ImportView:
    """Take over a list that was kept elsewhere, up to 500 rows at a time."""
    return await call.rooms.opt_outs.bring_in(call.viewer, ask)


@routes.add("GET", "/opt-outs/export", right="admin", media=MEDIA)
async def export_opt_outs(call: Call) -> web.Response:
    """The whole list with its history, as CSV (RFC 4180)."""
    lines = [csv_line(COLUMNS)]
    lines += [csv_line(_cells(each)) async for each in call.rooms.opt_outs.all(call.viewer)]
    headers = {"Content-Type": CONTENT_TYPE, "Content-Disposition": 'attachment; filename="opt-outs.csv"'}
    return web.Response(body="".join(lines).encode(), headers=headers)


@routes.add("DELETE", "/opt-outs/{id}", right="admin")
async def lift_opt_out(call: Call, query: LiftQuery) -> None:
    """Allow texts again, once the party has agreed; the row stays as history."""
    await call.rooms.opt_outs.lift(call.viewer, call.id(), query.why)


@routes.add("POST", "/conversations/{id}/opt-out", right="send")
async def decide_opt_out(call: Call, ask: OptOutDecision) -> ConversationView:
    """Say what a text that may have meant STOP did mean, or note what the party said otherwise."""
    return await call.rooms.opt_outs.decide(call.viewer, call.id(), ask)


def _cells(view: OptOutView) -> tuple[str | None, ...]:
    return (
        view.id,
        view.party.value,
        view.number.number if view.number else "company",
        view.source,
        view.wording,
        view.carrier,
        view.made_by.name if view.made_by else None,
        view.created_at,
        view.lifted_at,
        view.lifted_by.name if view.lifted_by else None,
        view.lift_wording,
    )
