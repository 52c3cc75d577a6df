"""Making a store ready: created, upgraded or refused, never replaced."""

import errno
import os
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from sidetone.errors import StoreDamaged, StoreError, StoreFull, StoreNewer
from sidetone.store.files import sync
from sidetone.store.sqlite import address, classify

APPLICATION_ID = 0x53544E31  # "STN1": this file is Sidetone's and nobody else's
_PROGRESS = 200_000  # steps of SQLite's machine between two calls: some milliseconds
_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_SIGNATURE = b"SQLite format 3\0"
_APPLICATION_ID_AT = 68  # https://www.sqlite.org/fileformat.html#the_database_header


class Migration(NamedTuple):
    """One numbered step; released ones are never edited."""

    version: int
    name: str
    script: str


def migrations() -> list[Migration]:
    """Every step this build knows, in order."""
    files = resources.files("sidetone.store").joinpath("migrations").iterdir()
    named = [(match, file) for file in files if (match := _NAME.match(file.name))]
    return sorted(Migration(int(match[1]), file.name, file.read_text(encoding="utf-8")) for match, file in named)


def prepare(
    path: Path, steps: list[Migration] | None = None, *, progress: Callable[[], None] | None = None
) -> list[str]:
    """Make the store at `path` ready for this build; the names of the steps taken. Blocking: call it off the loop.

    The caller holds the folder's lock. A missing file is created only where no store has ever been (its marker
    file says so), and is there whole or not at all. Before the first step on a filled store the file is copied
    beside it. Each step and its version are one transaction, so a failed step leaves the store as it was. `progress`
    is called again and again while an upgrade gets on. Raises StoreNewer, StoreDamaged (the file is left as it is),
    StoreFull, StoreError.
    """
    known = migrations() if steps is None else steps
    marker = path.with_name(f"{path.name}.made")
    try:
        fresh = not path.exists() or path.stat().st_size == 0
        if fresh:
            _refuse_to_replace(path, marker)
            taken = _create(path, known)
        else:
            _check_header(path)
            taken = _upgrade(path, known, progress)
        marker.touch(mode=0o600)
        sync(path.parent)
    except sqlite3.Error as error:
        raise classify(error) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                f"There is no room for {path}.", hint="Free some space, then start Sidetone again."
            ) from error
        raise StoreError(
            f"{path} cannot be used ({error.strerror}).", hint="Give its folder to the user that Sidetone runs as."
        ) from error
    return taken


def _refuse_to_replace(path: Path, marker: Path) -> None:
    log = path.with_name(f"{path.name}-wal")
    if marker.exists() or (log.exists() and log.stat().st_size > 0):
        raise StoreDamaged(
            f"{path} is missing or empty, and there was a store before.",
            hint=f"Restore a backup, or delete {marker.name} to begin with an empty store on purpose.",
        )


def _check_header(path: Path) -> None:
    """Refuse what is not ours by its bytes alone, because SQLite may write to a file that it only opens."""
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(_SIGNATURE) or len(header) < 100:
        raise StoreDamaged(
            f"{path} is not an SQLite file.", hint="It is kept as it is; restore a backup with `sidetone db restore`."
        )
    owner = int.from_bytes(header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4], "big")
    if owner != APPLICATION_ID:
        raise StoreError(f"{path} belongs to another program.", hint="Set `data_dir` to a folder of Sidetone's own.")


def _create(path: Path, known: list[Migration]) -> list[str]:
    """Build a new store beside its place and move it there."""
    built = path.with_name(f"{path.name}.new")
    for end in ("", "-journal", "-wal", "-shm"):
        built.with_name(built.name + end).unlink(missing_ok=True)
    _touch_private(built)
    with closing(sqlite3.connect(address(built, "rw"), uri=True, isolation_level=None)) as sql:
        sql.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only possible before the first table
        sql.execute("PRAGMA synchronous = OFF")  # it is synced as a whole before it gets its name
        for step in known:
            _take(sql, step)
        sql.execute("PRAGMA journal_mode = WAL")  # as the last thing, so that there is no log to move along
    sync(built)
    built.replace(path)
    return [step.name for step in known]


def _upgrade(path: Path, known: list[Migration], progress: Callable[[], None] | None) -> list[str]:
    newest = known[-1].version
    with closing(sqlite3.connect(address(path, "rw"), uri=True, isolation_level=None)) as sql:
        sql.set_progress_handler(progress, _PROGRESS)  # it goes on when this returns None
        version = sql.execute("PRAGMA user_version").fetchone()[0]
        if version > newest:
            raise StoreNewer(
                f"{path} was written by a newer Sidetone (schema {version}, this one knows {newest}).",
                hint="Install that version again, or restore the backup made before the upgrade.",
            )
        sql.execute("PRAGMA journal_mode = WAL")
        sql.execute("PRAGMA synchronous = FULL")
        due = [step for step in known if step.version > version]
        if due:
            _backup(sql, path.with_name(f"{path.name}.before-{due[0].version:04d}"))
        for step in due:
            _take(sql, step)
    return [step.name for step in due]


def _backup(sql: sqlite3.Connection, target: Path) -> None:
    partial = target.with_name(f"{target.name}.part")
    partial.unlink(missing_ok=True)
    _touch_private(partial)
    try:
        sql.execute("VACUUM INTO :target", {"target": str(partial)})
        sync(partial)
    except BaseException:
        partial.unlink(missing_ok=True)  # half a copy helps nobody, and takes the room that may be missing
        raise
    partial.replace(target)
    sync(target.parent)


def _take(sql: sqlite3.Connection, step: Migration) -> None:
    sql.execute("BEGIN IMMEDIATE")
    try:
        for statement in _statements(step.script):
            sql.execute(statement)
        if step.version == 1:
            sql.execute("INSERT INTO journal_counter (id, epoch, seq) VALUES (1, ?, 0)", (secrets.token_hex(4),))
            sql.execute("INSERT INTO meta (key, value) VALUES ('fingerprint_key', ?)", (secrets.token_hex(32),))
        _check_references(sql)
        sql.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        sql.execute(f"PRAGMA user_version = {step.version:d}")
        sql.execute("COMMIT")
    except BaseException as error:
        if sql.in_transaction:
            sql.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise _failed(step, error) from error
        raise


def _check_references(sql: sqlite3.Connection) -> None:
    """Foreign keys are off while a step rebuilds tables; what it leaves behind is checked as a whole."""
    stray = sql.execute("PRAGMA foreign_key_check").fetchone()
    if stray is not None:
        raise sqlite3.IntegrityError(f"rows of {stray[0]} point at nothing")


def _failed(step: Migration, error: sqlite3.Error) -> Exception:
    known = classify(error)
    if isinstance(known, StoreFull | StoreDamaged):
        return known
    return StoreError(
        f"The store could not be upgraded: step {step.name} failed ({error}). It is as it was before that step.",
        hint="Install the former version again and report this; the copy made before the upgrade lies beside the store.",
    )


def _statements(script: str) -> Iterator[str]:
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if ";" in line and sqlite3.complete_statement(held):
            yield held
            held = ""
    if held.strip():
        yield held


def _touch_private(path: Path) -> None:
    """Make an empty file that only its owner can read; what SQLite puts beside it gets the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
