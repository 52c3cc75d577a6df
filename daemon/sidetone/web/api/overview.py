"""How everything is, and which way a text would go, for admins."""

from sidetone.delivery.explain import explain
from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid
from sidetone.views import Overview, RouteAsk, RouteView, WaysView
from sidetone.web.call import Call
from sidetone.web.overview import look
from sidetone.web.routes import Routes

routes = Routes()


@routes.add("GET", "/admin/overview", right="admin")
async def overview(call: Call) -> Overview:
    """The health of each part in words, how much there is of everything, and the last day's traffic."""
    return await look(call.rooms)


@routes.add("GET", "/admin/ways", right="admin")
async def ways(call: Call) -> WaysView:
    """The carriers that can send now, and the routes in their order."""
    found = call.rooms.ways()
    return WaysView(able=sorted(found.able), routes=[rule.name for rule in found.rules])


@routes.add("POST", "/admin/ways", right="admin", errors=(Invalid, InvalidNumber))
async def explain_way(call: Call, ask: RouteAsk) -> RouteView:
    """Say which way a text would go as things stand, and why; nothing is sent."""
    return await explain(call.rooms.store, call.rooms.ways(), ask, call.viewer.country)
