"""Pages of a service's list of messages, and the messages on them: bounded and total."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from sidetone_restcomm.answers import read_json, scalars

LARGEST_PAGE = 8 * 1024 * 1024
LONGEST_LINK = 2048
_INBOUND = ("inbound", "incoming")  # Restcomm's pages say the one and its code the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A message as the service's own books have it. `created` is in ms UTC, None where no date can be read."""

    sid: str
    sender: str
    recipient: str
    body: str | None
    status: str
    inbound: bool
    created: int | None
    error: str
    media: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `more` is the query of the next one where the page names one; `listed` is how many entries it has."""

    records: tuple[Record, ...]
    listed: int
    more: str


def read_page(raw: bytes) -> Page | None:
    """A page, None for what is none; entries without an id are passed over."""
    if len(raw) > LARGEST_PAGE:
        return None
    document = read_json(raw)
    listed: Any = document.get("messages") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return None
    records = tuple(read_record(scalars(entry)) for entry in listed if isinstance(entry, dict))
    return Page(
        records=tuple(record for record in records if record.sid),
        listed=len(listed),
        more=_query(document.get("next_page_uri")),
    )


def read_record(fields: Mapping[str, str]) -> Record:
    """A message from its members, each of which may be missing."""

    def get(name: str) -> str:
        return fields.get(name, "").strip()

    return Record(
        sid=get("sid")[:128],
        sender=get("from")[:64],
        recipient=get("to")[:64],
        body=fields.get("body"),
        status=get("status").lower()[:64],
        inbound=get("direction").lower() in _INBOUND,
        created=moment(get("date_created")) or moment(get("date_sent")),
        error=get("error_code")[:64],
        media=count_of(get("num_media")),
        fields=fields,
    )


def moment(text: str) -> int | None:
    """A date as mail writes it (RFC 2822) or as ISO 8601 does, in ms UTC; None for any other text."""
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        try:
            date = datetime.fromisoformat(text)
        except ValueError:
            return None
    try:
        return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() * 1000)
    except (OverflowError, ValueError):
        return None


def count_of(text: str) -> int:
    """A small number in digits; 0 for any other text."""
    return int(text[:4]) if text.isascii() and text.isdigit() else 0


def _query(link: object) -> str:
    """The query of a link. Its host and path are not looked at: the token goes nowhere but to where it belongs."""
    if not isinstance(link, str) or len(link) > LONGEST_LINK:
        return ""
    try:
        return urlsplit(link).query
    except ValueError:
        return ""
