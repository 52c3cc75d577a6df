"""Alerts by mail: sent when a part stays ill, folded, told once, and again when it is over."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

import structlog

from sidetone.clock import SteadyClock
from sidetone.config.shapes import MailSettings
from sidetone.domain.health import Health, State
from sidetone.domain.retry import delay
from sidetone.egress import mail
from sidetone.egress.mail import MailFailed
from sidetone.errors import StoreError
from sidetone.jobs.alert_words import compose
from sidetone.jobs.troubles import Book, News, look, told
from sidetone.parts import Parts
from sidetone.store import alerts as rows
from sidetone.store.connection import Store

log = structlog.get_logger("mail")

PART = "mail"
EVERY = 30.0  # seconds between looks
FIRST_AGAIN = 60_000  # ms until a mail that was not taken is tried again
LONGEST_AGAIN = 60 * 60_000  # ms


class Alerts:
    """Looks at the parts by the clock. `settings` are those in force; without a host nothing is sent.

    `private` are the addresses of [server] allow_private. A mail is made when it is sent, so that one that could not go
    for long says how things are by then, and many troubles are one mail.
    """

    def __init__(
        self,
        store: Store,
        clock: SteadyClock,
        parts: Parts,
        settings: Callable[[], MailSettings],
        *,
        url: str,
        private: Sequence[str] = (),
        chance: Random | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._parts = parts
        self._settings = settings
        self._url = url
        self._private = private
        self._chance = chance or Random()  # noqa: S311 - jitter, not a secret
        self._book = Book()
        self._tried: MailSettings | None = None
        self._faults = 0
        self._not_before = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look; what was told before the restart is known. Raises StoreError."""
        self._book = await self._store.read(rows.book, Book)
        self._task = asyncio.create_task(self._run(), name="alerts")
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Look no more; a mail under way is given up."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            settings = self._settings()
            if settings.host:
                await self._look(settings)
            else:
                self._parts.remove(PART)
            await self._clock.sleep(EVERY)

    async def _look(self, settings: MailSettings) -> None:
        if settings != self._tried:  # what was wrong may be mended
            self._tried, self._faults, self._not_before = settings, 0, 0
            self._parts.set(PART, State.OK, "Alerts are sent by mail.", code="mail.ok")
        parts = {name: health for name, health in self._parts.all().items() if name != PART}
        now = self._clock.now()
        seen = look(self._book, parts, now, settings.after)
        self._book = seen.book
        if seen.news is not None and self._clock.ticks() >= self._not_before:
            await self._send(seen.news, parts, settings)

    async def _send(self, news: News, parts: dict[str, Health], settings: MailSettings) -> None:
        now = self._clock.now()
        message = compose(news, self._book, parts, settings, url=self._url, now=now)
        try:
            refused = await mail.send(message, settings, self._private)
        except MailFailed as error:
            self._faults += 1
            self._not_before = self._clock.ticks() + delay(
                self._faults, self._chance, first=FIRST_AGAIN, longest=LONGEST_AGAIN
            )
            if self._faults == 1:
                log.warning("mail cannot be sent", error=error.code, reason=str(error))
            self._parts.set(PART, State.DEGRADED, f"{error} It is tried again.")
            return
        self._faults = 0
        words = f"The mail server refuses some of the recipients: {refused}." if refused else "Alerts are sent by mail."
        state, code = (State.DEGRADED, "mail.refused") if refused else (State.OK, "mail.ok")
        self._parts.set(PART, state, words, code=code, n=refused)
        log.info("alert sent", count=len(news.ill) + len(news.well))
        self._book = told(self._book, news, now, str(message["Message-ID"]))
        with suppress(StoreError):  # a full disk may be the trouble itself; then it is told again after a restart
            await self._store.write(rows.keep, self._book)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("alerts have stopped", error=type(error).__name__)
            self._parts.set(PART, State.FAILED, "Alerts stopped on a fault of Sidetone's own; restart it.")
