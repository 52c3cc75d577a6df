"""Texts that come in: the same one once, each in its conversation."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from sidetone.domain.incoming import Misunderstood
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.status import Status
from sidetone.store import blocks, consent, conversations, messages, parties, routing
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.consent import Place, Wish
from sidetone.store.journal import Audience, EventType

# Also what was here and is gone on purpose has been seen.
SEEN = """
    SELECT id FROM message WHERE direction = 'inbound' AND carrier = :carrier AND carrier_id = :carrier_id
    UNION ALL SELECT 0 AS id FROM forgotten WHERE carrier = :carrier AND carrier_id IN (:carrier_id, :seal) LIMIT 1
"""
# The place a text belongs to; party and conversation are NULL when they are not there yet.
PLACE = f"""
    SELECT n.id AS number_id, n.owner_kind, n.owner_id, n.carrier AS home_carrier, c.id AS conversation_id,
           EXISTS (SELECT 1 FROM fallback f WHERE f.number_id = n.id AND f.party_id = y.id) AS fallback,
           y.id AS party_id, CASE WHEN {blocks.STANDS} THEN 1 ELSE 0 END AS blocked,
           (SELECT min(q.activity) FROM participant q WHERE q.conversation_id = c.id) AS quietest
    FROM number n
    LEFT JOIN party y ON y.kind = :kind AND y.value = :value
    LEFT JOIN conversation c ON c.owner_kind = n.owner_kind AND c.owner_id = n.owner_id
                            AND c.number_id = n.id AND c.party_id = y.id
    WHERE n.e164 = :e164
"""  # noqa: S608 - a fragment of our own
ADD_NUMBER = """
    INSERT INTO number (e164, label, carrier, created_at) VALUES (:e164, '', :carrier, :now)
    RETURNING id AS number_id, owner_kind, owner_id, carrier AS home_carrier,
              NULL AS conversation_id, NULL AS party_id, NULL AS quietest, 0 AS blocked,
              0 AS fallback
"""
FORGET = """
    INSERT INTO forgotten (carrier, carrier_id, at) VALUES (:carrier, :carrier_id, :now)
    ON CONFLICT (carrier, carrier_id) DO NOTHING
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
# How long (ms) a text to a number that others' texts left from counts as an answer to the last of them.
ANSWER_WINDOW = 72 * 60 * 60 * 1000
TWIN_WINDOW = 24 * 60 * 60 * 1000
LARGEST_RAW = 256 * 1024  # bytes
SEAL_LENGTH = 32  # hex digits: 128 bits
DROPPED = 0  # stands for the id of a text that its owner's block lets go


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A text that came in, normalised and measured before the transaction. `received_at`: when it came to us, in ms."""

    carrier: str
    carrier_id: str | None
    carrier_at: int | None
    sender: Party
    recipient: str
    body: str
    encoding: str
    segments: int
    correlation: str
    received_at: int
    flags: tuple[str, ...] = ()
    wish: Wish = field(default_factory=Wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where a text belongs. `quietest`: the oldest activity among its readers, None or 0 when one has none.

    `number_id` is the conversation's number, `came_to` the one that it came to; `unsure` when it may belong elsewhere.
    """

    number_id: int
    came_to: int
    party_id: int
    conversation_id: int
    home_carrier: str
    owned: bool
    blocked: bool
    quietest: int | None
    unsure: bool = False


def keep(txn: Txn, arrivals: list[Arrival], *, drop_blocked: bool = False) -> list[int | None]:
    """Store texts; the id of each, None for one that was there already.

    From whom the number's owner has blocked it is stored and shown to nobody, or with `drop_blocked` not stored
    (`DROPPED`); what it asks for is heeded all the same.
    """
    return [_keep_one(txn, arrival, drop_blocked=drop_blocked) for arrival in arrivals]


def forget(txn: Txn, carrier: str, carrier_id: str | None) -> None:
    """Whoever brings this text again has brought nothing new."""
    if carrier_id is not None:
        txn.run(FORGET, {"carrier": carrier, "carrier_id": seal(carrier_id), "now": txn.now})


def seal(carrier_id: str) -> str:
    """What stays of an id when its text is gone: enough to know it again, and nothing to look it up by elsewhere."""
    return sha256(carrier_id.encode()).hexdigest()[:SEAL_LENGTH]


def keep_misunderstood(txn: Txn, carrier: str, what: Misunderstood) -> None:
    """Keep raw what nobody could read."""
    values = {"carrier": carrier, "content_type": what.content_type[:200], "raw": what.raw[:LARGEST_RAW]}
    txn.run(KEEP_MISUNDERSTOOD, {**values, "reason": what.reason[:500], "now": txn.now})


def misunderstood(look: Snapshot, carrier: str) -> int:
    """How many are kept raw."""
    return int(look.one(COUNT_MISUNDERSTOOD, {"carrier": carrier})["n"])


