"""Carriers: how each is, and whether it works both ways, for admins."""

import asyncio
from typing import Annotated

from msgspec import Meta

from sidetone.delivery.carriers import Carriers
from sidetone.delivery.opted_out import OptedOut
from sidetone.delivery.send import ReadOnly
from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid
from sidetone.store import meta
from sidetone.views import CarrierView, HitsView, HookUrls, MessageView, NewProbe, OddView, Page
from sidetone.web.call import Call, Query
from sidetone.web.routes import Routes

routes = Routes()

LONGEST_WAIT = 30.0


class HitsQuery(Query, frozen=True):
    """The answer waits up to `wait` seconds for a call-back after the one with the number `since`."""

    since: Annotated[int, Meta(ge=0, le=2**53)] = 0
    wait: Annotated[float, Meta(ge=0, le=LONGEST_WAIT)] = 0


@routes.add("GET", "/carriers", right="admin")
async def carriers(call: Call) -> Page[CarrierView]:
    """Every configured carrier: its state, its queue and its last hour."""
    return Page(items=await _desk(call).all(), next=None, seq=await call.rooms.store.read(meta.place))


@routes.add("GET", "/carriers/{name}", right="admin")
async def carrier(call: Call) -> CarrierView:
    """One carrier."""
    return await _desk(call).one(call.segments["name"])


@routes.add("POST", "/carriers/{name}/hooks", right="admin")
async def hooks(call: Call) -> HookUrls:
    """Show the exact addresses to enter at the carrier; they may hold a secret."""
    return await _desk(call).hook_urls(call.segments["name"])


@routes.add("GET", "/carriers/{name}/odd", right="admin")
async def odd(call: Call) -> Page[OddView]:
    """What came by a carrier lately and nobody could read: kept as it came, and shown by `sidetone carriers odd`."""
    found = await _desk(call).odd(call.segments["name"])
    return Page(items=found, next=None, seq=await call.rooms.store.read(meta.place))


@routes.add("GET", "/carriers/{name}/hits", right="admin")
async def hits(call: Call, query: HitsQuery) -> HitsView:
    """The last call-backs that came for a carrier, and what was made of them; a server that stops waits for nothing."""
    desk, name = _desk(call), call.segments["name"]
    asked = asyncio.ensure_future(desk.hits(name, query.since, query.wait))
    closing = asyncio.ensure_future(call.front.closing.wait())
    try:
        await asyncio.wait((asked, closing), return_when=asyncio.FIRST_COMPLETED)
        return await asked if asked.done() else await desk.hits(name, query.since, 0)
    finally:
        asked.cancel()
        closing.cancel()


@routes.add(
    "POST",
    "/carriers/{name}/probes",
    right="admin",
    status=202,
    creates=True,
    errors=(Invalid, InvalidNumber, OptedOut, ReadOnly),
)
async def probe(call: Call, ask: NewProbe) -> MessageView:
    """Send a text by this carrier, from a number of one's own; it takes the way of every message."""
    return await _desk(call).probe(
        call.rooms.sending,
        call.segments["name"],
        ask,
        viewer=call.viewer,
        once=call.once,
        correlation=call.correlation,
    )


def _desk(call: Call) -> Carriers:
    rooms = call.rooms
    return Carriers(rooms.store, rooms.host, rooms.parts, rooms.default_country, rooms.ways)
