"""What goes by itself: rows that nobody can want any more, in small steps, and the look at the store's health."""

from pathlib import Path

from sidetone.clock import Clock
from sidetone.domain.retention import jumped
from sidetone.jobs.blocking import off_the_loop
from sidetone.store import (
    consent,
    conversations,
    idempotency,
    integrity,
    journal,
    meta,
    receipts,
    retention,
    retention_book,
)
from sidetone.store.connection import Store, Txn

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
MOST = 500  # rows a transaction

# What is swept, and how old it must be: ms.
AGES = {
    conversations.SWEEP: DAY,
    receipts.FORGET_UNMATCHED: DAY,
    idempotency.FORGET: idempotency.KEPT,
    journal.TRIM: 7 * DAY,
    consent.FORGET_REPLIES: DAY,
    retention.FORGET_FORGOTTEN: retention.FORGOTTEN_KEPT,
}


async def sweep(store: Store, clock: Clock) -> str:
    """Delete what is due, a small step at a time, so that no send waits for it; nothing while the clock is not sure."""
    if not await clock_is_sure(store, clock):
        return "Nothing was swept: the clock cannot be trusted."
    swept = 0
    for statement, age in AGES.items():
        before = clock.now() - age
        while count := await store.write(_sweep, statement, before):
            swept += count
            if count < MOST:
                break
    return f"Swept {swept} rows."


async def clock_is_sure(store: Store, clock: Clock) -> bool:
    """Whether the clock has gone on from the last time that was sure (see `retention`), and not jumped."""
    sure = await store.read(retention_book.noted_sure)
    return sure is None or not jumped(clock.now(), sure, None)


async def check(path: Path, store: Store) -> str:
    """The full integrity check, on a connection of its own; what it finds is noted at the store."""
    found = await off_the_loop(lambda beat: integrity.faults(path, beat=beat))
    if found:
        store.note_damage()
        return f"Found damage: {found[0]}"
    await store.write(meta.note_sound)
    return "The store is sound."


def _sweep(txn: Txn, statement: str, before: int) -> int:
    return txn.run(statement, {"before": before, "most": MOST})
