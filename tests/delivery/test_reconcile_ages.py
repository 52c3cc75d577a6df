"""When things come of age: asked for once at each age, whenever the looks are."""

from hypothesis import given
from hypothesis import strategies as st

from sidetone.delivery.reconcile import FATE_AGES, LONGEST_WINDOW, OVERLAP, RECEIPT_AGES, since
from sidetone.delivery.spans import Ages

WAIT = 1000
AGES = st.lists(st.integers(1, WAIT), min_size=1, max_size=5, unique=True).map(sorted)
LOOKS = st.lists(st.integers(0, 3 * WAIT), min_size=1, max_size=12).map(sorted)


@given(ages=AGES, looks=LOOKS, began=st.integers(-WAIT, 3 * WAIT))
def test_a_thing_is_asked_for_at_the_look_after_each_of_its_ages(ages: list[int], looks: list[int], began: int) -> None:
    clock = Ages(ages)
    deadline = began + WAIT
    before: int | None = None
    for now in looks:
        asked = [behind < deadline <= upto for behind, upto in clock.spans(now, WAIT)]
        reached = now - began >= ages[0] if before is None else any(before - began < age <= now - began for age in ages)
        assert sum(asked) == (1 if reached and deadline > now else 0)
        clock.looked(now)
        before = now


@given(ages=AGES, looks=st.lists(st.integers(0, 3 * WAIT), max_size=8), wait=st.integers(0, WAIT))
def test_any_clock_gives_spans_that_rise(ages: list[int], looks: list[int], wait: int) -> None:
    clock = Ages(ages)
    for now in looks:
        ends = [end for span in clock.spans(now, wait) for end in span]
        assert ends == sorted(set(ends))
        clock.looked(now)


def test_a_look_that_failed_is_made_up_for() -> None:
    clock = Ages([10, 100])
    clock.looked(0)
    assert clock.spans(20, WAIT) == [(WAIT - 100, WAIT - 80), (WAIT - 10, WAIT + 10)]
    assert clock.spans(30, WAIT) == [(WAIT - 100, WAIT - 70), (WAIT - 10, WAIT + 20)]


def test_the_gaps_grow_within_a_day() -> None:
    for ages in (FATE_AGES, RECEIPT_AGES):
        assert list(ages) == sorted(set(ages))
        assert ages[-1] < 24 * 60 * 60 * 1000


def test_from_when_on_a_list_is_read() -> None:
    now = 100 * OVERLAP
    assert since(0, None, now) == now - LONGEST_WINDOW
    assert since(now - 5, None, now) == now - 5
    assert since(0, now - 300, now) == now - 300 - OVERLAP
    assert since(0, now + OVERLAP, now) == now - OVERLAP, "the clock was set back"
    assert since(0, 1, now) == now - LONGEST_WINDOW
    assert since(now - 7, now - 3, now) == now - 7
