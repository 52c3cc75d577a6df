"""The live events, and the description of the API itself."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta

from sidetone.web.call import Call, Query
from sidetone.web.problems import CrossSite, TooManyScreens, UpgradeNeeded
from sidetone.web.routes import OPEN, Routes
from sidetone.web.socket import serve

routes = Routes()


class EventsQuery(Query, frozen=True):
    """`since`: the last `EPOCH:SEQ` that the client has."""

    since: Annotated[str, Meta(max_length=64)] | None = None


@routes.add("GET", "/events", errors=(UpgradeNeeded, CrossSite, TooManyScreens))
async def events(call: Call, query: EventsQuery) -> web.StreamResponse:
    """Everything that happens, over a WebSocket: `hello`, then what came after `since`, then what is new."""
    return await serve(call, query.since)


@routes.add("GET", "/openapi.json", right=OPEN)
async def openapi(call: Call) -> web.Response:
    """This description (OpenAPI 3.1), made from the types that parse the requests."""
    return web.Response(body=call.front.describe(), headers={"Content-Type": "application/json"})
