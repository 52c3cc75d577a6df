"""What a text that came in does to consent: STOP forbids, START allows, a softer wish waits for a person."""

from dataclasses import dataclass

from sidetone.domain.keywords import Keyword
from sidetone.domain.status import Status
from sidetone.store import conversations, messages, opt_outs, outbox
from sidetone.store.connection import Txn

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
MOST_REPLIES = 4  # a day, to one party from one number
REPLY_VALIDITY = HOUR  # a confirmation that comes much later confuses more than it tells
WORD_REPLY = "word_reply"  # the flag of an answer to a word: it goes out whatever the list says

LAST_REPLIES = """
    SELECT word, at FROM word_reply WHERE party_id = :party_id AND number_id = :number_id AND at > :since LIMIT :most
"""
REPLIED = "INSERT INTO word_reply (number_id, party_id, word, at) VALUES (:number_id, :party_id, :word, :now)"
FORGET_REPLIES = """
    DELETE FROM word_reply WHERE id IN (SELECT id FROM word_reply WHERE at < :before ORDER BY at LIMIT :most)
"""
QUESTION = "UPDATE conversation SET maybe_opt_out = :message_id WHERE id = :conversation_id"
HELD = """
    SELECT m.id, n.carrier, m.round, m.deadline_at FROM message m JOIN number n ON n.id = m.number_id
    WHERE m.conversation_id = :conversation_id AND m.status = 'held' AND m.problem_kind = 'maybe_opt_out' ORDER BY m.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The text that answers a word, measured."""

    body: str
    encoding: str
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a text asks for: a word of its own with what may answer it, or perhaps no more texts."""

    word: Keyword | None = None
    maybe_stop: bool = False
    wording: str = ""
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it came in. `message_id` is None for one that is not kept; `carrier` is the number's own.

    `answerable`: someone owns the number, and the party is a phone.
    """

    number_id: int
    party_id: int
    conversation_id: int
    carrier: str
    came_through: str
    message_id: int | None
    hidden: bool
    answerable: bool
    correlation: str


def flags(txn: Txn, wish: Wish, number_id: int, party_id: int) -> list[str]:
    """What the message is marked with, so that whoever reads it knows what it did."""
    if wish.word is Keyword.STOP:
        return ["opt_out"]
    if wish.word is Keyword.START and opt_outs.liftable(txn, number_id, party_id):
        return ["opt_in"]
    return ["maybe_opt_out"] if wish.maybe_stop else []


def heed(txn: Txn, wish: Wish, place: Place) -> None:
    """Do what the text asks for, and answer it once where that is ours to do."""
    if wish.word is Keyword.STOP:
        new = _opt_out(txn, wish, place)
        decide(txn, place.conversation_id, may_text=False)
        if new:
            _answer(txn, wish, place)
    elif wish.word is Keyword.START:
        ids = _lift(txn, wish, place)
        if ids and opt_outs.standing(txn, place.number_id, place.party_id) is None:
            decide(txn, place.conversation_id, may_text=True)
            _answer(txn, wish, place)
    elif wish.word is Keyword.HELP:
        _answer(txn, wish, place)
    elif wish.maybe_stop and place.message_id is not None:
        _ask(txn, place)


def heed_quietly(txn: Txn, wish: Wish, place: Place) -> None:
    """Enter or lift the opt-out that a word asks for, and do nothing else."""
    if wish.word is Keyword.STOP:
        _opt_out(txn, wish, place)
    elif wish.word is Keyword.START:
        _lift(txn, wish, place)


def _opt_out(txn: Txn, wish: Wish, place: Place) -> bool:
    return opt_outs.add(
        txn,
        place.number_id,
        place.party_id,
        "keyword",
        wording=wish.wording,
        carrier=place.came_through,
        message_id=place.message_id,
    )[1]


def _lift(txn: Txn, wish: Wish, place: Place) -> list[int]:
    ids = opt_outs.liftable(txn, place.number_id, place.party_id)
    for id_ in ids:
        opt_outs.lift(txn, id_, wording=wish.wording)
    return ids


def decide(txn: Txn, conversation_id: int, *, may_text: bool) -> None:
    """The question whether a text meant STOP is settled: what was held for it goes on, or fails."""
    txn.run(QUESTION, {"conversation_id": conversation_id, "message_id": None})
    for row in txn.all(HELD, {"conversation_id": conversation_id}):
        if may_text:
            valid_until = row["deadline_at"]
            messages.set_status(txn, row["id"], conversation_id, Status.QUEUED, deadline_at=valid_until)
            messages.leave_by(txn, row["id"], conversation_id, row["carrier"])
            outbox.add(txn, row["id"], conversation_id, row["carrier"], valid_until=valid_until, round_=row["round"])
        else:
            problem = ("opted_out", "", "")
            messages.set_status(txn, row["id"], conversation_id, Status.FAILED, deadline_at=None, problem=problem)


def _ask(txn: Txn, place: Place) -> None:
    """Whether this meant STOP is for a person to say; until then nothing goes there by itself."""
    if opt_outs.standing(txn, place.number_id, place.party_id) is None:
        txn.run(QUESTION, {"conversation_id": place.conversation_id, "message_id": place.message_id})
        opt_outs.announce(txn, place.number_id, place.party_id)


def _answer(txn: Txn, wish: Wish, place: Place) -> None:
    """Queue the confirmation, unless this party had its share: two machines could answer each other for ever."""
    word, reply = wish.word, wish.reply
    if word is None or reply is None or not (place.answerable and _may_answer(txn, word, place)):
        return
    txn.run(REPLIED, {"number_id": place.number_id, "party_id": place.party_id, "word": word, "now": txn.now})
    valid_until = txn.now + REPLY_VALIDITY
    values = {
        "conversation_id": place.conversation_id,
        "direction": "outbound",
        "author_id": None,
        "client_id": None,
        "status": Status.QUEUED,
        "encoding": reply.encoding,
        "segments": reply.segments,
        "number_id": place.number_id,
        "carrier": place.carrier,
        "carrier_id": None,
        "carrier_at": None,
        "flags": WORD_REPLY,
        "hidden": int(place.hidden),
        "correlation": place.correlation,
        "deadline_at": valid_until,
    }
    message_id = messages.add(txn, reply.body, values)
    if place.hidden:
        conversations.note_hidden(txn, place.conversation_id, message_id)
    else:
        conversations.touch(txn, place.conversation_id, message_id, inbound=False, quietest=1)
    outbox.add(txn, message_id, place.conversation_id, place.carrier, valid_until=valid_until)


def _may_answer(txn: Txn, word: Keyword, place: Place) -> bool:
    key = {"number_id": place.number_id, "party_id": place.party_id}
    last = txn.all(LAST_REPLIES, {**key, "since": txn.now - DAY, "most": MOST_REPLIES})
    just_now = any(row["word"] == word and row["at"] > txn.now - HOUR for row in last)
    return len(last) < MOST_REPLIES and not just_now
