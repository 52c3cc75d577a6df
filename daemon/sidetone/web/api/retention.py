"""Clean-up and legal holds, for admins."""

from typing import Literal

from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid
from sidetone.jobs.retention import RetentionRunning
from sidetone.views import HoldView, NewHold, Page, RetentionAnswer, RetentionAsk, RetentionView
from sidetone.web.call import USUAL_LIMIT, Call, Cursor, Limit, Query, cursor
from sidetone.web.routes import Routes

routes = Routes()


class HoldQuery(Query, frozen=True):
    """Which holds, newest first."""

    before: Cursor | None = None
    limit: Limit = USUAL_LIMIT
    state: Literal["in_force", "lifted", "all"] = "in_force"


@routes.add("GET", "/admin/retention", right="admin")
async def retention(call: Call) -> RetentionView:
    """How long things are kept, and what the last clean-ups did."""
    return await call.rooms.retention.view()


@routes.add("POST", "/admin/retention", right="admin", errors=(RetentionRunning,))
async def clean_up(call: Call, ask: RetentionAsk) -> RetentionAnswer:
    """Let go what is due now, or with `dry_run` only say what that is; `run` is null when it takes long."""
    return await call.rooms.retention.ask(
        dry_run=ask.dry_run, clock_is_right=ask.clock_is_right, user_id=call.viewer.user_id
    )


@routes.add("GET", "/admin/holds", right="admin")
async def holds(call: Call, query: HoldQuery) -> Page[HoldView]:
    """What must be kept although its time is over."""
    return await call.rooms.holds.page(
        call.viewer.country, before=cursor(query.before), limit=query.limit, state=query.state
    )


@routes.add("POST", "/admin/holds", right="admin", status=201, creates=True, errors=(Invalid, InvalidNumber))
async def add_hold(call: Call, ask: NewHold) -> HoldView:
    """Hold a conversation, or everything with a party."""
    return await call.rooms.holds.add(ask, call.once, user_id=call.viewer.user_id, country=call.viewer.country)


@routes.add("DELETE", "/admin/holds/{id}", right="admin")
async def lift_hold(call: Call) -> None:
    """End a hold; what is due goes with the next clean-up."""
    await call.rooms.holds.lift(call.id(), call.viewer.user_id)
