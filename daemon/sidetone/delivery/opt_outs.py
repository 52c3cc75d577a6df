"""The opt-out list: how one comes onto it and off it, and who may see it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sidetone.conversation.conversations import END, not_there
from sidetone.conversation.render import conversation_view, opt_out_view
from sidetone.domain.party import Party
from sidetone.domain.phone import InvalidNumber, country_of, parse_number, parse_party
from sidetone.errors import Invalid, NotFound
from sidetone.people.names import one_line
from sidetone.people.viewer import Viewer
from sidetone.store import audit, consent, conversations, meta, numbers, parties
from sidetone.store import opt_outs as rows
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.views import (
    ConversationView,
    ImportedOptOuts,
    ImportView,
    NewOptOut,
    OptOutDecision,
    OptOutView,
    Page,
    RefusedRow,
)

T = TypeVar("T")

COMPANY = "company"
_COMPANY_ID = -1  # stands for it among the ids of numbers
_STRETCH = 1000  # rows of an export read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which opt-outs. `number`: one of ours, or `company` for those that hold for all; empty is any."""

    party: str = ""
    number: str = ""
    state: str = "in_force"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An opt-out to add, its numbers read."""

    number: str | None
    party: Party
    wording: str


class OptOuts:
    """Whoever calls for an admin has checked the right."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, viewer: Viewer, search: Search, *, before: int | None, limit: int) -> Page[OptOutView]:
        """Opt-outs, newest first; raises InvalidNumber, Invalid."""
        party = _read(parse_party, search.party, viewer.country, "party") if search.party else None
        number = search.number
        if number not in ("", COMPANY):
            number = _read(parse_number, number, viewer.country, "number")
        found, seq = await self._store.read(_page, before or END, limit + 1, party, number, search.state)
        items = [opt_out_view(row, viewer.country) for row in found[:limit]]
        return Page(items=items, next=items[-1].id if len(found) > limit else None, seq=seq)

    async def all(self, viewer: Viewer) -> AsyncIterator[OptOutView]:
        """Every opt-out there is and was, newest first; the audit says that it was asked for."""
        await self._store.write(audit.note, Act.OPT_OUTS_EXPORTED, About("opt_out"))
        before: int | None = None
        while True:
            page = await self.page(viewer, Search(state="all"), before=before, limit=_STRETCH)
            for item in page.items:
                yield item
            if page.next is None:
                return
            before = int(page.next)

    async def add(self, viewer: Viewer, ask: NewOptOut, once: Once | None) -> tuple[OptOutView, bool]:
        """Forbid texts to a party; whether that is new. Raises InvalidNumber, Invalid, KeyReused."""
        row, made = await self._store.write(_add, viewer.user_id, _wanted(ask, viewer.country), once)
        return opt_out_view(row, viewer.country), made

    async def bring_in(self, viewer: Viewer, ask: ImportedOptOuts) -> ImportView:
        """Take over a list from elsewhere, in one transaction; a row that cannot be taken is told by its place."""
        wanted: dict[int, _Wanted] = {}
        refused: dict[int, str] = {}
        for place, row in enumerate(ask.rows, start=1):
            try:
                wanted[place] = _wanted(row, viewer.country)
            except InvalidNumber as error:
                refused[place] = str(error)
        added, strange = await self._store.write(_bring_in, viewer.user_id, wanted)
        refused |= strange
        views = [RefusedRow(row=place, reason=reason) for place, reason in sorted(refused.items())]
        return ImportView(added=added, known=len(wanted) - len(strange) - added, refused=views)

    async def lift(self, viewer: Viewer, id_: int, why: str) -> None:
        """Allow texts again; one that is lifted stays so. Raises NotFound."""
        if await self._store.read(rows.one, id_) is None:
            raise NotFound("There is no such opt-out.", hint="The list shows them all.")
        await self._store.write(_lift, id_, one_line(why), viewer.user_id)

    async def decide(self, viewer: Viewer, conversation_id: int, ask: OptOutDecision) -> ConversationView:
        """A participant says what a text that may have meant STOP did mean; raises NotFound."""
        viewer.must("send")
        row = await self._store.write(_decide, viewer, conversation_id, ask)
        return conversation_view(row, viewer.country)


