"""The index of texts, behind the commit, and looking things up in it. What SQLite alone speaks stands in this module.

The index knows terms (`domain.terms`) and no text: its answer is where to look, and each text is then read through the
reader's own participant row. Terms stand for an sms conversation (`__c12`) and its owner (`__u5`, `__s5`) too. What nobody
owns is not in it, nor what waits for its time (its words may change), nor chat.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sidetone.domain.folding import FOLDING
from sidetone.domain.terms import terms_of
from sidetone.store import directories, messages
from sidetone.store.connection import Snapshot, Txn

MERGE_PAGES = 16  # of the index, put together in one step

THERE = "SELECT name FROM sqlite_schema WHERE name = 'message_terms'"
DROP_INDEX = "DROP TABLE IF EXISTS message_terms"
MAKE_INDEX = """
    CREATE VIRTUAL TABLE message_terms USING fts5 (
        terms, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_'"
    )
"""
SET_UP_INDEX = "INSERT INTO message_terms (message_terms, rank) VALUES (:setting, :value)"
MARK = "SELECT message_id, folding FROM search_mark WHERE id = 1"
SET_MARK = "UPDATE search_mark SET message_id = :message_id, folding = :folding WHERE id = 1"
LAG = """
    SELECT max(0, (SELECT coalesce(max(m.id), 0) FROM message m) - k.message_id) + (SELECT count(*) FROM search_due) AS n
    FROM search_mark k
"""
_INDEXED = "c.kind = 'sms' AND c.owner_kind <> 'none' AND m.hidden <> 2"
AHEAD = f"""
    SELECT m.id, m.conversation_id, c.owner_kind, c.owner_id, CASE WHEN {_INDEXED} THEN b.body END AS body
    FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN message_body b ON b.message_id = m.id
    WHERE m.id > :after ORDER BY m.id LIMIT :most
"""  # noqa: S608 - a fragment of our own
DUE = f"""
    SELECT m.id, m.conversation_id, c.owner_kind, c.owner_id, CASE WHEN {_INDEXED} THEN b.body END AS body
    FROM search_due d JOIN message m ON m.id = d.message_id JOIN conversation c ON c.id = m.conversation_id
    JOIN message_body b ON b.message_id = m.id
    ORDER BY d.message_id LIMIT :most
"""  # noqa: S608 - a fragment of our own
DONE = "DELETE FROM search_due WHERE message_id = :message_id"
NOTHING_DUE = "DELETE FROM search_due"
PASSED_BY = """
    INSERT INTO search_due (message_id)
    SELECT m.id FROM message m
    WHERE m.id = :message_id AND m.id <= (SELECT k.message_id FROM search_mark k WHERE k.id = 1)
    ON CONFLICT (message_id) DO NOTHING
"""
INDEXED = f"""
    SELECT m.id, m.conversation_id, c.owner_kind, c.owner_id, b.body
    FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN message_body b ON b.message_id = m.id
    WHERE m.id = :message_id AND {_INDEXED}
      AND m.id <= (SELECT k.message_id FROM search_mark k WHERE k.id = 1)
      AND NOT EXISTS (SELECT 1 FROM search_due d WHERE d.message_id = m.id)
"""  # noqa: S608 - a fragment of our own
ADD = "INSERT INTO message_terms (rowid, terms) VALUES (:message_id, :terms)"
REMOVE = "INSERT INTO message_terms (message_terms, rowid, terms) VALUES ('delete', :message_id, :terms)"
MERGE = "INSERT INTO message_terms (message_terms, rank) VALUES ('merge', :pages)"
WRITTEN = "SELECT total_changes() AS n"
CANDIDATES = """
    SELECT rowid AS id FROM message_terms
    WHERE message_terms MATCH :terms AND rowid < :before AND rowid > :floor ORDER BY rowid DESC LIMIT :most
"""
# Access as everywhere: the reader's own participant row, what they cleared away, and whom they have blocked.
READABLE = f"""
    SELECT {messages.COLUMNS}, n.e164, n.label, n.id AS number_id, y.kind AS party_kind, y.value AS party_value,
           (SELECT k.name FROM contact k WHERE k.id = (
                SELECT min(kn.contact_id) FROM contact_number kn JOIN contact kc ON kc.id = kn.contact_id
                WHERE kn.party_id = c.party_id AND kc.user_id = p.user_id)) AS contact_name,
           dn.shown AS listed_name
    FROM json_each(:ids) w
    JOIN message m ON m.id = w.value
    JOIN participant p ON p.conversation_id = m.conversation_id AND p.user_id = :user_id
                      AND m.id > p.cleared_up_to AND m.hidden = 0
    JOIN conversation c ON c.id = m.conversation_id
    JOIN party y ON y.id = c.party_id
    JOIN number n ON n.id = c.number_id
    {directories.NAMED}
    {messages.JOINS}
    WHERE (:conversation_id IS NULL OR m.conversation_id = :conversation_id)
      AND (:direction IS NULL OR m.direction = :direction) AND (:status IS NULL OR m.status = :status)
      AND (:number IS NULL OR f.e164 = :number)
      AND m.created_at >= :since AND m.created_at < :until
    ORDER BY m.id DESC
