"""The full look at a store's health."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sidetone.store.connection import address


def faults(path: Path) -> list[str]:
    """What SQLite's integrity check finds, on a connection of its own; empty when the store is sound. Blocking."""
    with closing(sqlite3.connect(address(path, "ro"), uri=True)) as sql:
        rows = [row[0] for row in sql.execute("PRAGMA integrity_check(5)")]
    return [] if rows == ["ok"] else rows
