"""The folder of the daily backups: one is added whole or not at all, and the oldest go."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sidetone.errors import StoreError
from sidetone.store import backup
from sidetone.store.backup import Beat, Manifest
from sidetone.store.files import sync

_NAME = re.compile(r"sidetone-(\d{8}T\d{6}Z)\.zip")
_STAMP = "%Y%m%dT%H%M%SZ"
_LEFT = re.compile(r"\.sidetone-.*\.zip\.part|\.sidetone-backup-\d+\.db(-journal|-wal|-shm)?")
_OLD = 24 * 60 * 60 * 1000  # ms after which what a killed backup has left is nobody's


@dataclass(frozen=True, slots=True, order=True)
class Kept:
    """A backup in the folder; `at` is ms, UTC."""

    at: int
    path: Path


class Backups:
    """Backups in a folder, named by their time. Other files in it are let be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Kept]:
        """Every backup, the oldest first; a folder that is not there has none. Raises OSError."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except FileNotFoundError:
            return []
        found = [(match, name) for name in names if (match := _NAME.fullmatch(name))]
        return sorted(Kept(_moment(match[1]), self.folder / name) for match, name in found)

    def add(self, store: Path, *, at: int, keep: int, beat: Beat) -> Manifest:
        """Back the store up, then remove the oldest beyond `keep`. Blocking. Raises as `backup.make` does."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._tidy(at)
            name = f"sidetone-{datetime.fromtimestamp(at / 1000, UTC).strftime(_STAMP)}.zip"
            made = add_file(self.folder / name, store, scratch=self.folder, at=at, beat=beat)
            kept = sorted(self.all(), key=lambda each: (each.at <= at, each.at))  # from times to come: the oldest
            for old in kept[:-keep]:
                old.path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"The backup cannot be made: {error.filename or self.folder}: {error.strerror}.",
                hint="Let Sidetone's user write there ([store] backup_folder; in the unit: ReadWritePaths=).",
            ) from error
        return made

    def _tidy(self, now: int) -> None:
        for path in self.folder.iterdir():
            if _LEFT.fullmatch(path.name) and now - path.stat().st_mtime_ns // 1_000_000 > _OLD:
                path.unlink(missing_ok=True)


def add_file(target: Path, store: Path, *, scratch: Path, at: int, beat: Beat) -> Manifest:
    """Write a backup to a new file that nobody ever sees half of. Raises OSError, and as `backup.make` does."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as archive:
            made = backup.make(store, archive, scratch=scratch, at=at, beat=beat)
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync(target.parent)
    return made


def _moment(stamp: str) -> int:
    try:
        return int(datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return 0
