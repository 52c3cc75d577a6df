"""The store's own functions, one transaction at a time and without a loop, so that a test can stop between any two."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Concatenate, ParamSpec, TypeVar

from delivery.stage import ADD_NUMBER, ADD_USER, OWN, PARTY
from sidetone.domain.incoming import Receipt
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.status import ReceiptStatus, Status
from sidetone.store import conversations, inbound, messages, migrate, outbox, parties, receipts
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.outbox import Claimed, Taker

P = ParamSpec("P")
T = TypeVar("T")

NOW = 1_800_000_000_000
DAY = 24 * 60 * 60 * 1000
OUTBOUND = {
    "direction": "outbound",
    "author_id": None,
    "client_id": None,
    "status": Status.QUEUED,
    "encoding": "gsm7",
    "segments": 1,
    "carrier": "main",
    "carrier_id": None,
    "carrier_at": None,
    "flags": "",
    "correlation": "",
}


class Book:
    """A store with one user, one number of theirs and one conversation."""

    def __init__(self, path: Path | None = None) -> None:
        self.now = NOW
        self._path = path
        self.sql = _connect(str(path) if path else ":memory:")
        with closing(sqlite3.connect(":memory:")) as template:
            template.deserialize(blank())
            template.backup(self.sql)
        self.user_id: int = self.do(lambda txn: txn.one(ADD_USER, {"name": "ada"})["id"])
        self.number_id: int = self.do(_own_number, self.user_id)
        self.conversation_id = self.conversation(PARTY)

    def do(self, change: Callable[Concatenate[Txn, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One transaction."""
        self.sql.execute("BEGIN IMMEDIATE")
        done = change(Txn(self.sql, self.now), *args, **kwargs)
        self.sql.execute("COMMIT")
        return done

    def reopen(self) -> None:
        """What another process would find."""
        assert self._path is not None
        self.sql.close()
        self.sql = _connect(str(self._path))

    def conversation(self, party: str) -> int:
        """The conversation with an outside number."""
        party_id = self.do(parties.find_or_add, Party(PartyKind.E164, party))
        return self.do(conversations.find_or_add_sms, ("user", self.user_id), self.number_id, party_id)[0]

    def queue(self, body: str = "hello", conversation_id: int | None = None) -> int:
        """A message and its outbox row, as `send` stores them."""
        return self.do(_queue, body, conversation_id or self.conversation_id, self.number_id)

    def claim(self, most: int = 8) -> list[Claimed]:
        """What a lane would claim now."""
        return self.do(outbox.claim, Taker(carrier="main"), most, "salt", self.now + DAY).claimed

    def accept(self, claim: Claimed, *ids: str | None) -> None:
        """The carrier took it."""
        self.do(outbox.accepted, claim, ids, "", self.now + DAY)

    def receive(self, carrier_id: str, status: ReceiptStatus, code: str = "") -> None:
        """The carrier says something."""
        self.do(receipts.keep, "main", Receipt(carrier_id=carrier_id, status=status, code=code))

    def status(self, message_id: int) -> Status:
        """Where a message stands."""
        status = self.status_or_none(message_id)
        assert status is not None
        return status

    def status_or_none(self, message_id: int) -> Status | None:
        """Where a message stands, if there is one."""
        row = Snapshot(self.sql).one("SELECT status FROM message WHERE id = :id", {"id": message_id})
        return None if row is None else Status(row["status"])


def arrival(carrier_id: str | None = "in") -> inbound.Arrival:
    """A text from `PARTY` to `OWN`."""
    return inbound.Arrival(
        carrier="main",
        carrier_id=carrier_id,
        carrier_at=None,
        sender=Party(PartyKind.E164, PARTY),
        recipient=OWN,
        body="hi",
        encoding="gsm7",
        segments=1,
        correlation="",
        received_at=0,
    )


def _queue(txn: Txn, body: str, conversation_id: int, number_id: int) -> int:
    values = {"conversation_id": conversation_id, "number_id": number_id, "deadline_at": txn.now + DAY}
    message_id = messages.add(txn, body, {**OUTBOUND, **values})
    conversations.touch(txn, conversation_id, message_id, inbound=False, quietest=1)
    outbox.add(txn, message_id, conversation_id, "main", valid_until=txn.now + DAY)
    return message_id


def _own_number(txn: Txn, user_id: int) -> int:
    return int(txn.one(ADD_NUMBER, {"e164": OWN, "kind": "user", "owner": user_id, "carrier": "main"})["id"])


@cache
def blank() -> bytes:
    """An empty store, made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        migrate.prepare(path)
        with closing(sqlite3.connect(path)) as sql:
            sql.execute("PRAGMA journal_mode=DELETE")  # a deserialized file has no log beside it
            return sql.serialize()


def _connect(path: str) -> sqlite3.Connection:
    sql = sqlite3.connect(path, isolation_level=None)
    sql.row_factory = sqlite3.Row
    sql.execute("PRAGMA foreign_keys=ON")
    sql.execute("PRAGMA synchronous=OFF")  # what a crash of the machine leaves is tested elsewhere
    return sql
