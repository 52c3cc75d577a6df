"""Calling into a plugin without trusting it: bounded in time, whatever it raises is a value."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

GRACE = 1.0


class Overran(TimeoutError):
    """The call took longer than it may."""


@dataclass(frozen=True, slots=True)
class Tried(Generic[T]):
    """What came of a call: a value, or an error. `stuck`: it overran and does not even end when it is cancelled."""

    value: T | None = None
    error: BaseException | None = None
    stuck: bool = False


async def attempt(call: Callable[[], Awaitable[T]], seconds: float, *, grace: float = GRACE) -> Tried[T]:
    """Await `call()` for at most `seconds`, and `grace` more for its end when it is cancelled."""
    task = asyncio.create_task(_guarded(call), name="plugin call")
    try:
        await asyncio.wait({task}, timeout=seconds)
        in_time = task.done()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=grace)
    if not task.done():
        task.add_done_callback(_forget)
        return Tried(error=Overran(), stuck=True)
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    if not in_time:
        return Tried(error=Overran())
    return Tried(error=error) if error else Tried(task.result())


async def _guarded(call: Callable[[], Awaitable[T]]) -> T:
    try:
        return await call()
    except SystemExit as error:  # asyncio would end the loop for it
        raise RuntimeError("a plugin tried to end the process") from error


def _forget(task: "asyncio.Task[T]") -> None:
    """Fetch what a task that was given up has raised, so that nobody misses it."""
    if not task.cancelled():
        task.exception()
