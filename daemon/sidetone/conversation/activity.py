"""The activity list: what happened last with whom, by which number (KU-42, KU-45)."""

from typing import Any, Literal, NamedTuple

from sidetone.conversation.conversations import END
from sidetone.conversation.moments import moment
from sidetone.conversation.render import conversation_view
from sidetone.conversation.seek import patterns
from sidetone.domain.phone import parse_number
from sidetone.people.viewer import Viewer
from sidetone.store import activity as rows
from sidetone.store import meta
from sidetone.store.connection import Snapshot, Store
from sidetone.views import ActivityRow, ActivityView, ConversationView

Sort = Literal["-time", "time", "number", "-number", "party", "-party", "name", "-name"]
LATEST = 1 << 52  # ms


class ActivityFilter(NamedTuple):
    """Which rows. `since` and `until` are days or times of the last message, as people type them."""

    words: str = ""
    kind: Literal["", "sms", "chat"] = ""
    unread: bool = False
    direction: Literal["", "inbound", "outbound"] = ""
    number: str = ""
    since: str = ""
    until: str = ""


class Activity:
    """A row is a conversation by its last message; the reader's own participant row is the way in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(
        self, viewer: Viewer, wanted: ActivityFilter, *, sort: Sort, after: int | None, limit: int
    ) -> ActivityView:
        """The next rows in an order; `after` is the cursor of the page before. Raises Invalid, InvalidNumber."""
        values = {
            "user_id": viewer.user_id,
            "kind": wanted.kind,
            "unread": int(wanted.unread),
            "direction": wanted.direction,
            "number": parse_number(wanted.number, viewer.country) if wanted.number else "",
            "since": moment(wanted.since, "from") if wanted.since else 0,
            "until": moment(wanted.until, "to", last=True) if wanted.until else LATEST,
            "place": (END if sort == "-time" else 0) if after is None else after,
            "limit": limit + 1,
            **patterns(wanted.words),
        }
        return await self._store.read(_page, viewer, sort, values)


def _page(look: Snapshot, viewer: Viewer, sort: Sort, values: dict[str, Any]) -> ActivityView:
    limit = values["limit"] - 1
    found = rows.page(look, sort, values)
    more = None
    if len(found) > limit:
        more = str(found[limit - 1]["activity"] if sort in rows.BY_TIME else values["place"] + limit)
    return ActivityView(
        items=[_row(conversation_view(row, viewer.country)) for row in found[:limit]],
        next=more,
        seq=meta.place(look),
        unread=rows.unread(look, viewer.user_id),
    )


def _row(talk: ConversationView) -> ActivityRow:
    last = talk.last_message
    assert last is not None  # noqa: S101 - a list without a last message has no activity
    return ActivityRow(
        conversation_id=talk.id,
        kind=talk.kind,
        at=last.created_at,
        direction=last.direction,
        status=last.status,
        unread=talk.unread,
        number=talk.number,
        party=talk.party,
        contact=talk.contact,
        listed=talk.listed,
        read_only=talk.read_only,
        opted_out=talk.opted_out,
        blocked=talk.blocked,
    )
