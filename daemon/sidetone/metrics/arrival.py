"""When the call-back arrived that is being worked on: what it brings has waited since then."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST = 15_000  # ms: a call-back is given up before; what is older was inherited by a task that outlived its own

_arrived: ContextVar[int] = ContextVar("arrived")


@contextmanager
def arriving(at: int) -> Iterator[None]:
    """While it lasts, what comes in came at `at` (ms)."""
    token = _arrived.set(at)
    try:
        yield
    finally:
        _arrived.reset(token)


def arrived(now: int) -> int:
    """When (ms) what is being stored came to us: `now` for what no call-back brought."""
    at = _arrived.get(now)
    return at if 0 <= now - at <= LONGEST else now
