"""What is old enough to go, and its going: a message with everything that was made of it, a few at a time."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sidetone.store import inbound, search
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.holds import STANDS
from sidetone.store.journal import Audience, EventType

FORGOTTEN_KEPT = 3653 * 24 * 60 * 60 * 1000  # a call-back that was caught once could be played back at any time

# The oldest messages behind a place (`at`, `id`), due or not: what is `held`, or waits for its time or in the outbox, stays.
OLD_MESSAGES = f"""
    SELECT m.id, m.created_at AS at, n.e164, m.conversation_id, m.direction, m.carrier, m.carrier_id, m.author_id, m.client_id,
           CASE WHEN {STANDS} THEN 1 ELSE 0 END AS held,
           CASE WHEN c.kind <> 'sms' OR m.status = 'scheduled' OR EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id)
                THEN 1 ELSE 0 END AS stays,
           (SELECT count(*) FROM attempt t WHERE t.message_id = m.id) AS attempts,
           (SELECT count(*) FROM attempt t JOIN part r ON r.attempt_id = t.id JOIN receipt e ON e.part_id = r.id
            WHERE t.message_id = m.id) AS receipts
    FROM message m JOIN conversation c ON c.id = m.conversation_id LEFT JOIN number n ON n.id = c.number_id
    WHERE m.created_at >= :at AND m.created_at < :before AND (m.created_at > :at OR m.id > :id)
    ORDER BY m.created_at, m.id LIMIT :most
"""  # noqa: S608 - a fragment of our own
# The same rows, only to be passed over.
AHEAD = f"""
    SELECT m.id, m.created_at AS at, n.e164, CASE WHEN {STANDS} THEN 1 ELSE 0 END AS held,
           CASE WHEN c.kind <> 'sms' OR m.status = 'scheduled' OR EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id)
                THEN 1 ELSE 0 END AS stays
    FROM message m JOIN conversation c ON c.id = m.conversation_id LEFT JOIN number n ON n.id = c.number_id
    WHERE m.created_at >= :at AND m.created_at < :before AND (m.created_at > :at OR m.id > :id)
    ORDER BY m.created_at, m.id LIMIT :most
"""  # noqa: S608 - a fragment of our own
# Attempts whose message goes in the same run are counted with it. One that may still be told of stays.
OLD_ATTEMPTS = f"""
    SELECT t.id, t.started_at AS at, CASE WHEN c.kind = 'sms' THEN m.created_at END AS message_at, n.e164, CASE WHEN {STANDS} THEN 1 ELSE 0 END AS held,
           CASE WHEN m.deadline_at IS NOT NULL OR EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id)
                THEN 1 ELSE 0 END AS stays,
           1 AS attempts,
           (SELECT count(*) FROM part r JOIN receipt e ON e.part_id = r.id WHERE r.attempt_id = t.id) AS receipts
    FROM attempt t JOIN message m ON m.id = t.message_id JOIN conversation c ON c.id = m.conversation_id
    LEFT JOIN number n ON n.id = c.number_id
    WHERE t.started_at >= :at AND t.started_at < :before AND (t.started_at > :at OR t.id > :id)
    ORDER BY t.started_at, t.id LIMIT :most
"""  # noqa: S608 - a fragment of our own
OLD_RAW = """
    SELECT w.id, w.received_at AS at, 0 AS held, 0 AS stays
    FROM misunderstood w
    WHERE w.received_at >= :at AND w.received_at < :before AND (w.received_at > :at OR w.id > :id)
    ORDER BY w.received_at, w.id LIMIT :most
"""
DELETE_MESSAGE = "DELETE FROM message WHERE id = :id"
DELETE_ATTEMPT = "DELETE FROM attempt WHERE id = :id"
DELETE_RAW = "DELETE FROM misunderstood WHERE id = :id"
# What a client was answered for this message; for a key that was used otherwise since, nothing.
FORGET_KEY = "DELETE FROM idempotency WHERE user_id = :user_id AND key = :key AND subject_id = :subject_id"
LEFT = """
    SELECT c.maybe_opt_out, c.activity, (SELECT max(m.id) FROM message m WHERE m.conversation_id = c.id) AS newest
    FROM conversation c WHERE c.id = :conversation_id
