"""A store that has been in use: filled in bulk through the real schema, by statements of its own and in one transaction."""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

from bench.texts import OUTSIDE
from sidetone.store import search
from sidetone.store.connection import Txn

DAY = 24 * 60 * 60 * 1000
SPAN = 180  # days: half of the texts are due
THREAD = 200  # texts
JOURNAL = 7 * DAY  # what the journal keeps
IN_ROWS = 1000  # of the index at once
SYLLABLES = [
    first + second for first in "bdfgklmnprstvw" for second in ("a", "e", "i", "o", "u", "ä", "ö", "ü", "ei", "au")
]
FILL = {
    "user": """INSERT INTO "user" (id, name, display_name, password_hash, role, created_at)
               VALUES (1, 'ada', 'Ada', '', 'user', 0) ON CONFLICT DO NOTHING""",
    "number": """INSERT INTO number (id, e164, owner_kind, owner_id, carrier, created_at)
                 VALUES (1, '+4930901820100', 'user', 1, 'main', 0) ON CONFLICT DO NOTHING""",
    "party": "INSERT INTO party (id, kind, value) VALUES (?, 'e164', ?)",
    "conversation": """INSERT INTO conversation (id, kind, owner_kind, owner_id, number_id, party_id, created_at)
                       VALUES (?, 'sms', 'user', 1, 1, ?, 0)""",
    "participant": "INSERT INTO participant (conversation_id, user_id, joined_at) VALUES (?, 1, 0)",
    "message": """INSERT INTO message (id, conversation_id, direction, author_id, status, encoding, segments, number_id,
                                       carrier, carrier_id, correlation, created_at, updated_at)
                  VALUES (?, ?, ?, ?, ?, 'gsm7', 1, 1, 'main', ?, 'c0ffee', ?, ?)""",
    "body": "INSERT INTO message_body (message_id, body) VALUES (?, ?)",
    "attempt": """INSERT INTO attempt (id, message_id, round, carrier, reference, started_at, finished_at, outcome)
                  VALUES (?1, ?1, 1, 'main', ?2, ?3, ?3, 'accepted')""",
    "part": "INSERT INTO part (id, attempt_id, position, carrier, carrier_id, status) VALUES (?, ?, 1, 'main', ?, 'sent')",
    "receipt": """INSERT INTO receipt (carrier, carrier_id, status, code, text, received_at, part_id)
                  VALUES ('main', ?, 'delivered', '', '', ?, ?)""",
    "journal": """INSERT INTO journal (seq, type, audience, audience_id, subject_id, at)
                  SELECT k.seq + row_number() OVER (ORDER BY m.id), 'message.created', 'conversation', m.conversation_id,
                         m.id, m.created_at
                  FROM message m, journal_counter k WHERE m.created_at >= ?""",
}
SIGN_IN = {
    "user": """INSERT INTO "user" (id, name, display_name, password_hash, role, created_at)
               VALUES (?, ?, ?, '', 'user', 0)""",
    "session": """INSERT INTO session (user_id, token_hash, kind, created_at, seen_at, ends_at)
                  VALUES (?1, ?2, 'bearer', ?3, ?3, ?4)""",
}
SETTLE = (
    "UPDATE conversation SET activity = coalesce((SELECT max(m.id) FROM message m WHERE m.conversation_id = conversation.id), 0)",
    """UPDATE participant SET activity = (SELECT c.activity FROM conversation c WHERE c.id = conversation_id),
                              read_up_to = (SELECT c.activity FROM conversation c WHERE c.id = conversation_id)""",
    "UPDATE journal_counter SET seq = max(seq, coalesce((SELECT max(j.seq) FROM journal j), 0))",
)


def vocabulary(chance: Random) -> list[str]:
    """Words, the first of them the most used."""
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]


def wording(n: int, words: Sequence[str], chance: Random) -> str:
    """A text of its own: few words are common and most are rare, and some hold a phone number."""
    chosen = [words[int(len(words) * chance.random() ** 3)] for _ in range(12)]
    return " ".join(chosen + ([f"0151 {n:08}"] if n % 50 == 0 else []))


def the_same(_: int) -> str:
    """The text of every message where none matters."""
    return "Hello, here is a text. " * 4


def fill(
    path: Path, count: int, now: int, *, text: Callable[[int], str] = the_same, days: int = SPAN, threads: int = 0
) -> None:
    """So many texts of the first user and number, oldest first, half of them out with an attempt, a part and a receipt.

    A few conversations hold very many, and most hold few: of 10,000 with a million texts the largest has some 46,000.
    """
    threads = threads or max(count // THREAD, 1)
    ages = [now - days * DAY + days * DAY * n // count for n in range(count)]
    out = range(1, count + 1, 2)
    with closing(_in_bulk(path)) as sql, sql:
        sql.execute(FILL["user"])
        sql.execute(FILL["number"])
        sql.executemany(FILL["party"], enumerate(_parties(threads), 1))
        sql.executemany(FILL["conversation"], ((n, n) for n in range(1, threads + 1)))
        sql.executemany(FILL["participant"], ((n,) for n in range(1, threads + 1)))
        sql.executemany(FILL["message"], _messages(ages, threads))
        sql.executemany(FILL["body"], ((n, text(n)) for n in range(1, count + 1)))
        sql.executemany(FILL["attempt"], ((n, f"r{n}", ages[n - 1]) for n in out))
        sql.executemany(FILL["part"], ((n, n, f"o{n}") for n in out))
        sql.executemany(FILL["receipt"], ((f"o{n}", ages[n - 1], n) for n in out))
        sql.execute(FILL["journal"], (now - JOURNAL,))
        for statement in SETTLE:
            sql.execute(statement)


def index(path: Path, now: int) -> None:
    """Bring every text into the index of searching, whose pages are put together on the way as the daemon does it.

    All of it in one go would be a single piece of the lowest level, which each new text would then be merged with.
    """
    with closing(_in_bulk(path)) as sql, sql:
        sql.row_factory = sqlite3.Row
        txn = Txn(sql, now)
        search.begin_anew(txn)
        while search.take_in(txn, IN_ROWS):
            while search.put_together(txn):
                pass


def _in_bulk(path: Path) -> sqlite3.Connection:
    sql = sqlite3.connect(path)
    for pragma in ("synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
        sql.execute(f"PRAGMA {pragma}")
    return sql


def _parties(count: int) -> list[str]:
    """Those that a load writes from first, so that what comes in belongs to a conversation that is there."""
    return [*OUTSIDE, *(f"+4915{n:09}" for n in range(count))][:count]


def _messages(ages: list[int], threads: int) -> Iterator[tuple[object, ...]]:
    chance = Random(1)
    for n, at in enumerate(ages, 1):
        way = ("inbound", None, "received", f"in{n}") if n % 2 == 0 else ("outbound", 1, "delivered", None)
        yield n, int(threads * chance.random() ** 3) + 1, *way, at, at


def sign_in(path: Path, count: int, now: int) -> list[str]:
    """So many more users with a session each; their tokens."""
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    hashed = (hashlib.sha256(token.encode()).hexdigest() for token in tokens)
    with closing(_in_bulk(path)) as sql, sql:
        first = sql.execute('SELECT coalesce(max(id), 0) + 1 FROM "user"').fetchone()[0]
        sql.executemany(SIGN_IN["user"], ((n, f"colleague{n}", f"Colleague {n}") for n in range(first, first + count)))
        sql.executemany(SIGN_IN["session"], ((n, each, now, now + DAY) for n, each in enumerate(hashed, first)))
    return tokens
