"""How late the loop is."""

import asyncio
import time

from sidetone.metrics.loop import LoopDelay
from sidetone.metrics.meters import Meters


class Heard(Meters):
    """Says when something was measured."""

    def __init__(self) -> None:
        super().__init__()
        self.some = asyncio.Event()

    def loop_delay(self, seconds: float) -> None:
        super().loop_delay(seconds)
        self.some.set()


async def test_whoever_blocks_the_loop_is_measured() -> None:
    meters = Heard()
    delay = LoopDelay(meters, asyncio.get_running_loop(), every=0.001)
    time.sleep(0.03)  # noqa: ASYNC251 - it is what is measured
    await asyncio.wait_for(meters.some.wait(), 5)
    took = meters.registry.get_sample_value("sidetone_loop_delay_seconds_sum")
    assert took is not None
    assert took > 0.025
    delay.end()
    assert delay._timer.cancelled()
