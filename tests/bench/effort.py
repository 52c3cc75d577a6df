"""How much a run of the bench takes upon itself."""

import os
from pathlib import Path

import msgspec


class Effort(msgspec.Struct, frozen=True):
    """How long and how often: rounds, the counted seconds of a load, those before them, and rest before weighing.

    How much: the messages of a store that has been in use, which is kept in the folder `kept`, and idle sessions.
    """

    rounds: int = 7
    seconds: float = 3.0
    warm_up: float = 1.0
    settle: float = 3.0
    pin: bool = False
    kept: Path = Path()
    messages: int = 1_000_000
    sessions: int = 1000

    @property
    def is_brief(self) -> bool:
        """Whether it is only to be shown that it works."""
        return self.seconds < 1

    @property
    def server_cores(self) -> list[int]:
        """Where every target runs alike; empty for anywhere."""
        return sorted(os.sched_getaffinity(0))[:1] if self.pin else []

    @property
    def client_cores(self) -> list[int]:
        """Where every load runs alike; empty for anywhere."""
        return sorted(os.sched_getaffinity(0))[1:] if self.pin else []
