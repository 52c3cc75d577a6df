"""Personal contacts, and what a number typed anyhow becomes (KU-13, KU-37)."""

from typing import Any

from sidetone.conversation.conversations import typed_party
from sidetone.conversation.render import contact_views
from sidetone.conversation.seek import patterns
from sidetone.domain.phone import InvalidNumber, country_of, display, parse_number
from sidetone.errors import Invalid, NotFound
from sidetone.people.names import one_line
from sidetone.people.viewer import Viewer
from sidetone.store import contacts as rows
from sidetone.store import meta
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.views import ContactView, Lookup, NewContact, Page


def _not_there() -> NotFound:
    return NotFound("There is no such contact.", hint="It may have been deleted, or is not yours.")


class Contacts:
    """Each user's own contacts; nobody else sees them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, viewer: Viewer, *, words: str, after: int | None, limit: int) -> Page[ContactView]:
        """Contacts whose name or number holds `words`."""
        return await self._store.read(_page, viewer, words, after or 0, limit)

    async def get(self, viewer: Viewer, contact_id: int) -> ContactView:
        """One contact; raises NotFound."""
        views = _views(viewer, *await self._store.read(rows.one, viewer.user_id, contact_id))
        if not views:
            raise _not_there()
        return views[0]

    async def add(self, viewer: Viewer, ask: NewContact, once: Once | None) -> ContactView:
        """Save a contact; raises Invalid, InvalidNumber, KeyReused."""
        contact_id = await self._store.write(_add, viewer.user_id, _name(ask), _parsed(viewer, ask), once)
        return await self.get(viewer, contact_id)

    async def change(self, viewer: Viewer, contact_id: int, ask: NewContact) -> ContactView:
        """Replace a contact; raises NotFound, Invalid, InvalidNumber."""
        if not await self._store.write(rows.change, viewer.user_id, contact_id, _name(ask), _parsed(viewer, ask)):
            raise _not_there()
        return await self.get(viewer, contact_id)

    async def remove(self, viewer: Viewer, contact_id: int) -> None:
        """Forget a contact; raises NotFound."""
        if not await self._store.write(rows.remove, viewer.user_id, contact_id):
            raise _not_there()

    async def lookup(self, viewer: Viewer, number: str, own_number: str | None) -> Lookup:
        """What a number becomes, as dialled from one of the viewer's own; raises InvalidNumber."""
        country = viewer.country
        if own_number:
            country = country_of(parse_number(own_number, country)) or country
        party = typed_party(viewer, number, country)
        views = _views(viewer, *await self._store.read(rows.of_party, viewer.user_id, party))
        shown = display(party.value, viewer.country) if party.kind == "e164" else party.value
        contact = views[0] if views else None
        return Lookup(number=party.value, display=shown, kind=party.kind.value, contact=contact)  # type: ignore[arg-type]


def _name(ask: NewContact) -> str:
    name = one_line(ask.name)
    if not name:
        raise Invalid("A contact needs a name.", hint="Write one that shows.", where="name")
    return name


def _parsed(viewer: Viewer, ask: NewContact) -> rows.Numbers:
    """The numbers as parties; raises InvalidNumber, naming the field."""
    parsed: rows.Numbers = []
    for place, number in enumerate(ask.numbers):
        try:
            parsed.append((typed_party(viewer, number.number, viewer.country), number.type))
        except InvalidNumber as error:
            error.where = f"numbers[{place}].number"
            raise
    return parsed


def _add(txn: Txn, user_id: int, name: str, numbers: rows.Numbers, once: Once | None) -> int:
    if (before := done_before(txn, once)) is not None:
        return before
    contact_id = rows.add(txn, user_id, name, numbers)
    remember(txn, once, contact_id)
    return contact_id


def _page(look: Snapshot, viewer: Viewer, words: str, after: int, limit: int) -> Page[ContactView]:
    values = {"user_id": viewer.user_id, "after": after, "limit": limit + 1, **patterns(words)}
    found, numbers = rows.page(look, values)
    items = _views(viewer, found[:limit], numbers)
    more = items[-1].id if len(found) > limit else None
    return Page(items=items, next=more, seq=meta.place(look))


def _views(viewer: Viewer, found: list[Any], numbers: list[Any]) -> list[ContactView]:
    return contact_views(found, numbers, viewer.country)
