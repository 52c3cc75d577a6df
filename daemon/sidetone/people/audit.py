"""The audit as admins read it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sidetone.errors import Invalid
from sidetone.people.render import time_text
from sidetone.store import audit as rows
from sidetone.store import meta
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store
from sidetone.views import AuditView, Page

END = (1 << 63) - 1
_STRETCH = 1000  # rows of an export read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which rows. `who`: a name. `what`: an act, or the noun before its dot. `since`, `until`: times or days, UTC."""

    who: str = ""
    what: str = ""
    since: str = ""
    until: str = ""


class Audit:
    """Whoever calls has checked the caller's right."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, search: Search, *, before: int | None, limit: int) -> Page[AuditView]:
        """Rows, newest first; raises Invalid."""
        what = search.what.strip()
        values = {
            "who": search.who.strip().lower(),
            "what": what if "." in what or not what else f"{what}.",
            "since": moment(search.since, "from", 0),
            "until": moment(search.until, "to", END),
        }
        found, seq = await self._store.read(_page, {**values, "before": before or END, "limit": limit + 1})
        items = [_view(row) for row in found[:limit]]
        return Page(items=items, next=items[-1].id if len(found) > limit else None, seq=seq)

    async def all(self, search: Search) -> AsyncIterator[AuditView]:
        """Every row that the search finds, newest first, and a new one that says so. Raises Invalid, StoreError."""
        page = await self.page(search, before=None, limit=_STRETCH)
        await self._store.write(rows.note, Act.AUDIT_EXPORTED, About("audit"))
        while True:
            for item in page.items:
                yield item
            if page.next is None:
                return
            page = await self.page(search, before=int(page.next), limit=_STRETCH)


def _page(look: Snapshot, values: dict[str, Any]) -> tuple[list[Any], str]:
    return rows.page(look, values), meta.place(look)


def moment(text: str, where: str, otherwise: int) -> int:
    """Milliseconds of a time or of the beginning of a day, UTC unless it says otherwise; raises Invalid."""
    if not text:
        return otherwise
    try:
        when = datetime.fromisoformat(text)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        return int(when.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Invalid("This is no time.", hint="Write it as 2026-03-01 or 2026-03-01T12:00:00Z.", where=where) from None


def _view(row: Any) -> AuditView:  # noqa: ANN401 - a row
    return AuditView(
        id=str(row["id"]),
        at=time_text(row["at"]),
        user_id=None if row["user_id"] is None else str(row["user_id"]),
        name=row["name"],
        uid=row["uid"],
        address=row["address"],
        act=row["act"],
        kind=row["kind"],
        subject_id=None if row["subject_id"] is None else str(row["subject_id"]),
        subject=row["subject"],
        words=row["words"],
    )
