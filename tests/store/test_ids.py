"""Ids are never given twice, also after the newest rows are gone, and a store of the first schema keeps what it has."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sidetone.store.migrate import migrations, prepare
from store.insight import contents, faults

FILL = """
    INSERT INTO "user" (id, name, display_name, password_hash, role, created_at) VALUES (3, 'ada', 'Ada', '', 'user', 1);
    INSERT INTO number (id, e164, owner_kind, owner_id, carrier, created_at)
        VALUES (5, '+4930901820100', 'user', 3, 'main', 1);
    INSERT INTO party (id, kind, value) VALUES (7, 'e164', '+4915112345678');
    INSERT INTO conversation (id, kind, owner_kind, owner_id, number_id, party_id, created_at, activity)
        VALUES (11, 'sms', 'user', 3, 5, 7, 1, 13);
    INSERT INTO participant (conversation_id, user_id, joined_at, activity, unread) VALUES (11, 3, 1, 13, 1);
    INSERT INTO message (id, conversation_id, direction, status, encoding, segments, number_id, carrier, carrier_id,
                         flags, correlation, created_at, updated_at, deadline_at)
        VALUES (13, 11, 'inbound', 'received', 'gsm7', 1, 5, 'main', 'x-1', 'other_carrier', 'c', 2, 3, NULL);
    INSERT INTO message_body (message_id, body) VALUES (13, 'hello');
    INSERT INTO outbox (message_id, conversation_id, carrier, not_before, valid_until, round)
        VALUES (13, 11, 'main', 1, 2, 1);
    INSERT INTO attempt (id, message_id, round, carrier, reference, started_at) VALUES (17, 13, 1, 'main', 'r', 5);
"""
ADD_CONVERSATION = """
    INSERT INTO conversation (kind, owner_kind, owner_id, number_id, party_id, created_at)
    VALUES ('sms', 'user', 3, 5, 7, 1) RETURNING id
"""
ADD_MESSAGE = """
    INSERT INTO message (conversation_id, direction, status, encoding, segments, number_id, carrier, correlation,
                         created_at, updated_at)
    VALUES (:conversation, 'inbound', 'received', 'gsm7', 1, 5, 'main', 'c', 2, 2) RETURNING id
"""


def test_a_store_of_the_first_schema_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "sidetone.db"
    prepare(path, migrations()[:1])
    fill(path)
    before = contents(path)
    assert prepare(path) == [step.name for step in migrations()[1:]]
    after = contents(path)
    assert faults(path) == []
    for table, rows in before.items():
        if table in ("conversation", "message"):
            assert [row[:3] for row in after[table]] == [row[:3] for row in rows]
        else:
            assert after[table] == rows
    with closing(sqlite3.connect(path)) as sql:
        sql.row_factory = sqlite3.Row
        message = dict(sql.execute("SELECT * FROM message").fetchone())
        assert (message.pop("hidden"), message.pop("scheduled_id")) == (0, None)
        assert {message.pop(stage) for stage in ("received_at", "pushed_at", "shown_at")} == {None}
        assert message["flags"] == "other_carrier"
        assert dict(sql.execute("SELECT * FROM conversation").fetchone())["maybe_opt_out"] is None
        assert list(message.values()) == list(before["message"][0])


def test_an_id_is_never_given_twice(tmp_path: Path) -> None:
    path = tmp_path / "sidetone.db"
    prepare(path, migrations()[:1])
    fill(path)
    prepare(path)
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.execute("PRAGMA foreign_keys = ON")
        sql.execute("DELETE FROM conversation")
        assert sql.execute("SELECT count(*) FROM message").fetchone() == (0,)
        assert sql.execute(ADD_CONVERSATION).fetchone() == (12,)
        assert sql.execute(ADD_MESSAGE, {"conversation": 12}).fetchone() == (14,)
    assert faults(path) == []


def fill(path: Path) -> None:
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.executescript(FILL)
