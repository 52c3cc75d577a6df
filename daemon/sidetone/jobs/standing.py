"""The jobs that every daemon has."""

from collections.abc import Iterator
from functools import partial

from sidetone.clock import Clock
from sidetone.config.shapes import Config
from sidetone.jobs import housekeeping
from sidetone.jobs.backup import back_up
from sidetone.jobs.retention import Retention
from sidetone.jobs.scheduler import Job, daily, every
from sidetone.people.sessions import Sessions
from sidetone.store.connection import Store
from sidetone.store.lock import STORE_FILE

CHECK_AFTER = 600.0  # seconds from the start to the look through the whole store: first comes what waited


def standing(config: Config, store: Store, clock: Clock, sessions: Sessions, retention: Retention) -> Iterator[Job]:
    """Each with its times."""
    path, backups = config.server.data_dir / STORE_FILE, config.store
    yield Job("sweep", every(hours=1), partial(housekeeping.sweep, store, clock))
    yield Job("retention", every(hours=1), retention.work, by_hand=False)  # it has a page of its own, with a dry run
    yield Job("integrity", every(hours=24), partial(housekeeping.check, path, store), after_start=CHECK_AFTER)
    if backups.backup_keep:
        work = partial(back_up, path, config.backups, backups.backup_keep, clock)
        yield Job("backup", daily(backups.backup_hour), work)
    yield Job("sessions", every(hours=24), partial(_sweep_sessions, store, clock, sessions))


async def _sweep_sessions(store: Store, clock: Clock, sessions: Sessions) -> str:
    if not await housekeeping.clock_is_sure(store, clock):
        return "No session was forgotten: the clock cannot be trusted."
    return f"Forgot {await sessions.sweep()} sessions that had ended."
