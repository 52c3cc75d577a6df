"""The company's numbers: whose they are, and the carrier that is their home."""

import re
from collections.abc import Callable, Collection
from typing import Any, ClassVar

from msgspec import UNSET, UnsetType

from sidetone.domain.fault import SidetoneError
from sidetone.domain.folding import holding
from sidetone.domain.phone import InvalidNumber, parse_number
from sidetone.errors import Invalid, NotFound
from sidetone.people.names import one_line
from sidetone.people.render import number_view
from sidetone.people.table import Wanted
from sidetone.store import audit, conversations, meta, outbox, users
from sidetone.store import numbers as rows
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.store.journal import Audience, EventType
from sidetone.views import Listing, NewNumber, NumberChange, NumberView, Page

NOBODY = ("none", 0)
_LIKE_A_NUMBER = re.compile(r"[\d\s+()./-]+")


class NumberTaken(SidetoneError):
    """This number is one of ours already."""

    code: ClassVar[str] = "number-taken"
    status: ClassVar[int] = 409


class Numbers:
    """Adds and changes numbers. Whoever calls has checked the caller's right.

    `carriers`: the names of the configured ones. `country`: of whoever asks, for spellings in and out; None
    means the daemon's default.
    """

    def __init__(self, store: Store, carriers: Callable[[], Collection[str]], default_country: str) -> None:
        self._store = store
        self._carriers = carriers
        self._default_country = default_country

    async def add(self, new: NewNumber, *, country: str | None = None, once: Once | None = None) -> NumberView:
        """Add a number in any spelling; raises InvalidNumber, Invalid, NumberTaken, KeyReused.

        One that is there and belongs to nobody, because its carrier named it as its own or a text came to it, is
        given to the owner, with what waited for them.
        """
        country = country or self._default_country
        values = {
            "e164": _parsed(new.number, country),
            "label": one_line(new.label),
            "carrier": self._known(new.carrier),
        }
        return number_view(await self._store.write(_add, values, new.owner, once), country)

    async def page(self, *, after: int, limit: int, country: str | None = None) -> Page[NumberView]:
        """Numbers in the order they were added."""
        found, seq = await self._store.read(_page, after, limit + 1)
        items = [number_view(row, country or self._default_country) for row in found[:limit]]
        return Page(items=items, next=items[-1].id if len(found) > limit else None, seq=seq)

    async def table(self, wanted: Wanted, *, country: str | None = None) -> Listing[NumberView]:
        """Numbers as a table; `wanted.only` is a carrier, `wanted.state` `owned` or `free`. Digits are found in any spelling."""
        found, total, seq = await self._store.read(_table, wanted)
        items = [number_view(row, country or self._default_country) for row in found]
        return Listing(items=items, next=wanted.next(total), seq=seq, total=total)

    async def get(self, number_id: int, *, country: str | None = None) -> NumberView:
        """One number; raises NotFound."""
        row = await self._store.read(rows.one, number_id)
        if row is None:
            raise _not_there()
        return number_view(row, country or self._default_country)

    async def find(self, number: str, *, country: str | None = None) -> int:
        """The id of a number in any spelling; raises InvalidNumber, NotFound."""
        found = await self._store.read(rows.find, _parsed(number, country or self._default_country))
        if found is None:
            raise _not_there()
        return found

    async def change(self, number_id: int, change: NumberChange, *, country: str | None = None) -> NumberView:
        """Change label, home carrier or owner. Raises NotFound, Invalid.

        What waited for an owner is given to them; what waits for the former carrier waits for the new one.
        """
        carrier = change.carrier if change.carrier is UNSET else self._known(change.carrier)
        row = await self._store.write(_change, number_id, change.label, carrier, change.owner)
        return number_view(row, country or self._default_country)

    def _known(self, carrier: str) -> str:
        names = self._carriers()
        if carrier not in names:
            raise Invalid(
                "There is no such carrier.",
                hint=f"Configured are: {', '.join(sorted(names)) or 'none yet'}.",
                where="carrier",
            )
        return carrier


def _parsed(number: str, country: str) -> str:
    try:
        return parse_number(number, country)
    except InvalidNumber as error:
        error.where = "number"
        raise


def _not_there() -> NotFound:
    return NotFound("There is no such number of ours.", hint="`sidetone number list` shows them all.")


