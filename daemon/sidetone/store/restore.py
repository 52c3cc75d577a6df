"""Putting a backup in the place of the store: looked through as a whole first, and the former store is kept aside."""

import contextlib
import errno
import os
import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from sidetone.errors import StoreError, StoreFull
from sidetone.store import audit, integrity, migrate
from sidetone.store.acting import actor
from sidetone.store.archive import BadBackup, read_manifest, unpack_store
from sidetone.store.audit import About, Act
from sidetone.store.backup import RESERVE, STORE, Beat, Manifest, counts_of, schema_of
from sidetone.store.connection import Txn
from sidetone.store.files import sync
from sidetone.store.sqlite import address, classify

WORKSHOP = "restoring"  # a folder beside the store; what is in it is nobody's
# Whatever waited or was in a carrier's hands may have been sent since: never again by itself.
DOUBT_MESSAGES = """
    UPDATE message
    SET status = 'unknown', problem_kind = 'restored', problem_code = '', problem_text = '', deadline_at = :deadline_at,
        updated_at = CASE WHEN updated_at > :now THEN updated_at ELSE :now END
    WHERE id IN (SELECT o.message_id FROM outbox o)
"""
# So may a text whose time has come since: at its time it is not sent.
DOUBT_SCHEDULED = """
    UPDATE message SET problem_kind = 'restored' WHERE status = 'scheduled' AND deadline_at <= :now
"""
DOUBT_ATTEMPTS = """
    UPDATE attempt SET finished_at = :now, outcome = 'unknown', kind = 'restored'
    WHERE outcome IS NULL AND id IN (SELECT o.attempt_id FROM outbox o WHERE o.attempt_id IS NOT NULL)
"""
EMPTY_OUTBOX = "DELETE FROM outbox"
END_SESSIONS = "DELETE FROM session"  # a session that has ended since must not come back
NEW_EPOCH = "UPDATE journal_counter SET epoch = :epoch"  # so that every screen asks for everything anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored. `aside` is where the former store is kept, if there was one; `doubted` messages waited."""

    manifest: Manifest
    aside: Path | None
    doubted: int


def restore(archive: BinaryIO, store: Path, *, now: int, unknown_wait: int, beat: Beat) -> Restored:
    """Put a backup in the place of `store`. The caller holds the folder's lock. Blocking.

    Nothing is touched before the backup was unpacked, looked through and brought to this build's schema. Killed
    anywhere, the store is the former or the restored one; where the former is damaged there may be none, which no
    start replaces, and restoring once more is safe. `now` and `unknown_wait` are ms. Raises BadBackup, StoreNewer,
    StoreFull, StoreError.
    """
    workshop = store.with_name(WORKSHOP)
    try:
        manifest = read_manifest(archive, newest=migrate.migrations()[-1].version)
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir(mode=0o700)
        fresh = workshop / store.name
        _refuse_without_room(manifest, workshop)
        unpack_store(archive, manifest, fresh, beat=beat)
        _look_through(fresh, manifest, beat)
        migrate.prepare(fresh)
        doubted = _begin_anew(fresh, now, unknown_wait, manifest)
        aside = _exchange(fresh, store, now)
    except sqlite3.Error as error:
        raise classify(error) from error
    except OSError as error:
        raise _in_words(error, store.parent) from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Restored(manifest=manifest, aside=aside, doubted=doubted)


def _refuse_without_room(manifest: Manifest, workshop: Path) -> None:
    # The store itself, and a copy of it while it is upgraded.
    needed = 2 * sum(file.bytes for file in manifest.files if file.name == STORE) + RESERVE
    free = shutil.disk_usage(workshop).free
    if free < needed:
        raise StoreFull(
            f"There is no room to restore this backup: it takes {needed >> 20} MiB, and {free >> 20} are free.",
            hint="Free some space; nothing was changed.",
        )


