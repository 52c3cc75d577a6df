"""When to try again."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.domain.retry import FIRST_DELAY, LONGEST_DELAY, asked_for, delay, next_try

NOW = 1_800_000_000_000
CHANCE = st.randoms(use_true_random=False)


class Middle(Random):
    """No jitter: chance gives the middle."""

    def random(self) -> float:
        return 0.5


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 2), (2, 4), (3, 8), (4, 16), (9, 512), (10, 900), (11, 900), (1_000_000, 900)]
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(tries: int, seconds: int) -> None:
    assert delay(tries, Middle()) == seconds * 1000


@given(st.integers(1, 10_000), CHANCE)
def test_chance_spreads_it_by_a_fifth(tries: int, chance: Random) -> None:
    middle = min(FIRST_DELAY * 2 ** min(tries - 1, 30), LONGEST_DELAY)
    assert 0.8 * middle - 1 <= delay(tries, chance) <= 1.2 * middle


@pytest.mark.parametrize(
    ("after", "asked"),
    [
        (None, 0),
        (0.0, 0),
        (-5.0, 0),
        (1.5, 1500),
        (60.0, 60_000),
        (1e9, LONGEST_DELAY),
        (float("inf"), LONGEST_DELAY),
        (float("nan"), 0),
    ],
)
def test_what_a_carrier_asks_for_is_bounded(after: float | None, asked: int) -> None:
    assert asked_for(after) == asked


@given(st.integers(1, 40), st.none() | st.floats(), CHANCE)
def test_the_next_try_is_never_now_and_never_far(tries: int, after: float | None, chance: Random) -> None:
    at = next_try(NOW, tries, after, chance)
    assert NOW + asked_for(after) <= at
    assert NOW + 1000 <= at <= NOW + 1.2 * LONGEST_DELAY
