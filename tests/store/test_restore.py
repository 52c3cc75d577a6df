"""A restore is looked through before it replaces anything, keeps what it replaces, and is safe to be killed."""

import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from sidetone.domain.fault import SidetoneError
from sidetone.errors import StoreFull, StoreNewer
from sidetone.store import restore as restoring
from sidetone.store.archive import BadBackup
from sidetone.store.backup import MANIFEST, STORE
from sidetone.store.migrate import migrations
from sidetone.store.restore import WORKSHOP, Restored, restore, sweep
from store.backups import AT, backed_up, filled, run
from store.insight import contents, faults, schema

WAIT = 3_600_000
CHANGED = {"journal_counter", "session", "outbox", "message", "attempt", "audit", "sqlite_sequence"}


def put(archive: BinaryIO, store: Path) -> Restored:
    return restore(archive, store, now=AT, unknown_wait=WAIT, beat=lambda: None)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The former store, which knows something that the backup does not."""
    path = filled(tmp_path / "data")
    run(path, "INSERT INTO meta VALUES ('former', 'x')")
    return path


@pytest.fixture
def archive(tmp_path: Path) -> BinaryIO:
    return backed_up(filled(tmp_path / "other"))[0]


def look(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as sql:
        return sql.execute(query).fetchall()


def test_everything_is_as_it_was(store: Path, archive: BinaryIO, tmp_path: Path) -> None:
    done = put(archive, store)
    before, after = contents(tmp_path / "other/sidetone.db"), contents(store)
    assert {name for name in before if before[name] != after[name]} == CHANGED
    assert before.keys() == after.keys()
    assert faults(store) == []
    assert schema(store) == schema(tmp_path / "other/sidetone.db")
    assert (done.manifest.counts["messages"], done.doubted) == (4, 2)


def test_screens_begin_anew_and_nobody_is_signed_in(store: Path, archive: BinaryIO, tmp_path: Path) -> None:
    put(archive, store)
    ((_, epoch, seq),) = contents(store)["journal_counter"]
    ((_, former, _),) = contents(tmp_path / "other/sidetone.db")["journal_counter"]
    assert (epoch != former, len(epoch), seq) == (True, 8, 1)
    assert contents(store)["session"] == []


def test_what_waited_may_have_been_sent_since(store: Path, archive: BinaryIO) -> None:
    put(archive, store)
    assert contents(store)["outbox"] == []
    assert look(store, "SELECT id, status, problem_kind, updated_at, deadline_at FROM message ORDER BY id") == [
        (1, "delivered", "", 1, None),
        (2, "unknown", "restored", AT, AT + WAIT),
        (3, "unknown", "restored", AT, AT + WAIT),
        (4, "received", "", 4, None),
    ]
    assert look(store, "SELECT id, outcome, finished_at FROM attempt ORDER BY id") == [
        (1, "accepted", 1),
        (2, "unknown", AT),
    ]


def test_the_former_store_is_kept_with_what_stood_in_its_log(store: Path, archive: BinaryIO) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as sql:
        sql.execute("PRAGMA wal_autocheckpoint = 0")
        sql.execute("INSERT INTO meta VALUES ('late', 'x')")
        aside = put(archive, store).aside
    assert aside == store.with_name("sidetone.db.before-restore-20270115T080000Z")
    assert [key for key, _ in contents(aside)["meta"]] == ["fingerprint_key", "former", "late"]
    assert [key for key, _ in contents(store)["meta"]] == ["fingerprint_key"]
    assert aside.stat().st_mode & 0o777 == 0o600


def test_each_former_store_has_a_name_of_its_own(store: Path, archive: BinaryIO) -> None:
    asides = [put(archive, store).aside for _ in range(3)]
    assert len({each.read_bytes() for each in asides if each}) >= 2
    assert [each.name.rpartition("Z")[2] for each in asides if each] == ["", "-2", "-3"]


def test_a_damaged_store_is_replaced_and_kept_as_it_is(store: Path, archive: BinaryIO) -> None:
    damaged, log = b"no store" * 1000, b"some log"
    store.write_bytes(damaged)
    store.with_name("sidetone.db-wal").write_bytes(log)
    aside = put(archive, store).aside
    assert aside is not None
    assert aside.read_bytes() == damaged
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == log
    assert faults(store) == []
    assert len(contents(store)["message"]) == 4


def test_where_there_was_none_it_is_simply_put(archive: BinaryIO, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    done = put(archive, tmp_path / "new/sidetone.db")
    assert done.aside is None
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["sidetone.db", "sidetone.db.made"]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()} == {0o600}


@pytest.mark.parametrize("version", [each.version for each in migrations()])
def test_a_backup_of_any_earlier_schema_is_upgraded_on_its_way(version: int, store: Path, tmp_path: Path) -> None:
    archive, made = backed_up(filled(tmp_path / "old", migrations()[:version]))
    assert made.schema == version
    put(archive, store)
    assert schema(store) == schema(filled(tmp_path / "new"))
    assert len(contents(store)["message"]) == 4
    assert not list(store.parent.glob("*before-0*"))


def manifest_of(archive: BinaryIO) -> dict[str, Any]:
    with zipfile.ZipFile(archive) as packed:
        said: dict[str, Any] = json.loads(packed.read(MANIFEST))
        return said


def repacked(archive: BinaryIO, manifest: dict[str, Any] | bytes, **files: bytes) -> BinaryIO:
    """The archive with another manifest, and with other or more files."""
    made = io.BytesIO()
    with zipfile.ZipFile(archive) as packed, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(STORE, files.pop("store", b"") or packed.read(STORE))
        for name, data in files.items():
            out.writestr(name, data)
        out.writestr(MANIFEST, manifest if isinstance(manifest, bytes) else json.dumps(manifest))
    return made


def without_hash(store: bytes) -> dict[str, Any]:
    return {"name": STORE, "bytes": len(store), "sha256": hashlib.sha256(store).hexdigest()}


def changed(**said: object) -> Callable[[BinaryIO], BinaryIO]:
    return lambda archive: repacked(archive, manifest_of(archive) | said)


def with_store(change: Callable[[Path], object]) -> Callable[[BinaryIO, Path], BinaryIO]:
    """The archive with a store that was changed, and a manifest that fits it as far as its hash goes."""

    def make(archive: BinaryIO, folder: Path) -> BinaryIO:
        with zipfile.ZipFile(archive) as packed:
            path = Path(packed.extract(STORE, folder))
        change(path)
        return repacked(
            archive, manifest_of(archive) | {"files": [without_hash(path.read_bytes())]}, store=path.read_bytes()
        )

    return make


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda _: io.BytesIO(b""), BadBackup, "it is no archive with a manifest"),
        (lambda _: io.BytesIO(b"PK\x03\x04" + b"x" * 1000), BadBackup, "it is no archive with a manifest"),
        (lambda archive: repacked(archive, b"{}"), BadBackup, "its manifest cannot be read"),
        (lambda archive: repacked(archive, b"\xff"), BadBackup, "its manifest cannot be read"),
        (lambda archive: repacked(archive, b"[" * 100_000), BadBackup, "its manifest cannot be read"),
        (changed(format=2), StoreNewer, "made by a newer Sidetone"),
        (changed(schema=9999), StoreNewer, "made by a newer Sidetone"),
        (changed(schema=0), BadBackup, "its manifest cannot be read"),
        (changed(schema=1), BadBackup, "another schema than its manifest says"),
        (changed(counts={"messages": 5}), BadBackup, "does not hold what its manifest says"),
        (changed(files=[]), BadBackup, "its manifest cannot be read"),
        (changed(files=[{"name": "../evil", "bytes": 1, "sha256": "0" * 64}]), BadBackup, "what its manifest says"),
        (changed(files=[{"name": STORE, "bytes": 1, "sha256": "0" * 64}]), BadBackup, "longer than its manifest says"),
        (changed(files=[{"name": STORE, "bytes": 1 << 20, "sha256": "0" * 64}]), BadBackup, "not the one"),
        (
            lambda archive: repacked(archive, manifest_of(archive), **{"../evil": b"x"}),
            BadBackup,
            "what its manifest says",
        ),
        (lambda archive: repacked(archive, manifest_of(archive), store=b"\0" * (64 << 20)), BadBackup, "longer than"),
    ],
)
def test_what_is_no_whole_backup_changes_nothing(
    change: Callable[[BinaryIO], BinaryIO], kind: type[SidetoneError], words: str, store: Path, archive: BinaryIO
) -> None:
    unchanged(lambda: put(change(archive), store), kind, words, store)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.write_bytes(b"no store" * 1000), "its store is damaged"),
        (lambda path: run(path, "PRAGMA application_id = 1"), "belongs to another program"),
        (lambda path: run(path, "PRAGMA user_version = 1"), "another schema"),
        (lambda path: run(path, "DELETE FROM message WHERE id = 4"), "does not hold what its manifest says"),
        (lambda path: path.write_bytes(broken(path.read_bytes())), "its store is damaged"),
    ],
)
def test_a_store_that_is_none_of_ours_changes_nothing(
    change: Callable[[Path], object], words: str, store: Path, archive: BinaryIO, tmp_path: Path
) -> None:
    unchanged(lambda: put(with_store(change)(archive, tmp_path / "work"), store), BadBackup, words, store)


def broken(data: bytes) -> bytes:
    return data[: 5 * 4096] + b"\xff" * 4096 + data[6 * 4096 :]


def test_an_archive_that_is_cut_or_flipped_anywhere_changes_nothing(store: Path, archive: BinaryIO) -> None:
    archive.seek(0)
    whole = archive.read()
    before = files(store)
    for place in range(0, len(whole), max(len(whole) // 60, 1)):
        flipped = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        for made in (whole[:place], flipped):
            try:
                put(io.BytesIO(made), store)
            except (BadBackup, StoreNewer):
                assert files(store) == before
            else:
                assert len(contents(store)["message"]) == 4, "what is flipped there says nothing"
                before = files(store)


def test_without_room_nothing_is_begun(store: Path, archive: BinaryIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "RESERVE", 1 << 60)
    unchanged(lambda: put(archive, store), StoreFull, "There is no room to restore this backup", store)


def unchanged(act: Callable[[], object], kind: type[SidetoneError], words: str, store: Path) -> None:
    before = files(store)
    with pytest.raises(kind) as caught:
        act()
    assert words in str(caught.value)
    assert files(store) == before


def files(store: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.parent.rglob("*") if path.is_file()}


def test_what_a_killed_restore_has_left_is_swept(store: Path) -> None:
    (store.parent / WORKSHOP).mkdir()
    (store.parent / WORKSHOP / "sidetone.db").write_bytes(b"half")
    sweep(store)
    assert not (store.parent / WORKSHOP).exists()


@pytest.mark.slow
@pytest.mark.parametrize(("plan", "between"), [("sound", set()), ("logged", set()), ("damaged", {"none"})])
def test_killed_anywhere_it_is_the_former_or_the_restored_one(plan: str, between: set[str], tmp_path: Path) -> None:
    command = [sys.executable, str(Path(__file__).with_name("restore_kills.py")), plan, str(tmp_path)]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) > 40
    left = [each for _, each, _ in found]
    assert set(left) == {"former", "restored"} | between
    assert left == sorted(left, key=["former", "none", "restored"].index)
    assert {again for _, _, again in found} == {"restored"}, "restoring once more is safe"
