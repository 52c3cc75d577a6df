"""Who waits for a change hears of it, and is never left waiting."""

import asyncio

from plugins.handset.bench import Bench
from sidetone.testing.clock import settle


async def test_who_waits_hears_of_every_change(bench: Bench) -> None:
    version = await bench.carrier.changed(0, 10)
    waiting = asyncio.create_task(bench.carrier.changed(version, 10))
    await settle()
    assert not waiting.done()
    await bench.send()
    assert await waiting > version


async def test_who_waits_in_vain_gets_the_same_version(bench: Bench) -> None:
    version = await bench.carrier.changed(0, 10)
    waiting = asyncio.create_task(bench.carrier.changed(version, 10))
    await bench.clock.advance(10)
    assert await waiting == version
    assert bench.clock.sleepers == 0


async def test_a_version_of_an_earlier_run_is_another(bench: Bench) -> None:
    await bench.send()
    version = await bench.carrier.changed(0, 10)
    await bench.stop()
    await bench.clock.advance(1)
    await bench.start()
    assert await bench.carrier.changed(version, 10) != version


async def test_stopping_lets_go_of_all_who_wait(bench: Bench) -> None:
    version = await bench.carrier.changed(0, 10)
    waiting = asyncio.create_task(bench.carrier.changed(version, 10))
    await settle()
    await bench.carrier.stop()
    assert await waiting == version
