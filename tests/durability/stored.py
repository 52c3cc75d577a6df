"""The store's file, read beside the daemon or after it, and never changed."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FAULTS = ("PRAGMA integrity_check(5)", "PRAGMA foreign_key_check")


class Stored:
    """What the file holds."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql

    def rows(self, query: str, **values: object) -> list[Any]:
        """Every row as a tuple."""
        return self._sql.execute(query, values).fetchall()

    def one(self, query: str, **values: object) -> Any:  # noqa: ANN401 - any column
        """The one value of the one row."""
        ((value,),) = self.rows(query, **values)
        return value

    def faults(self) -> list[Any]:
        """What is wrong with the file, or with how its rows refer to each other."""
        return [row for query in FAULTS for row in self.rows(query) if row != ("ok",)]


@contextmanager
def copied(file: Path) -> Iterator[Stored]:
    """The state that a process left when it ended: the file and its log are copied, so that only the copy recovers."""
    with TemporaryDirectory(prefix="stored-") as folder:
        copy = Path(folder) / file.name
        for ending in ("", "-wal"):
            if (part := file.with_name(file.name + ending)).exists():
                shutil.copyfile(part, copy.with_name(copy.name + ending))
        with closing(sqlite3.connect(copy)) as sql:
            yield Stored(sql)


@contextmanager
def beside(file: Path) -> Iterator[Stored]:
    """The state at this moment, read beside the daemon that writes."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as sql:
        yield Stored(sql)