"""  # noqa: S608 - fragments of our own
FIRST_AT = "SELECT id FROM message WHERE created_at >= :at ORDER BY created_at, id LIMIT 1"
LAST_AT = "SELECT id FROM message WHERE created_at < :at ORDER BY created_at DESC, id DESC LIMIT 1"


class Behind(NamedTuple):
    """How far the index is behind the store; `rebuild` says that it is missing or of another making."""

    messages: int
    rebuild: bool


class Found(NamedTuple):
    """What a search came upon: rows of `READABLE`, newest first, and the id to go on below, None when all was seen.

    `cut`: the time was over before there were as many as wanted.
    """

    rows: list[Any]
    place: int | None
    cut: bool


def behind(look: Snapshot) -> Behind:
    """How the index stands."""
    return Behind(lag(look), look.one(THERE) is None or look.one(MARK)["folding"] != FOLDING)


def lag(look: Snapshot) -> int:
    """How many messages are not in the index yet, more or less: ids of those that are gone count."""
    return int(look.one(LAG)["n"])


def begin_anew(txn: Txn) -> None:
    """An empty index, to be filled from the first message on."""
    txn.run(DROP_INDEX, {})
    txn.run(MAKE_INDEX, {})
    for setting, value in (("automerge", 0), ("crisismerge", 1000)):
        txn.run(SET_UP_INDEX, {"setting": setting, "value": value})
    txn.run(NOTHING_DUE, {})
    txn.run(SET_MARK, {"message_id": 0, "folding": FOLDING})


def take_in(txn: Txn, most: int) -> int:
    """Bring the next messages into the index; how many were looked at. Those that have waited longest come first."""
    due = txn.all(DUE, {"most": most})
    for row in due:
        txn.run(DONE, {"message_id": row["id"]})
    after = txn.one(MARK)["message_id"]
    ahead = txn.all(AHEAD, {"after": after, "most": most - len(due)}) if len(due) < most else []
    for row in (*due, *ahead):
        if row["body"] is not None:
            txn.run(ADD, _entry(row))
    if ahead:
        txn.run(SET_MARK, {"message_id": ahead[-1]["id"], "folding": FOLDING})
    return len(due) + len(ahead)


def put_together(txn: Txn) -> bool:
    """Bring some pages of the index together; whether there was anything to do."""
    before = txn.one(WRITTEN)["n"]
    txn.run(MERGE, {"pages": MERGE_PAGES})
    return bool(txn.one(WRITTEN)["n"] - before >= 2)  # https://www.sqlite.org/fts5.html#the_merge_command


def forget(txn: Txn, message_id: int) -> None:
    """Take a message out of the index; it must still be there with its text, which says what it is found by."""
    row = txn.one(INDEXED, {"message_id": message_id})
    if row is not None:
        txn.run(REMOVE, _entry(row))


def owned_now(txn: Txn, message_id: int) -> None:
    """A message that nobody could see has an owner now: if the index has passed it by, it is due."""
    txn.run(PASSED_BY, {"message_id": message_id})


def bounds(look: Snapshot, since: int, until: int, slack: int) -> tuple[int, int]:
    """Ids below and above which no message of a time (ms) is; the clock may have been put back by up to `slack`."""
    first = look.one(FIRST_AT, {"at": since - slack}) if since else None
    last = look.one(LAST_AT, {"at": until + slack})
    return (first["id"] - 1 if first else 0), (last["id"] + 1 if last else 0)


def find(look: Snapshot, values: dict[str, Any], holds: Callable[[str], bool], limits: "Limits") -> Found:
    """The newest messages among those that the index names, the reader may see and whose text `holds` what is sought.

    `values`: those of `CANDIDATES` and `READABLE`. Ends early, with what was found, when its time is over.
    """
    rows: list[Any] = []
    place = values["before"]
    most = limits.first
    while len(rows) < limits.wanted:
        try:
            ids = [row["id"] for row in look.all(CANDIDATES, {**values, "before": place, "most": most})]
            readable = look.all(READABLE, {**values, "ids": json.dumps(ids)}) if ids else []
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return Found(rows, place, cut=True)
        for row in readable:
            if holds(row["body"]):
                rows.append(row)
                if len(rows) == limits.wanted:
                    return Found(rows, row["message_id"], cut=False)
        if len(ids) < most:
            return Found(rows, None, cut=False)
        place, most = ids[-1], min(2 * most, limits.chunk)
        if limits.over():
            return Found(rows, place, cut=True)
    return Found(rows, place, cut=False)


class Limits(NamedTuple):
    """How many rows are wanted, how many candidates are looked at first and at most at once, and when time is over."""

    wanted: int
    first: int
    chunk: int
    over: Callable[[], bool]


def owner_term(kind: str, owner_id: int) -> str:
    """What stands in the index for an owner."""
    return f"__{kind[0]}{owner_id}"


def conversation_term(conversation_id: int) -> str:
    """What stands in the index for a conversation."""
    return f"__c{conversation_id}"


def _entry(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    return {"message_id": row["id"], "terms": " ".join(_all_terms(row))}


def _all_terms(row: Any) -> Iterator[str]:  # noqa: ANN401 - a row
    yield owner_term(row["owner_kind"], row["owner_id"])
    yield conversation_term(row["conversation_id"])
    yield from terms_of(row["body"])