def _keep_one(txn: Txn, arrival: Arrival, *, drop_blocked: bool) -> int | None:
    if arrival.carrier_id is not None and _is_seen(txn, arrival.carrier, arrival.carrier_id):
        return None
    spot = _spot(txn, arrival)
    flags = _flags(txn, arrival, spot)
    if flags is None:
        return None
    if spot.blocked and drop_blocked:
        forget(txn, arrival.carrier, arrival.carrier_id)
        _heed(txn, arrival, spot, None)
        return DROPPED
    message_id = messages.add(txn, arrival.body, _values(arrival, spot, flags))
    if spot.blocked:
        conversations.note_hidden(txn, spot.conversation_id, message_id)
    else:
        conversations.touch(txn, spot.conversation_id, message_id, inbound=True, quietest=spot.quietest)
    if not spot.owned:
        txn.emit(EventType.NUMBER_UPDATED, Audience.ADMINS, 0, spot.number_id)
    _heed(txn, arrival, spot, message_id)
    return message_id


def _heed(txn: Txn, arrival: Arrival, spot: _Spot, message_id: int | None) -> None:
    """Do what a text asks for; where it came to a carrier's own number, that one is meant as well."""
    place = _place(arrival, spot, message_id)
    if spot.came_to != spot.number_id:
        consent.heed_quietly(txn, arrival.wish, replace(place, number_id=spot.came_to))
    consent.heed(txn, arrival.wish, place)


def _is_seen(txn: Txn, carrier: str, carrier_id: str) -> bool:
    return txn.one(SEEN, {"carrier": carrier, "carrier_id": carrier_id, "seal": seal(carrier_id)}) is not None


def _spot(txn: Txn, arrival: Arrival) -> _Spot:
    """Where a text belongs; what is missing is made."""
    sender = {"kind": arrival.sender.kind, "value": arrival.sender.value}
    row = txn.one(PLACE, {**sender, "e164": arrival.recipient})
    if row is None:  # nobody owns it, and we did not know it: an admin will see it waiting
        row = txn.one(ADD_NUMBER, {"e164": arrival.recipient, "carrier": arrival.carrier, "now": txn.now})
    if row["fallback"] and (spot := _answer_spot(txn, row, arrival)) is not None:
        return spot
    party_id, conversation_id = row["party_id"], row["conversation_id"]
    if conversation_id is None:
        owner = (row["owner_kind"], row["owner_id"])
        party_id = parties.find_or_add(txn, arrival.sender)
        conversation_id, _ = conversations.find_or_add_sms(txn, owner, row["number_id"], party_id)
    return _spot_of(row, party_id, conversation_id, row["number_id"])


def _answer_spot(txn: Txn, place: Any, arrival: Arrival) -> _Spot | None:  # noqa: ANN401 - a row of PLACE
    """The conversation that a text answers whose own number this is not; None when it answers none."""
    found = routing.answered(txn, place["number_id"], place["party_id"], txn.now - ANSWER_WINDOW)
    if not found:
        return None
    unsure = len(found) > 1 or (place["conversation_id"] is not None and place["owner_kind"] != "none")
    row = {**found[0], "home_carrier": arrival.carrier}
    return replace(_spot_of(row, row["party_id"], row["conversation_id"], place["number_id"]), unsure=unsure)


def _spot_of(row: Any, party_id: int, conversation_id: int, came_to: int) -> _Spot:  # noqa: ANN401 - a row
    return _Spot(
        number_id=row["number_id"],
        came_to=came_to,
        party_id=party_id,
        conversation_id=conversation_id,
        home_carrier=row["home_carrier"],
        owned=row["owner_kind"] != "none",
        blocked=bool(row["blocked"]),
        quietest=row["quietest"],
    )


def _flags(txn: Txn, arrival: Arrival, spot: _Spot) -> str | None:
    """What must be said of it; None when it is certainly the same text again."""
    flags = list(arrival.flags)
    if spot.home_carrier != arrival.carrier:
        flags.append("other_carrier")
    if spot.unsure:
        flags.append("unsure_conversation")
    if arrival.carrier_id is None:
        since = txn.now - TWIN_WINDOW
        twins = txn.all(TWINS, {"conversation_id": spot.conversation_id, "since": since, "body": arrival.body})
        if arrival.carrier_at is not None and any(twin["carrier_at"] == arrival.carrier_at for twin in twins):
            return None
        if twins:
            flags.append("possibly_received_twice")
    return " ".join((*flags, *consent.flags(txn, arrival.wish, spot.number_id, spot.party_id)))


def _place(arrival: Arrival, spot: _Spot, message_id: int | None) -> Place:
    return Place(
        number_id=spot.number_id,
        party_id=spot.party_id,
        conversation_id=spot.conversation_id,
        carrier=spot.home_carrier,
        came_through=arrival.carrier,
        message_id=message_id,
        hidden=spot.blocked,
        answerable=spot.owned and arrival.sender.kind is PartyKind.E164,
        correlation=arrival.correlation,
    )


def _values(arrival: Arrival, spot: _Spot, flags: str) -> dict[str, object]:
    return {
        "conversation_id": spot.conversation_id,
        "direction": "inbound",
        "author_id": None,
        "client_id": None,
        "status": Status.RECEIVED,
        "encoding": arrival.encoding,
        "segments": arrival.segments,
        "number_id": spot.came_to,
        "carrier": arrival.carrier,
        "carrier_id": arrival.carrier_id,
        "carrier_at": arrival.carrier_at,
        "received_at": arrival.received_at,
        "flags": flags,
        "hidden": int(spot.blocked),
        "correlation": arrival.correlation,
        "deadline_at": None,
    }
