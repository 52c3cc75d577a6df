"""Every query can be read by PostgreSQL too, fits the schema, and finds its rows without reading a large table through."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pglast
import pytest

from sidetone.store.migrate import prepare
from store.queries import Query, every_query, hidden_sql, store_modules

# Those that grow with what is sent, received and known.
LARGE = {
    "attempt",
    "audit",
    "contact",
    "contact_number",
    "conversation",
    "directory_contact",
    "directory_number",
    "forgotten",
    "idempotency",
    "journal",
    "message",
    "message_body",
    "opt_out",
    "outbox",
    "part",
    "participant",
    "party",
    "receipt",
    "session",
    "word_reply",
}
# What both know by this name, with so many values and the same meaning.
SHARED = {"count(*)", "count(1)", "length(1)", "like_escape(2)", "lower(1)", "max(1)", "min(1)", "substr(3)", "sum(1)"}
MAY_SCAN = {
    "backup.COUNTS": "is run on a copy",
    "message_log.BY_CORRELATION": "is the last resort of an admin who looks one message up",
    "restore.EMPTY_OUTBOX": "is run while nothing else is",
    "restore.END_SESSIONS": "is run while nothing else is",
    "carriers.QUEUES": "counts what waits and what is under way, and reads no more than that",
    "contacts.SEEN": "is never run by itself: each query that is built on it says whose",
    "contacts.UNSOUGHT": "reads an index that holds only the rows it is for",
    "conversations.SEEN_BY": "is never run by itself: each query that is built on it says whose, or which",
    "directories.SEEN": "is never run by itself: each query that is built on it says which",
    "figures.SESSIONS": "counts what is kept by the smallest index there is: a user has a few",
    "figures.WAITING": "counts what waits, and reads no more than that: the index holds only the rows that wait",
    "opt_outs.SHOWN": "is never run by itself: each query that is built on it says which",
    "outbox.FROM_AHEAD": "is run at a start and when the clock was set back, and reads no more than what waits",
    "outbox.QUEUES": "counts what waits, and reads no more than that: the index holds only the rows that wait",
    "sessions.SWEEP": "is run once a day; a user has a few sessions, and an index on their age would be written each time one is seen",
}
ONE_ENGINES = ("search.", "directory_search.")  # modules where what only SQLite speaks stands on purpose
FULL_READING = re.compile(r"^SCAN (\w+)|^SEARCH (\w+) USING AUTOMATIC")
WRITES_ITS_OWN = {"sidetone.store.migrate"}

QUERIES = every_query()
SHARED_QUERIES = [query for query in QUERIES if not query.place.startswith(ONE_ENGINES)]
each_query = pytest.mark.parametrize("query", SHARED_QUERIES, ids=[query.place for query in SHARED_QUERIES])


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A connection to an empty store, as the writer has it."""
    path = tmp_path_factory.mktemp("queries") / "sidetone.db"
    prepare(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


@each_query
def test_postgresql_can_read_it(query: Query) -> None:
    assert len(pglast.parse_sql(query.postgres)) == 1


@each_query
def test_its_functions_are_those_of_both(query: Query) -> None:
    assert query.calls - SHARED == set()


@each_query
def test_it_fits_the_schema_and_reads_no_large_table_through(sql: sqlite3.Connection, query: Query) -> None:
    assert (read_through(sql, query) != set()) == (query.place in MAY_SCAN), plan(sql, query)


def test_every_excuse_is_of_a_query() -> None:
    assert MAY_SCAN.keys() - {query.place for query in QUERIES} == set()


def test_no_query_hides_in_a_function() -> None:
    assert [
        place for module in store_modules() if module.__name__ not in WRITES_ITS_OWN for place in hidden_sql(module)
    ] == []


def test_the_large_tables_are_there(sql: sqlite3.Connection) -> None:
    assert LARGE - {row[0] for row in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")} == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM message m WHERE m.correlation = :correlation", {"message"}),
        ("SELECT count(*) FROM message", {"message"}),
        ("SELECT m.id FROM party y JOIN message m ON m.correlation = y.value WHERE y.id = :id", {"message"}),
        ("SELECT * FROM message m WHERE m.id = :id", set()),
        ('SELECT * FROM "user"', set()),
    ],
)
def test_reading_through_is_seen(sql: sqlite3.Connection, text: str, expected: set[str]) -> None:
    assert read_through(sql, Query("here", text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "INSERT OR IGNORE INTO party (kind, value) VALUES (:kind, :value)",
        "SELECT id FROM message WHERE body GLOB :pattern",
        "SELECT `id` FROM message",
        "REPLACE INTO party (kind, value) VALUES (:kind, :value)",
        "SELECT id FROM message LIMIT :offset, :most",
    ],
)
def test_what_only_sqlite_speaks_is_seen(text: str) -> None:
    with pytest.raises(pglast.Error):
        pglast.parse_sql(Query("here", text).postgres)


def read_through(sql: sqlite3.Connection, query: Query) -> set[str]:
    """The large tables that a query reads from their first row to their last."""
    found = [match[1] or match[2] for line in plan(sql, query) if (match := FULL_READING.match(line))]
    return {table for name in found for table in query.tables.get(name, set())} & LARGE


def plan(sql: sqlite3.Connection, query: Query) -> list[str]:
    """What SQLite means to do; it has no statistics, so that the plan is the same for every store."""
    values = dict.fromkeys(query.placeholders)
    return [row[3] for row in sql.execute(f"EXPLAIN QUERY PLAN {query.text}", values)]
