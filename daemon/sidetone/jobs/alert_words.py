"""What a mail about troubles says: the parts in their own words, for how long, and what to do. No number, no text."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from sidetone.config.shapes import MailSettings
from sidetone.domain.health import Health, State
from sidetone.jobs.troubles import Book, News
from sidetone.log import without_numbers

_STATES = {State.FAILED: "has failed", State.DEGRADED: "does not work as it should"}
_TO_DO = {
    "store": "Free some space on its disk, or see what `sidetone doctor` says of it.",
    "outbox": "Restart Sidetone: systemctl restart sidetone.",
    "listener": "Restart Sidetone: systemctl restart sidetone.",
    "certificate": "Renew it, then run `sidetone reload`.",
    "carrier": "`sidetone carriers list` shows it; mend what its sentence names, then run `sidetone reload`.",
    "queue": "`sidetone messages list --status queued` shows what waits; see what its carrier says.",
    "inbound": "`sidetone carriers listen` shows what comes; what was not understood is kept.",
    "arrivals": "Text to a number that is there: if it does not come, see `sidetone carriers listen NAME` and what its portal says.",
    "receipts": "Ask a recipient whether texts arrive, then ask the carrier; a route with receipts_within passes it over.",
    "reconcile": "See what its carrier says; it goes on by itself once the carrier answers.",
    "job": "It is tried again by itself; if it stays, see what `sidetone doctor` says.",
}
_ELSE = "See what `sidetone doctor` says."
LONGEST_SUBJECT = 120
MOST = 30  # parts in a mail


def compose(
    news: News, book: Book, parts: Mapping[str, Health], settings: MailSettings, *, url: str, now: int
) -> EmailMessage:
    """The mail with these news; `now` is ms, UTC. It answers the first mail of the same troubles."""
    host = urlsplit(url).hostname or "localhost"
    message = EmailMessage()
    message["Subject"] = _subject(news)[:LONGEST_SUBJECT]
    message["From"] = f"Sidetone <{settings.sender}>"
    message["To"] = ", ".join(settings.to)
    message["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    if book.thread:
        message["In-Reply-To"] = message["References"] = book.thread
    message.set_content("\n".join(_lines(news, book, parts, url, now)) + "\n")
    return message


def _subject(news: News) -> str:
    if news.ill:
        more = f" and {len(news.ill) - 1} more" if len(news.ill) > 1 else ""
        return f"Sidetone: {news.ill[0]}{more} {'' if news.begun else 'still '}not working as it should"
    more = f" and {len(news.well) - 1} more" if len(news.well) > 1 else ""
    return f"Sidetone: {news.well[0]}{more} well again"


def _lines(news: News, book: Book, parts: Mapping[str, Health], url: str, now: int) -> Iterator[str]:
    yield f"Sidetone at {url} says:"
    for name in news.ill[:MOST]:
        health = parts.get(name, Health(State.OFF))
        yield ""
        yield f"{name} {_STATES.get(health.state, 'is not there')}, for {_span(now - book.troubles[name].since)}."
        if health.sentence:
            yield f"  {without_numbers(' '.join(health.sentence.split()))}"
        yield f"  What to do: {_TO_DO.get(name.partition(' ')[0], _ELSE)}"
    for name in news.well[:MOST]:
        yield ""
        yield f"{name} is well again."
    hidden = len(news.ill[MOST:]) + len(news.well[MOST:])
    if hidden:
        yield ""
        yield f"And {hidden} more; {url}/readyz lists them all."
    yield ""
    if news.ill:
        yield "You hear of it again when that changes, and once a day."


def _span(ms: int) -> str:
    minutes = max(ms // 60_000, 1)
    for unit, length in (("days", 1440), ("hours", 60)):
        if minutes >= 2 * length:
            return f"{minutes // length} {unit}"
    return f"{minutes} minute{'s' if minutes > 1 else ''}"
