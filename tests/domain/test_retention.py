"""Which period counts when, and which gaps of the clock are none."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.config.reader import read_settings
from sidetone.config.shapes import RetentionSettings
from sidetone.domain.retention import (
    DAY,
    JUMP,
    LONGEST_REST,
    NEVER,
    Period,
    from_plain,
    jumped,
    limit,
    next_period,
    next_periods,
    to_plain,
)

days = st.integers(0, 3650)
times = st.integers(0, 10**14)


@pytest.mark.parametrize(
    ("before", "wish", "expected"),
    [
        (None, 90, Period(NEVER, 90, 7)),
        (None, NEVER, Period(NEVER)),
        (Period(90), 90, Period(90)),
        (Period(90), 91, Period(91)),
        (Period(90), NEVER, Period(NEVER)),
        (Period(90), 89, Period(90, 89, 7)),
        (Period(NEVER), 3650, Period(NEVER, 3650, 7)),
        (Period(90, 9, 3), 9, Period(90, 9, 3)),
        (Period(90, 9, 3), 8, Period(90, 8, 7)),
        (Period(90, 9, 3), 90, Period(90)),
        (Period(90, 9, 3), NEVER, Period(NEVER)),
    ],
)
def test_the_next_period(before: Period | None, wish: int, expected: Period) -> None:
    assert next_period(before, wish, 7, 1) == expected


def test_grace_ends_to_the_millisecond() -> None:
    asked = next_period(Period(90), 9, 1000, 2)
    assert next_period(asked, 9, 999 + 2 * DAY, 2) == asked
    assert next_period(asked, 9, 1000 + 2 * DAY, 2) == Period(9)
    assert next_period(Period(90), 9, 1000, 0) == Period(9)


@given(before=days, wish=days, now=times, grace=st.integers(1, 90))
def test_nothing_counts_shorter_before_its_grace(before: int, wish: int, now: int, grace: int) -> None:
    after = next_period(Period(before), wish, now, grace)
    assert after.days == NEVER or (before != NEVER and after.days >= before)
    assert next_period(after, wish, now + grace * DAY, grace).days == wish


@given(st.dictionaries(st.text(max_size=5), st.builds(Period, days, st.none() | days, times)))
def test_periods_survive_being_written_down(periods: dict[str, Period]) -> None:
    assert from_plain(to_plain(periods)) == periods


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    )
)
def test_whatever_was_written_down_is_read_or_left_out(plain: object) -> None:
    assert all(isinstance(period, Period) for period in from_plain(plain).values())


@pytest.mark.parametrize(
    ("now", "stopped", "expected"),
    [
        (JUMP, None, False),
        (JUMP + 1, None, True),
        (-JUMP, None, False),
        (-JUMP - 1, None, True),
        (LONGEST_REST, 0, False),
        (LONGEST_REST + DAY, DAY, False),
        (LONGEST_REST + 1, 0, True),
        (4 * DAY, 3 * DAY, True),
        (-3 * DAY, 0, True),
    ],
)
def test_a_jump(now: int, stopped: int | None, expected: bool) -> None:
    sure = 10**12
    assert jumped(sure + now, sure, None if stopped is None else sure + stopped) is expected


@pytest.mark.parametrize(("each", "expected"), [(NEVER, 0), (1, 9 * DAY), (10, 0), (11, 0)])
def test_the_limit(each: int, expected: int) -> None:
    assert limit(each, 10 * DAY) == expected


def test_a_number_that_gets_or_loses_a_period_of_its_own_has_its_grace_too() -> None:
    usual = {"sms": 90}
    first = next_periods({"sms": Period(90)}, {**usual, "sms +1": 30}, 0, 1, usual="sms")
    assert first == {"sms": Period(90), "sms +1": Period(90, 30, 0)}
    then = next_periods(first, {**usual, "sms +1": 30}, DAY, 1, usual="sms")
    assert then == {"sms": Period(90), "sms +1": Period(30)}
    longer = next_periods(then, {**usual, "sms +1": 365}, DAY, 1, usual="sms")
    assert longer["sms +1"] == Period(365)
    dropped = next_periods(longer, usual, 2 * DAY, 1, usual="sms")
    assert dropped["sms +1"] == Period(365, 90, 2 * DAY)
    assert next_periods(dropped, usual, 3 * DAY, 1, usual="sms") == {"sms": Period(90)}
    assert next_periods(then, usual, DAY, 1, usual="sms") == {"sms": Period(90)}, "a longer one counts at once"


def test_the_longer_period_counts_of_a_number_that_is_named_twice() -> None:
    settings = RetentionSettings(sms_days_of=("+491, +492 = 30", "+492=40", " +491 = 0 "))
    assert settings.own_days == {"+491": 0, "+492": 40}


@pytest.mark.parametrize(
    "entry", ["+491 = 3651", "491 = 3", "+491", "= 3", "+491, = 3", "+491 = -1", "+0 = 3", "+491 = 3 days", "+491 = ٣"]
)
def test_an_entry_that_names_no_number_or_no_period_is_refused(entry: str) -> None:
    table = {"sms_days_of": [entry]}
    _, faults = read_settings(RetentionSettings, table, where="retention", base=Path())
    assert [fault.key for fault in faults] == ["retention.sms_days_of"]


@pytest.mark.parametrize("days", ["0", "9", "99", "999", "1999", "3599", "3649", "3650"])
def test_every_period_can_be_written(days: str) -> None:
    _, faults = read_settings(RetentionSettings, {"sms_days_of": [f"+491 = {days}"]}, where="retention", base=Path())
    assert faults == []