"""
READERS = """
    SELECT p.user_id, p.activity, p.unread,
           coalesce((SELECT max(m.id) FROM message m
                     WHERE m.conversation_id = p.conversation_id AND m.id > p.cleared_up_to AND m.hidden = 0), 0) AS newest,
           CASE WHEN p.unread = 0 THEN 0 ELSE
               (SELECT count(*) FROM message m
                WHERE m.conversation_id = p.conversation_id AND m.id > p.read_up_to AND m.id > p.cleared_up_to
                  AND m.direction = 'inbound' AND m.hidden = 0) END AS still_unread
    FROM participant p WHERE p.conversation_id = :conversation_id
"""
SET_READER = """
    UPDATE participant SET activity = :activity, unread = :unread
    WHERE conversation_id = :conversation_id AND user_id = :user_id
"""
SET_NEWEST = "UPDATE conversation SET activity = :newest WHERE id = :conversation_id"
DELETE_CONVERSATION = "DELETE FROM conversation WHERE id = :conversation_id"
# For a dry run: the conversations of a stretch of ids of which nothing would be left.
EMPTIED = f"""
    SELECT c.id, n.e164, (SELECT max(m.created_at) FROM message m WHERE m.conversation_id = c.id) AS newest_at,
           CASE WHEN c.kind = 'sms' AND c.maybe_opt_out IS NULL AND NOT {STANDS}
                 AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.conversation_id = c.id)
                 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id AND m.status = 'scheduled')
                THEN 1 ELSE 0 END AS may_go
    FROM conversation c LEFT JOIN number n ON n.id = c.number_id WHERE c.id > :id ORDER BY c.id LIMIT :most
"""  # noqa: S608 - a fragment of our own
FORGET_FORGOTTEN = """
    DELETE FROM forgotten WHERE (carrier, carrier_id) IN (
        SELECT carrier, carrier_id FROM forgotten WHERE at < :before ORDER BY at LIMIT :most)
"""


class Limits(NamedTuple):
    """What is older (ms) goes: `own` where our number of a conversation (E.164) has a limit of its own. 0: nothing."""

    usual: int
    own: Mapping[str, int] = {}

    def of(self, e164: str | None) -> int:
        """The limit of a number's texts."""
        return self.usual if e164 is None else self.own.get(e164, self.usual)

    @property
    def latest(self) -> int:
        """Nothing younger than this goes."""
        return max([self.usual, *self.own.values()])


class Place(NamedTuple):
    """How far a run has come: the time and id of the last row that was looked at."""

    at: int = 0
    id: int = 0


class Tally(NamedTuple):
    """What went, or would go, and what stays only because it is held."""

    messages: int = 0
    attempts: int = 0
    receipts: int = 0
    raw: int = 0
    conversations: int = 0
    held: int = 0
    audit: int = 0

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(*(mine + more for mine, more in zip(self, other, strict=True)))


class Step(NamedTuple):
    """What one step met; `place` is None behind the last row."""

    tally: Tally
    place: Place | None


def messages(look: Snapshot, place: Place, limits: Limits, most: int) -> tuple[list[Any], Step]:
    """The next messages that are due, and what their going takes along (conversations aside)."""
    values = {"at": place.at, "id": place.id, "before": limits.latest, "most": most}
    due, step = _due(look.all(OLD_MESSAGES, values), most, lambda row: row["at"] >= limits.of(row["e164"]))
    attempts, receipts = sum(row["attempts"] for row in due), sum(row["receipts"] for row in due)
    return due, step._replace(tally=step.tally._replace(messages=len(due), attempts=attempts, receipts=receipts))


def ahead(look: Snapshot, place: Place, limits: Limits, most: int) -> tuple[bool, Step]:
    """Pass over old messages that stay: whether one that is due comes next, and the place just before it."""
    rows = look.all(AHEAD, {"at": place.at, "id": place.id, "before": limits.latest, "most": most})
    held = 0
    for row in rows:
        stays = row["stays"] or row["at"] >= limits.of(row["e164"])
        if not row["held"] and not stays:
            return True, Step(Tally(held=held), place)
        held += not stays
        place = Place(row["at"], row["id"])
    return False, Step(Tally(held=held), place if len(rows) == most else None)


def attempts(look: Snapshot, place: Place, before: int, limits: Limits, most: int) -> tuple[list[Any], Step]:
    """The next attempts that are due although their messages stay by these limits."""

    def goes_with_message(row: Any) -> bool:  # noqa: ANN401 - a row
        return row["message_at"] is not None and row["message_at"] < limits.of(row["e164"])

    values = {"at": place.at, "id": place.id, "before": before, "most": most}
    due, step = _due(look.all(OLD_ATTEMPTS, values), most, goes_with_message)
    receipts = sum(row["receipts"] for row in due)
    return due, step._replace(tally=Tally(attempts=len(due), receipts=receipts))


