"""Since when what comes in has waited."""

import asyncio

from sidetone.metrics.arrival import LONGEST, arrived, arriving


def test_what_no_call_back_brought_comes_now() -> None:
    assert arrived(1000) == 1000


def test_a_call_back_counts_while_it_lasts() -> None:
    with arriving(400):
        assert arrived(1000) == 400
    assert arrived(1000) == 1000


def test_a_clock_that_is_set_back_makes_nothing_early() -> None:
    with arriving(2000):
        assert arrived(1000) == 1000


async def test_a_task_that_outlives_its_call_back_is_not_late_for_ever() -> None:
    async def later(now: int) -> int:
        return arrived(now)

    with arriving(1000):
        soon, late = asyncio.create_task(later(1000 + LONGEST)), asyncio.create_task(later(1001 + LONGEST))
    assert (await soon, await late) == (1000, 1001 + LONGEST)
