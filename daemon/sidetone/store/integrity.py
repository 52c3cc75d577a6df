"""The full look at a store's health."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sidetone.store.sqlite import address

_STEPS = 200_000  # of SQLite's machine between two beats: some milliseconds


def faults(path: Path, *, beat: Callable[[], None] | None = None) -> list[str]:
    """What SQLite's integrity check finds, on a connection of its own; empty when the store is sound. Blocking.

    A file that is too broken to be checked is no exception but what was found. `beat` is called again and again; when
    it raises, the check ends with sqlite3.OperationalError.
    """
    try:
        with closing(sqlite3.connect(address(path, "ro"), uri=True)) as sql:
            sql.set_progress_handler(beat, _STEPS)
            rows = [row[0] for row in sql.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise  # it cannot be opened or is locked, which says nothing about what is in it
        return [str(error)]
    return [] if rows == ["ok"] else rows
