"""A store with its clean-up, and short ways to age what is in it."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from delivery.stage import WatchedStore
from jobs.aged import Aged, fill
from sidetone.config.shapes import RetentionSettings
from sidetone.jobs.retention import Retention
from sidetone.parts import Parts
from sidetone.store import retention_book as book
from sidetone.store.connection import Txn
from sidetone.testing.clock import FakeClock
from sidetone.views import RetentionReport

PLENTY = 1 << 40


class House:
    """A store, its clean-up and the settings that a test may change."""

    def __init__(self, store: WatchedStore, clock: FakeClock, sms_days: int = 90) -> None:
        self.store = store
        self.clock = clock
        self.parts = Parts()
        self.room = PLENTY
        self.terms = RetentionSettings(sms_days=sms_days, grace_days=0)
        self.retention = self.born()

    def born(self) -> Retention:
        return Retention(self.store, self.clock, self.parts, lambda: self.terms, lambda: self.room, pause=0)

    async def ask(self, *, dry: bool) -> RetentionReport:
        answer = await self.retention.ask(dry_run=dry)
        assert answer.run is not None
        return answer.run.report

    async def fill(self, texts: int, seed: int = 1) -> Aged:
        made: Aged = await self.store.write(fill, self.clock.now(), texts, Random(seed))
        await self.store.write(book.set_sure)
        return made

    def pause_by(self, rest: Callable[[], Awaitable[object]]) -> asyncio.Event:
        """Await this between two steps; the event says that the first one is done."""
        begun = asyncio.Event()

        async def told() -> None:
            begun.set()
            await rest()

        self.retention._clean_up._rest = told
        return begun


def age(txn: Txn, at: int, body: str = "") -> None:
    txn.run(
        """UPDATE message SET created_at = :at WHERE :body = ''
           OR id IN (SELECT message_id FROM message_body WHERE body = :body)""",
        {"at": at, "body": body},
    )
