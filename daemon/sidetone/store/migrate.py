"""Making a store ready: created, upgraded or refused, never replaced."""

import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from sidetone.errors import StoreDamaged, StoreError, StoreNewer
from sidetone.store.connection import classify

APPLICATION_ID = 0x53544E31  # "STN1": this file is Sidetone's and nobody else's
_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")


class Migration(NamedTuple):
    """One numbered step; released ones are never edited."""

    version: int
    name: str
    script: str


def migrations() -> list[Migration]:
    """Every step this build knows, in order."""
    found = []
    for file in resources.files("sidetone.store").joinpath("migrations").iterdir():
        if match := _NAME.match(file.name):
            found.append(Migration(int(match[1]), file.name, file.read_text(encoding="utf-8")))
    return sorted(found)


def prepare(path: Path, steps: list[Migration] | None = None) -> list[str]:
    """Make the store at `path` ready for this build; the names of the steps taken. Blocking: call it off the loop.

    A missing file is created only where no store has ever been (its marker file says so). Before the first step on
    a filled store the file is copied beside it. Each step and its version are one transaction. Raises
    StoreNewer, StoreDamaged (the file is left as it is), StoreError.
    """
    known = migrations() if steps is None else steps
    marker = path.with_name(path.name + ".made")
    fresh = not path.exists() or path.stat().st_size == 0
    if fresh and marker.exists():
        raise StoreDamaged(
            f"{path} is missing or empty, and there was a store before.",
            hint=f"Restore a backup, or delete {marker.name} to begin with an empty store on purpose.",
        )
    if not fresh:
        _check_header(path)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as sql:
            taken = _upgrade(sql, path, known, fresh=fresh)
    except sqlite3.Error as error:
        raise classify(error) from error
    if fresh:
        path.chmod(0o600)
        marker.touch(mode=0o600)
    _sync_folder(path.parent)
    return taken


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise StoreDamaged(
                f"{path} is not an SQLite file.",
                hint="It is kept as it is; restore a backup with `sidetone db restore`.",
            )


def _upgrade(sql: sqlite3.Connection, path: Path, known: list[Migration], *, fresh: bool) -> list[str]:
    newest = known[-1].version
    if fresh:
        sql.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only possible before the first table
    sql.execute("PRAGMA journal_mode = WAL")
    sql.execute("PRAGMA synchronous = FULL")
    owner = sql.execute("PRAGMA application_id").fetchone()[0]
    version = sql.execute("PRAGMA user_version").fetchone()[0]
    blank = owner == 0 and sql.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not blank and owner != APPLICATION_ID:
        raise StoreError(f"{path} belongs to another program.", hint="Set `data_dir` to a folder of Sidetone's own.")
    if version > newest:
        raise StoreNewer(
            f"{path} was written by a newer Sidetone (schema {version}, this one knows {newest}).",
            hint="Install that version again, or restore the backup made before the upgrade.",
        )
    due = [step for step in known if step.version > version]
    if due and not blank:
        _backup(sql, path.with_name(f"{path.name}.before-{due[0].version:04d}"))
    for step in due:
        _take(sql, step)
    return [step.name for step in due]


def _backup(sql: sqlite3.Connection, target: Path) -> None:
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    sql.execute("VACUUM INTO :target", {"target": str(partial)})
    partial.chmod(0o600)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    _sync_folder(target.parent)


def _take(sql: sqlite3.Connection, step: Migration) -> None:
    sql.execute("BEGIN IMMEDIATE")
    try:
        for statement in _statements(step.script):
            sql.execute(statement)
        if step.version == 1:
            sql.execute("INSERT INTO journal_counter (id, epoch, seq) VALUES (1, ?, 0)", (secrets.token_hex(4),))
            sql.execute("INSERT INTO meta (key, value) VALUES ('fingerprint_key', ?)", (secrets.token_hex(32),))
        sql.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        sql.execute(f"PRAGMA user_version = {step.version:d}")
        sql.execute("COMMIT")
    except BaseException:
        if sql.in_transaction:
            sql.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if ";" in line and sqlite3.complete_statement(held):
            yield held
            held = ""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
