"""Days and times as people and scripts write them in a filter."""

from datetime import UTC, date, datetime, timedelta

from sidetone.errors import Invalid


def moment(typed: str, where: str, *, last: bool = False) -> int:
    """The time (ms) that is meant; of a day without a time its start, or with `last` the start of the next one, UTC.

    Raises Invalid, naming the field `where`.
    """
    try:
        if len(typed) == len("2026-01-31"):
            day = date.fromisoformat(typed) + timedelta(days=int(last))
            return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
        found = datetime.fromisoformat(typed)
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise Invalid("That is no date.", hint="Write 2026-01-31 or 2026-01-31T08:00:00Z.", where=where) from error
