"""The daily backup."""

from pathlib import Path

from sidetone.clock import Clock
from sidetone.jobs.blocking import off_the_loop
from sidetone.store.backups import Backups


async def back_up(store: Path, folder: Path, keep: int, clock: Clock) -> str:
    """Add a backup to the folder and let the oldest go. Raises StoreFull, StoreDamaged, StoreError."""
    backups = Backups(folder)
    made = await off_the_loop(lambda beat: backups.add(store, at=clock.now(), keep=keep, beat=beat))
    return f"Backed up {made.counts['messages']} messages at {made.made_at}."
