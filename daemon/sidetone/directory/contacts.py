"""Contacts, personal ones and those of directories, and what a number typed anyhow becomes (KU-13, KU-31, KU-37)."""

from typing import Any

from sidetone.conversation.conversations import typed_party
from sidetone.conversation.render import contact_views
from sidetone.conversation.seek import index_terms, patterns
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.phone import InvalidNumber, country_of, display, parse_number
from sidetone.errors import Invalid, NotFound
from sidetone.people.names import one_line
from sidetone.people.viewer import Viewer
from sidetone.store import contacts as rows
from sidetone.store import directories, meta
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.views import ContactView, Lookup, NewContact, Page

PERSONAL = "personal"  # the source of a user's own contacts; no directory may be called so


def _not_there() -> NotFound:
    return NotFound("There is no such contact.", hint="It may have been deleted, or is not yours.")


class Contacts:
    """Each user's own contacts, which nobody else sees, and behind them those that the directories know."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(
        self, viewer: Viewer, *, words: str, after: int | None, limit: int, source: str = ""
    ) -> Page[ContactView]:
        """Contacts whose name or number holds `words`, of one source or all: the user's own before all others."""
        return await self._store.read(_page, viewer, words, source, after or 0, limit)

    async def get(self, viewer: Viewer, contact_id: int) -> ContactView:
        """One contact; raises NotFound."""
        views = _views(viewer, *await self._store.read(_one, viewer.user_id, contact_id))
        if not views:
            raise _not_there()
        return views[0]

    async def add(self, viewer: Viewer, ask: NewContact, once: Once | None) -> ContactView:
        """Save a contact; raises Invalid, InvalidNumber, KeyReused."""
        contact_id = await self._store.write(_add, viewer.user_id, _name(ask), _parsed(viewer, ask), once)
        return await self.get(viewer, contact_id)

    async def change(self, viewer: Viewer, contact_id: int, ask: NewContact) -> ContactView:
        """Replace a contact of the user's own; raises NotFound, Invalid, InvalidNumber."""
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
        views = _views(viewer, *await self._store.read(_of_party, viewer.user_id, party))
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


def _page(look: Snapshot, viewer: Viewer, words: str, source: str, after: int, limit: int) -> Page[ContactView]:
    values = {"user_id": viewer.user_id, "after": after, "limit": limit + 1, "source": source, **patterns(words)}
    views: list[ContactView] = []
    if source in ("", PERSONAL):
        views += _views(viewer, *rows.page(look, values))
    if source != PERSONAL and len(views) <= limit:
        left = {**values, "limit": limit + 1 - len(views), "terms": index_terms(words)}
        views += _views(viewer, *directories.page(look, left))
    more = views[limit - 1].id if len(views) > limit else None
    return Page(items=views[:limit], next=more, seq=meta.place(look))


def _one(look: Snapshot, user_id: int, contact_id: int) -> tuple[list[Any], list[Any]]:
    found = rows.one(look, user_id, contact_id)
    return found if found[0] else directories.one(look, user_id, contact_id)


def _of_party(look: Snapshot, user_id: int, party: Party) -> tuple[list[Any], list[Any]]:
    found = rows.of_party(look, user_id, party)
    if found[0] or party.kind is not PartyKind.E164:
        return found
    return directories.of_number(look, user_id, party.value)


def _views(viewer: Viewer, found: list[Any], numbers: list[Any]) -> list[ContactView]:
    return contact_views(found, numbers, viewer.country)