def _page(look: Snapshot, after: int, limit: int) -> tuple[list[Any], str]:
    return rows.page(look, after, limit), meta.place(look)


def _table(look: Snapshot, wanted: Wanted) -> tuple[list[Any], int, str]:
    asked = {"sort": wanted.column, "words": _pattern(wanted), "carrier": wanted.only, "state": wanted.state}
    found, total = rows.listing(look, asked, down=wanted.down, limit=wanted.limit, skip=wanted.skip)
    return found, total, meta.place(look)


def _pattern(wanted: Wanted) -> str:
    """For what could be a number its digits alone, without the zero of a national spelling."""
    if not _LIKE_A_NUMBER.fullmatch(wanted.words):
        return wanted.pattern
    digits = "".join(re.findall(r"\d", wanted.words)).lstrip("0")
    return holding(digits) if digits else wanted.pattern


def _add(txn: Txn, values: dict[str, Any], owner: str | None, once: Once | None) -> Any:  # noqa: ANN401 - a row
    made = done_before(txn, once)
    if made is not None:
        return rows.one(txn, made)
    there = rows.find(txn, values["e164"])
    if there is not None:
        _refuse_taken(rows.one(txn, there), owner)
        remember(txn, once, there)
        return _change(txn, there, values["label"] or UNSET, values["carrier"], owner)
    owner_kind, owner_id = _owner(txn, owner)
    number_id = rows.add(txn, {**values, "owner_kind": owner_kind, "owner_id": owner_id})
    remember(txn, once, number_id)
    _tell(txn, number_id, (owner_kind, owner_id))
    words = f"owner: {owner or '-'}, carrier: {values['carrier']}"
    audit.note(txn, Act.NUMBER_ADDED, About("number", number_id, values["e164"]), words)
    return rows.one(txn, number_id)


def _refuse_taken(row: Any, owner: str | None) -> None:  # noqa: ANN401 - a row
    if row["owner_kind"] != "none":
        words = f"This number belongs to {row['owner_name'] or 'a service'} already."
        raise NumberTaken(
            words, hint="Give it another owner under Numbers, or by sidetone number change.", where="number"
        )
    if owner is None:
        words = "This number is one of ours already, and belongs to nobody."
        raise NumberTaken(words, hint="Say whose it is to be.", where="number")


def _change(
    txn: Txn, number_id: int, label: str | UnsetType, carrier: str | UnsetType, owner: str | UnsetType | None
) -> Any:  # noqa: ANN401 - a row
    row = rows.one(txn, number_id)
    if row is None:
        raise _not_there()
    before = (row["owner_kind"], row["owner_id"])
    after = before if owner is UNSET else _owner(txn, owner)
    values = {
        "label": row["label"] if label is UNSET else one_line(label),
        "carrier": row["carrier"] if carrier is UNSET else carrier,
        "owner_kind": after[0],
        "owner_id": after[1],
    }
    rows.change(txn, number_id, values)
    if values["carrier"] != row["carrier"]:
        outbox.follow(txn, number_id, row["carrier"], str(values["carrier"]))
    if after not in (before, NOBODY):
        conversations.adopt(txn, number_id, *after)
    _tell(txn, number_id, before, after)
    said = ["label"] if values["label"] != row["label"] else []
    said += [f"carrier: {values['carrier']}"] if values["carrier"] != row["carrier"] else []
    said += [f"owner: {owner or '-'}"] if after != before else []
    audit.note(txn, Act.NUMBER_CHANGED, About("number", number_id, row["e164"]), ", ".join(said))
    return rows.one(txn, number_id)


def _owner(txn: Txn, text: str | None) -> tuple[str, int]:
    """Whom `user:NAME` names; raises Invalid."""
    if text is None:
        return NOBODY
    kind, _, name = text.partition(":")
    row = users.by_name(txn, name.strip().lower()) if kind == "user" else None
    if row is None:
        raise Invalid("There is no such owner.", hint="Write it as user:NAME.", where="owner")
    return "user", row["id"]


def _tell(txn: Txn, number_id: int, *owners: tuple[str, int]) -> None:
    for kind, owner_id in sorted(set(owners)):
        if kind == "user":
            txn.emit(EventType.NUMBER_UPDATED, Audience.USER, owner_id, number_id)
    txn.emit(EventType.NUMBER_UPDATED, Audience.ADMINS, 0, number_id)
