"""The log of messages as an admin reads it: everyone's, without what people wrote, and where each one is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from sidetone.conversation.conversations import END
from sidetone.conversation.messages import no_message, waits
from sidetone.conversation.render import message_detail
from sidetone.domain.folding import holding
from sidetone.domain.phone import InvalidNumber, parse_number
from sidetone.domain.status import Status
from sidetone.domain.verdict import verdict, verdict_words
from sidetone.domain.words import status_words
from sidetone.parts import Parts
from sidetone.people.render import time_text
from sidetone.store import audit, message_log, meta, outbox
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store
from sidetone.views import LoggedDetail, LoggedMessage, Page, VerdictView, WaitView

log = structlog.get_logger("messages")

LOOKED_AT = 20_000  # messages a page; a page that finds little tells where to go on


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSearch:
    """Which messages; what is empty lets everything through. `since`, `until`: ms, UTC. `words` stand in the text."""

    since: int = 0
    until: int = END
    carrier: str = ""
    status: str = ""
    direction: str = ""
    number: str = ""
    party: str = ""
    words: str = ""


class MessageLog:
    """Whoever calls has checked the caller's right, also that to see bodies, which the audit notes.

    `carriers`: the names of those configured, whose ids a message is found by.
    """

    def __init__(self, store: Store, parts: Parts, carriers: Callable[[], Iterable[str]]) -> None:
        self._store = store
        self._parts = parts
        self._carriers = carriers

    async def page(
        self,
        search: LogSearch,
        *,
        before: int | None,
        limit: int,
        country: str,
        bodies: bool = False,
        looked_at: int = LOOKED_AT,
    ) -> Page[LoggedMessage]:
        """Messages, the newest first, among the next so many to be looked at.

        A page may so hold less than `limit`, or nothing, and still say where to go on.
        """
        values = {
            "before": before or END,
            "limit": limit,
            "most": looked_at,
            "since": search.since,
            "until": search.until,
            "carrier": search.carrier,
            "status": search.status,
            "direction": search.direction,
            "number": _e164(search.number, country),
            "party": _e164(search.party, country),
            "words": holding(search.words.lower()) if search.words else "",
        }
        if search.words:
            await self._store.write(audit.note, Act.BODIES_SOUGHT, About("message"))
        found, after, seq = await self._store.read(_page, values)
        items = [_logged(row, bodies=bodies) for row in found]
        if bodies and items:
            words = f"{len(items)} messages, {items[-1].id} to {items[0].id}"
            await self._store.write(audit.note, Act.BODIES_SHOWN, About("message"), words)
            log.warning("bodies were shown", count=len(items))
        return Page(items=items, next=None if after is None else str(after), seq=seq)

    async def one(self, key: str, *, bodies: bool = False) -> LoggedDetail:
        """A message and all that happened to it, by any id it has: ours, an attempt's reference, a carrier's, a correlation.

        Raises NotFound.
        """
        row, whole, wait = await self._store.read(_find, key, list(self._carriers()))
        if bodies:
            await self._store.write(audit.note, Act.BODIES_SHOWN, About("message", row["id"]))
            log.warning("bodies were shown", count=1, message=row["id"])
        logged = _logged(row, bodies=bodies)
        waiting = None if wait is None else waits(wait, self._parts)
        detail = msgspec.structs.replace(message_detail(whole, waiting), body=logged.body or "")
        characters = 0 if row["body"] is None else row["characters"]
        return LoggedDetail(message=logged, detail=detail, verdict=_verdict(row, waiting), characters=characters)

    async def body(self, message_id: int) -> str:
        """What a message says, which the audit notes; raises NotFound, also for chat."""
        found = await self._store.read(message_log.body, message_id)
        if found is None:
            raise no_message()
        await self._store.write(audit.note, Act.BODIES_SHOWN, About("message", message_id))
        log.warning("bodies were shown", count=1, message=message_id)
        return found


def _page(look: Snapshot, values: dict[str, Any]) -> tuple[list[Any], int | None, str]:
    return *message_log.page(look, values), meta.place(look)


def _find(look: Snapshot, key: str, carriers: list[str]) -> tuple[Any, ...]:
    message_id = message_log.find(look, key, carriers)
    if message_id is None:
        raise no_message()
    row, *history = message_log.whole(look, message_id)
    return row, tuple(history), outbox.wait(look, message_id)


def _verdict(row: Any, waiting: WaitView | None) -> VerdictView:  # noqa: ANN401 - a row
    found = verdict(
        Status(row["status"]),
        row["problem_kind"],
        owned=row["owner_kind"] != "none",
        blocked=row["hidden"] == 1,
        down=waiting is not None and waiting.reason == "carrier",
    )
    return VerdictView(
        where=found.where.value, fault=found.fault.value, ticket=found.ticket.value, text=verdict_words(found)
    )


def _e164(text: str, country: str) -> str:
    """The number as it is stored; what is none is looked for as it is."""
    try:
        return parse_number(text, country) if text else ""
    except InvalidNumber:
        return text


def _logged(row: Any, *, bodies: bool) -> LoggedMessage:  # noqa: ANN401 - a row
    problem = (row["problem_kind"], row["problem_code"], row["problem_text"])
    return LoggedMessage(
        id=str(row["id"]),
        at=time_text(row["created_at"]),
        direction=row["direction"],
        number=row["e164"],
        party=row["party"],
        status=row["status"],
        status_text=status_words(Status(row["status"]), *problem),
        carrier=row["carrier"],
        segments=row["segments"],
        round=row["round"],
        author=row["author"],
        correlation=row["correlation"],
        body=row["body"] if bodies else None,
    )