def _read(parse: Callable[[str, str], T], text: str, country: str, where: str) -> T:
    try:
        return parse(text, country)
    except InvalidNumber as error:
        error.where = where
        raise


def _wanted(ask: NewOptOut, country: str) -> _Wanted:
    """Raises InvalidNumber. A party is dialled as from the number of ours that it concerns."""
    number = _read(parse_number, ask.number, country, "number") if ask.number else None
    dialled_in = country_of(number) if number else None
    party = _read(parse_party, ask.party, dialled_in or country, "party")
    return _Wanted(number, party, one_line(ask.wording))


def _page(
    look: Snapshot, before: int, limit: int, party: Party | None, number: str, state: str
) -> tuple[list[Any], str]:
    seq = meta.place(look)
    party_id = 0 if party is None else parties.find(look, party)
    number_id = _COMPANY_ID if number == COMPANY else numbers.find(look, number) if number else 0
    if party_id is None or number_id is None:
        return [], seq  # who is not known has not opted out
    values = {"before": before, "limit": limit, "party_id": party_id, "number_id": number_id, "state": state}
    return rows.page(look, values), seq


def _number_id(look: Snapshot, e164: str | None) -> int | None:
    """Raises Invalid for a number that is not ours."""
    if e164 is None:
        return None
    number_id = numbers.find(look, e164)
    if number_id is None:
        raise Invalid("This is no number of ours.", hint="Leave it out to mean the whole company.", where="number")
    return number_id


def _add(txn: Txn, user_id: int, wanted: _Wanted, once: Once | None) -> tuple[Any, bool]:
    done = done_before(txn, once)
    if done is not None:
        return rows.one(txn, done), False
    id_, made = _add_one(txn, user_id, wanted, "admin")
    remember(txn, once, id_)
    if made:
        audit.note(txn, Act.OPT_OUT_ADDED, About("opt_out", id_))
    return rows.one(txn, id_), made


def _lift(txn: Txn, id_: int, wording: str, user_id: int) -> None:
    if rows.lift(txn, id_, wording=wording, lifted_by=user_id):
        audit.note(txn, Act.OPT_OUT_LIFTED, About("opt_out", id_))


def _add_one(txn: Txn, user_id: int, wanted: _Wanted, source: str) -> tuple[int, bool]:
    number_id = _number_id(txn, wanted.number)
    party_id = parties.find_or_add(txn, wanted.party)
    return rows.add(txn, number_id, party_id, source, wording=wanted.wording, made_by=user_id)


def _bring_in(txn: Txn, user_id: int, wanted: dict[int, _Wanted]) -> tuple[int, dict[int, str]]:
    added, strange = 0, {}
    for place, each in wanted.items():
        try:
            added += _add_one(txn, user_id, each, "import")[1]
        except Invalid as error:
            strange[place] = str(error)
    audit.note(txn, Act.OPT_OUTS_IMPORTED, About("opt_out"), f"rows: {len(wanted)}, added: {added}")
    return added, strange


def _decide(txn: Txn, viewer: Viewer, conversation_id: int, ask: OptOutDecision) -> Any:  # noqa: ANN401 - a row
    place = txn.one(conversations.WRITABLE, {"user_id": viewer.user_id, "conversation_id": conversation_id})
    if place is None:
        raise not_there()
    opted_out = ask.decision == "opted_out"
    if opted_out:
        wording = one_line(ask.wording)
        rows.add(txn, place["number_id"], place["party_id"], "user", wording=wording, made_by=viewer.user_id)
    consent.decide(txn, conversation_id, may_text=not opted_out)
    rows.announce(txn, place["number_id"], place["party_id"])
    return conversations.one(txn, viewer.user_id, conversation_id)
