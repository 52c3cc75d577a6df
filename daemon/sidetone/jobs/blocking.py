"""Long blocking work of a job: off the loop, and ended when the job is."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Ended(Exception):
    """The job was ended meanwhile."""


async def off_the_loop(work: Callable[[Callable[[], None]], T]) -> T:
    """Run `work` in a thread. It is given a function to call again and again, which raises Ended once we are."""
    ended = threading.Event()

    def beat() -> None:
        if ended.is_set():
            raise Ended

    try:
        return await asyncio.to_thread(work, beat)
    finally:
        ended.set()
