"""What Twilio's pages look like (2010-04-01): resources, lists and errors in JSON. SignalWire's differ in a few types."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from sidetone.domain.segments import segment
from sidetone.testing.restcomm_pages import Sms

VERSION = "2010-04-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Where a service of the family goes its own way: `numbers`, counts and prices are JSON numbers and not texts."""

    root: str
    numbers: bool = False


def members(sms: Sms, dialect: Dialect) -> dict[str, Any]:
    """A message resource; what is not known is null and there."""
    segments = len(segment(sms.body).parts)
    price = None if sms.sent is None else 0.0075 * segments
    path = f"{dialect.root}/Accounts/{sms.account_sid}/Messages/{sms.sid}"
    return {
        "account_sid": sms.account_sid,
        "api_version": VERSION,
        "body": sms.body,
        "date_created": date(sms.created),
        "date_sent": None if sms.sent is None else date(sms.sent),
        "date_updated": date(sms.sent or sms.created),
        "direction": sms.direction,
        "error_code": sms.error_code,
        "error_message": None,
        "from": sms.sender,
        "messaging_service_sid": None,
        "num_media": sms.media if dialect.numbers else str(sms.media),
        "num_segments": segments if dialect.numbers else str(segments),
        "price": price if dialect.numbers or price is None else f"-{price:.5f}",
        "price_unit": "USD",
        "sid": sms.sid,
        "status": sms.status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": sms.recipient,
        "uri": f"{path}.json",
    }


def list_page(messages: Sequence[Sms], query: Mapping[str, str], path: str, dialect: Dialect) -> dict[str, Any]:
    """One page of the messages that the filters let through, newest first; the next one is named by a token."""
    found = _matching(messages, query)
    size = min(int(query.get("PageSize", "50")), 1000)
    number = int(query.get("Page", "0"))
    start = next((place for place, sms in enumerate(found) if sms.sid == query.get("PageToken", "")[2:]), 0)
    shown = found[start : start + size]
    rest = found[start + size :]

    def link(page: int, **more: str) -> str:
        kept = {name: value for name, value in query.items() if name not in ("Page", "PageToken")}
        return f"{path}?{urlencode({**kept, 'PageSize': str(size), 'Page': str(page), **more})}"

    return {
        "end": start + len(shown) - 1,
        "first_page_uri": link(0),
        "next_page_uri": link(number + 1, PageToken=f"PA{rest[0].sid}") if rest else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": link(number - 1) if number else None,
        "messages": [members(sms, dialect) for sms in shown],
        "start": start,
        "uri": link(number),
    }


def account(sid: str, token: str, status: str) -> dict[str, Any]:
    """An account; its token is part of it, as the real one's is."""
    return {"sid": sid, "friendly_name": "Test", "type": "Full", "status": status, "auth_token": token}


def error(status: int, code: int, message: str) -> dict[str, Any]:
    """An error's body."""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def date(at: int) -> str:
    """A date as mail writes it (RFC 2822)."""
    return format_datetime(datetime.fromtimestamp(at // 1000, UTC))


def written(document: Mapping[str, Any]) -> str:
    """A document as it goes over the wire."""
    return json.dumps(document)


def _matching(messages: Sequence[Sms], query: Mapping[str, str]) -> list[Sms]:
    """Newest first. Numbers match whole; a message that has not been sent has no date that could match."""
    found = [
        sms
        for sms in messages
        if query.get("To", sms.recipient) == sms.recipient
        and query.get("From", sms.sender) == sms.sender
        and _in_time(sms, query)
    ]
    return sorted(found, key=lambda sms: sms.sent or sms.created, reverse=True)


def _in_time(sms: Sms, query: Mapping[str, str]) -> bool:
    asked = [(name, query[name]) for name in ("DateSent", "DateSent>", "DateSent<") if name in query]
    if not asked:
        return True
    if sms.sent is None:
        return False
    day = datetime.fromtimestamp(sms.sent / 1000, UTC).strftime("%Y-%m-%d")
    tests = {"DateSent": day.__eq__, "DateSent>": day.__ge__, "DateSent<": day.__le__}
    return all(tests[name](wanted[:10]) for name, wanted in asked)
