"""The full look at a store's health."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sidetone.store.connection import address


def faults(path: Path) -> list[str]:
    """What SQLite's integrity check finds, on a connection of its own; empty when the store is sound. Blocking.

    A file that is too broken to be checked is no exception but what was found.
    """
    try:
        with closing(sqlite3.connect(address(path, "ro"), uri=True)) as sql:
            rows = [row[0] for row in sql.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise  # it cannot be opened or is locked, which says nothing about what is in it
        return [str(error)]
    return [] if rows == ["ok"] else rows
