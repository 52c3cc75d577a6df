"""A file that is read when it changes."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

from sidetone.plugin import Context, DirectoryPage, Health, NotReady, State, SyncAnew
from sidetone_csv.decoding import NotText, decoded
from sidetone_csv.people import NoTable, Reading, read_people
from sidetone_csv.settings import Settings

LARGEST = 64 * 1024 * 1024  # bytes of a file
PAGE = 500
TOLD = 3  # lines that the health sentence names


class CsvDirectory:
    """Implements `Directory`. Its token is what the file system says of the file: another means another content."""

    def __init__(self, settings: Settings, context: Context) -> None:
        self.sync_every = settings.look_every
        self._settings = settings
        self._context = context
        self._odd = Reading()  # what the last reading found amiss, without its records
        self._first: tuple[str, Reading] | None = None  # what the start has read, for the sync that follows it

    async def start(self) -> None:
        """See that the file is there and can be read. Raises NotReady, BadConfig."""
        self._first = await asyncio.to_thread(self._read)
        self._note(self._first[1])

    async def stop(self) -> None:
        """Nothing is held between two looks at the file."""

    async def health(self) -> Health:
        """Which lines are not as they should be."""
        reading = self._odd
        if not reading.count:
            return Health(State.OK, "The file can be read.")
        lines = "; ".join(str(trouble) for trouble in reading.troubles[:TOLD])
        more = f"; and {reading.count - TOLD} more" if reading.count > TOLD else ""
        return Health(State.OK, f"The file can be read, but for some of it: {lines}{more}.")

    async def sync(self, token: str | None) -> AsyncIterator[DirectoryPage]:
        """Everything, or with the token of the file as it still is nothing. Raises SyncAnew, NotReady, BadConfig."""
        if token is not None:
            if token != await asyncio.to_thread(self._mark):
                raise SyncAnew("The file has changed.")
            return
        first, self._first = self._first, None
        if first is None or first[0] != await asyncio.to_thread(self._mark):
            first = await asyncio.to_thread(self._read)
        mark, reading = first
        self._note(reading)
        for trouble in reading.troubles:
            self._context.log.info("line cannot be used as it is", number=trouble.line, reason=trouble.what)
        for start in range(0, len(reading.records), PAGE):
            yield DirectoryPage(records=reading.records[start : start + PAGE])
        yield DirectoryPage(token=mark)

    def _note(self, reading: Reading) -> None:
        self._odd = Reading(troubles=reading.troubles, count=reading.count)
        self._context.health_changed()

    def _mark(self) -> str:
        """What tells this content of the file from another; raises NotReady."""
        try:
            return _mark(self._settings.file.stat())
        except OSError as error:
            raise _away(self._settings.file, error) from None

    def _read(self) -> tuple[str, Reading]:
        path = self._settings.file
        try:
            with open(path, "rb", opener=_patiently) as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise NotReady(f"{path.name} is no file.", hint="Name the file itself.")
                raw = file.read(LARGEST + 1)
                written = os.fstat(file.fileno())
        except OSError as error:
            raise _away(path, error) from None
        if len(raw) > LARGEST:
            raise NotReady(f"{path.name} is larger than {LARGEST // 1024 // 1024} MiB.", hint="Give it fewer columns.")
        if _mark(written) != _mark(found):
            raise NotReady(f"{path.name} is just being written.", hint="It is read again in a moment.")
        settings = self._settings
        try:
            text = decoded(raw, settings.encoding)
            return _mark(found), read_people(text, settings.separator, settings.columns, self._context.default_country)
        except (NotText, NoTable) as error:
            raise NotReady(
                f"{path.name} cannot be used: {error}.", hint="Mend it: it is read again by itself."
            ) from None


def _mark(found: os.stat_result) -> str:
    return f"{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"


def _patiently(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe would make us wait for its writer


def _away(path: Path, error: OSError) -> NotReady:
    hint = "Put it there, readable for the daemon's user; it is read by itself then."
    return NotReady(f"{path.name} cannot be read ({error.strerror or 'no reason is known'}).", hint=hint)