def _look_through(fresh: Path, manifest: Manifest, beat: Beat) -> None:
    """Hold the store to what it must be and to what its manifest says. Raises BadBackup."""
    if found := integrity.faults(fresh, beat=beat):
        raise _unfit(f"its store is damaged ({found[0]})")
    with closing(sqlite3.connect(address(fresh, "ro"), uri=True)) as sql:
        owner = sql.execute("PRAGMA application_id").fetchone()[0]
        if owner != migrate.APPLICATION_ID:
            raise _unfit("its store belongs to another program")
        if schema_of(sql) != manifest.schema:
            raise _unfit("its store has another schema than its manifest says")
        if counts_of(sql) != manifest.counts:
            raise _unfit("its store does not hold what its manifest says")


def _begin_anew(fresh: Path, now: int, unknown_wait: int, manifest: Manifest) -> int:
    """Make a store fit to go on with after all that may have happened since; how many messages had waited."""
    with closing(sqlite3.connect(address(fresh, "rw"), uri=True, isolation_level=None)) as sql:
        sql.execute("PRAGMA foreign_keys = ON")
        sql.execute("BEGIN IMMEDIATE")
        values = {"now": now, "deadline_at": now + unknown_wait}
        doubted = sql.execute(DOUBT_MESSAGES, values).rowcount
        doubted += sql.execute(DOUBT_SCHEDULED, {"now": now}).rowcount
        sql.execute(DOUBT_ATTEMPTS, {"now": now})
        sql.execute(EMPTY_OUTBOX)
        sql.execute(END_SESSIONS)
        sql.execute(NEW_EPOCH, {"epoch": secrets.token_hex(4)})
        words = f"the store as it was at {manifest.made_at}"
        audit.note(Txn(sql, now, actor()), Act.STORE_RESTORED, About("store"), words)
        sql.execute("COMMIT")
        sql.execute("PRAGMA journal_mode = DELETE")  # so that there is no log to move along
        sql.execute("PRAGMA journal_mode = WAL")
    sync(fresh)
    return doubted


def _exchange(fresh: Path, store: Path, now: int) -> Path | None:
    """Give the fresh store its place; where the former one is kept."""
    aside = None
    if store.exists():
        whole, aside = _fold(store), _free_name(store, now)
        os.link(store, aside)
        if not whole:  # without its log the former store would be another one than it was: it goes first
            os.link(store.with_name(f"{store.name}-wal"), aside.with_name(f"{aside.name}-wal"))
            sync(store.parent)
            store.unlink()
    for end in ("-wal", "-shm"):  # they belong to the former one; SQLite would read them into the new one
        store.with_name(store.name + end).unlink(missing_ok=True)
    sync(store.parent)
    fresh.replace(store)
    store.with_name(f"{store.name}.made").touch(mode=0o600)
    sync(store.parent)
    return aside


def _fold(store: Path) -> bool:
    """Bring all that stands in the former store's log into its file, if both are sound; whether no log is left."""
    log = store.with_name(f"{store.name}-wal")
    with contextlib.suppress(sqlite3.Error):
        if log.exists() and not integrity.faults(store):  # of a damaged one nothing is touched
            with closing(sqlite3.connect(address(store, "rw"), uri=True)) as sql:
                sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return not log.exists() or log.stat().st_size == 0


def _free_name(store: Path, now: int) -> Path:
    moment = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"{store.name}.before-restore-{moment}{end}" for end in chain([""], (f"-{number}" for number in count(2))))
    return next(path for name in names if not (path := store.with_name(name)).exists())


def sweep(store: Path) -> None:
    """Remove what a restore that was killed has left. The caller holds the folder's lock."""
    shutil.rmtree(store.with_name(WORKSHOP), ignore_errors=True)


def _unfit(why: str) -> BadBackup:
    return BadBackup(f"This backup cannot be used: {why}.", hint="Nothing was changed. Take another backup.")


def _in_words(error: OSError, folder: Path) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull("The disk is full; nothing was restored.", hint="Free some space and restore again.")
    place = error.filename or folder
    return StoreError(
        f"The backup cannot be restored: {place}: {error.strerror}.", hint="Mend that, then restore again."
    )
