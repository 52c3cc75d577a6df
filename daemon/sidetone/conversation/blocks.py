"""A user's own block list: whose texts they are not shown."""

from typing import Any

from sidetone.conversation.render import block_view
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.phone import InvalidNumber, NumberFault, inbound_party, parse_party
from sidetone.errors import NotFound
from sidetone.people.viewer import Viewer
from sidetone.store import blocks as rows
from sidetone.store import meta, parties
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.views import BlockView, NewBlock, Page


class Blocks:
    """Blocks belong to the user who made them and reach all their numbers; nobody else is told."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, viewer: Viewer, *, after: int | None, limit: int) -> Page[BlockView]:
        """Whom the viewer has blocked."""
        found, seq = await self._store.read(_page, viewer.user_id, after or 0, limit + 1)
        items = [block_view(row, viewer.country) for row in found[:limit]]
        return Page(items=items, next=items[-1].id if len(found) > limit else None, seq=seq)

    async def add(self, viewer: Viewer, ask: NewBlock, once: Once | None) -> tuple[BlockView, bool]:
        """Block a party; whether that is new. Raises InvalidNumber, KeyReused."""
        row, made = await self._store.write(_add, viewer.user_id, _party(ask.party, viewer.country), once)
        return block_view(row, viewer.country), made

    async def remove(self, viewer: Viewer, party_id: int) -> None:
        """Undo a block; what came meanwhile is shown. Raises NotFound."""
        if not await self._store.write(rows.remove, viewer.user_id, party_id):
            raise NotFound("There is no such block.", hint="It may have been undone already.")


def _party(text: str, country: str) -> Party:
    """A number as typed, else a sender's name as it is shown; raises InvalidNumber."""
    try:
        return parse_party(text, country)
    except InvalidNumber as error:
        if error.reason is NumberFault.NOT_DIGITS and (named := inbound_party(text, country)).kind is PartyKind.ALPHA:
            return named
        error.where = "party"
        raise


def _page(look: Snapshot, user_id: int, after: int, limit: int) -> tuple[list[Any], str]:
    return rows.page(look, user_id, after, limit), meta.place(look)


def _add(txn: Txn, user_id: int, party: Party, once: Once | None) -> tuple[Any, bool]:
    done = done_before(txn, once)
    party_id = parties.find_or_add(txn, party) if done is None else done
    made = rows.add(txn, user_id, party_id, "menu")
    if done is None:
        remember(txn, once, party_id)
    return rows.one(txn, user_id, party_id), made
