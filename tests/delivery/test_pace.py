"""How fast a carrier is given messages, and how it is left alone while it fails as a whole."""

from bisect import bisect_left
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.stage import Stage
from sidetone.delivery.pace import SILENCES, Pace
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone.plugin.carrier import Limits, Outgoing

START = 1_800_000_000_000
DOWN = Deferred("no route", whole_carrier=True)


def handed_over(rate: float | None, ms: int, *, late: int = 0, concurrency: int = 1000) -> list[int]:
    """When each message leaves, if there are always enough and each wake-up is so late (ms)."""
    pace, limits, now, times = Pace(Random(1)), Limits(rate=rate, concurrency=concurrency), START, []
    while now < START + ms:
        if room := pace.room(limits, 0, now):
            times += [now] * room
            pace.spend(limits, room)
        wait = pace.wait(limits, 0, now)
        assert wait is not None
        now += max(int(wait) + (wait % 1 > 0), 1) + late
    return times


@pytest.mark.parametrize(
    ("rate", "count"),
    [(0.1, 6), (0.25, 15), (0.5, 30), (1.0, 60), (3.0, 180), (7.0, 420), (10.0, 600), (30.0, 1802), (1000.0, 60_099)],
)
def test_a_minute_holds_what_the_rate_says(rate: float, count: int) -> None:
    assert len(handed_over(rate, 60_000)) == count


@pytest.mark.parametrize("rate", [0.5, 1.0, 3.0, 7.0, 10.0])
def test_slow_carriers_get_one_at_a_time_at_an_even_pace(rate: float) -> None:
    times = handed_over(rate, 60_000)
    assert {after - before for before, after in pairwise(times)} <= {int(1000 / rate), int(1000 / rate) + 1}


@settings(deadline=None, max_examples=50)
@given(st.floats(0.05, 500), st.integers(0, 250))
def test_a_busy_machine_never_sends_faster(rate: float, late: int) -> None:
    times = handed_over(rate, 3_000, late=late)
    burst = max(1, int(rate / 10))
    for first, at in enumerate(times[:50]):
        for window in (1000, 2000):
            assert bisect_left(times, at + window) - first <= rate * window / 1000 + burst + 1


def test_a_pause_in_the_work_saves_nothing_up() -> None:
    pace, limits = Pace(Random(1)), Limits(rate=10.0)
    assert pace.room(limits, 0, START) == 1
    pace.spend(limits, 1)
    assert pace.room(limits, 0, START + 3_600_000) == 1


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    pace, limits = Pace(Random(1)), Limits(rate=10.0)
    pace.room(limits, 0, START)
    pace.spend(limits, 1)
    earlier = START - 3_600_000
    assert pace.room(limits, 0, earlier) == 0
    assert pace.room(limits, 0, earlier + 100) == 1


def test_without_a_rate_only_the_number_under_way_counts() -> None:
    pace, limits = Pace(Random(1)), Limits(rate=None, concurrency=3)
    assert [pace.room(limits, under_way, START) for under_way in (0, 2, 3, 9)] == [3, 1, 0, 0]
    assert pace.wait(limits, 3, START) is None


def test_the_sooner_limit_counts() -> None:
    assert Pace(Random(1)).room(Limits(rate=100.0, concurrency=4), 0, START) == 4
    assert Pace(Random(1)).room(Limits(rate=20.0, concurrency=4), 0, START) == 2
    assert Pace(Random(1)).room(Limits(rate=100.0, concurrency=4), 3, START) == 1


def test_a_fault_of_the_whole_carrier_pauses_it_longer_each_time() -> None:
    pace, limits, now, pauses = Pace(Random(1)), Limits(concurrency=8), START, []
    for _ in range(12):
        pace.judge(DOWN, now)
        assert pace.room(limits, 0, now) == 0
        pauses.append(pace.paused_until - now)
        now = pace.paused_until
        assert [pace.room(limits, 0, now), pace.room(limits, 1, now)] == [1, 0]
    assert 1600 <= pauses[0] <= 2400
    assert 48_000 <= pauses[-1] <= 72_000
    assert all(after > before for before, after in pairwise(pauses[:5]))


def test_of_many_that_fail_together_one_counts() -> None:
    pace = Pace(Random(1))
    pace.judge(DOWN, START)
    until = pace.paused_until
    for _ in range(7):
        pace.judge(DOWN, START + 1)
    assert pace.paused_until == until


def test_it_is_left_alone_as_long_as_it_asks() -> None:
    pace = Pace(Random(1))
    pace.judge(Deferred("maintenance", after=600, whole_carrier=True), START)
    assert pace.paused_until == START + 600_000


@pytest.mark.parametrize("outcome", [Accepted(), Rejected(RejectKind.RECIPIENT)])
def test_an_answer_to_a_message_ends_the_trouble(outcome: Outcome) -> None:
    pace, limits = Pace(Random(1)), Limits(concurrency=8)
    pace.judge(DOWN, START)
    pace.judge(outcome, START + 1)
    assert (pace.room(limits, 0, START + 1), pace.trouble) == (8, "")


