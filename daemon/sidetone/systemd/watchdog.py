"""The watchdog is fed by progress and by nothing else: the loop turns, the writer answers, the outbox ticks."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from sidetone.clock import Clock
from sidetone.errors import StoreDamaged, StoreError, StoreFull
from sidetone.systemd.notify import Notifier

log = structlog.get_logger("watchdog")

ROUNDS = 3  # in each of systemd's periods
PATIENCE = 2  # rounds that the outbox may stand still, because its own beat is as long as a short round


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What shows that the daemon works.

    `writer` makes the store write something: a full disk is an answer too, as is a damaged store. `beats` counts how
    often the outbox has looked at what is due.
    """

    writer: Callable[[], Awaitable[None]]
    beats: Callable[[], int]


class Watchdog:
    """Feeds systemd's watchdog of `period` seconds while everything moves."""

    def __init__(self, notifier: Notifier, period: float, signs: Signs, clock: Clock) -> None:
        self._notifier = notifier
        self._round = period / ROUNDS
        self._signs = signs
        self._clock = clock
        self._beats = -1
        self._still = 0
        self._starving = False

    async def run(self) -> None:
        """Feed it until cancelled. That this runs at all is how it knows that the loop turns."""
        while True:
            missing = "" if self._outbox_ticks() else "the outbox stands still"
            if not await self._writer_answers():
                missing = "the writer does not answer"
            self._tell(missing)
            if not missing:
                self._notifier.alive()
            await self._clock.sleep(self._round)

    def _outbox_ticks(self) -> bool:
        before, self._beats = self._beats, self._signs.beats()
        self._still = 0 if self._beats != before else self._still + 1
        return self._still <= PATIENCE

    async def _writer_answers(self) -> bool:
        try:
            async with asyncio.timeout(self._round):
                await self._signs.writer()
        except (StoreFull, StoreDamaged):
            return True
        except (StoreError, TimeoutError):
            return False
        return True

    def _tell(self, missing: str) -> None:
        """Say once that it starves and why, and once that it is fed again."""
        if missing and not self._starving:
            log.error("the watchdog is not fed", reason=missing)
            self._notifier.status(f"Something hangs: {missing}.")
        elif self._starving and not missing:
            log.info("the watchdog is fed again")
        self._starving = bool(missing)
