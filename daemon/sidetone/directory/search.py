"""Search over what a user may read: messages through the index, people by their names and numbers."""

import time
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from sidetone.conversation.conversations import END
from sidetone.conversation.moments import moment
from sidetone.conversation.render import contact_views, message_view, party_view
from sidetone.conversation.seek import index_terms, patterns
from sidetone.domain.folding import plain
from sidetone.domain.phone import parse_number
from sidetone.domain.terms import Sought, snippet, sought
from sidetone.errors import IndexBroken, SearchBusy
from sidetone.people.render import own_number
from sidetone.people.viewer import Viewer
from sidetone.store import contacts, directories, meta, search
from sidetone.store.connection import Snapshot, Store
from sidetone.store.search import Found, Limits, conversation_term, owner_term
from sidetone.store.sqlite import too_slow
from sidetone.views import ContactView, FoundMessage, SearchView, SnippetPiece

SECONDS = 0.5  # that one search may take, with its wait for others
AT_ONCE = 8  # searches, of which one is under way
CONTACTS = 10  # shown beside messages
CHUNK = 300  # candidates looked at between two looks at the time
MOST_TERMS = 24  # of the index that one query asks for; more would not make it surer
CLOCK_SLACK = 24 * 60 * 60 * 1000  # ms by which the machine's clock may have been put back
LATEST = 1 << 52  # ms


class Query(NamedTuple):
    """What is looked for. `since` and `until` are dates or times as people type them; None is any."""

    words: str
    conversation_id: int | None = None
    kind: Literal["sms", "chat"] | None = None
    number: str | None = None
    since: str | None = None
    until: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    status: str | None = None
    only: Literal["messages", "contacts"] | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it is about messages of some kind, so that contacts are no answer."""
        return any((self.conversation_id, self.kind, self.number, self.since, self.until, self.direction, self.status))


class Search:
    """Finds by words, parts of words, digits in any spelling; ü, ue and u are one (`domain.terms`).

    `broken` is called when the index turns out to be.
    """

    def __init__(self, store: Store, broken: Callable[[], None] = lambda: None, *, seconds: float = SECONDS) -> None:
        self._store = store
        self._broken = broken
        self._seconds = seconds
        self._under_way = 0

    async def find(self, viewer: Viewer, query: Query, *, before: int | None, limit: int) -> SearchView:
        """A page of what the viewer may read and holds all that `query` asks for. Raises SearchBusy, Invalid,
        InvalidNumber, StoreError."""
        if self._under_way >= AT_ONCE:
            raise SearchBusy("Too many searches are under way.", hint="Try again in a moment.")
        wanted = sought(query.words, viewer.country)
        values = _values(viewer, query, wanted, before)
        until = time.monotonic() + self._seconds

        def over() -> bool:
            return time.monotonic() > until

        self._under_way += 1
        try:
            limits = Limits(limit, limit, CHUNK, over)
            return await self._store.seek(over, _find, viewer, query, wanted, values, limits)
        except IndexBroken:
            self._broken()
            raise
        finally:
            self._under_way -= 1


def _values(viewer: Viewer, query: Query, wanted: list[Sought], before: int | None) -> dict[str, Any]:
    terms = [owner_term("user", viewer.user_id)]
    if query.conversation_id is not None:
        terms.append(conversation_term(query.conversation_id))
    rest = sorted({term for each in wanted for term in each.terms})
    return {
        "user_id": viewer.user_id,
        "terms": " AND ".join(f'"{term}"' for term in (*terms, *rest[:MOST_TERMS])),
        "before": before or END,
        "conversation_id": query.conversation_id,
        "direction": query.direction,
        "status": query.status,
        "number": parse_number(query.number, viewer.country) if query.number else None,
        "since": moment(query.since, "from") if query.since else 0,
        "until": moment(query.until, "to", last=True) if query.until else LATEST,
    }


def _find(
    look: Snapshot, viewer: Viewer, query: Query, wanted: list[Sought], values: dict[str, Any], limits: Limits
) -> SearchView:
    people: list[ContactView] = []
    if values["before"] == END and not query.is_narrow and query.only != "messages":
        people = _contacts(look, viewer, query.words)
    found = Found([], None, cut=False)
    if wanted and query.kind != "chat" and query.only != "contacts":  # chat is in no index
        found = _messages(look, values, wanted, limits)
    return SearchView(
        items=[_view(row, wanted, viewer.country) for row in found.rows],
        contacts=people,
        next=None if found.place is None else str(found.place),
        seq=meta.place(look),
        complete=not found.cut,
        behind=search.lag(look),
    )


def _messages(look: Snapshot, values: dict[str, Any], wanted: list[Sought], limits: Limits) -> Found:
    floor, ceiling = 0, END
    if values["since"] or values["until"] < LATEST:
        floor, ceiling = search.bounds(look, values["since"], values["until"], CLOCK_SLACK)
    start = min(values["before"], ceiling)
    places = {**values, "before": start, "floor": floor}
    found = search.find(look, places, lambda body: _holds(body, wanted), limits)
    if found.cut and found.place == start:
        raise too_slow()
    return found


def _contacts(look: Snapshot, viewer: Viewer, words: str) -> list[ContactView]:
    values = {"user_id": viewer.user_id, "after": 0, "limit": CONTACTS, "source": "", **patterns(words)}
    found = contact_views(*contacts.page(look, values), viewer.country)
    left = {**values, "limit": CONTACTS - len(found), "terms": index_terms(words)}
    return found + (contact_views(*directories.page(look, left), viewer.country) if left["limit"] else [])


def _holds(body: str, wanted: list[Sought]) -> bool:
    flat = plain(body)
    return all(each.pattern.search(flat) for each in wanted)


def _view(row: Any, wanted: list[Sought], country: str) -> FoundMessage:  # noqa: ANN401 - a row
    party = party_view(row["party_kind"], row["party_value"], country)
    return FoundMessage(
        message=message_view(row),
        title=row["contact_name"] or row["listed_name"] or party.display,
        number=own_number({"id": row["number_id"], "e164": row["e164"], "label": row["label"]}, country),
        party=party,
        snippet=[SnippetPiece(text=piece.text, hit=piece.hit) for piece in snippet(row["body"], wanted)],
    )
