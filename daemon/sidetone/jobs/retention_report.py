"""What a clean-up has to say: its report, and its rows as the API shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sidetone.conversation.render import maybe_person, maybe_time
from sidetone.domain.retention import DAY, NEVER, Period
from sidetone.jobs.clean_up import CleanUp, Due
from sidetone.people.render import time_text
from sidetone.store.retention import Limits
from sidetone.views import RetentionReport, RetentionRun

WORDS = {"sms": "Texts", "attempts": "Attempts and receipts", "raw": "What nobody could read", "audit": "The audit"}
NOTHING = Due(messages=Limits(0), attempts=0, raw=0, audit=0)


def report(due: Due, done: CleanUp | None, words: Sequence[str]) -> RetentionReport:
    """The report of a run that was done, or of one that was refused."""
    tally = done.tally._asdict() if done else dict.fromkeys(FIELDS, 0)
    return RetentionReport(
        sms_before=maybe_time(due.messages.usual or None),
        attempts_before=maybe_time(due.attempts or None),
        raw_before=maybe_time(due.raw or None),
        audit_before=maybe_time(due.audit or None),
        bytes_given_back=done.bytes_given_back if done else 0,
        words=list(words),
        **tally,
    )


FIELDS = ("messages", "attempts", "receipts", "raw", "conversations", "held", "audit")


def run_view(row: Any) -> RetentionRun:  # noqa: ANN401 - a row of store.retention_book.RUNS
    """A run as admins see it."""
    return RetentionRun(
        started_at=time_text(row["started_at"]),
        ended_at=time_text(row["ended_at"]),
        dry_run=bool(row["dry"]),
        outcome=row["outcome"],
        asked_by=maybe_person(row["asked_by_id"], row["asked_by_name"]),
        report=msgspec.json.decode(row["report"], type=RetentionReport),
    )


def waiting(periods: Mapping[str, Period], grace_days: int) -> list[str]:
    """A sentence for each period that was shortened and does not count yet."""
    return [
        f"{_what(name)}: {_days(period.wish)} instead of {_days(period.days)} counts "
        f"from {time_text(period.since + grace_days * DAY)} on."
        for name, period in periods.items()
        if period.wish is not None
    ]


def clock_words(now: int, sure: int) -> str:
    """Why nothing goes."""
    return (
        f"The machine's clock says {time_text(now)}, and the last time that was sure is {time_text(sure)}. "
        "Nothing is deleted until an admin says that the clock is right."
    )


def _what(name: str) -> str:
    kind, _, number = name.partition(" ")
    return f"{WORDS[kind]} of {number}" if number else WORDS[kind]


def _days(days: int) -> str:
    return "for ever" if days == NEVER else f"{days} days"
