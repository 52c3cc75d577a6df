"""Backups: a copy of the store as one commit left it, in an archive with a manifest. No writer waits for one.

The archive is a zip file: `manifest.json`, `store/sidetone.db`, and room for media beside them.
"""

import errno
import hashlib
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO, ClassVar

from msgspec import Meta, Struct, json

from sidetone import __version__
from sidetone.errors import StoreDamaged, StoreError, StoreFull
from sidetone.store import integrity
from sidetone.store.sqlite import address, classify

FORMAT = 1
MANIFEST = "manifest.json"
STORE = "store/sidetone.db"
RESERVE = 64 * 1024 * 1024  # bytes that are left to the daemon on the disk that is written to
_PAGES = 512  # copied at a time
CHUNK = 1024 * 1024
# What whoever restores wants to know; each table is in every schema there has been.
COUNTS = """
    SELECT (SELECT count(*) FROM "user") AS users, (SELECT count(*) FROM number) AS numbers,
           (SELECT count(*) FROM contact) AS contacts, (SELECT count(*) FROM conversation) AS conversations,
           (SELECT count(*) FROM message) AS messages
"""
EPOCH = "SELECT epoch FROM journal_counter"

Beat = Callable[[], None]


class NoStore(StoreError):
    """There is no store to back up."""

    code: ClassVar[str] = "no-store"


class File(Struct, kw_only=True, frozen=True):
    """A file of the archive."""

    name: Annotated[str, Meta(max_length=512)]
    bytes: Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(Struct, kw_only=True, frozen=True):
    """What an archive says of itself. `made_at` is RFC 3339 UTC, `sidetone` the version that made it."""

    format: int
    sidetone: Annotated[str, Meta(max_length=64)]
    schema: Annotated[int, Meta(ge=1, le=1 << 31)]
    made_at: Annotated[str, Meta(max_length=64)]
    epoch: Annotated[str, Meta(max_length=64)]
    counts: dict[str, int]
    files: Annotated[list[File], Meta(min_length=1, max_length=1_000_000)]


def make(store: Path, archive: BinaryIO, *, scratch: Path, at: int, beat: Beat) -> Manifest:
    """Write a backup of the store to an open file. Blocking: call it off the loop.

    It may run beside a daemon. The copy is made in the folder `scratch` first, and looked through: a damaged store
    has no backup. `at` is ms, UTC. `beat` is called again and again; what it raises ends the work. Raises NoStore,
    StoreDamaged, StoreFull, StoreError.
    """
    if not store.exists():
        raise NoStore(f"{store} does not exist yet.", hint="The first `sidetone run` makes it.")
    with _in_words(scratch):
        _refuse_without_room(store, scratch)
        with _scratch_file(scratch) as copied:
            copy(store, copied, beat=beat)
            if found := integrity.faults(copied, beat=beat):
                raise StoreDamaged(
                    f"The store is damaged ({found[0]}), so there is no backup of it.",
                    hint="Stop Sidetone and restore the newest backup with `sidetone db restore`.",
                )
            return _pack(copied, archive, at, beat)


def copy(store: Path, target: Path, *, beat: Beat) -> None:
    """Copy the store as its last commit left it, beside whoever writes to it. Raises sqlite3.Error."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(sqlite3.connect(address(store, "ro"), uri=True, isolation_level=None)) as ours,
        closing(sqlite3.connect(address(target, "rw"), uri=True, isolation_level=None)) as theirs,
    ):
        ours.execute("BEGIN")
        ours.execute(EPOCH).fetchone()  # from here on it reads one state, else each commit would begin it anew
        theirs.execute("PRAGMA synchronous = OFF")  # a copy that a loss of power cuts short is thrown away
        ours.backup(theirs, pages=_PAGES, progress=lambda *_: beat())
        ours.execute("COMMIT")
        theirs.execute("PRAGMA journal_mode = DELETE")  # a file by itself, with no log beside it


def size(store: Path) -> int:
    """Bytes of a store with its log."""
    log = store.with_name(f"{store.name}-wal")
    return sum(path.stat().st_size for path in (store, log) if path.exists())


def schema_of(sql: sqlite3.Connection) -> int:
    """The schema's version."""
    return int(sql.execute("PRAGMA user_version").fetchone()[0])


def counts_of(sql: sqlite3.Connection) -> dict[str, int]:
    """How much is in a store."""
    cursor = sql.execute(COUNTS)
    return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))


def entry(name: str, at: int) -> zipfile.ZipInfo:
    """An entry of an archive, for its owner alone."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    info = zipfile.ZipInfo(name, max(moment, datetime(1980, 1, 1, tzinfo=UTC)).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _pack(copied: Path, archive: BinaryIO, at: int, beat: Beat) -> Manifest:
    with closing(sqlite3.connect(address(copied, "ro"), uri=True)) as sql:
        schema, epoch, counts = schema_of(sql), sql.execute(EPOCH).fetchone()[0], counts_of(sql)
    with zipfile.ZipFile(archive, "w", compresslevel=1) as packed:
        with packed.open(entry(STORE, at), "w", force_zip64=True) as inner, copied.open("rb") as source:
            digest, length = hashlib.sha256(), 0
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                length += len(chunk)
                inner.write(chunk)
                beat()
        manifest = Manifest(
            format=FORMAT,
            sidetone=__version__,
            schema=schema,
            made_at=datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            epoch=epoch,
            counts=counts,
            files=[File(name=STORE, bytes=length, sha256=digest.hexdigest())],
        )
        packed.writestr(entry(MANIFEST, at), json.format(json.encode(manifest), indent=2))
    archive.flush()
    os.fsync(archive.fileno())
    return manifest


def _refuse_without_room(store: Path, scratch: Path) -> None:
    needed = 2 * size(store) + RESERVE  # the copy and, at its worst, the archive of it
    free = shutil.disk_usage(scratch).free
    if free < needed:
        raise StoreFull(
            f"There is no room for a backup in {scratch}: it takes up to {needed >> 20} MiB, and {free >> 20} are free.",
            hint="Free some space, or put backups on another disk: [store] backup_folder.",
        )


@contextmanager
def _scratch_file(folder: Path) -> Iterator[Path]:
    """A name for the copy, and nothing left of it afterwards."""
    path = folder / f".sidetone-backup-{os.getpid()}.db"
    ends = ("", "-journal", "-wal", "-shm")
    for end in ends:
        path.with_name(path.name + end).unlink(missing_ok=True)
    try:
        yield path
    finally:
        for end in ends:
            path.with_name(path.name + end).unlink(missing_ok=True)


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise classify(error) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                "The disk is full; there is no backup.", hint="Free some space, or use another disk."
            ) from error
        place = error.filename or folder
        raise StoreError(
            f"The backup cannot be made: {place}: {error.strerror}.", hint="Mend that, or use another folder."
        ) from error
