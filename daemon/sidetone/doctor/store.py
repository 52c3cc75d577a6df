"""The store, its clock and its backups."""

import ctypes
import zipfile
from collections.abc import Iterator
from contextlib import suppress

from sidetone.doctor.finding import Finding, ago, fault, note, ok, size, warning
from sidetone.doctor.patient import Patient
from sidetone.store.backups import Backups
from sidetone.store.examination import header
from sidetone.store.migrate import migrations

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
LATE_CHECK = 3 * DAY
LATE_BACKUP = 2 * DAY
EARLIEST = 1_735_689_600_000  # 1 January 2025: no Sidetone is older
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronized


def store(patient: Patient) -> Iterator[Finding]:
    """Whether it is ours, of this schema, and known to be sound."""
    path, newest = patient.store, migrations()[-1].version
    if not path.exists():
        yield note("store", f"{path} does not exist yet.", "The first start makes it.")
        return
    ours, schema = header(path)
    if not ours:
        yield fault(
            "store", f"{path} is no store of Sidetone's, or is damaged.", "Restore a backup: sidetone db restore FILE"
        )
    elif schema > newest:
        yield fault(
            "store",
            f"{path} was written by a newer Sidetone (schema {schema}, this one knows {newest}).",
            "Install that version again, or restore the backup made before the upgrade.",
        )
    elif schema < newest:
        yield note(
            "store", f"{path} has schema {schema}.", f"The next start brings it to {newest}, and copies it first."
        )
    elif patient.facts is None:
        yield fault("store", patient.no_facts or f"{path} cannot be looked at.", "sidetone db check")
    else:
        yield from _sound(patient)


def _sound(patient: Patient) -> Iterator[Finding]:
    facts = patient.facts
    assert facts is not None  # noqa: S101 - `store` has looked
    held = ", ".join(f"{what}: {count}" for what, count in facts.counts.items())
    yield ok("store", f"{patient.store} has schema {facts.schema} and {size(facts.bytes)}; {held}.")
    checked = facts.sound_at
    if checked is None or patient.now - checked > LATE_CHECK:
        when = "never yet" if checked is None else f"{ago(patient.now - checked)} ago"
        yield warning("store", f"It was {when} found sound as a whole; Sidetone looks daily.", "sidetone db check")
    else:
        yield ok("store", f"It was found sound {ago(patient.now - checked)} ago.")
    if facts.free_bytes > max(facts.bytes // 2, 1 << 28):
        yield note("store", f"{size(facts.free_bytes)} of it hold nothing; they are used again.", "")


def clock(patient: Patient) -> Iterator[Finding]:
    """Whether the time can be right: deadlines, validity and sessions hang on it."""
    newest = patient.facts.newest_entry if patient.facts else None
    if patient.now < EARLIEST:
        yield fault("clock", "This machine's clock is years behind.", "timedatectl set-ntp true")
    elif newest is not None and newest - patient.now > MINUTE:
        yield fault(
            "clock",
            f"This machine's clock is behind: the store holds what happened {ago(newest - patient.now)} from now.",
            "timedatectl set-ntp true",
        )
    elif _synchronized():
        yield ok("clock", "A time server keeps this machine's clock right.")
    else:
        yield warning("clock", "No time server keeps this machine's clock right.", "timedatectl set-ntp true")


def _synchronized() -> bool:
    """Whether the kernel has heard of a time server; unknown counts as yes."""
    with suppress(OSError, AttributeError):
        answer: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))  # modes 0: only asks
        return answer != _TIME_ERROR
    return True


def backups(patient: Patient) -> Iterator[Finding]:
    """Whether there is one that is young, whole and somewhere else."""
    config = patient.settings
    if not config.store.backup_keep:
        yield warning(
            "backups", "No backups are made.", "Set [store] backup_keep, or call sidetone db backup every night."
        )
        return
    kept = Backups(config.backups).all()
    if not kept:
        yield warning(
            "backups", f"There is no backup in {config.backups} yet.", "sidetone db backup FILE makes one now."
        )
        return
    newest = kept[-1]
    age = patient.now - newest.at
    if not zipfile.is_zipfile(newest.path):
        yield fault(
            "backups", f"{newest.path} is not whole.", "Delete it; sidetone db backup FILE makes another one now."
        )
    elif age > LATE_BACKUP:
        yield warning(
            "backups", f"The newest of {len(kept)} backups is {ago(age)} old.", "Look at the part “job backup”."
        )
    else:
        yield ok("backups", f"The newest of {len(kept)} backups in {config.backups} is {ago(age)} old.")
    if patient.store.exists() and config.backups.stat().st_dev == patient.store.stat().st_dev:
        yield note(
            "backups",
            "They are on the same disk as the store, and lost together with it.",
            "Set [store] backup_folder.",
        )
