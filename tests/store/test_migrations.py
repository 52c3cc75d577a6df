"""Steps: numbered, never edited after their release, each whole or not at all, with a copy before the first."""

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from sidetone.errors import StoreError
from sidetone.store import migrate
from sidetone.store.migrate import Migration, migrations, prepare
from store.insight import contents, faults, schema

# SHA-256 of each step that a release has shipped. A step enters with its release and is never touched again: change
# the schema by a new step.
RELEASED: dict[str, str] = {}

NEXT = len(migrations()) + 1
ADDED = Migration(
    NEXT,
    f"{NEXT:04d}_notes.sql",
    """
    CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
    -- A trigger holds semicolons of its own;
    CREATE TRIGGER note_kept AFTER INSERT ON note BEGIN
        UPDATE meta SET value = NEW.text WHERE key = 'newest_note';
        SELECT 1;
    END;
    INSERT INTO meta (key, value) VALUES ('newest_note', 'none; yet');
    INSERT INTO note (text) VALUES ('first')
    """,
)


def step(version: int, script: str) -> Migration:
    return Migration(version, f"{version:04d}_try.sql", script)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A filled store of the newest released schema."""
    prepare(tmp_path / "sidetone.db")
    with closing(sqlite3.connect(tmp_path / "sidetone.db")) as sql, sql:
        sql.execute("INSERT INTO party (kind, value) VALUES ('e164', '+4915112345678')")
        sql.execute("INSERT INTO contact_number VALUES (1, 1, 1, 'mobile')")
        sql.execute("INSERT INTO contact (id, user_id, name, created_at) VALUES (1, 1, 'Bo', 0)")
        sql.execute("""INSERT INTO "user" (name, display_name, password_hash, role, created_at)
                       VALUES ('ada', 'Ada', '', 'user', 0)""")
    assert faults(tmp_path / "sidetone.db") == []
    return tmp_path / "sidetone.db"


def test_steps_are_numbered_without_a_gap() -> None:
    assert [known.version for known in migrations()] == list(range(1, NEXT))
    assert all(known.name.startswith(f"{known.version:04d}_") for known in migrations())
    folder = Path(migrate.__file__).with_name("migrations")
    assert {known.name for known in migrations()} == {file.name for file in folder.iterdir()}


def test_released_steps_are_not_edited() -> None:
    assert {name: sha for name, sha in digests(migrations()).items() if name in RELEASED} == RELEASED


def test_an_edit_would_be_seen() -> None:
    frozen = digests([ADDED])
    assert digests([ADDED._replace(script=ADDED.script + " ")]) != frozen
    assert re.fullmatch(r"[0-9a-f]{64}", frozen[ADDED.name])


def digests(steps: list[Migration]) -> dict[str, str]:
    return {known.name: hashlib.sha256(known.script.encode()).hexdigest() for known in steps}


def test_no_step_meddles_with_its_transaction() -> None:
    meddles = re.compile(r"^\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|VACUUM|ATTACH|DETACH)\b", re.I)
    for known in migrations():
        assert [text for text in migrate._statements(known.script) if meddles.match(text)] == []


def test_a_new_store_is_what_an_old_one_becomes(tmp_path: Path) -> None:
    steps = [*migrations(), ADDED]
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    assert prepare(new, steps) == [known.name for known in steps]
    for count in range(1, len(steps) + 1):
        assert prepare(old, steps[:count]) == [steps[count - 1].name]
    assert schema(old) == schema(new)
    assert contents(old).keys() == contents(new).keys()
    assert ("newest_note", "first") in contents(new)["meta"]  # the trigger was made whole, and ran


def test_a_store_that_is_ready_is_left_as_it_is(path: Path) -> None:
    before = path.read_bytes()
    assert prepare(path) == []
    assert path.read_bytes() == before


def test_several_steps_at_once_keep_what_is_there(path: Path) -> None:
    before = contents(path)
    later = step(NEXT + 1, "ALTER TABLE note ADD COLUMN at INTEGER;")
    assert prepare(path, [*migrations(), ADDED, later]) == [ADDED.name, later.name]
    after = contents(path)
    assert {name: after[name] for name in before if name != "meta"} == {
        name: rows for name, rows in before.items() if name != "meta"
    }
    assert [file.name for file in path.parent.glob("*before*")] == [f"sidetone.db.before-{NEXT:04d}"]


def test_the_copy_holds_what_was_before(path: Path) -> None:
    before, plan = contents(path), schema(path)
    prepare(path, [*migrations(), ADDED])
    copy = path.with_name(f"sidetone.db.before-{NEXT:04d}")
    assert contents(copy) == before
    assert [row for row in schema(copy) if row[0] != "journal_mode"] == [
        row for row in plan if row[0] != "journal_mode"
    ]
    assert faults(copy) == []


def test_a_copy_of_an_earlier_try_is_replaced(path: Path) -> None:
    copy = path.with_name(f"sidetone.db.before-{NEXT:04d}")
    copy.write_bytes(b"an earlier try")
    copy.with_name(f"{copy.name}.part").write_bytes(b"cut short")
    prepare(path, [*migrations(), ADDED])
    assert faults(copy) == []
    assert not copy.with_name(f"{copy.name}.part").exists()


def test_a_copy_becomes_a_store_again(path: Path) -> None:
    prepare(path, [*migrations(), ADDED])
    copy = path.with_name(f"sidetone.db.before-{NEXT:04d}")
    before = contents(copy)
    copy.replace(path)
    assert prepare(path) == []
    assert contents(path) == before


FAILING = {
    "its first statement": "SELECT * FROM nothing_of_this_name;",
    "its last statement": "CREATE TABLE a (x); INSERT INTO a VALUES (1);\nDROP TABLE contact_number;\nnonsense;",
    "a constraint": "CREATE TABLE a (x UNIQUE);\nINSERT INTO a VALUES (1), (1);",
    "a reference that points at nothing": "DROP TABLE contact;",
    "a script that ends in the middle": "CREATE TABLE a (x);\nCREATE TABLE b (",
}


@pytest.mark.parametrize("script", FAILING.values(), ids=FAILING.keys())
def test_a_step_that_fails_leaves_the_store_as_it_was(path: Path, script: str) -> None:
    before, plan = contents(path), schema(path)
    wrong = step(NEXT + 1, script.replace("; INSERT", ";\nINSERT"))
    with pytest.raises(StoreError, match=f"step {wrong.name} failed") as caught:
        prepare(path, [*migrations(), wrong])
    assert "copy" in caught.value.hint
    assert (contents(path), schema(path)) == (before, plan)
    assert contents(path.with_name(f"sidetone.db.before-{NEXT + 1:04d}")) == before
    assert prepare(path) == []


def test_the_steps_before_a_failing_one_stay(path: Path) -> None:
    with pytest.raises(StoreError):
        prepare(path, [*migrations(), ADDED, step(NEXT + 1, "nonsense;")])
    assert ("user_version", NEXT) in schema(path)
    assert prepare(path, [*migrations(), ADDED]) == []


def test_a_new_store_whose_step_fails_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "sidetone.db"
    with pytest.raises(StoreError):
        prepare(path, [*migrations(), step(NEXT, "nonsense;")])
    assert not path.exists()
    assert prepare(path) == [known.name for known in migrations()]


def test_every_reference_that_is_followed_back_has_an_index(path: Path) -> None:
    """Deleting a row looks for those that point at it: without an index, through the whole table."""
    never_deleted = {"user", "number", "party"}
    slow = []
    with closing(sqlite3.connect(path)) as sql:
        tables = [row[0] for row in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            for key in sql.execute(f'PRAGMA foreign_key_list("{table}")').fetchall():
                parent, column = key[2], key[3]
                if parent not in never_deleted and column not in set(leading_columns(sql, table)):
                    slow.append(f"{table}.{column}")
    assert slow == []


def leading_columns(sql: sqlite3.Connection, table: str) -> Iterator[str]:
    """The first column of each index of a table that covers all its rows, and its integer key."""
    for index in sql.execute(f'PRAGMA index_list("{table}")').fetchall():
        if not index[4]:
            yield sql.execute(f'PRAGMA index_info("{index[1]}")').fetchone()[2]
    keys = [row[1] for row in sql.execute(f'PRAGMA table_info("{table}")') if row[5]]
    yield keys[0]


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "sidetone.db"
    with no_mask():
        prepare(path)
        with closing(sqlite3.connect(path)) as sql, sql:
            sql.execute("INSERT INTO meta VALUES ('a', 'b')")
            assert modes(tmp_path) == {0o600}
        prepare(path, [*migrations(), ADDED])
    assert modes(tmp_path) == {0o600}
    assert len(list(tmp_path.iterdir())) == 3  # the store, its marker, its copy


@contextmanager
def no_mask() -> Iterator[None]:
    """The most careless of environments."""
    former = os.umask(0)
    try:
        yield
    finally:
        os.umask(former)


def modes(folder: Path) -> set[int]:
    return {file.stat().st_mode & 0o777 for file in folder.iterdir()}
