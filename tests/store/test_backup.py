"""A backup is the store as one commit left it, whole or not at all, and no writer waits for it."""

import hashlib
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import msgspec
import pytest

from sidetone import __version__
from sidetone.errors import StoreDamaged, StoreError, StoreFull
from sidetone.store import backup
from sidetone.store.backup import MANIFEST, STORE, Manifest, NoStore, copy
from sidetone.store.backups import Backups, add_file
from sidetone.store.migrate import migrations
from store.backups import AT, MADE_AT, filled, run
from store.insight import contents, faults, schema

DAY = 24 * 60 * 60 * 1000


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return filled(tmp_path / "data")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out/backup.zip"


def nothing() -> None:
    """No beat."""


def made(store: Path, target: Path) -> Manifest:
    return add_file(target, store, scratch=target.parent, at=AT, beat=nothing)


def unpacked(target: Path, folder: Path) -> Path:
    with zipfile.ZipFile(target) as packed:
        packed.extract(STORE, folder)
    return folder / STORE


def test_it_holds_the_whole_store_and_says_what(store: Path, target: Path, tmp_path: Path) -> None:
    manifest = made(store, target)
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == [STORE, MANIFEST]
        assert msgspec.json.decode(packed.read(MANIFEST), type=Manifest) == manifest
        data = packed.read(STORE)
    (file,) = manifest.files
    assert (file.name, file.bytes, file.sha256) == (STORE, len(data), hashlib.sha256(data).hexdigest())
    assert manifest.counts == {"users": 1, "numbers": 1, "contacts": 1, "conversations": 1, "messages": 4}
    assert (manifest.sidetone, manifest.schema, manifest.made_at) == (__version__, migrations()[-1].version, MADE_AT)
    copied = unpacked(target, tmp_path)
    assert contents(copied) == contents(store)
    assert [row for row in schema(copied) if row[0] != "journal_mode"] == [
        row for row in schema(store) if row[0] != "journal_mode"
    ]


def test_it_is_its_owners_alone_and_nothing_lies_around(store: Path, target: Path) -> None:
    made(store, target)
    assert [path.name for path in target.parent.iterdir()] == ["backup.zip"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_writers_go_on_and_it_is_one_state_all_the_same(store: Path, target: Path, tmp_path: Path) -> None:
    grow(store, 4 << 20)
    before = contents(store)
    changes = count()

    def write() -> None:
        """A commit at each step of the backup, by a writer that would fail rather than wait."""
        key = next(changes)
        run(store, f"INSERT INTO meta VALUES ('later-{key}', '{key}')")
        run(store, f"UPDATE plugin_value SET value = zeroblob({key})")

    add_file(target, store, scratch=target.parent, at=AT, beat=write)
    assert next(changes) > 5
    copied = unpacked(target, tmp_path)
    assert faults(copied) == []
    assert contents(copied) == before


def test_what_is_only_in_the_log_is_copied(store: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as sql:
        sql.execute("PRAGMA wal_autocheckpoint = 0")
        sql.execute("INSERT INTO meta VALUES ('late', 'x')")
        copy(store, tmp_path / "copy.db", beat=nothing)
    assert ("late", "x") in contents(tmp_path / "copy.db")["meta"]


def test_a_damaged_store_has_no_backup(store: Path, target: Path) -> None:
    grow(store, 1 << 20)
    data = bytearray(store.read_bytes())
    data[-3 * 4096 : -2 * 4096] = b"\xff" * 4096
    store.write_bytes(data)
    with pytest.raises(StoreDamaged, match="there is no backup of it"):
        made(store, target)
    assert list(target.parent.iterdir()) == []


def test_without_a_store_there_is_no_backup(target: Path, tmp_path: Path) -> None:
    with pytest.raises(NoStore, match="does not exist yet"):
        made(tmp_path / "sidetone.db", target)
    assert list(target.parent.iterdir()) == []


def test_the_last_room_on_the_disk_is_left_to_the_daemon(
    store: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "RESERVE", 1 << 60)
    with pytest.raises(
        StoreFull, match=r"There is no room for a backup in .*: it takes up to \d+ MiB, and \d+ are free"
    ):
        made(store, target)


def test_a_place_that_cannot_be_written_is_told(store: Path, tmp_path: Path) -> None:
    with (tmp_path / "x").open("w+b") as archive, pytest.raises(StoreError, match="Not a directory"):
        backup.make(store, archive, scratch=store, at=AT, beat=nothing)


class Enough(Exception):
    """The backup is to end here."""


def test_ended_anywhere_it_leaves_nothing(store: Path, target: Path) -> None:
    grow(store, 4 << 20)
    for last in range(1, 100):
        steps = iter(range(last))

        def beat(steps: Iterator[int] = steps) -> None:
            if next(steps, None) is None:
                raise Enough

        try:
            add_file(target, store, scratch=target.parent, at=AT, beat=beat)
        except (Enough, StoreError):
            assert list(target.parent.iterdir()) == []
        else:
            break
    assert last > 5


def test_the_oldest_go_and_other_files_are_let_be(store: Path, tmp_path: Path) -> None:
    backups = Backups(tmp_path / "backups")
    assert backups.all() == []
    for day in range(5):
        backups.add(store, at=AT + day * DAY, keep=3, beat=nothing)
        (backups.folder / "sidetone-mine.zip").touch()
    names = ["sidetone-20270117T080000Z.zip", "sidetone-20270118T080000Z.zip", "sidetone-20270119T080000Z.zip"]
    assert [kept.path.name for kept in backups.all()] == names
    assert [kept.at for kept in backups.all()] == [AT + day * DAY for day in (2, 3, 4)]
    assert sorted(path.name for path in backups.folder.iterdir()) == [*names, "sidetone-mine.zip"]
    assert backups.folder.stat().st_mode & 0o777 == 0o700


def test_a_backup_that_fails_lets_none_go(store: Path, tmp_path: Path) -> None:
    backups = Backups(tmp_path / "backups")
    backups.add(store, at=AT, keep=1, beat=nothing)
    store.write_bytes(b"no store" * 1000)
    with pytest.raises(StoreDamaged):
        backups.add(store, at=AT + DAY, keep=1, beat=nothing)
    assert [kept.at for kept in backups.all()] == [AT]


def test_what_a_killed_backup_has_left_goes_after_a_day(store: Path, tmp_path: Path) -> None:
    backups = Backups(tmp_path / "backups")
    backups.folder.mkdir()
    for name, age in ((".sidetone-x.zip.part", 2), (".sidetone-backup-77.db", 2), (".sidetone-backup-78.db", 0)):
        (backups.folder / name).touch()
        os.utime(backups.folder / name, (AT / 1000 - age * DAY / 1000,) * 2)
    backups.add(store, at=AT, keep=1, beat=nothing)
    assert sorted(path.name for path in backups.folder.iterdir()) == [
        ".sidetone-backup-78.db",
        "sidetone-20270115T080000Z.zip",
    ]


def test_a_folder_that_cannot_be_made_is_told(store: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        StoreError, match=r"cannot be made: .*file/backups: Not a directory\. Let Sidetone's user write"
    ):
        Backups(tmp_path / "file/backups").add(store, at=AT, keep=1, beat=nothing)


def test_a_store_of_an_earlier_schema_can_be_backed_up(tmp_path: Path) -> None:
    store = filled(tmp_path / "data", migrations()[:1])
    assert made(store, tmp_path / "backup.zip").schema == 1


def grow(store: Path, size: int) -> None:
    run(store, f"UPDATE plugin_value SET value = zeroblob({size})")
    with closing(sqlite3.connect(store)) as sql:
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
