"""Reading a backup's archive without trusting it: every length, name and hash is held against its manifest."""

import hashlib
import os
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO, ClassVar

import msgspec

from sidetone.domain.fault import SidetoneError
from sidetone.errors import StoreNewer
from sidetone.store.backup import CHUNK, FORMAT, MANIFEST, STORE, Beat, File, Manifest

_LARGEST_MANIFEST = 64 * 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)


class BadBackup(SidetoneError):
    """The file is no backup of Sidetone's, or not the whole of one."""

    code: ClassVar[str] = "bad-backup"


def read_manifest(archive: BinaryIO, *, newest: int) -> Manifest:
    """The manifest of an archive; `newest` is the last schema this build knows. Raises BadBackup, StoreNewer."""
    try:
        with zipfile.ZipFile(archive) as packed, packed.open(MANIFEST) as file:
            said = file.read(_LARGEST_MANIFEST + 1)
            names = sorted(packed.namelist())
        if len(said) > _LARGEST_MANIFEST:
            raise _not_a_backup("its manifest is too large")
        manifest = msgspec.json.decode(said, type=Manifest)
    except msgspec.DecodeError:
        raise _not_a_backup("its manifest cannot be read") from None
    except _BROKEN:
        raise _not_a_backup("it is no archive with a manifest, or it is not whole") from None
    if manifest.format > FORMAT or manifest.schema > newest:
        raise StoreNewer(
            f"This backup was made by a newer Sidetone ({manifest.sidetone}, schema {manifest.schema}; "
            f"this one knows {newest}).",
            hint="Install that version, then restore it.",
        )
    if names != sorted([MANIFEST, *(file.name for file in manifest.files)]) or STORE not in names:
        raise _not_a_backup("it does not hold what its manifest says")
    return manifest


def unpack_store(archive: BinaryIO, manifest: Manifest, target: Path, *, beat: Beat) -> None:
    """Write the archive's store to a new file, and hold it to its length and hash. Raises BadBackup, OSError."""
    wanted = next(file for file in manifest.files if file.name == STORE)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out, zipfile.ZipFile(archive) as packed, packed.open(STORE) as inner:
            _copy(inner, out, wanted, beat)
            out.flush()
            os.fsync(out.fileno())
    except _BROKEN:
        raise _not_a_backup("its store is not whole") from None


def _copy(inner: IO[bytes], out: IO[bytes], wanted: File, beat: Beat) -> None:
    digest, length = hashlib.sha256(), 0
    while chunk := inner.read(CHUNK):
        length += len(chunk)
        if length > wanted.bytes:
            raise _not_a_backup("its store is longer than its manifest says")
        digest.update(chunk)
        out.write(chunk)
        beat()
    if (length, digest.hexdigest()) != (wanted.bytes, wanted.sha256):
        raise _not_a_backup("its store is not the one that its manifest names")


def _not_a_backup(why: str) -> BadBackup:
    return BadBackup(f"This is no whole backup of Sidetone: {why}.", hint="Nothing was changed. Take another backup.")
