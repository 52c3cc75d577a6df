"""Texts that come in: the same one once, each in its conversation."""

from dataclasses import dataclass
from typing import Any

from sidetone.domain.incoming import Misunderstood
from sidetone.domain.party import Party
from sidetone.domain.status import Status
from sidetone.store import conversations, messages, parties
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.journal import Audience, EventType

SEEN = """
    SELECT id FROM message WHERE direction = 'inbound' AND carrier = :carrier AND carrier_id = :carrier_id
"""
# The place a text belongs to; party and conversation are NULL when they are not there yet.
PLACE = """
    SELECT n.id AS number_id, n.owner_kind, n.owner_id, n.carrier AS home_carrier, c.id AS conversation_id,
           (SELECT min(q.activity) FROM participant q WHERE q.conversation_id = c.id) AS quietest
    FROM number n
    LEFT JOIN party y ON y.kind = :kind AND y.value = :value
    LEFT JOIN conversation c ON c.owner_kind = n.owner_kind AND c.owner_id = n.owner_id
                            AND c.number_id = n.id AND c.party_id = y.id
    WHERE n.e164 = :e164
"""
ADD_NUMBER = """
    INSERT INTO number (e164, label, carrier, created_at) VALUES (:e164, '', :carrier, :now)
    RETURNING id AS number_id, owner_kind, owner_id, carrier AS home_carrier
"""
# The same words without an id, among the newest of the conversation: a carrier repeats soon or not at all.
TWINS = """
    SELECT t.carrier_at
    FROM (SELECT m.id, m.direction, m.carrier_id, m.carrier_at, m.created_at FROM message m
          WHERE m.conversation_id = :conversation_id ORDER BY m.id DESC LIMIT 200) t
    JOIN message_body b ON b.message_id = t.id
    WHERE t.direction = 'inbound' AND t.carrier_id IS NULL AND t.created_at > :since AND b.body = :body
"""
KEEP_MISUNDERSTOOD = """
    INSERT INTO misunderstood (carrier, content_type, raw, reason, received_at)
    VALUES (:carrier, :content_type, :raw, :reason, :now)
"""
COUNT_MISUNDERSTOOD = "SELECT count(*) AS n FROM misunderstood WHERE carrier = :carrier"
TWIN_WINDOW = 24 * 60 * 60 * 1000
LARGEST_RAW = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A text that came in, normalised and measured before the transaction."""

    carrier: str
    carrier_id: str | None
    carrier_at: int | None
    sender: Party
    recipient: str
    body: str
    encoding: str
    segments: int
    correlation: str
    flags: tuple[str, ...] = ()


def keep(txn: Txn, arrivals: list[Arrival]) -> list[int | None]:
    """Store texts; the id of each, or None for one that was there already."""
    return [_keep_one(txn, arrival) for arrival in arrivals]


def keep_misunderstood(txn: Txn, carrier: str, what: Misunderstood) -> None:
    """Keep raw what nobody could read."""
    values = {"carrier": carrier, "content_type": what.content_type[:200], "raw": what.raw[:LARGEST_RAW]}
    txn.run(KEEP_MISUNDERSTOOD, {**values, "reason": what.reason[:500], "now": txn.now})


def misunderstood(look: Snapshot, carrier: str) -> int:
    """How many are kept raw."""
    return int(look.one(COUNT_MISUNDERSTOOD, {"carrier": carrier})["n"])


def _keep_one(txn: Txn, arrival: Arrival) -> int | None:
    key = {"carrier": arrival.carrier, "carrier_id": arrival.carrier_id}
    if arrival.carrier_id is not None and txn.one(SEEN, key) is not None:
        return None
    sender = {"kind": arrival.sender.kind, "value": arrival.sender.value}
    place = txn.one(PLACE, {**sender, "e164": arrival.recipient})
    if place is None:  # nobody owns it, and we did not know it: an admin will see it waiting
        place = txn.one(ADD_NUMBER, {"e164": arrival.recipient, "carrier": arrival.carrier, "now": txn.now})
        conversation_id, quietest = None, None
    else:
        conversation_id, quietest = place["conversation_id"], place["quietest"]
    if conversation_id is None:
        owner = (place["owner_kind"], place["owner_id"])
        party_id = parties.find_or_add(txn, arrival.sender)
        conversation_id, _ = conversations.find_or_add_sms(txn, owner, place["number_id"], party_id)
    flags = _flags(txn, arrival, place, conversation_id)
    if flags is None:
        return None
    message_id = messages.add(txn, arrival.body, _values(arrival, place["number_id"], conversation_id, flags))
    conversations.touch(txn, conversation_id, message_id, inbound=True, quietest=quietest)
    if place["owner_kind"] == "none":
        txn.emit(EventType.NUMBER_UPDATED, Audience.ADMINS, 0, place["number_id"])
    return message_id


def _flags(txn: Txn, arrival: Arrival, place: Any, conversation_id: int) -> str | None:  # noqa: ANN401 - a row
    """What must be said of it; None when it is certainly the same text again."""
    flags = list(arrival.flags)
    if place["home_carrier"] != arrival.carrier:
        flags.append("other_carrier")
    if arrival.carrier_id is None:
        since = txn.now - TWIN_WINDOW
        twins = txn.all(TWINS, {"conversation_id": conversation_id, "since": since, "body": arrival.body})
        if arrival.carrier_at is not None and any(twin["carrier_at"] == arrival.carrier_at for twin in twins):
            return None
        if twins:
            flags.append("possibly_received_twice")
    return " ".join(flags)


def _values(arrival: Arrival, number_id: int, conversation_id: int, flags: str) -> dict[str, object]:
    return {
        "conversation_id": conversation_id,
        "direction": "inbound",
        "author_id": None,
        "client_id": None,
        "status": Status.RECEIVED,
        "encoding": arrival.encoding,
        "segments": arrival.segments,
        "number_id": number_id,
        "carrier": arrival.carrier,
        "carrier_id": arrival.carrier_id,
        "carrier_at": arrival.carrier_at,
        "flags": flags,
        "correlation": arrival.correlation,
        "deadline_at": None,
    }
