"""The house itself: its configuration, its files' modes, and who lives in it."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

from sidetone import __version__
from sidetone.doctor.finding import Finding, ago, fault, note, ok, size, warning
from sidetone.doctor.patient import Patient

LEAST = 64 << 20  # bytes: the writer needs some room to say that there is none
LITTLE = 1 << 30
FEW = 1000  # inodes


def configuration(patient: Patient) -> Iterator[Finding]:
    """Every fault of the configuration."""
    for each in patient.faults:
        if each.note:
            yield warning("configuration", str(each), each.remedy)
        else:
            yield fault("configuration", str(each))
    if all(each.note for each in patient.faults) and patient.config is not None:
        names = ", ".join(patient.config.carriers) or "none yet"
        yield ok("configuration", f"{patient.file} is well. Carriers: {names}.")


def modes(patient: Patient) -> Iterator[Finding]:
    """Who can read what, and whether Sidetone's own user can."""
    folder = patient.data_dir
    if not folder.exists():
        yield note("files", f"{folder} does not exist yet.", "The first start makes it.")
        return
    owner = folder.stat().st_uid
    wrong = list(_exposed(folder, owner))
    yield from wrong
    unreadable = [path for path in _configured(patient) if not patient.can(path, os.R_OK)]
    for path in unreadable:
        yield fault(
            "files", f"{path} cannot be read by {_name(owner)}.", f"chgrp {_group(folder)} {path}; chmod 640 {path}"
        )
    if not patient.can(folder, os.W_OK | os.X_OK):
        yield fault("files", f"{folder} cannot be written to by {_name(owner)}.", f"chmod 700 {folder}")
    elif not wrong and not unreadable:
        yield ok("files", f"{folder} is {_name(owner)}'s alone.")


def _exposed(folder: Path, owner: int) -> Iterator[Finding]:
    for path in (folder, *sorted(folder.iterdir())):
        status = path.lstat()
        if status.st_uid != owner:
            yield fault(
                "files",
                f"{path} belongs to {_name(status.st_uid)}, and the data folder to {_name(owner)}.",
                f"chown -R {_name(owner)}: {folder}",
            )
        if status.st_mode & 0o077 and not path.is_symlink():
            mode = "700" if path.is_dir() else "600"
            yield warning("files", f"{path} is open to other users of this machine.", f"chmod {mode} {path}")


def _configured(patient: Patient) -> list[Path]:
    return [patient.file, *sorted((patient.file.parent / "conf.d").glob("*.toml"))]


def daemon(patient: Patient) -> Iterator[Finding]:
    """Whether it runs, and is of this version."""
    status = patient.status
    if status is None and patient.silent:
        yield fault(
            "daemon",
            f"{patient.data_dir} is in use by {patient.silent}, and it does not answer at its control socket.",
            "If it is not just starting or stopping: systemctl restart sidetone.",
        )
    elif status is None:
        yield warning(
            "daemon", "Sidetone is not running.", "systemctl start sidetone; journalctl -u sidetone says why."
        )
    elif status.version != __version__:
        yield warning(
            "daemon",
            f"Sidetone {status.version} is running, and this command is of {__version__}.",
            "systemctl restart sidetone",
        )
    else:
        yield ok("daemon", f"Sidetone {status.version} is running as process {status.pid} at {status.url}.")


def parts(patient: Patient) -> Iterator[Finding]:
    """The parts that do not work as they should."""
    if patient.status is None:
        return
    ill = [part for part in patient.status.parts if part.state in ("failed", "degraded")]
    for part in ill:
        say = fault if part.state == "failed" else warning
        yield say(part.name, part.sentence or f"It is {part.state}.", "")
    if not ill:
        yield ok("parts", f"All {len(patient.status.parts)} parts are well.")


def disk(patient: Patient) -> Iterator[Finding]:
    """Room for what is to come."""
    folder = next(path for path in (patient.data_dir, *patient.data_dir.parents) if path.exists())
    free, system = shutil.disk_usage(folder).free, os.statvfs(folder)
    store = patient.store.stat().st_size if patient.store.exists() else 0
    if free < LEAST:
        yield fault(
            "disk", f"Of the disk of {folder} {size(free)} are free: nothing new is stored.", "Free some space."
        )
    elif free < max(LITTLE, 2 * store):
        yield warning(
            "disk",
            f"Of the disk of {folder} {size(free)} are free; the store takes {size(store)}.",
            "Free some space: a backup and an upgrade each need that much once more.",
        )
    else:
        yield ok("disk", f"Of the disk of {folder} {size(free)} are free; the store takes {size(store)}.")
    if system.f_files > 0 and system.f_favail < FEW:
        yield fault(
            "disk", f"The disk of {folder} takes {system.f_favail} more files.", "Delete files that nobody needs."
        )
    yield from _asides(patient)


def _asides(patient: Patient) -> Iterator[Finding]:
    """Former stores that only take room by now."""
    found = sorted(patient.data_dir.glob(f"{patient.store.name}.before-*"))
    taken = sum(path.stat().st_size for path in found)
    if taken > LITTLE:
        oldest = ago(patient.now - min(path.stat().st_mtime_ns for path in found) // 1_000_000)
        yield note(
            "disk",
            f"Stores from before an upgrade or a restore take {size(taken)}, the oldest of them for {oldest}.",
            f"Delete those that you do not need: {patient.store}.before-*",
        )


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _group(folder: Path) -> str:
    try:
        return folder.group()
    except KeyError:
        return str(folder.stat().st_gid)
