"""A store of every age: people, numbers, threads and texts from today back to last year, and what must be left of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sidetone.store.connection import Snapshot, Txn

DAY = 24 * 60 * 60 * 1000
USERS = 3

ADD = {
    "user": """INSERT INTO "user" (id, name, display_name, password_hash, role, created_at)
               VALUES (:id, :name, :name, '', 'user', 0)""",
    "number": """INSERT INTO number (id, e164, owner_kind, owner_id, carrier, created_at)
                 VALUES (:id, :e164, 'user', :id, 'main', 0)""",
    "party": "INSERT INTO party (id, kind, value) VALUES (:id, 'e164', :value)",
    "conversation": """INSERT INTO conversation (id, kind, owner_kind, owner_id, number_id, party_id, created_at,
                                                 maybe_opt_out)
                       VALUES (:id, :kind, 'user', :user, :user, :party, 0, :question)""",
    "participant": "INSERT INTO participant (conversation_id, user_id, joined_at) VALUES (:id, :user, 0)",
    "message": """INSERT INTO message (id, conversation_id, direction, author_id, client_id, status, encoding, segments,
                                       number_id, carrier, carrier_id, hidden, correlation, created_at, updated_at,
                                       deadline_at)
                  VALUES (:id, :conversation, :direction, :author, :client_id, :status, 'gsm7', 1, :number, 'main',
                          :carrier_id, :hidden, 'c', :at, :at, :deadline)""",
    "body": "INSERT INTO message_body (message_id, body) VALUES (:id, :body)",
    "outbox": """INSERT INTO outbox (message_id, conversation_id, carrier, not_before, valid_until, round)
                 VALUES (:id, :conversation, 'main', 0, 0, 1)""",
    "attempt": """INSERT INTO attempt (id, message_id, round, carrier, reference, started_at, outcome)
                  VALUES (:id, :message, 1, 'main', :reference, :at, 'accepted')""",
    "part": """INSERT INTO part (id, attempt_id, position, carrier, carrier_id, status)
               VALUES (:id, :id, 1, 'main', :reference, 'sent')""",
    "receipt": """INSERT INTO receipt (carrier, carrier_id, status, code, text, received_at, part_id)
                  VALUES ('main', :reference, :status, '', '', :at, :id)""",
    "raw": """INSERT INTO misunderstood (id, carrier, content_type, raw, reason, received_at)
              VALUES (:id, 'main', '', x'00', '', :at)""",
    "key": """INSERT INTO idempotency (user_id, key, fingerprint, subject_id, created_at)
              VALUES (:user, :key, '', :id, :at)""",
    "hold": """INSERT INTO legal_hold (conversation_id, party_id, reason, created_at)
               VALUES (:conversation, :party, 'case', 0)""",
    "lists": """UPDATE participant
                SET activity = coalesce((SELECT max(m.id) FROM message m
                                         WHERE m.conversation_id = participant.conversation_id AND m.hidden = 0), 0),
                    unread = (SELECT count(*) FROM message m
                              WHERE m.conversation_id = participant.conversation_id AND m.hidden = 0
                                AND m.direction = 'inbound' AND m.id > read_up_to)""",
    "newest": """UPDATE conversation
                 SET activity = coalesce((SELECT max(m.id) FROM message m WHERE m.conversation_id = conversation.id), 0)""",
}


@dataclass
class Text:
    """One message: `attempts` are the times of its attempts, by their ids."""

    id: int
    conversation: int
    at: int
    inbound: bool
    hidden: bool
    queued: bool
    deadline: int | None
    attempts: dict[int, int] = field(default_factory=dict)


@dataclass
class Thread:
    """One conversation."""

    id: int
    kind: str
    user: int
    party: int
    held: bool
    question: bool


@dataclass
class Aged:
    """Everything that was put in."""

    now: int
    threads: dict[int, Thread] = field(default_factory=dict)
    texts: dict[int, Text] = field(default_factory=dict)
    raw: dict[int, int] = field(default_factory=dict)
    own: Mapping[int, int] = field(default_factory=dict)  # days of a user's number that has a period of its own

    def due(self, text: Text, days: int) -> bool:
        """Old enough, whatever keeps it."""
        thread = self.threads[text.conversation]
        days = self.own.get(thread.user, days)
        return days > 0 and text.at < self.now - days * DAY and thread.kind == "sms"

    def left(self, days: int) -> set[int]:
        """The messages that must be there afterwards."""
        return {
            text.id
            for text in self.texts.values()
            if not self.due(text, days) or text.queued or self.threads[text.conversation].held
        }

    def threads_left(self, days: int) -> set[int]:
        texts = self.left(days)
        full = {self.texts[id_].conversation for id_ in texts}
        empty_before = self.threads.keys() - {text.conversation for text in self.texts.values()}
        asked = {thread.id for thread in self.threads.values() if thread.question}
        return full | empty_before | asked

    def attempts_left(self, days: int, attempts_days: int) -> set[int]:
        texts = self.left(days)
        limit = self.now - attempts_days * DAY
        return {
            id_
            for text in self.texts.values()
            if text.id in texts
            for id_, at in text.attempts.items()
            if not attempts_days
            or at >= limit
            or text.queued
            or text.deadline is not None
            or self.threads[text.conversation].held
        }

    def held(self, days: int) -> int:
        """How many stay only because of a hold."""
        return sum(
            self.due(text, days) and not text.queued and self.threads[text.conversation].held
            for text in self.texts.values()
        )


def fill(txn: Txn, now: int, texts: int, chance: Random) -> Aged:
    """Put in about so many texts of mixed ages, in threads of mixed kinds, some of them held."""
    made = Aged(now)
    for id_ in range(1, USERS + 1):
        txn.run(ADD["user"], {"id": id_, "name": f"u{id_}"})
        txn.run(ADD["number"], {"id": id_, "e164": f"+49309018201{id_:02}"})
    for id_ in range(1, max(texts // 20, 3)):
        _thread(txn, made, id_, chance)
    ages = sorted((chance.randrange(200 * DAY) for _ in range(texts)), reverse=True)
    for id_, age in enumerate(ages, start=1):
        _text(txn, made, id_, age, chance)
    for id_ in range(1, max(texts // 50, 3)):
        made.raw[id_] = now - chance.randrange(200 * DAY)
        txn.run(ADD["raw"], {"id": id_, "at": made.raw[id_]})
    txn.run(ADD["newest"], {})
    txn.run(ADD["lists"], {})
    return made


def _thread(txn: Txn, made: Aged, id_: int, chance: Random) -> None:
    kind = "chat" if chance.random() < 0.1 else "sms"
    user = chance.randrange(USERS) + 1
    question = chance.random() < 0.1
    txn.run(ADD["party"], {"id": id_, "value": f"+4915112{id_:06}"})
    values = {"id": id_, "kind": kind, "user": user, "party": id_, "question": 1 if question else None}
    txn.run(ADD["conversation"], values)
    txn.run(ADD["participant"], values)
    how = chance.random()
    if how < 0.2:
        txn.run(ADD["hold"], {"conversation": id_ if how < 0.1 else None, "party": None if how < 0.1 else id_})
    made.threads[id_] = Thread(id_, kind, user, id_, how < 0.2, question)


def _text(txn: Txn, made: Aged, id_: int, age: int, chance: Random) -> None:
    """Every fourth thread fell silent long ago; now and then the clock was wrong, or the age is a limit to the ms."""
    thread = made.threads[chance.randrange(len(made.threads)) + 1]
    while thread.id % 4 == 0 and age < 100 * DAY:
        thread = made.threads[chance.randrange(len(made.threads)) + 1]
    if chance.random() < 0.02 and thread.id % 4:
        age = chance.choice((90 * DAY + chance.randrange(-2, 3), chance.randrange(200 * DAY)))
    inbound = chance.random() < 0.5
    text = Text(
        id=id_,
        conversation=thread.id,
        at=made.now - age,
        inbound=inbound,
        hidden=inbound and chance.random() < 0.1,
        queued=not inbound and chance.random() < 0.05,
        deadline=made.now if not inbound and chance.random() < 0.05 else None,
    )
    made.texts[id_] = text
    txn.run(ADD["message"], _message(text, thread))
    txn.run(ADD["body"], {"id": id_, "body": f"text {id_}"})
    if text.queued:
        txn.run(ADD["outbox"], {"id": id_, "conversation": thread.id})
    if not inbound:
        txn.run(ADD["key"], {"user": thread.user, "key": f"k{id_}", "id": id_, "at": text.at})
        for round_ in range(chance.randrange(3)):
            _attempt(txn, text, 10 * id_ + round_, chance)


def _message(text: Text, thread: Thread) -> dict[str, Any]:
    return {
        "id": text.id,
        "conversation": thread.id,
        "direction": "inbound" if text.inbound else "outbound",
        "author": None if text.inbound else thread.user,
        "client_id": None if text.inbound else f"k{text.id}",
        "status": "received" if text.inbound else "sent",
        "number": thread.user,
        "carrier_id": f"in-{text.id}" if text.inbound else None,
        "hidden": int(text.hidden),
        "at": text.at,
        "deadline": text.deadline,
    }


def _attempt(txn: Txn, text: Text, id_: int, chance: Random) -> None:
    at = text.at + chance.randrange(3 * DAY)
    text.attempts[id_] = at
    values = {"id": id_, "message": text.id, "reference": f"r{id_}", "at": at}
    txn.run(ADD["attempt"], values)
    txn.run(ADD["part"], values)
    for status in ("sent", "delivered")[: chance.randrange(3)]:
        txn.run(ADD["receipt"], {**values, "status": status})


def contents(look: Snapshot) -> Mapping[str, set[Any]]:
    """What is there, by ids."""
    wanted = {
        "message": "SELECT id FROM message",
        "body": "SELECT message_id FROM message_body",
        "outbox": "SELECT message_id FROM outbox",
        "attempt": "SELECT id FROM attempt",
        "part": "SELECT attempt_id FROM part",
        "receipt": "SELECT part_id FROM receipt",
        "conversation": "SELECT id FROM conversation",
        "participant": "SELECT conversation_id FROM participant",
        "raw": "SELECT id FROM misunderstood",
        "party": "SELECT id FROM party",
        "forgotten": "SELECT carrier_id FROM forgotten",
        "key": "SELECT subject_id FROM idempotency",
    }
    return {name: {row[0] for row in look.all(query)} for name, query in wanted.items()}


def lists(look: Snapshot) -> dict[int, tuple[int, int]]:
    """What each reader's list says of each thread: the newest message and how many are unread."""
    rows = look.all("SELECT conversation_id, activity, unread FROM participant")
    return {row["conversation_id"]: (row["activity"], row["unread"]) for row in rows}


def counted(look: Snapshot) -> dict[int, tuple[int, int]]:
    """The same, from what is there."""
    rows = look.all(
        """SELECT p.conversation_id,
                  coalesce((SELECT max(m.id) FROM message m
                            WHERE m.conversation_id = p.conversation_id AND m.hidden = 0), 0) AS activity,
                  (SELECT count(*) FROM message m WHERE m.conversation_id = p.conversation_id AND m.hidden = 0
                                                    AND m.direction = 'inbound') AS unread
           FROM participant p"""
    )
    return {row["conversation_id"]: (row["activity"], row["unread"]) for row in rows}
