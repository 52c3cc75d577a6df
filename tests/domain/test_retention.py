"""Which period counts when, and which gaps of the clock are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
