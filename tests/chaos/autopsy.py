"""What a life left in its file, held against the ledger and against what the far side really got."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from chaos.audit import FOUND
from chaos.ledger import Event, Ledger
from durability.stored import Stored

CLAIMED = "SELECT message_id FROM outbox WHERE attempt_id IS NOT NULL"
UNKNOWN = "SELECT id FROM message WHERE status = 'unknown'"
UNKNOWN_ATTEMPTS = "SELECT message_id, kind FROM attempt WHERE outcome = 'unknown'"
# How often a message may have left: each attempt that was not put off.
LEAVES = """
    SELECT b.body, count(t.id), count(DISTINCT t.round)
    FROM message m JOIN message_body b ON b.message_id = m.id
    LEFT JOIN attempt t ON t.message_id = m.id AND coalesce(t.outcome, '') <> 'deferred'
    WHERE m.direction = 'outbound' GROUP BY m.id
"""
OUTBOUND = """
    SELECT m.client_id, m.id, b.body, m.status, m.round, m.conversation_id, m.problem_code || ' ' || m.problem_text
    FROM message m JOIN message_body b ON b.message_id = m.id WHERE m.direction = 'outbound' ORDER BY m.id
"""
INBOUND = """
    SELECT m.carrier_id, b.body FROM message m JOIN message_body b ON b.message_id = m.id
    WHERE m.direction = 'inbound'
"""
PARTS = """
    SELECT r.carrier_id, b.body, m.status, m.round
    FROM part r JOIN attempt t ON t.id = r.attempt_id
    JOIN message m ON m.id = t.message_id JOIN message_body b ON b.message_id = m.id
"""
RECEIPTS = "SELECT carrier_id, status FROM receipt"
JOURNAL = """
    SELECT j.seq, j.type, CAST(j.subject_id AS TEXT) FROM journal j
    WHERE j.seq > :start AND (
        (j.audience = 'user' AND j.audience_id = :user)
        OR (j.audience = 'conversation' AND EXISTS (
            SELECT 1 FROM participant p WHERE p.conversation_id = j.audience_id AND p.user_id = :user)))
    ORDER BY j.seq
"""


def claimed(stored: Stored) -> list[str]:
    """The messages that were in the carrier's hands: their claim is committed, and no outcome is."""
    return [str(message_id) for (message_id,) in stored.rows(CLAIMED)]


def examine(stored: Stored, ledger: Ledger) -> None:
    """After every life: who is unknown, and whether anything left more often than it may."""
    for (message_id,) in stored.rows(UNKNOWN):
        if str(message_id) not in ledger.stranded:
            ledger.fault(f"message {message_id} is unknown, and its outcome was never open at a kill")
    for message_id, kind in stored.rows(UNKNOWN_ATTEMPTS):
        if kind != "stopped" or str(message_id) not in ledger.stranded:
            ledger.fault(f"message {message_id} has an attempt that is unknown because of {kind}")
    got = Counter(sms.body for sms in ledger.taken)
    for body, attempts, rounds in stored.rows(LEAVES):
        if attempts > rounds:
            ledger.fault(f"{_name(body)} was handed over {attempts} times in {rounds} rounds")
        if got[body] > attempts:
            ledger.fault(f"{_name(body)} reached the far side {got[body]} times in {attempts} attempts")


def examine_whole(stored: Stored, ledger: Ledger) -> None:
    """After the last life, which had time to finish everything."""
    for fault in stored.faults():
        ledger.fault(f"the file is damaged: {fault}")
    if left := stored.one("SELECT count(*) FROM outbox"):
        ledger.fault(f"{left} messages are still in the outbox")
    _outbound(stored, ledger)
    _once(ledger, "text", (row[0] for row in stored.rows(INBOUND)), ledger.arrivals)
    for sid, body in stored.rows(INBOUND):
        if sid in ledger.arrivals and ledger.arrivals[sid].sms.body != body:
            ledger.fault(f"{sid} reads otherwise than it was written")
    _receipts(stored, ledger)


def events_of(stored: Stored, ledger: Ledger, user: int, user_id: int) -> list[Event]:
    """What a user's screen must have been told, since it first joined."""
    rows = stored.rows(JOURNAL, start=ledger.screens[user].start, user=user_id)
    return [Event(*row) for row in rows]


def _outbound(stored: Stored, ledger: Ledger) -> None:
    rows = stored.rows(OUTBOUND)
    _once(ledger, "message", (row[0] for row in rows), ledger.texts)
    got = Counter(sms.body for sms in ledger.taken)
    for key, _, body, status, round_, _, problem in rows:
        text = ledger.texts.get(key)
        if text is None or text.body != body:
            ledger.fault(f"{key} reads otherwise than it was written")
        elif not text.repeats_acknowledged <= round_ - 1 <= len(text.repeats):
            ledger.fault(f"{key} is in round {round_} after {len(text.repeats)} retries")
        if status in FOUND and not got[body]:
            ledger.fault(f"{key} is {status}, and the far side never got it")
        elif status not in (*FOUND, "unknown"):
            ledger.fault(f"{key} ended as {status}: {problem}")
    _order(ledger, {row[2]: (row[5], row[1]) for row in rows if row[4] == 1})


def _order(ledger: Ledger, places: dict[str, tuple[int, int]]) -> None:
    """Within a conversation texts reach the far side in the order in which they were written."""
    newest: defaultdict[int, int] = defaultdict(int)
    for sms in ledger.taken:
        conversation, message_id = places.get(sms.body, (0, 0))
        if message_id and message_id < newest[conversation]:
            ledger.fault(f"{_name(sms.body)} overtook message {newest[conversation]}")
        newest[conversation] = max(newest[conversation], message_id)


def _once(ledger: Ledger, what: str, stored: Iterable[str], asked: Iterable[str]) -> None:
    found = Counter(stored)
    for name in asked:
        if found[name] != 1:
            ledger.fault(f"{what} {name} is there {found[name]} times")
    for name in found.keys() - set(asked):
        ledger.fault(f"{what} {name} is there and was never asked for")


def _receipts(stored: Stored, ledger: Ledger) -> None:
    kept = set(stored.rows(RECEIPTS))
    said: defaultdict[str, set[str]] = defaultdict(set)
    for (sid, status), receipt in ledger.receipts.items():
        said[sid].add(status)
        if (sid, status) not in kept and receipt.acknowledged:
            ledger.fault(f"the receipt {status} of {sid} was acknowledged and is lost")
    bodies = {sms.sid: sms.body for sms in ledger.taken}
    for sid, body, status, round_ in stored.rows(PARTS):
        if bodies.get(sid) != body:
            ledger.fault(f"{_name(body)} has the id of another text, {sid}")
        expected = next((word for word in ("delivered", "undelivered") if word in said[sid]), "sent")
        if round_ == 1 and status != expected:
            ledger.fault(f"{_name(body)} is {status}, and the carrier said {sorted(said[sid])}")


def _name(body: str) -> str:
    """The part of a text that tells it from all others."""
    return body.partition(".")[0]
