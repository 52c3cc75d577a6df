"""The clock that tests turn by hand."""

import asyncio

from sidetone.testing.clock import FakeClock, settle


async def test_sleepers_wake_in_the_order_of_their_times_and_see_them() -> None:
    clock = FakeClock(now=0)
    woken: list[tuple[str, int]] = []

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock.now()))

    tasks = [asyncio.create_task(sleeper("slow", 3, 1)), asyncio.create_task(sleeper("quick", 1, 1, 1.5))]
    await clock.advance(3.2)
    assert woken == [("quick", 1000), ("quick", 2000), ("slow", 3000)]
    assert clock.now() == 3200
    await clock.advance(10)
    assert woken[3:] == [("quick", 3500), ("slow", 4000)]
    await asyncio.gather(*tasks)


async def test_nothing_wakes_before_its_time() -> None:
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(1))
    await clock.advance(0.999)
    assert not task.done()
    await clock.advance(0.001)
    assert task.done()


async def test_cancelling_a_sleeper_forgets_it() -> None:
    clock = FakeClock()
    tasks = [asyncio.create_task(clock.sleep(second)) for second in (1, 2, 3)]
    await settle()
    assert clock.sleepers == 3
    tasks[1].cancel()
    await settle()
    assert clock.sleepers == 2
    await clock.advance(3)
    assert [task.cancelled() for task in tasks] == [False, True, False]


async def test_no_time_is_one_turn_of_the_loop() -> None:
    clock = FakeClock()
    await clock.sleep(0)
    await clock.sleep(-1)
    assert clock.sleepers == 0


async def test_a_test_can_wait_for_a_sleeper() -> None:
    clock = FakeClock()
    task = asyncio.create_task(asyncio.wait_for(clock.until_asleep(), 5))
    napper = asyncio.create_task(clock.sleep(60))
    await task
    await clock.advance(60)
    await napper