def test_a_message_that_is_put_off_says_nothing_about_the_carrier() -> None:
    pace, limits = Pace(Random(1)), Limits(concurrency=8)
    for _ in range(20):
        pace.judge(Deferred("busy"), START)
    assert pace.room(limits, 0, START) == 8


def test_silence_in_a_row_is_a_fault_of_the_carrier() -> None:
    pace, limits = Pace(Random(1)), Limits(concurrency=8)
    for _ in range(SILENCES - 1):
        pace.judge(Unknown("cut"), START)
    assert pace.room(limits, 0, START) == 8
    pace.judge(Unknown("cut"), START)
    assert (pace.room(limits, 0, START), pace.room(limits, 0, pace.paused_until)) == (0, 1)


@given(st.lists(st.sampled_from([DOWN, Accepted(), Unknown("cut"), Deferred("busy")])))
def test_it_always_comes_back(outcomes: list[Outcome]) -> None:
    pace, limits, now = Pace(Random(1)), Limits(rate=1.0, concurrency=2), START
    for outcome in outcomes:
        pace.judge(outcome, now)
        now += 500
    wait = pace.wait(limits, 0, now)
    assert wait is not None
    assert wait <= 72_000
    assert pace.room(limits, 0, now + 72_000) >= 1


@pytest.mark.parametrize(("rate", "seconds", "count"), [(0.2, 60, 12), (1.0, 60, 60), (10.0, 6, 60), (30.0, 2, 62)])
async def test_a_lane_keeps_the_rate(stage: Stage, rate: float, seconds: int, count: int) -> None:
    stage.carrier.limits = Limits(rate=rate, concurrency=100)
    await stage.queue_many(count + 10)
    start = stage.clock.now()
    times: list[int] = []

    async def note(_message: Outgoing) -> Outcome:
        times.append(stage.clock.now() - start)
        return Accepted()

    stage.carrier.answer = note
    stage.engine.open(stage.carrier)
    await stage.passes(seconds - 0.001)
    assert len(times) == count
    for at in times:
        assert sum(at <= other < at + 1000 for other in times) <= max(1, rate * 1.1)


async def test_a_carrier_that_is_down_gets_one_probe_a_pause_and_then_everything(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(concurrency=4)
    stage.carrier.always(DOWN)
    for n in range(12):
        await stage.text(ada, f"{n}", f"+4915112345{n:02}0")
    stage.engine.open(stage.carrier)
    await stage.store.calm()
    assert len(stage.carrier.sent) == 4
    assert stage.parts.get("queue main").state is State.DEGRADED
    stage.carrier.most_under_way = 0
    await stage.passes(70)
    probes = len(stage.carrier.sent) - 4
    assert 4 <= probes <= 6
    assert stage.carrier.most_under_way == 1
    detail = await stage.detail(ada, "12")
    assert detail.status == "queued"

    stage.carrier.answer = stage.carrier.take
    await stage.passes(75)
    statuses = {await stage.status(ada, await stage.detail(ada, f"{n}")) for n in range(1, 13)}
    assert statuses == {"sent"}
    assert stage.parts.get("queue main").state is State.OK


async def test_a_message_says_that_the_carrier_is_down(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.always(Deferred("account suspended", code="403", whole_carrier=True))
    stage.engine.open(stage.carrier)
    detail = await stage.detail(ada, await stage.text(ada))
    assert detail.status_text == "Waiting to be sent: the carrier is not working (account suspended, code 403)."
    assert stage.parts.get("queue main").sentence == "Messages wait: account suspended. Sidetone keeps trying."


async def test_a_carrier_that_answers_nothing_usable_does_not_swallow_the_queue(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(concurrency=2)
    stage.carrier.always(Unknown("502"))
    for n in range(40):
        await stage.text(ada, f"{n}", f"+4915112345{n:02}0")
    stage.engine.open(stage.carrier)
    await stage.passes(120)
    details = [await stage.detail(ada, f"{n}") for n in range(1, 41)]
    assert sum(detail.status == "unknown" for detail in details) <= 4 + 7
    assert len(stage.carrier.sent) == sum(detail.status == "unknown" for detail in details)
    stage.carrier.answer = stage.carrier.take
    await stage.passes(70)
    assert not any([await stage.status(ada, detail) == "queued" for detail in details])


async def test_two_carriers_fail_apart(stage: Stage) -> None:
    ada = await stage.people()
    eve = await stage.person("eve", "+4930901820199", carrier="second")
    second = type(stage.carrier)("second")
    stage.carrier.always(DOWN)
    stage.engine.open(stage.carrier)
    stage.engine.open(second)
    down, fine = await stage.text(ada), await stage.text(eve)
    assert [await stage.status(ada, down), await stage.status(eve, fine)] == ["queued", "sent"]
