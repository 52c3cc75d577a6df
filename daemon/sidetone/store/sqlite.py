"""SQLite from outside: where it finds a file, and its errors as ours."""

import sqlite3
from pathlib import Path
from typing import Literal

from sidetone.domain.fault import SidetoneError
from sidetone.errors import IndexBroken, SearchBusy, StoreDamaged, StoreError, StoreFull


def address(path: Path, mode: Literal["ro", "rw"]) -> str:
    """Where SQLite finds a file that is there: unlike a plain path this never makes an empty one."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def damage() -> StoreDamaged:
    """The error for a file that is not what it should be."""
    return StoreDamaged(
        "The store's file is damaged.", hint="It is kept as it is; restore a backup with `sidetone db restore`."
    )


def too_slow() -> SearchBusy:
    """The error for a search whose time is over."""
    return SearchBusy("That would take too long.", hint="Look for a longer or rarer word.")


def classify(error: Exception) -> Exception:
    """SQLite's error as one of ours; what is ours already passes."""
    if isinstance(error, SidetoneError) or not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", 0)
    # The log's index in shared memory is a file too; SQLite has no better word for one that cannot grow.
    if code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return StoreFull("The disk is full; nothing was stored.", hint="Free some space: Sidetone goes on by itself.")
    if code == sqlite3.SQLITE_CORRUPT_VTAB:
        return IndexBroken("The index for searching is broken.", hint="It is made anew by itself; search again later.")
    if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damage()
    if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
        return error
    return StoreError(f"The store did not take it ({getattr(error, 'sqlite_errorname', 'error')}).")
