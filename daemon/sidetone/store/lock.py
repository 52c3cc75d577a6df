"""The data folder and its lock: one process at a time has the store."""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import ClassVar, Self

from sidetone.domain.fault import SidetoneError

STORE_FILE = "sidetone.db"
LOCK_FILE = "lock"
DAEMON = "a running Sidetone"


class DataFolderBusy(SidetoneError):
    """Another process has the data folder."""

    code: ClassVar[str] = "data-folder-busy"


class DataFolderUnusable(SidetoneError):
    """The data folder cannot be made or written to."""

    code: ClassVar[str] = "data-folder-unusable"


class DataLock:
    """The lock of a data folder, which is made if it is missing. The system lets go of it when the process ends.

    `holder` is what others are told has it.
    """

    def __init__(self, data_dir: Path, holder: str = DAEMON) -> None:
        self._folder = data_dir
        self._holder = holder
        self._handle = -1

    def acquire(self) -> None:
        """Take the lock; raises DataFolderBusy, DataFolderUnusable."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DataFolderUnusable(
                f"{self._folder} cannot be used ({error.strerror}).",
                hint="Run Sidetone as the user that owns this folder, or set another `data_dir`.",
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(handle)
            os.close(handle)
            daemon = holder.startswith(DAEMON)
            hint = (
                "If it is only starting, wait a moment; else stop it first: systemctl stop sidetone."
                if daemon
                else "Wait for it, or stop it first."
            )
            raise DataFolderBusy(f"{self._folder} is in use by {holder}.", hint=hint) from error
        with contextlib.suppress(OSError):  # on a full disk others are told less, and the lock holds all the same
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()} {self._holder}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Let go; the file stays, because removing it would let two others each lock their own."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def holder(data_dir: Path) -> str:
    """Who has a data folder now, empty for nobody. It is only looked up: a try to lock would be in the others' way."""
    try:
        status = (data_dir / LOCK_FILE).stat()
        locks = Path("/proc/locks").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ""
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    if not any(place in line.split() and " FLOCK " in line for line in locks):  # proc_locks(5)
        return ""
    handle = os.open(data_dir / LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _holder(handle)
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    pid, _, holder = os.pread(handle, 200, 0).decode(errors="replace").strip().partition(" ")
    return f"{holder} (pid {pid})" if pid.isdigit() and holder else "another process"
