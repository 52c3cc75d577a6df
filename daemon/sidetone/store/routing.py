"""Which carrier a waiting message goes by, which number it leaves from, and where the answer to that number belongs."""

from collections.abc import Callable
from typing import Any

from sidetone.store import blocks, messages
from sidetone.store.connection import Snapshot, Txn

# By another carrier it need not wait for what the former one asked for, but for what the text itself has to.
FOLLOW = """
    UPDATE outbox SET carrier = :carrier,
        not_before = CASE WHEN EXISTS (SELECT 1 FROM message m WHERE m.id = outbox.message_id
                                       AND (:at_once = 1 OR m.problem_kind = 'carrier_down'))
                          THEN :now ELSE not_before END
    WHERE message_id = :message_id
"""
# What waits for a carrier, to be looked at by its route; what is in the carrier's hands stays there.
WAITING = """
    SELECT o.message_id, o.conversation_id, o.carrier, n.e164, n.carrier AS home, m.segments,
           CASE WHEN o.not_before > m.created_at THEN o.not_before ELSE m.created_at END AS due_at,
           y.kind AS party_kind, y.value AS party_value
    FROM outbox o
    JOIN message m ON m.id = o.message_id
    JOIN conversation c ON c.id = o.conversation_id
    JOIN number n ON n.id = c.number_id
    JOIN party y ON y.id = c.party_id
    WHERE o.message_id > :after AND o.carrier = :carrier AND o.attempt_id IS NULL
    ORDER BY o.message_id LIMIT :most
"""
NUMBER = "SELECT id FROM number WHERE e164 = :e164"
ADD_NUMBER = """
    INSERT INTO number (e164, label, carrier, created_at) VALUES (:e164, '', :carrier, :now) RETURNING id
"""
LEAVE_FROM = "UPDATE message SET number_id = :number_id WHERE id = :message_id"
NOTE = """
    INSERT INTO fallback (number_id, party_id, conversation_id, at)
    VALUES (:number_id, :party_id, :conversation_id, :now)
    ON CONFLICT (number_id, party_id, conversation_id) DO UPDATE SET at = :now
"""
ANSWERED = f"""
    SELECT f.conversation_id, n.id AS number_id, n.owner_kind, n.carrier AS home_carrier, c.party_id,
           CASE WHEN {blocks.STANDS} THEN 1 ELSE 0 END AS blocked,
           (SELECT min(q.activity) FROM participant q WHERE q.conversation_id = c.id) AS quietest
    FROM fallback f
    JOIN party y ON y.id = f.party_id
    JOIN conversation c ON c.id = f.conversation_id
    JOIN number n ON n.id = c.number_id
    WHERE f.number_id = :number_id AND f.party_id = :party_id AND f.at > :since
    ORDER BY f.at DESC, f.conversation_id DESC LIMIT 2
"""  # noqa: S608 - a fragment of our own
# The newest texts that a carrier took within a time, and on how many of them it has said anything since.
REPORTED = """
    SELECT count(*) AS taken, coalesce(sum(t.told), 0) AS told
    FROM (SELECT CASE WHEN EXISTS (SELECT 1 FROM part r JOIN receipt e ON e.part_id = r.id WHERE r.attempt_id = a.id)
                 THEN 1 ELSE 0 END AS told
          FROM attempt a
          WHERE a.started_at >= :since AND a.started_at < :until AND a.carrier = :carrier AND a.outcome = 'accepted'
          ORDER BY a.started_at DESC LIMIT 100) t
"""

Choose = Callable[[Any], str]  # the carrier for a row of WAITING or of outbox.DUE


def follow(txn: Txn, row: Any, carrier: str, *, at_once: bool = False) -> None:  # noqa: ANN401 - a row
    """A waiting message waits for another carrier: no longer for the former one, `at_once` for nothing else either."""
    txn.run(FOLLOW, {"message_id": row["message_id"], "carrier": carrier, "now": txn.now, "at_once": int(at_once)})
    messages.leave_by(txn, row["message_id"], row["conversation_id"], carrier)


def pass_on(txn: Txn, carrier: str, choose: Choose, after: int, most: int) -> tuple[int, set[str]]:
    """Give what waits for a carrier to others, as `choose` says: up to `most` messages after that id.

    The id to go on after, 0 when there are no more, and who got some.
    """
    rows = txn.all(WAITING, {"carrier": carrier, "after": after, "most": most})
    to: set[str] = set()
    for row in rows:
        chosen = choose(row)
        if chosen != carrier:
            follow(txn, row, chosen)
            to.add(chosen)
    return (rows[-1]["message_id"] if len(rows) == most else 0), to


def own_number(txn: Txn, e164: str, carrier: str) -> int:
    """The id of the number that a carrier's texts leave from, 0 for none; one that nobody knew belongs to nobody."""
    if not e164:
        return 0
    row = txn.one(NUMBER, {"e164": e164}) or txn.one(ADD_NUMBER, {"e164": e164, "carrier": carrier, "now": txn.now})
    return int(row["id"])


def leave_from(txn: Txn, row: Any, own_id: int) -> None:  # noqa: ANN401 - a row of outbox.DUE
    """A message leaves from a carrier's own number, or (0) from its conversation's."""
    number_id = own_id or row["number_id"]
    if number_id != row["leaves_from"]:
        txn.run(LEAVE_FROM, {"number_id": number_id, "message_id": row["message_id"]})
    if number_id != row["number_id"]:
        values = {"number_id": number_id, "party_id": row["party_id"], "conversation_id": row["conversation_id"]}
        txn.run(NOTE, {**values, "now": txn.now})


def reported(look: Snapshot, carrier: str, since: int, until: int) -> tuple[int, int]:
    """How many of the newest texts that a carrier took between these times (ms) were looked at, and how many reported on."""
    row = look.one(REPORTED, {"carrier": carrier, "since": since, "until": until})
    return (row["taken"], row["told"]) if row else (0, 0)


def answered(txn: Txn, number_id: int, party_id: int, since: int) -> list[Any]:
    """The conversations, newest first and two at most, whose texts left from that number to that party since then."""
    return txn.all(ANSWERED, {"number_id": number_id, "party_id": party_id, "since": since})
