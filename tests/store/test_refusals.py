"""What is not a store of ours is refused in words, and kept byte for byte."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from sidetone.errors import StoreDamaged, StoreError, StoreNewer
from sidetone.store.migrate import Migration, migrations, prepare
from store.insight import contents

NEXT = len(migrations()) + 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of the newest schema, large enough to be cut in two."""
    path = tmp_path / "sidetone.db"
    prepare(path)
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.executemany("INSERT INTO meta VALUES (?, ?)", [(f"k{number}", "v" * 500) for number in range(100)])
    return path


def refused(path: Path, expected: type[StoreError], words: str) -> None:
    """Held to `words`; nothing in the folder has changed, and nothing was put beside it."""
    before = kept(path.parent)
    for _ in range(2):
        with pytest.raises(expected, match=words) as caught:
            prepare(path)
        assert type(caught.value) is expected
        assert caught.value.hint
        assert kept(path.parent) == before


def kept(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_newer_store_is_refused(path: Path) -> None:
    prepare(path, [*migrations(), Migration(NEXT, "try", "CREATE TABLE later (x);")])
    refused(path, StoreNewer, f"newer Sidetone .schema {NEXT}, this one knows {NEXT - 1}")


def test_a_newer_store_that_was_killed_is_refused(path: Path) -> None:
    """Its version is in the log beside it, not yet in the file."""
    beside = sqlite3.connect(path)
    beside.execute(f"PRAGMA user_version = {NEXT}")
    copy = path.parent / "killed" / "sidetone.db"
    copy.parent.mkdir()
    for end in ("", "-wal"):
        copy.with_name(copy.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    beside.close()
    with pytest.raises(StoreNewer):
        prepare(copy)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_store_of_another_program_is_refused(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "sidetone.db"
    with closing(sqlite3.connect(path)) as sql:
        sql.execute(f"PRAGMA journal_mode = {mode}")
        sql.execute("CREATE TABLE places (url TEXT)")
    refused(path, StoreError, "belongs to another program")


def test_an_empty_database_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "sidetone.db"
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("VACUUM")
    refused(path, StoreError, "belongs to another program")


def overwritten(start: int, length: int) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:start] + Random(start).randbytes(length) + whole[start + length :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "random bytes": lambda whole: Random(1).randbytes(len(whole)),
    "text": lambda whole: b"Dear admin,\n" * 1000,
    "zeroes": lambda whole: bytes(len(whole)),
    "one byte": lambda whole: whole[:1],
    "part of the signature": lambda whole: whole[:15],
    "part of the header": lambda whole: whole[:99],
    "the header alone": lambda whole: whole[:100],
    "one page": lambda whole: whole[:4096],
    "half": lambda whole: whole[: len(whole) // 2],
    "half, cut within a page": lambda whole: whole[: len(whole) // 2 + 1234],
    "all but the last page": lambda whole: whole[:-4096],
    "a broken signature": overwritten(0, 16),
    "a broken page size": lambda whole: whole[:16] + b"\x12\x34" + whole[18:],
    "a broken schema": overwritten(100, 3000),
    "a broken first page": overwritten(72, 4024),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_refused(path: Path, damage: Callable[[bytes], bytes]) -> None:
    path.write_bytes(damage(path.read_bytes()))
    refused(path, StoreDamaged, "is damaged|is not an SQLite file")


def test_a_broken_owner_is_refused(path: Path) -> None:
    path.write_bytes(overwritten(68, 4)(path.read_bytes()))
    refused(path, StoreError, "belongs to another program")


@pytest.mark.parametrize("emptied", [False, True], ids=["missing", "empty"])
def test_a_store_that_has_gone_is_not_begun_anew(path: Path, *, emptied: bool) -> None:
    path.unlink()
    if emptied:
        path.touch()
    refused(path, StoreDamaged, "missing or empty, and there was a store before")
    path.with_name("sidetone.db.made").unlink()  # as the hint says
    assert prepare(path)


def test_a_log_without_its_store_is_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "sidetone.db"
    path.with_name("sidetone.db-wal").write_bytes(b"what was acknowledged last")
    refused(path, StoreDamaged, "there was a store before")


def test_a_store_without_its_marker_gets_one(path: Path) -> None:
    path.with_name("sidetone.db.made").unlink()
    assert prepare(path) == []
    assert path.with_name("sidetone.db.made").exists()


def test_what_a_kill_left_in_the_log_is_taken_up(path: Path) -> None:
    beside = sqlite3.connect(path)
    with beside:
        beside.execute("INSERT INTO meta VALUES ('last', 'word')")
    copy = path.parent / "killed" / "sidetone.db"
    copy.parent.mkdir()
    for end in ("", "-wal"):
        copy.with_name(copy.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    beside.close()
    assert prepare(copy) == []
    assert contents(copy) == contents(path)


@pytest.mark.parametrize("folder", ["missing", "sidetone.toml"])
def test_a_folder_that_cannot_hold_it(tmp_path: Path, folder: str) -> None:
    (tmp_path / "sidetone.toml").touch()
    with pytest.raises(StoreError, match="cannot be used"):
        prepare(tmp_path / folder / "sidetone.db")


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "sidetone.db").mkdir()
    with pytest.raises(StoreError, match="cannot be used"):
        prepare(tmp_path / "sidetone.db")
