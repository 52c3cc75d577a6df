"""What the doctor asks of a store: on a connection of its own that cannot change anything, beside whoever has it."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sidetone.store import carriers, meta
from sidetone.store.backup import counts_of, schema_of
from sidetone.store.connection import Snapshot
from sidetone.store.migrate import APPLICATION_ID
from sidetone.store.sqlite import address, classify

NEWEST_ENTRY = "SELECT j.at FROM journal j WHERE j.seq = (SELECT max(k.seq) FROM journal k)"
JOBS = "SELECT name, ran_at FROM job"
MONTH = 30 * 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for a carrier; `oldest` is ms."""

    waiting: int
    oldest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A store as it is. Times are ms; `bytes` are of its file, of which `free_bytes` hold nothing."""

    ours: bool
    schema: int
    bytes: int
    free_bytes: int
    counts: Mapping[str, int]
    newest_entry: int | None
    sound_at: int | None
    jobs: Mapping[str, int]
    queues: Mapping[str, Queue]
    last_inbound: Mapping[str, int | None]


def examine(path: Path, names: Iterable[str], *, now: int) -> Facts:
    """Look at a store of this build's schema; `names` are the carriers'. Blocking. Raises StoreError."""
    try:
        with closing(sqlite3.connect(address(path, "ro"), uri=True, timeout=5)) as sql:
            sql.row_factory = sqlite3.Row
            look = Snapshot(sql)
            newest = look.one(NEWEST_ENTRY)
            pages, free, size = (_number(sql, name) for name in ("page_count", "freelist_count", "page_size"))
            return Facts(
                ours=_number(sql, "application_id") == APPLICATION_ID,
                schema=schema_of(sql),
                bytes=pages * size,
                free_bytes=free * size,
                counts=counts_of(sql),
                newest_entry=None if newest is None else newest["at"],
                sound_at=meta.sound_at(look),
                jobs={row["name"]: row["ran_at"] for row in look.all(JOBS)},
                queues={
                    name: Queue(waiting=row["waiting"], oldest=row["oldest"])
                    for name, row in carriers.queues(look).items()
                },
                last_inbound={name: carriers.last_inbound(look, name, now - MONTH) for name in names},
            )
    except sqlite3.Error as error:
        raise classify(error) from error


def header(path: Path) -> tuple[bool, int]:
    """Whether a file is a store of ours by its header, and its schema. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(100)
    ours = head.startswith(b"SQLite format 3\0") and int.from_bytes(head[68:72], "big") == APPLICATION_ID
    return ours, int.from_bytes(head[60:64], "big")


def _number(sql: sqlite3.Connection, name: str) -> int:
    return int(sql.execute(f"PRAGMA {name}").fetchone()[0])
