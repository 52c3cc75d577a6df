"""Legal holds: what clean-up must leave alone until an admin lifts the hold."""

from typing import Any

from sidetone.conversation.conversations import END
from sidetone.conversation.render import hold_view
from sidetone.domain.party import Party
from sidetone.domain.phone import InvalidNumber, parse_party
from sidetone.errors import Invalid, NotFound
from sidetone.people.names import one_line
from sidetone.store import audit, meta, parties
from sidetone.store import holds as rows
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.views import HoldView, NewHold, Page


class LegalHolds:
    """Whoever calls has checked the caller's right."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, country: str, *, before: int | None, limit: int, state: str) -> Page[HoldView]:
        """Holds, newest first; `state` is `in_force`, `lifted` or `all`, `country` that of who reads them."""
        found, seq = await self._store.read(_page, before or END, limit + 1, state)
        items = [hold_view(row, country) for row in found[:limit]]
        return Page(items=items, next=items[-1].id if len(found) > limit else None, seq=seq)

    async def add(self, ask: NewHold, once: Once | None, *, user_id: int | None, country: str) -> HoldView:
        """Hold a conversation, or everything with a party; `user_id` is None for whoever has the machine.

        Raises Invalid, InvalidNumber, KeyReused.
        """
        if (ask.conversation_id is None) == (ask.party is None):
            raise Invalid("A hold is on a conversation or on a party.", hint="Give one of them.", where="party")
        reason = one_line(ask.reason)
        if not reason:
            raise Invalid("A hold needs a reason.", hint="Say why, for whoever lifts it one day.", where="reason")
        try:
            party = None if ask.party is None else parse_party(ask.party, country)
        except InvalidNumber as error:
            error.where = "party"
            raise
        conversation_id = None if ask.conversation_id is None else int(ask.conversation_id)
        row = await self._store.write(_add, user_id, reason, party, conversation_id, once)
        return hold_view(row, country)

    async def lift(self, id_: int, user_id: int | None) -> None:
        """End a hold; what is due goes with the next clean-up. One that has ended stays so. Raises NotFound."""
        if await self._store.read(rows.one, id_) is None:
            raise NotFound("There is no such hold.", hint="The list shows them all.")
        await self._store.write(_lift, id_, user_id)


def _page(look: Snapshot, before: int, limit: int, state: str) -> tuple[list[Any], str]:
    return rows.page(look, before, limit, state), meta.place(look)


def _add(
    txn: Txn, user_id: int | None, reason: str, party: Party | None, conversation_id: int | None, once: Once | None
) -> Any:  # noqa: ANN401 - a row
    done = done_before(txn, once)
    if done is not None:
        return rows.one(txn, done)
    if conversation_id is not None and not rows.is_conversation(txn, conversation_id):
        raise Invalid("There is no such conversation.", hint="Check its id.", where="conversation_id")
    party_id = None if party is None else parties.find_or_add(txn, party)
    values = {"conversation_id": conversation_id, "party_id": party_id, "reason": reason, "made_by": user_id}
    id_ = rows.add(txn, values)
    remember(txn, once, id_)
    on = "a party" if conversation_id is None else f"conversation {conversation_id}"
    audit.note(txn, Act.HOLD_ADDED, About("hold", id_), f"on {on}")
    return rows.one(txn, id_)


def _lift(txn: Txn, id_: int, user_id: int | None) -> None:
    if rows.lift(txn, id_, user_id):
        audit.note(txn, Act.HOLD_LIFTED, About("hold", id_))
