"""Conversations: who takes part, what each sees, and how one is found or made."""

from typing import Any

from msgspec import UNSET

from sidetone.conversation.render import conversation_view
from sidetone.conversation.seek import patterns
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.phone import country_of, parse_number, parse_party
from sidetone.errors import Invalid, NotFound
from sidetone.metrics.meters import Meters
from sidetone.people.viewer import Viewer
from sidetone.store import conversations as rows
from sidetone.store import meta, numbers, parties, scheduled
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.views import ConversationChange, ConversationView, Page, ReadView

END = 1 << 62  # above every id


def not_there() -> NotFound:
    """What a stranger to a conversation hears, and whoever asks for one that is none: the same."""
    return NotFound("There is no such conversation.", hint="It may have been deleted, or is not yours.")


class Conversations:
    """Every way to a conversation goes through the viewer's own participant row."""

    def __init__(self, store: Store, meters: Meters | None = None) -> None:
        self._store = store
        self._meters = meters or Meters()

    async def page(
        self,
        viewer: Viewer,
        *,
        before: int | None,
        limit: int,
        unread: bool,
        words: str,
        favourite: bool = False,
        kind: str = "",
    ) -> Page[ConversationView]:
        """The viewer's conversations, of one `kind` or all, newest activity first; the cursor is that activity."""
        only = {"unread": int(unread), "favourite": int(favourite), "kind": kind, **patterns(words)}
        return await self._store.read(_page, viewer, {"before": before or END, "limit": limit + 1, **only})

    async def get(self, viewer: Viewer, conversation_id: int) -> ConversationView:
        """One of the viewer's conversations; raises NotFound."""
        row = await self._store.read(rows.one, viewer.user_id, conversation_id)
        if row is None:
            raise not_there()
        return conversation_view(row, viewer.country)

    async def open_sms(
        self, viewer: Viewer, *, to: str, number: str | None, once: Once | None = None
    ) -> tuple[ConversationView, bool]:
        """The conversation between a number of the viewer's and an outside party; whether it was made now.

        Without `number` the one used last serves. It stays unlisted until its first message. Raises
        InvalidNumber, Invalid, KeyReused.
        """
        viewer.must("send")
        own = None if not number else parse_number(number, viewer.country)
        conversation_id, made = await self._store.write(_open, viewer, to, own, once)
        return await self.get(viewer, conversation_id), made

    async def change(self, viewer: Viewer, conversation_id: int, change: ConversationChange) -> ConversationView:
        """Set the viewer's own marks; raises NotFound."""
        favourite = None if change.favourite is UNSET else int(change.favourite)
        muted = None if change.muted is UNSET else int(change.muted)
        if not await self._store.write(rows.mark, viewer.user_id, conversation_id, favourite=favourite, muted=muted):
            raise not_there()
        return await self.get(viewer, conversation_id)

    async def remove(self, viewer: Viewer, conversation_id: int) -> None:
        """Delete it for this viewer only, and cancel the texts that they have planned in it; raises NotFound."""
        await self._store.write(_remove, viewer.user_id, conversation_id)

    async def mark_read(self, viewer: Viewer, conversation_id: int, up_to: int) -> ReadView:
        """Everything up to a message is read; the mark never goes back. Raises NotFound."""
        marked = await self._store.write(rows.mark_read, viewer.user_id, conversation_id, up_to)
        if marked is None:
            raise not_there()
        row, shown = marked
        for each in shown:
            self._meters.shown(each["carrier"], each["created_at"])
        return read_view(conversation_id, row["read_up_to"], row["unread"])


def _remove(txn: Txn, user_id: int, conversation_id: int) -> None:
    if not rows.clear(txn, user_id, conversation_id):
        raise not_there()
    scheduled.take_back(txn, user_id, conversation_id)


def read_view(conversation_id: int, read_up_to: int, unread: int) -> ReadView:
    """How far a conversation was read."""
    mark = str(read_up_to) if read_up_to else None
    return ReadView(conversation_id=str(conversation_id), read_up_to=mark, unread=unread)


def _page(look: Snapshot, viewer: Viewer, values: dict[str, Any]) -> Page[ConversationView]:
    limit = values["limit"] - 1
    found = rows.page(look, {"user_id": viewer.user_id, **values})
    items = [conversation_view(row, viewer.country) for row in found[:limit]]
    more = str(found[limit - 1]["activity"]) if len(found) > limit else None
    return Page(items=items, next=more, seq=meta.place(look))


def typed_party(viewer: Viewer, text: str, country: str) -> Party:
    """The outside party that a user typed, as dialled in `country`; raises InvalidNumber.

    Who chose not to have leading zeros dropped is told of them instead (KU-14).
    """
    party = parse_party(text, country)
    if party.kind is PartyKind.E164 and not viewer.drop_trunk_zero:
        parse_number(text, country, drop_trunk_zero=False)
    return party


def _open(txn: Txn, viewer: Viewer, to: str, own: str | None, once: Once | None) -> tuple[int, bool]:
    before = done_before(txn, once)
    if before is not None and rows.takes_part(txn, viewer.user_id, before):
        return before, False
    number = numbers.sendable(txn, viewer.user_id, own)
    if number is None:
        wrong = "You may not send from that number." if own else "You have no number to send from."
        raise Invalid(wrong, hint="Ask an admin to give you a number.", where="from")
    party = typed_party(viewer, to, country_of(number["e164"]) or viewer.country)
    owner = (number["owner_kind"], number["owner_id"])
    conversation_id, made = rows.find_or_add_sms(txn, owner, number["id"], parties.find_or_add(txn, party))
    if before is None:  # else it was swept since, unlisted as it was
        remember(txn, once, conversation_id)
    return conversation_id, made
