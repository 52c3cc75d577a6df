"""Retention: how long things are kept, runs by the clock and by hand, and none while the clock cannot be trusted."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec
import structlog

from sidetone.clock import Clock
from sidetone.config.shapes import RetentionSettings
from sidetone.domain.health import State
from sidetone.domain.retention import Period, jumped, limit, next_periods
from sidetone.errors import Conflict, StoreError
from sidetone.jobs.clean_up import CleanUp, Due
from sidetone.jobs.retention_report import FIELDS, NOTHING, WORDS, clock_words, report, run_view, waiting
from sidetone.parts import Parts
from sidetone.store import audit
from sidetone.store import retention_book as book
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.retention import Limits
from sidetone.views import NumberPeriod, RetentionAnswer, RetentionPolicy, RetentionReport, RetentionRun, RetentionView

log = structlog.get_logger("retention")

PART = "retention"
PAUSE = 0.02  # seconds between two steps
PATIENCE = 20.0
RUNS_SHOWN = 20
OWN = "sms "  # before a number of ours: the period of its texts


class RetentionRunning(Conflict):
    """A clean-up is under way."""

    code: ClassVar[str] = "retention-running"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """Who wants a run: a person (`asked`), perhaps a user, or the clock; `dry` only looks."""

    dry: bool = False
    asked: bool = False
    user_id: int | None = None


class Retention:
    """Runs the clean-up: by `work` as a job, by `ask` for an admin whose right the caller has checked.

    `terms` are the settings of this moment; `room` says how many bytes of the disk are free.
    `patience`: seconds until who asked is told that a run goes on; None is for ever.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        parts: Parts,
        terms: Callable[[], RetentionSettings],
        room: Callable[[], int],
        *,
        pause: float = PAUSE,
        patience: float | None = PATIENCE,
    ) -> None:
        self._store = store
        self._clock = clock
        self._parts = parts
        self._terms = terms
        self._pause = pause
        self._patience = patience
        self._clean_up = CleanUp(store, rest=self._rest, room=room)
        self._turn = asyncio.Lock()
        self._is_new = True  # nobody has looked at the clock in this life
        self._asked: asyncio.Task[RetentionRun] | None = None

    async def start(self) -> None:
        """Look at the clock, with the last stop in mind: a rest of some days explains a gap."""
        with contextlib.suppress(StoreError):  # a full disk, say; the first run looks again
            await self._distrust()

    async def stop(self) -> None:
        """End a run that was asked for, and note that the daemon ends in order."""
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.gather(self._asked, return_exceptions=True)
        with contextlib.suppress(StoreError):
            await self._store.write(book.note_stop)

    async def work(self) -> str:
        """Let go what is due by now; what was done, in a sentence. Raises StoreError."""
        if self._turn.locked():
            return "A clean-up that was asked for is under way."
        async with self._turn:
            run = await self._run(_Order())
        went = run.report
        if run.outcome == "refused":
            return "Nothing was deleted: the clock cannot be trusted."
        return f"Deleted {went.messages} messages, {went.attempts} attempts and {went.raw} things nobody could read."

    async def ask(self, *, dry_run: bool, clock_is_right: bool = False, user_id: int | None = None) -> RetentionAnswer:
        """Run now by the periods that are configured; what it did, unless it takes long.

        Raises RetentionRunning, StoreError.
        """
        if self._turn.locked():
            raise RetentionRunning("A clean-up is under way.", hint="Wait until it is done.")
        await self._store.write(_ordered, dry_run=dry_run, clock_is_right=clock_is_right)
        if clock_is_right:
            log.warning("somebody vouches for the clock", user=user_id)
        self._asked = asyncio.create_task(self._in_turn(_Order(dry=dry_run, asked=True, user_id=user_id)))
        self._asked.add_done_callback(_told)
        done, _ = await asyncio.wait({self._asked}, timeout=self._patience)
        return RetentionAnswer(run=self._asked.result() if done else None)

    async def view(self) -> RetentionView:
        """How things stand."""
        terms = self._terms()
        runs, periods, sure = await self._store.read(_view)
        policy = RetentionPolicy(
            sms_days=terms.sms_days,
            own=[NumberPeriod(number=e164, sms_days=days) for e164, days in sorted(terms.own_days.items())],
            attempts_days=terms.attempts_days,
            raw_days=terms.raw_days,
            audit_days=terms.audit_days,
            grace_days=terms.grace_days,
        )
        return RetentionView(
            policy=policy,
            waiting=waiting(periods, terms.grace_days),
            running=self._turn.locked(),
            clock_is_sure=sure is None or not jumped(self._clock.now(), sure, None),
            runs=[run_view(row) for row in runs],
        )

    async def _in_turn(self, order: _Order) -> RetentionRun:
        async with self._turn:
            return await self._run(order)

    async def _run(self, order: _Order) -> RetentionRun:
        started_at = self._clock.now()
        words = await self._distrust()
        if words:
            return await self._write_down(order, started_at, "refused", report(NOTHING, None, [words]))
        due, words_of_wait = await self._due(order)
        clean_up = self._clean_up
        try:
            await (clean_up.look(due) if order.dry else clean_up.let_go(due))
        except StoreError as error:
            with contextlib.suppress(StoreError):
                await self._write_down(order, started_at, "stopped", report(due, clean_up, [str(error)]))
            raise
        low = not order.dry and clean_up.is_low
        said = ["The disk is nearly full, so the file keeps its size; the room in it is used again."] if low else []
        return await self._write_down(order, started_at, "done", report(due, clean_up, [*words_of_wait, *said]))

    async def _distrust(self) -> str:
        """Why the clock cannot be trusted; nothing when it can, and then this time is sure."""
        now = self._clock.now()
        sure = await self._store.write(_look_at_clock, now, is_new=self._is_new)
        self._is_new = False
        if sure is None:
            self._parts.set(PART, State.OK, "What is due goes.", code="retention.ok")
            return ""
        words = clock_words(now, sure)
        self._parts.set(PART, State.DEGRADED, words)
        return words

    async def _due(self, order: _Order) -> tuple[Due, list[str]]:
        terms, now = self._terms(), self._clock.now()
        days = {
            "sms": terms.sms_days,
            "attempts": terms.attempts_days,
            "raw": terms.raw_days,
            "audit": terms.audit_days,
        }
        days |= {f"{OWN}{e164}": each for e164, each in terms.own_days.items()}
        said: list[str] = []
        if not order.asked:
            periods = await self._store.write(_move_on, days, now, terms.grace_days)
            days = {name: period.days for name, period in periods.items()}
            said = waiting({name: periods[name] for name in WORDS}, terms.grace_days)
        elif not order.dry:  # whoever asks for it by hand needs no time to think
            await self._store.write(book.set_periods, {name: Period(each) for name, each in days.items()})
        limits = {name: limit(each, now) for name, each in days.items()}
        own = {name.removeprefix(OWN): at for name, at in limits.items() if name.startswith(OWN)}
        return Due(
            messages=Limits(limits["sms"], own), attempts=limits["attempts"], raw=limits["raw"], audit=limits["audit"]
        ), said

    async def _write_down(
        self, order: _Order, started_at: int, outcome: Literal["done", "stopped", "refused"], found: RetentionReport
    ) -> RetentionRun:
        """Keep what a run did, if a person asked for it or anything came of it."""
        run = {"started_at": started_at, "dry": order.dry, "outcome": outcome, "report": msgspec.json.encode(found)}
        if not (order.asked or outcome == "stopped" or any(getattr(found, field) for field in FIELDS)):
            return run_view({**run, "ended_at": self._clock.now(), "asked_by_id": None, "asked_by_name": ""})
        kind = "dry run" if order.dry else "asked for" if order.asked else "by the clock"
        log.info(
            "clean-up",
            outcome=outcome,
            kind=kind,
            user=order.user_id,
            messages=found.messages,
            misunderstood=found.raw,
            bytes=found.bytes_given_back,
        )
        return run_view(await self._store.write(_record, run, order.user_id))

    async def _rest(self) -> None:
        if self._pause:
            await self._clock.sleep(self._pause)
        else:
            await asyncio.sleep(0)


