"""The company's numbers, for admins."""

from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid
from sidetone.people.numbers import NumberTaken
from sidetone.views import NewNumber, NumberChange, NumberView, Page
from sidetone.web.call import Call, Paged, cursor
from sidetone.web.routes import Routes

routes = Routes()


@routes.add("GET", "/numbers", right="admin")
async def numbers(call: Call, query: Paged) -> Page[NumberView]:
    """Every number, in the order they were added."""
    after = cursor(query.after) or 0
    return await call.rooms.numbers.page(after=after, limit=query.limit, country=call.viewer.country)


@routes.add(
    "POST",
    "/numbers",
    right="admin",
    status=201,
    creates=True,
    errors=(Invalid, InvalidNumber, NumberTaken),
)
async def add_number(call: Call, ask: NewNumber) -> NumberView:
    """Add a number."""
    return await call.rooms.numbers.add(ask, country=call.viewer.country, once=call.once)


@routes.add("GET", "/numbers/{id}", right="admin")
async def number(call: Call) -> NumberView:
    """One number."""
    return await call.rooms.numbers.get(call.id(), country=call.viewer.country)


@routes.add("PATCH", "/numbers/{id}", right="admin", errors=(Invalid,))
async def change_number(call: Call, ask: NumberChange) -> NumberView:
    """Change a number; what waited for an owner is given to them."""
    return await call.rooms.numbers.change(call.id(), ask, country=call.viewer.country)
