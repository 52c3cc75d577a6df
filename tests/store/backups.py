"""A filled store at rest, and backups of it."""

import io
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from sidetone.store import backup
from sidetone.store.backup import Manifest
from sidetone.store.migrate import Migration, prepare

AT = 1_800_000_000_000
MADE_AT = "2027-01-15T08:00:00Z"

# As the first schema has it, so that it can be told of every later one. Of the messages to one party one was delivered,
# one is in a carrier's hands, one waits; one came in.
FILLED = """
    INSERT INTO "user" (id, name, display_name, password_hash, role, created_at) VALUES (1, 'ada', 'Ada', 'x', 'admin', 1);
    INSERT INTO session (id, user_id, token_hash, kind, created_at, seen_at, ends_at)
    VALUES (1, 1, 'hash', 'cookie', 1, 1, 9000000000000);
    INSERT INTO number (id, e164, owner_kind, owner_id, carrier, created_at) VALUES (1, '+49301', 'user', 1, 'main', 1);
    INSERT INTO party (id, kind, value)
    VALUES (1, 'e164', '+49171');
    INSERT INTO conversation (id, kind, owner_kind, owner_id, number_id, party_id, created_at, activity)
    VALUES (1, 'sms', 'user', 1, 1, 1, 1, 4);
    INSERT INTO participant (conversation_id, user_id, joined_at, activity) VALUES (1, 1, 1, 4);
    INSERT INTO message (id, conversation_id, direction, status, encoding, segments, number_id, carrier, correlation,
                         created_at, updated_at, deadline_at)
    VALUES (1, 1, 'outbound', 'delivered', 'gsm7', 1, 1, 'main', 'c1', 1, 1, NULL),
           (2, 1, 'outbound', 'sending', 'gsm7', 1, 1, 'main', 'c2', 2, 2, 3),
           (3, 1, 'outbound', 'queued', 'gsm7', 1, 1, 'main', 'c3', 3, 3, 4),
           (4, 1, 'inbound', 'received', 'gsm7', 1, 1, 'main', 'c4', 4, 4, NULL);
    INSERT INTO message_body (message_id, body) VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four');
    INSERT INTO attempt (id, message_id, round, carrier, reference, started_at, finished_at, outcome)
    VALUES (1, 1, 1, 'main', 'r1', 1, 1, 'accepted'), (2, 2, 1, 'main', 'r2', 2, NULL, NULL);
    INSERT INTO part (id, attempt_id, position, carrier, carrier_id, status)
    VALUES (1, 1, 1, 'main', 'id-1', 'delivered');
    INSERT INTO receipt (id, carrier, carrier_id, status, code, text, carrier_at, received_at, times, part_id)
    VALUES (1, 'main', 'id-1', 'delivered', '', '', 1, 1, 1, 1);
    INSERT INTO outbox (message_id, conversation_id, carrier, not_before, valid_until, round, tries, attempt_id)
    VALUES (2, 1, 'main', 2, 3, 1, 1, 2), (3, 1, 'main', 3, 4, 1, 0, NULL);
    INSERT INTO contact (id, user_id, name, created_at)
    VALUES (1, 1, 'Grace', 1);
    INSERT INTO contact_number (contact_id, position, party_id, type)
    VALUES (1, 1, 1, 'mobile');
    INSERT INTO journal (seq, type, audience, audience_id, subject_id, at)
    VALUES (1, 'message.created', 'conversation', 1, 1, 1);
    UPDATE journal_counter SET seq = 1;
    INSERT INTO idempotency (user_id, key, fingerprint, subject_id, created_at)
    VALUES (1, 'key', 'print', 1, 1);
    INSERT INTO plugin_value (plugin, key, value)
    VALUES ('main', 'key', x'00');
    INSERT INTO job (name, ran_at)
    VALUES ('sweep', 1);
    INSERT INTO misunderstood (id, carrier, content_type, raw, reason, received_at)
    VALUES (1, 'main', 'text/plain', x'00', 'why', 1);
"""


def filled(folder: Path, steps: list[Migration] | None = None) -> Path:
    """A store with something of everything, closed; `steps` up to another schema than the newest."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sidetone.db"
    prepare(path, steps)
    fill(path)
    return path


def fill(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.execute("PRAGMA foreign_keys = ON")
        sql.executescript(FILLED)


def backed_up(store: Path, *, beat: Callable[[], None] = lambda: None) -> tuple[BinaryIO, Manifest]:
    """A backup in memory."""
    with tempfile.TemporaryFile() as archive:
        made = backup.make(store, archive, scratch=store.parent, at=AT, beat=beat)
        archive.seek(0)
        return io.BytesIO(archive.read()), made


def run(path: Path, statement: str) -> None:
    """Change a store from outside, without waiting for anyone."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as sql:
        sql.execute(statement)
