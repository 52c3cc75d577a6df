"""Contacts."""

from typing import Annotated

from msgspec import Meta, field

from sidetone.domain.phone import InvalidNumber
from sidetone.views import ContactView, Lookup, NewContact, Page
from sidetone.web.call import Call, Paged, Query, cursor
from sidetone.web.routes import Routes

routes = Routes()


class ContactQuery(Paged, frozen=True):
    """Which contacts; `q` is looked for in names and numbers. `source`: `personal` or a directory's name."""

    q: Annotated[str, Meta(max_length=128)] = ""
    source: Annotated[str, Meta(max_length=32)] = ""


class LookupQuery(Query, frozen=True):
    """A number as someone typed it, and the number of ours it would be texted from."""

    number: Annotated[str, Meta(min_length=1, max_length=64)]
    from_: Annotated[str, Meta(max_length=64)] | None = field(default=None, name="from")


@routes.add("GET", "/contacts")
async def contacts(call: Call, query: ContactQuery) -> Page[ContactView]:
    """The user's own contacts, then those of the directories."""
    return await call.rooms.contacts.page(
        call.viewer, words=query.q, after=cursor(query.after), limit=query.limit, source=query.source
    )


@routes.add("POST", "/contacts", status=201, creates=True, errors=(InvalidNumber,))
async def add_contact(call: Call, ask: NewContact) -> ContactView:
    """Save a personal contact."""
    return await call.rooms.contacts.add(call.viewer, ask, call.once)


@routes.add("GET", "/contacts/lookup", errors=(InvalidNumber,))
async def look_up(call: Call, query: LookupQuery) -> Lookup:
    """What a number typed anyhow becomes, and whose it is."""
    return await call.rooms.contacts.lookup(call.viewer, query.number, query.from_ or None)


@routes.add("GET", "/contacts/{id}")
async def contact(call: Call) -> ContactView:
    """One contact."""
    return await call.rooms.contacts.get(call.viewer, call.id())


@routes.add("PATCH", "/contacts/{id}", errors=(InvalidNumber,))
async def change_contact(call: Call, ask: NewContact) -> ContactView:
    """Replace a personal contact's name and numbers."""
    return await call.rooms.contacts.change(call.viewer, call.id(), ask)


@routes.add("DELETE", "/contacts/{id}")
async def remove_contact(call: Call) -> None:
    """Forget a personal contact."""
    await call.rooms.contacts.remove(call.viewer, call.id())
