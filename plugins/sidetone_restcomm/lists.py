"""What the service's own books say: what became of a send, how a message stands, and which texts came in."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlencode

from sidetone.plugin import (
    Accepted,
    Context,
    InboundMessage,
    Misunderstood,
    Outcome,
    Outgoing,
    Receipt,
    ReceiptStatus,
    Window,
)
from sidetone_restcomm.client import Client, Unreadable
from sidetone_restcomm.faults import FaultTable
from sidetone_restcomm.outcomes import echo_note, plain, rejection
from sidetone_restcomm.pages import Page, Record
from sidetone_restcomm.pieces import pieces_of, reference_of
from sidetone_restcomm.profiles import Profile
from sidetone_restcomm.seen import Seen
from sidetone_restcomm.statuses import receipt_of, with_note

MOST_PAGES = 500
FIND_PAGES = 5  # of messages between the same two numbers
ONE_BY_ONE = 20  # numbers; of more the whole account's list is read at once
BATCH = 50
CLOCKS_DIFFER = 120_000  # ms between the service's clock and ours
DAY = 24 * 60 * 60 * 1000
SURELY_CUT = 140  # characters: a shorter beginning of a text may be another text
LARGEST_RAW = 64 * 1024
FOUND = "It was found among the carrier's messages"
_NEVER_LEFT = ("failed", "canceled")


class TooLong(Unreadable):
    """The list has more pages than are read."""


class Lists:
    """Reads one account's list. Everything raises NeverLeft, LostSight or Unreadable when the list cannot be read."""

    def __init__(
        self, client: Client, context: Context, profile: Profile, faults: FaultTable, seen: Seen, splits: str
    ) -> None:
        self._client = client
        self._context = context
        self._profile = profile
        self._faults = faults
        self._seen = seen
        self._splits = splits

    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        """What became of a send that nobody answered; None while the books have nothing that is certainly it."""
        bodies = pieces_of(message, self._splits)
        known = [self._seen.id_of(reference_of(message, place)) for place in range(len(bodies))]
        if all(known):
            return Accepted(tuple(known), note=FOUND)
        records = await self._between(message, since)
        return self._judge(bodies, known, records)

    def _judge(self, bodies: Sequence[str], known: Sequence[str], records: Sequence[Record]) -> Outcome | None:
        found: list[str] = []
        notes = [FOUND]
        for body, sid in zip(bodies, known, strict=True):
            record = None if sid else self._match(records, body, found)
            if record is None and not sid:
                return None
            if record is not None and record.status in _NEVER_LEFT:
                return rejection(record.error, "", self._faults)
            if record is not None and (note := echo_note(record.body, body)):
                notes.append(note)
            found.append(sid if record is None else record.sid)
        for sid in found:
            self._seen.claimed(sid)  # by this send; should the core know better, it asks again and gets another
        return Accepted(tuple(found), note=". ".join(notes))

    async def status(self, sid: str) -> Receipt | None:
        """How a message stands; None when that is no news, or when the books have no such message."""
        record = await self._client.message(sid)
        if record is None:
            return None
        receipt = receipt_of(sid, record.status, record.error, self._faults)
        return None if receipt.status is ReceiptStatus.OTHER else receipt

    async def texts(self, windows: Sequence[Window]) -> int:
        """Hand over what came in and is new to this process, oldest first; how many a call-back should have brought."""
        since = self._profile.listing.since
        if len(windows) > ONE_BY_ONE:
            with suppress(TooLong):  # an account that sends much is asked for its numbers one by one after all
                return await self._texts(windows, {since: self._day(min(window.since for window in windows))})
        missed = 0
        for window in windows:
            asked = {"To": self._number(window.number), since: self._day(window.since)}
            missed += await self._texts([window], asked)
        return missed

    async def _texts(self, windows: Sequence[Window], filters: Mapping[str, str]) -> int:
        ours = {_digits(window.number): window for window in windows}
        found = [record for record in await self._walk(filters, MOST_PAGES) if self._is_new(record, ours)]
        found.sort(key=lambda record: record.created or 0)
        for start in range(0, len(found), BATCH):
            await self._hand_over(found[start : start + BATCH], ours)
        due = self._context.clock.now() - CLOCKS_DIFFER
        return sum(record.created is not None and record.created < due for record in found)

    async def _between(self, message: Outgoing, since: int) -> list[Record]:
        """What the books have from this sender to this recipient that may be as new as the send, oldest first."""
        listing = self._profile.listing
        filters = {"From": self._number(message.sender), "To": self._number(message.recipient.value)}
        if listing.by_creation:  # else a message that waits there has no date yet and would be left out
            filters[listing.since] = self._day(since)
        ends = (_digits(message.sender), _digits(message.recipient.value))
        earliest = since - CLOCKS_DIFFER
        records = await self._walk(filters, FIND_PAGES, until=earliest)
        mine = [
            record
            for record in records
            if not record.inbound
            and (_digits(record.sender), _digits(record.recipient)) == ends
            and record.created is not None
            and record.created >= earliest
        ]
        return sorted(mine, key=lambda record: record.created or 0)

    def _match(self, records: Iterable[Record], body: str, taken: Collection[str]) -> Record | None:
        """The oldest record of this text that belongs to no other send, as far as this process knows."""
        for record in records:
            if record.sid in taken or self._seen.is_sent(record.sid) or record.body is None:
                continue
            theirs, ours = plain(record.body), plain(body)
            if theirs == ours or (len(theirs) >= SURELY_CUT and ours.startswith(theirs)):
                return record
        return None

    async def _walk(self, filters: Mapping[str, str], most: int, until: int | None = None) -> list[Record]:
        """The records of every page. `until`: of a list that begins with the newest, no page older than this time."""
        listing = self._profile.listing
        query = urlencode({**filters, **listing.more, "PageSize": str(listing.size)})
        records: dict[str, Record] = {}
        for number in count(1):
            page = await self._client.page(query)
            before = len(records)
            records |= {record.sid: record for record in page.records}
            query = self._next(page, filters, number)
            stale = len(records) == before or (not listing.counts_pages and _all_before(page, until))
            if not query or stale:
                break
            if number == most:
                raise TooLong(f"The list has more than {most} pages of {listing.size}")
        return list(records.values())

    def _next(self, page: Page, filters: Mapping[str, str], number: int) -> str:
        """The query of the next page; empty behind the last one. `number` counts the pages that were read."""
        listing = self._profile.listing
        if not listing.counts_pages:
            return page.more
        if page.listed < listing.size:
            return ""
        return urlencode({**filters, **listing.more, "PageSize": str(listing.size), "Page": str(number)})

    def _is_new(self, record: Record, ours: Mapping[str, Window]) -> bool:
        window = ours.get(_digits(record.recipient))
        came_in = record.inbound and record.status != "receiving"
        if not came_in or window is None or self._seen.is_handed_over(record.sid):
            return False
        return record.created is None or record.created >= window.since

    async def _hand_over(self, records: Sequence[Record], ours: Mapping[str, Window]) -> None:
        for record in records:
            if not _is_text(record):
                await self._context.misunderstood(_raw(record))
        whole = [record for record in records if _is_text(record)]
        if whole:
            await self._context.inbound(*(_text(record, ours) for record in whole))
        for record in records:
            self._seen.handed_over(record.sid)

    def _number(self, number: str) -> str:
        return _digits(number) if self._profile.listing.by_suffix else number

    def _day(self, at: int) -> str:
        listing = self._profile.listing
        early = DAY if listing.local_days else 0
        return datetime.fromtimestamp(max(at - early, 0) / 1000, UTC).strftime("%Y-%m-%d")


def _all_before(page: Page, until: int | None) -> bool:
    return until is not None and all(record.created is not None and record.created < until for record in page.records)


def _is_text(record: Record) -> bool:
    return bool(record.sender) and (record.body is not None or record.media > 0)


def _text(record: Record, ours: Mapping[str, Window]) -> InboundMessage:
    return InboundMessage(
        carrier_id=record.sid,
        sender=record.sender,
        recipient=ours[_digits(record.recipient)].number,
        body=with_note(record.body or "", record.media),
        carrier_time=record.created,
    )


def _raw(record: Record) -> Misunderstood:
    raw = json.dumps(dict(record.fields), ensure_ascii=False).encode("utf-8", "replace")
    return Misunderstood(
        content_type="application/json", raw=raw[:LARGEST_RAW], reason="list: it has no sender or no text."
    )


def _digits(number: str) -> str:
    return number.lstrip("+")