def _told(task: "asyncio.Task[RetentionRun]") -> None:
    """Whoever asked may have been told before it ended badly."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("clean-up failed", error=type(error).__name__)


def _ordered(txn: Txn, *, dry_run: bool, clock_is_right: bool) -> None:
    if clock_is_right:
        book.set_sure(txn)
        audit.note(txn, Act.CLOCK_VOUCHED, About("retention"))
    audit.note(txn, Act.RETENTION_ASKED, About("retention"), "dry run" if dry_run else "")


def _look_at_clock(txn: Txn, now: int, *, is_new: bool) -> int | None:
    """The last time that was sure, if this one cannot be; None when it can, and then it is the last."""
    sure, stopped = book.sure(txn), book.take_stop(txn) if is_new else None
    if sure is not None and jumped(now, sure, stopped):
        return sure
    book.set_sure(txn)
    return None


def _move_on(txn: Txn, days: dict[str, int], now: int, grace_days: int) -> dict[str, Period]:
    before = book.periods(txn)
    after = next_periods(before, days, now, grace_days, usual="sms")
    if after != before:
        book.set_periods(txn, after)
    return after


def _record(txn: Txn, run: dict[str, Any], user_id: int | None) -> Any:  # noqa: ANN401 - a row
    book.add_run(txn, run, user_id)
    return book.runs(txn, 1)[0]


def _view(look: Snapshot) -> tuple[list[Any], dict[str, Period], int | None]:
    return book.runs(look, RUNS_SHOWN), book.periods(look), book.sure(look)
