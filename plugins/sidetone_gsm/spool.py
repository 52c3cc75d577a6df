"""What a modem's process must not forget: SQLite with a full sync for each commit, one file a modem.

A text leaves the SIM only after it is here, and leaves here only after the daemon has committed it. What was handed to
the network is noted before and after, so that a death in between reads as `unknown` and never as `not sent`.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sidetone_gsm.sent import PartOutcome, SentPart
from sidetone_gsm.wire import Item, Result, item_of

_VERSION = 1
_SCHEMA = """
CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL) STRICT;
CREATE TABLE seen (digest TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
CREATE TABLE piece (
    digest TEXT PRIMARY KEY, sim TEXT NOT NULL, pdu TEXT NOT NULL, arrived INTEGER NOT NULL,
    told TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE attempt (
    reference TEXT PRIMARY KEY, digest TEXT NOT NULL, recipient TEXT NOT NULL, started_at INTEGER NOT NULL,
    concat INTEGER NOT NULL, total INTEGER NOT NULL, result BLOB
) STRICT;
CREATE INDEX attempt_digest ON attempt (digest, started_at);
CREATE TABLE part (
    reference TEXT NOT NULL, number INTEGER NOT NULL, outcome TEXT NOT NULL, sim TEXT NOT NULL, mr INTEGER,
    sent_at INTEGER NOT NULL, valid_until INTEGER NOT NULL, id TEXT NOT NULL, reported INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (reference, number)
) STRICT;
CREATE TABLE report (id INTEGER PRIMARY KEY, sim TEXT NOT NULL, pdu TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class KeptPiece:
    """A part of a long message, as it came. `told`: empty, `gaps` or `whole`, as far as the daemon was told of it."""

    digest: str
    sim: str
    pdu: str
    arrived: int
    told: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a text. `outcomes` are those of its parts, in their order. `result`: None until it has ended."""

    reference: str
    started_at: int
    concat: int
    outcomes: tuple[PartOutcome, ...]
    ids: tuple[str, ...]
    result: Result | None

    @property
    def left(self) -> int:
        """How many of its parts are certainly on their way."""
        return self.outcomes.count(PartOutcome.ACCEPTED)


class Spool:
    """One modem's. Every method is one transaction, unless it runs within `together`. Raises sqlite3.Error."""

    def __init__(self, file: Path) -> None:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # texts: for nobody else from the start
        self._db = sqlite3.connect(file, isolation_level=None, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._db.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {_VERSION};COMMIT;")
        elif version != _VERSION:
            self._db.close()
            raise sqlite3.DatabaseError(f"The spool is of version {version}, this Sidetone knows {_VERSION}.")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for what is done within; safe on the disk when it ends."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def put(self, item: Item) -> None:
        """Keep something for the daemon."""
        self._db.execute("INSERT INTO item (body) VALUES (?)", (msgspec.json.encode(item),))

    def items(self, after: int, most: int) -> list[Item]:
        """The next ones behind a number, each with its own."""
        rows = self._db.execute("SELECT id, body FROM item WHERE id > ? ORDER BY id LIMIT ?", (after, most))
        return [_numbered(item_of(row["body"]), row["id"]) for row in rows]

    def waiting(self) -> int:
        """How many items the daemon has not committed."""
        return int(self._db.execute("SELECT count(*) FROM item").fetchone()[0])

    def stored(self, item: int) -> None:
        """The daemon has committed it."""
        self._db.execute("DELETE FROM item WHERE id = ?", (item,))

    def see(self, digest: str, now: int) -> bool:
        """Whether it was seen before; from now on it was."""
        with self.together():
            known = self._db.execute("SELECT 1 FROM seen WHERE digest = ?", (digest,)).fetchone() is not None
            self._db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?)", (digest, now))
        return known

    def keep_piece(self, piece: KeptPiece) -> None:
        """Keep a part of a long message."""
        values = (piece.digest, piece.sim, piece.pdu, piece.arrived, piece.told)
        self._db.execute("INSERT OR IGNORE INTO piece VALUES (?, ?, ?, ?, ?)", values)

    def pieces(self) -> list[KeptPiece]:
        """All of them, in the order they came."""
        return [KeptPiece(*row) for row in self._db.execute("SELECT * FROM piece ORDER BY arrived, rowid")]

    def mark_pieces(self, digests: list[str], told: str) -> None:
        """Remember what the daemon was told of these."""
        self._db.executemany("UPDATE piece SET told = ? WHERE digest = ?", [(told, digest) for digest in digests])

    def forget(self, before: int, pieces_before: int) -> None:
        """Let go of what nothing can refer to any more: what was last seen, sent or told of before these times (ms)."""
        with self.together():
            self._db.execute("DELETE FROM seen WHERE at < ?", (before,))
            self._db.execute("DELETE FROM piece WHERE arrived < ?", (pieces_before,))
            self._db.execute("DELETE FROM report WHERE at < ?", (pieces_before,))
            self._db.execute("DELETE FROM part WHERE valid_until < ?", (before,))
            self._db.execute(
                "DELETE FROM attempt WHERE started_at < ? AND NOT EXISTS"
                " (SELECT 1 FROM part WHERE part.reference = attempt.reference)",
                (before,),
            )

    def begin(self, reference: str, digest: str, recipient: str, now: int, concat: int, total: int) -> None:
        """An attempt begins; nothing of it has left."""
        values = (reference, digest, recipient, now, concat, total)
        self._db.execute("INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, NULL)", values)

    def end(self, result: Result) -> None:
        """An attempt has ended so."""
        encoded = msgspec.json.encode(result)
        self._db.execute("UPDATE attempt SET result = ? WHERE reference = ?", (encoded, result.reference))

    def set_part(self, reference: str, number: int, outcome: PartOutcome, part: SentPart | None = None) -> None:
        """What came of a part, or with UNKNOWN that it is in the modem's hands from now on."""
        held = part or SentPart("", "", 0, "", 0, 0)
        self._db.execute(
            "INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                reference,
                number,
                outcome.value,
                held.sim,
                held.mr if part and part.mr >= 0 else None,
                held.sent_at,
                held.valid_until,
                held.id,
            ),
        )

    def move_part(self, earlier: str, reference: str, number: int) -> None:
        """A part that left with an earlier attempt counts for a later one of the same text."""
        self._db.execute(
            "INSERT INTO part SELECT ?, number, outcome, sim, mr, sent_at, valid_until, id, reported FROM part"
            " WHERE reference = ? AND number = ?",
            (reference, earlier, number),
        )

    def attempt(self, reference: str) -> Attempt | None:
        """One attempt by its reference."""
        row = self._db.execute("SELECT * FROM attempt WHERE reference = ?", (reference,)).fetchone()
        return self._attempt(row) if row else None

    def last_attempt(self, digest: str) -> Attempt | None:
        """The last one to send this text to this recipient."""
        found = "SELECT * FROM attempt WHERE digest = ? ORDER BY started_at DESC, rowid DESC LIMIT 1"
        row = self._db.execute(found, (digest,)).fetchone()
        return self._attempt(row) if row else None

    def sent_parts(self, sim: str, mr: int) -> list[SentPart]:
        """The parts that a report with this reference may be about."""
        rows = self._db.execute(
            "SELECT part.*, recipient FROM part JOIN attempt USING (reference) WHERE sim = ? AND mr = ? AND id != ''",
            (sim, mr),
        )
        return [
            SentPart(
                row["id"],
                row["sim"],
                row["mr"],
                row["recipient"],
                row["sent_at"],
                row["valid_until"],
                bool(row["reported"]),
            )
            for row in rows
        ]

    def reported(self, part: str, *, final: bool) -> None:
        """A report has come for a part, so it did leave, whatever was known of it before."""
        self._db.execute(
            "UPDATE part SET outcome = ?, reported = max(reported, ?) WHERE id = ?",
            (PartOutcome.ACCEPTED.value, final, part),
        )

    def keep_report(self, sim: str, pdu: str, now: int) -> None:
        """A report whose part is not known yet: it may come before the network's acceptance."""
        self._db.execute("INSERT INTO report (sim, pdu, at) VALUES (?, ?, ?)", (sim, pdu, now))

    def reports(self) -> list[tuple[int, str, str]]:
        """Those: number, SIM and PDU."""
        return [(row["id"], row["sim"], row["pdu"]) for row in self._db.execute("SELECT * FROM report ORDER BY id")]

    def drop_report(self, number: int) -> None:
        """It has found its part."""
        self._db.execute("DELETE FROM report WHERE id = ?", (number,))

    def note(self, key: str) -> str:
        """A small thing to remember, empty if there is none."""
        row = self._db.execute("SELECT value FROM note WHERE key = ?", (key,)).fetchone()
        return str(row["value"]) if row else ""

    def set_note(self, key: str, value: str) -> None:
        """Remember a small thing."""
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (key, value))

    def _attempt(self, row: sqlite3.Row) -> Attempt:
        outcomes, ids = [PartOutcome.UNTRIED] * row["total"], [""] * row["total"]
        for part in self._db.execute("SELECT * FROM part WHERE reference = ?", (row["reference"],)):
            if 1 <= part["number"] <= row["total"]:
                outcomes[part["number"] - 1] = PartOutcome(part["outcome"])
                ids[part["number"] - 1] = part["id"]
        result = msgspec.json.decode(row["result"], type=Result) if row["result"] else None
        return Attempt(row["reference"], row["started_at"], row["concat"], tuple(outcomes), tuple(ids), result)


def _numbered(item: Item, number: int) -> Item:
    return msgspec.structs.replace(item, item=number)