def raw(look: Snapshot, place: Place, before: int, most: int) -> tuple[list[Any], Step]:
    """The next things that nobody could read and that are due."""
    due, step = _due(look.all(OLD_RAW, {"at": place.at, "id": place.id, "before": before, "most": most}), most)
    return due, step._replace(tally=Tally(raw=len(due)))


def emptied(look: Snapshot, place: Place, limits: Limits, most: int) -> Step:
    """Of the next conversations, how many would have nothing left."""
    rows = look.all(EMPTIED, {"id": place.id, "most": most})
    after = Place(0, rows[-1]["id"]) if len(rows) == most else None
    going = [row for row in rows if row["may_go"] and row["newest_at"] is not None]
    return Step(Tally(conversations=sum(row["newest_at"] < limits.of(row["e164"]) for row in going)), after)


def forget_messages(txn: Txn, place: Place, limits: Limits, most: int) -> Step:
    """Let the next due messages go, with everything that hangs on them; what is left of their conversations is tidied."""
    due, step = messages(txn, place, limits, most)
    for row in due:
        search.forget(txn, row["id"])
        if row["direction"] == "inbound":
            inbound.forget(txn, row["carrier"], row["carrier_id"])
        elif row["client_id"] is not None:
            key = {"user_id": row["author_id"], "key": row["client_id"], "subject_id": row["id"]}
            txn.run(FORGET_KEY, key)
        txn.run(DELETE_MESSAGE, {"id": row["id"]})
    gone = sum(_tidy(txn, conversation_id) for conversation_id in dict.fromkeys(row["conversation_id"] for row in due))
    return step._replace(tally=step.tally._replace(conversations=gone))


def forget_attempts(txn: Txn, place: Place, before: int, limits: Limits, most: int) -> Step:
    """Let the next due attempts go, with their parts and receipts."""
    due, step = attempts(txn, place, before, limits, most)
    for row in due:
        txn.run(DELETE_ATTEMPT, {"id": row["id"]})
    return step


def forget_raw(txn: Txn, place: Place, before: int, most: int) -> Step:
    """Let the next due things go that nobody could read."""
    due, step = raw(txn, place, before, most)
    for row in due:
        txn.run(DELETE_RAW, {"id": row["id"]})
    return step


def _due(rows: list[Any], most: int, stays: Callable[[Any], bool] = lambda _: False) -> tuple[list[Any], Step]:
    old = [row for row in rows if not (row["stays"] or stays(row))]
    due = [row for row in old if not row["held"]]
    held = len(old) - len(due)
    place = Place(rows[-1]["at"], rows[-1]["id"]) if len(rows) == most else None
    return due, Step(Tally(held=held), place)


def _tidy(txn: Txn, conversation_id: int) -> bool:
    """Bring lists and counters in line with what is left; whether the conversation is gone.

    One in which somebody has still to say whether a text meant STOP stays, unlisted, so that the question does.
    """
    left = txn.one(LEFT, {"conversation_id": conversation_id})
    for reader in txn.all(READERS, {"conversation_id": conversation_id}):
        _tidy_reader(txn, conversation_id, reader)
    gone = left["newest"] is None and left["maybe_opt_out"] is None
    if gone:
        txn.run(DELETE_CONVERSATION, {"conversation_id": conversation_id})
    elif left["newest"] != left["activity"]:
        txn.run(SET_NEWEST, {"conversation_id": conversation_id, "newest": left["newest"] or 0})
    return gone


def _tidy_reader(txn: Txn, conversation_id: int, reader: Any) -> None:  # noqa: ANN401 - a row of READERS
    activity = reader["newest"] if reader["activity"] else 0  # whose list has it not gets it not back
    if (activity, reader["still_unread"]) == (reader["activity"], reader["unread"]):
        return
    values = {"conversation_id": conversation_id, "user_id": reader["user_id"]}
    txn.run(SET_READER, {**values, "activity": activity, "unread": reader["still_unread"]})
    type_ = EventType.CONVERSATION_UPDATED if activity else EventType.CONVERSATION_REMOVED
    if reader["activity"]:
        txn.emit(type_, Audience.USER, reader["user_id"], conversation_id)
