"""The audit: who signed in, and what was done by an admin's right or at the command line. Rows are only ever added.

The schema's triggers refuse everything else, but for the clean-up, which says in its own transaction up to when rows
may go. A row holds names, ids and words: never a text, a password or a secret.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from sidetone.store.acting import Actor, actor
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.sqlite import address

LONGEST_WORDS = 500
HOUR = 60 * 60 * 1000
MOST_AN_HOUR = 30  # of one act that a program may do with each request

ADD = """
    INSERT INTO audit (at, user_id, name, uid, address, act, kind, subject_id, subject, words)
    VALUES (:now, :user_id, :name, :uid, :address, :act, :kind, :subject_id, :subject, :words)
"""
# `who`: a name at that time. `what`: an act, or with a dot at its end the acts that begin so.
PAGE = """
    SELECT a.id, a.at, a.user_id, a.name, a.uid, a.address, a.act, a.kind, a.subject_id, a.subject, a.words
    FROM audit a
    WHERE a.id < :before AND a.at >= :since AND a.at < :until AND (:who = '' OR a.name = :who)
      AND (:what = '' OR a.act = :what OR substr(a.act, 1, :length) = :what)
    ORDER BY a.id DESC LIMIT :limit
"""
OFTEN = """
    SELECT count(*) AS count FROM audit a
    WHERE a.at >= :since AND a.act = :act AND a.user_id = :user_id AND a.address = :address
"""
OLD = "SELECT count(*) AS count FROM audit a WHERE a.at < :before"
OPEN_GATE = "INSERT INTO audit_gate (id, before) VALUES (1, :before)"
FORGET = "DELETE FROM audit WHERE id IN (SELECT a.id FROM audit a WHERE a.at < :before ORDER BY a.at LIMIT :most)"
SHUT_GATE = "DELETE FROM audit_gate"


class Act(StrEnum):
    """What was done; a closed list, which the UI has words for."""

    SESSION_OPENED = "session.opened"
    SESSION_REFUSED = "session.refused"
    SESSION_THROTTLED = "session.throttled"
    SESSION_ENDED = "session.ended"
    SESSION_CLOSED = "session.closed"
    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    PASSWORD_SET = "user.password_set"  # noqa: S105 - no password
    NUMBER_ADDED = "number.added"
    NUMBER_CHANGED = "number.changed"
    CARRIER_TRIED = "carrier.tried"
    HOOKS_SHOWN = "carrier.hooks_shown"
    OPT_OUT_ADDED = "opt_out.added"
    OPT_OUTS_IMPORTED = "opt_out.imported"
    OPT_OUTS_EXPORTED = "opt_out.exported"
    OPT_OUT_LIFTED = "opt_out.lifted"
    HOLD_ADDED = "hold.added"
    HOLD_LIFTED = "hold.lifted"
    RETENTION_ASKED = "retention.asked"
    CLOCK_VOUCHED = "retention.clock_vouched"
    JOB_RUN = "job.run"
    CONFIG_RELOADED = "config.reloaded"
    STORE_BACKED_UP = "store.backed_up"
    STORE_RESTORED = "store.restored"
    MESSAGE_SENT = "message.sent"
    BODIES_SOUGHT = "message.bodies_sought"
    BODIES_SHOWN = "message.bodies_shown"
    AUDIT_EXPORTED = "audit.exported"


class About(NamedTuple):
    """What an act is about: its kind, and its id or name if it has one."""

    kind: str = ""
    id: int | None = None
    name: str = ""


def note(txn: Txn, act: Act, about: About = About(), words: str = "", *, by: Actor | None = None) -> None:  # noqa: B008
    """Write down an act in the transaction that does it; `by` is whoever the transaction is for, unless given."""
    who = by or txn.by
    values = {
        "now": txn.now,
        "user_id": who.user_id,
        "name": who.name,
        "uid": who.uid,
        "address": who.address,
        "act": act.value,
        "kind": about.kind,
        "subject_id": about.id,
        "subject": about.name,
        "words": words[:LONGEST_WORDS],
    }
    txn.run(ADD, values)


def note_seldom(txn: Txn, act: Act, about: About, words: str = "", *, by: Actor) -> None:
    """As `note`, but of what one user does from one address no more than some rows an hour.

    A program that signs in for each of its requests would fill the disk otherwise.
    """
    values = {"since": txn.now - HOUR, "act": act.value, "user_id": by.user_id, "address": by.address}
    if txn.one(OFTEN, values)["count"] < MOST_AN_HOUR:
        note(txn, act, about, words, by=by)


def note_beside(store: Path, act: Act, words: str, *, now: int, by: Actor) -> bool:
    """Write down what a command did to a store that it does not have open, perhaps beside a daemon; whether it could.

    Blocking. A store that is full, or of a schema before the audit, takes no row: that keeps nobody from a backup.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(address(store, "rw"), uri=True, isolation_level=None)) as sql:
        sql.execute("PRAGMA synchronous = FULL")
        sql.execute("BEGIN IMMEDIATE")
        note(Txn(sql, now), act, About("store"), words, by=by)
        sql.execute("COMMIT")
        return True
    return False


def page(look: Snapshot, values: Mapping[str, Any]) -> list[Any]:
    """Rows, newest first; `values` are those of `PAGE` but `length`."""
    what = str(values["what"])
    return look.all(PAGE, {**values, "length": len(what) if what.endswith(".") else 0})


def old(look: Snapshot, before: int) -> int:
    """How many rows are older (ms)."""
    return int(look.one(OLD, {"before": before})["count"])


def forget(txn: Txn, before: int, most: int) -> int:
    """Let rows go that are older (ms); how many. The gate refuses what is younger than a month."""
    txn.run(OPEN_GATE, {"before": before})
    gone = txn.run(FORGET, {"before": before, "most": most})
    txn.run(SHUT_GATE, {})
    return gone


__all__ = ["About", "Act", "Actor", "actor", "forget", "note", "note_beside", "note_seldom", "old", "page"]
