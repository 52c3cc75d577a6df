"""The company's numbers, for admins."""

from typing import Annotated, Literal

from msgspec import Meta

from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid
from sidetone.people.numbers import NumberTaken
from sidetone.views import Listing, NewNumber, NumberChange, NumberView
from sidetone.web.call import Call, Table
from sidetone.web.routes import Routes

routes = Routes()


class NumbersQuery(Table, frozen=True):
    """Which numbers, in which order; without one as they were added."""

    sort: Literal["", "-", "number", "-number", "label", "-label", "owner", "-owner", "carrier", "-carrier"] = ""
    carrier: Annotated[str, Meta(max_length=64)] = ""
    state: Literal["", "owned", "free"] = ""


@routes.add("GET", "/numbers", right="admin")
async def numbers(call: Call, query: NumbersQuery) -> Listing[NumberView]:
    """Every number, as a table."""
    wanted = query.wanted(query.sort, query.carrier, query.state)
    return await call.rooms.numbers.table(wanted, country=call.viewer.country)


@routes.add(
    "POST",
    "/numbers",
    right="admin",
    status=201,
    creates=True,
    errors=(Invalid, InvalidNumber, NumberTaken),
)
async def add_number(call: Call, ask: NewNumber) -> NumberView:
    """Add a number; one that is there and belongs to nobody is given to the owner."""
    return await call.rooms.numbers.add(ask, country=call.viewer.country, once=call.once)


@routes.add("GET", "/numbers/{id}", right="admin")
async def number(call: Call) -> NumberView:
    """One number."""
    return await call.rooms.numbers.get(call.id(), country=call.viewer.country)


@routes.add("PATCH", "/numbers/{id}", right="admin", errors=(Invalid,))
async def change_number(call: Call, ask: NumberChange) -> NumberView:
    """Change a number; what waited for an owner is given to them."""
    return await call.rooms.numbers.change(call.id(), ask, country=call.viewer.country)
