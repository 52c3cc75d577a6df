"""The outbox: the durable queue of messages that a carrier has still to take, and what came of each attempt."""

from dataclasses import dataclass
from typing import Any

from sidetone.domain.outcome import RejectKind
from sidetone.domain.status import Status
from sidetone.store import messages, opt_outs, receipts, routing
from sidetone.store.connection import Snapshot, Txn

ADD = """
    INSERT INTO outbox (message_id, conversation_id, carrier, not_before, valid_until, round)
    VALUES (:message_id, :conversation_id, :carrier, :not_before, :valid_until, :round)
"""
REMOVE = "DELETE FROM outbox WHERE message_id = :message_id"
# An answer settles the claim it belongs to and no later one: its message may be in a new round by then.
SETTLE = "DELETE FROM outbox WHERE message_id = :message_id AND attempt_id = :attempt_id"
# The heads of their conversations that are due: what waits ahead of one holds it back, and what is under way does.
# `opted_out`: it must not go, by the conversation's number or by the carrier's own (`:own_id`, 0 for a carrier that
# leaves from any). Only the answer to a word goes all the same. `asks`: what goes by itself waits until a person has read what may have meant STOP.
DUE = f"""
    SELECT o.message_id, o.conversation_id, o.round, o.tries, o.valid_until, b.body, n.e164, m.correlation,
           m.created_at AS queued_at, m.segments, o.carrier,
           CASE WHEN o.not_before > m.created_at THEN o.not_before ELSE m.created_at END AS due_at, m.number_id AS leaves_from, c.number_id, c.party_id, n.carrier AS home,
           y.kind AS party_kind, y.value AS party_value,
           CASE WHEN m.author_id IS NULL AND m.flags = 'word_reply' THEN 0
                WHEN {opt_outs.STANDS} THEN 1
                WHEN EXISTS (SELECT 1 FROM opt_out ox WHERE ox.party_id = c.party_id AND ox.number_id = :own_id
                               AND ox.lifted_at IS NULL) THEN 1 ELSE 0 END AS opted_out,
           CASE WHEN o.job IS NOT NULL AND c.maybe_opt_out IS NOT NULL THEN 1 ELSE 0 END AS asks
    FROM outbox o
    JOIN message m ON m.id = o.message_id
    JOIN message_body b ON b.message_id = o.message_id
    JOIN conversation c ON c.id = o.conversation_id
    JOIN number n ON n.id = c.number_id
    JOIN party y ON y.id = c.party_id
    WHERE o.carrier = :carrier AND o.attempt_id IS NULL AND o.not_before <= :now AND o.valid_until > :now
      AND NOT EXISTS (SELECT 1 FROM outbox e
                      WHERE e.conversation_id = o.conversation_id AND e.message_id < o.message_id)
      AND o.conversation_id NOT IN (SELECT e.conversation_id FROM outbox e WHERE e.attempt_id IS NOT NULL)
    ORDER BY o.not_before, o.message_id LIMIT :most
"""  # noqa: S608 - a fragment of our own
MOST_STOPPED = 200  # messages a claim that turn out not to go; then the writer lets others in between
NEXT_DUE = """
    SELECT min(o.not_before) AS at FROM outbox o
    WHERE o.carrier = :carrier AND o.attempt_id IS NULL AND o.not_before > :now
"""
# What one message waits for: its own next try, one ahead of it, and when its carrier is tried again that is not working.
WAIT = """
    SELECT o.carrier, o.tries, o.not_before,
           (SELECT e.not_before FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.message_id < o.message_id
            ORDER BY e.message_id LIMIT 1) AS ahead,
           (SELECT w.not_before FROM outbox w JOIN message d ON d.id = w.message_id
            WHERE w.carrier = o.carrier AND w.attempt_id IS NULL AND d.problem_kind = 'carrier_down'
            ORDER BY w.not_before DESC LIMIT 1) AS carrier_at
    FROM outbox o WHERE o.message_id = :message_id AND o.attempt_id IS NULL
"""
QUEUES = """
    SELECT o.carrier, count(*) AS waiting, min(m.created_at) AS oldest,
           min(CASE WHEN o.not_before > m.created_at THEN o.not_before ELSE m.created_at END) AS due_at
    FROM outbox o JOIN message m ON m.id = o.message_id WHERE o.attempt_id IS NULL GROUP BY o.carrier
"""
CLAIM = "UPDATE outbox SET attempt_id = :attempt_id, tries = tries + 1 WHERE message_id = :message_id"
RELEASE = """
    UPDATE outbox SET attempt_id = NULL, not_before = :not_before
    WHERE message_id = :message_id AND attempt_id = :attempt_id
"""
# What one number's texts wait for; one that is in a carrier's hands stays there.
WAITING_FOR = """
    SELECT o.message_id, o.conversation_id FROM outbox o JOIN message m ON m.id = o.message_id
    WHERE o.carrier = :carrier AND o.attempt_id IS NULL AND m.number_id = :number_id ORDER BY o.message_id
"""
# What was queued at a time that is still to come, since the clock was set back.
FROM_AHEAD = """
    UPDATE outbox SET not_before = :now, valid_until = :upto WHERE attempt_id IS NULL AND valid_until > :upto
"""
DEADLINES_FROM_AHEAD = """
    UPDATE message SET deadline_at = :upto WHERE deadline_at > :upto AND status = :status
"""
STRANDED = "SELECT o.message_id, o.round, o.attempt_id FROM outbox o WHERE o.attempt_id IS NOT NULL LIMIT 1000"
BEGIN_ATTEMPT = """
    INSERT INTO attempt (message_id, round, carrier, reference, started_at)
    VALUES (:message_id, :round, :carrier, :reference, :now) RETURNING id
"""
END_ATTEMPT = """
    UPDATE attempt SET finished_at = :now, outcome = :outcome, kind = :kind, code = :code, text = :text
    WHERE id = :attempt_id AND (outcome IS NULL OR outcome = 'unknown')
"""
ADD_PART = """
    INSERT INTO part (attempt_id, position, carrier, carrier_id, status)
    VALUES (:attempt_id, :position, :carrier, :carrier_id, :status) RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Which try to send which message in which round: what an answer settles."""

    message_id: int
    round: int
    attempt_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Claim):
    """A message in a carrier's hands, and what to send. `queued_at`: when it was written, in ms."""

    tries: int
    reference: str
    carrier: str
    sender: str
    party_kind: str
    party_value: str
    body: str
    valid_until: int
    correlation: str
    queued_at: int = 0
    conversation_id: int = 0


def overcome(txn: Txn, validity: int, longest: int) -> int:
    """After the clock was set back, let nothing wait longer than it may (ms) from now on; how many messages waited."""
    upto = txn.now + validity
    count = txn.run(FROM_AHEAD, {"now": txn.now, "upto": upto})
    txn.run(DEADLINES_FROM_AHEAD, {"upto": upto, "status": Status.QUEUED.value})
    for status in (Status.SENDING, Status.UNKNOWN, Status.SENT):
        txn.run(DEADLINES_FROM_AHEAD, {"upto": txn.now + longest, "status": status.value})
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Who claims: a carrier, the number that its texts leave from ("" for any), and who should take what instead."""

    carrier: str
    own_number: str = ""
    choose: routing.Choose | None = None


@dataclass(frozen=True, slots=True)
class Haul:
    """What a claim brought, when (ms) the next message that waits for its time is due, and who got some passed on."""

    claimed: list[Claimed]
    due: int | None
    passed: set[str]


def add(txn: Txn, message_id: int, conversation_id: int, carrier: str, *, valid_until: int, round_: int = 1) -> None:
    """Queue a message, due at once."""
    txn.run(
        ADD,
        {
            "message_id": message_id,
            "conversation_id": conversation_id,
            "carrier": carrier,
            "not_before": txn.now,
            "valid_until": valid_until,
            "round": round_,
        },
    )


def claim(txn: Txn, taker: Taker, most: int, salt: str, deadline_at: int) -> Haul:
    """Claim up to `most` due messages of a carrier: from here on each is `sending` and in its hands.

    Screens are not told of it: most are answered in no time, and those that are not the caller announces (`linger`).
    `salt` makes references unique beyond this store's life; a restored backup must not repeat one. What must not go
    any more is ended or held here, whatever the way it was stored, and what another carrier should take is passed on.
    """
    own_id = routing.own_number(txn, taker.own_number, taker.carrier)
    ask = {"carrier": taker.carrier, "now": txn.now, "own_id": own_id}
    claimed: list[Claimed] = []
    passed: set[str] = set()
    stopped = 0
    while True:
        rows = txn.all(DUE, {**ask, "most": most - len(claimed)})
        going = [row for row in rows if not _stop(txn, row) and not _pass(txn, row, taker, passed)]
        claimed += _begin(txn, going, taker, own_id, salt, deadline_at)
        stopped += len(rows) - len(going)
        if len(going) == len(rows) or stopped >= MOST_STOPPED:
            break
    if stopped >= MOST_STOPPED:
        return Haul(claimed, txn.now, passed)
    return Haul(claimed, txn.one(NEXT_DUE, {"carrier": taker.carrier, "now": txn.now})["at"], passed)


def linger(txn: Txn, claims: list[Claimed]) -> None:
    """Tell the screens of messages that stay in a carrier's hands."""
    for each in claims:
        messages.announce(txn, each.message_id, each.conversation_id)


def _begin(txn: Txn, rows: list[Any], taker: Taker, own_id: int, salt: str, deadline_at: int) -> list[Claimed]:
    begun = [_attempt(txn, row, taker, salt) for row in rows]
    txn.run_all(CLAIM, [{"attempt_id": each.attempt_id, "message_id": each.message_id} for each in begun])
    messages.set_all(txn, [each.message_id for each in begun], Status.SENDING, deadline_at)
    for row in rows:
        routing.leave_from(txn, row, own_id)
    return begun


def _attempt(txn: Txn, row: Any, taker: Taker, salt: str) -> Claimed:  # noqa: ANN401 - a row
    reference = f"{row['message_id']}-{row['round']}-{row['tries'] + 1}-{salt}"
    begun = {"message_id": row["message_id"], "round": row["round"], "carrier": taker.carrier, "reference": reference}
    attempt_id = int(txn.one(BEGIN_ATTEMPT, {**begun, "now": txn.now})["id"])
    return _claimed(row, attempt_id, reference, taker)


def _pass(txn: Txn, row: Any, taker: Taker, passed: set[str]) -> bool:  # noqa: ANN401 - a row
    """Give a message to the carrier that should take it, if that is another one; whether it was."""
    chosen = taker.carrier if taker.choose is None else taker.choose(row)
    if chosen == taker.carrier:
        return False
    routing.follow(txn, row, chosen)
    passed.add(chosen)
    return True


def _stop(txn: Txn, row: Any) -> bool:  # noqa: ANN401 - a row
    """Take a message off the queue that must not go: it fails, or waits for a person; whether it was one."""
    if not (row["opted_out"] or row["asks"]):
        return False
    txn.run(REMOVE, {"message_id": row["message_id"]})
    status, deadline, kind = Status.HELD, row["valid_until"], "maybe_opt_out"
    if row["opted_out"]:
        status, deadline, kind = Status.FAILED, None, "opted_out"
    problem = (kind, "", "")
    messages.set_status(txn, row["message_id"], row["conversation_id"], status, deadline_at=deadline, problem=problem)
    return True


def accepted(txn: Txn, claim: Claimed, parts: tuple[str | None, ...], note: str, deadline_at: int) -> None:
    """The carrier has it: its parts, and whatever receipts came before this answer."""
    if not _end(txn, claim, "accepted", text=note):
        return  # the carrier was asked meanwhile, and its parts are known
    early = []
    for position, carrier_id in enumerate(parts, start=1):
        values = {"attempt_id": claim.attempt_id, "position": position, "carrier": claim.carrier}
        part_id = txn.one(ADD_PART, {**values, "carrier_id": carrier_id, "status": Status.SENT})["id"]
        if carrier_id is not None and receipts.match_early(txn, claim.message_id, part_id, claim.carrier, carrier_id):
            early.append(part_id)
    messages.move(txn, claim.message_id, claim.round, Status.SENT, deadline_at=deadline_at)
    if early:
        receipts.settle(txn, early)


def rejected(txn: Txn, claim: Claimed, kind: str, code: str, text: str) -> None:
    """The carrier will never take it; an opt-out that only the carrier knew is ours from now on."""
    if _end(txn, claim, "rejected", kind=kind, code=code, text=text):
        messages.move(txn, claim.message_id, claim.round, Status.FAILED, problem=(kind, code, text))
    if kind == RejectKind.OPTED_OUT:
        opt_outs.note_carrier(txn, claim.message_id, claim.carrier, f"{text} {code}")


def deferred(txn: Txn, claim: Claimed, not_before: int, kind: str, code: str, text: str) -> None:
    """Not taken and certainly not sent: it waits for its next try."""
    key = {"message_id": claim.message_id, "attempt_id": claim.attempt_id}
    if not txn.run(RELEASE, {**key, "not_before": not_before}):
        return  # it was given up as unknown meanwhile, and a person may have decided on that
    _end_attempt(txn, claim.attempt_id, "deferred", kind=kind, code=code, text=text)
    messages.move(
        txn,
        claim.message_id,
        claim.round,
        Status.QUEUED,
        deadline_at=claim.valid_until,
        problem=(kind, code, text),
        back=True,
    )


def unknown(txn: Txn, claim: Claim, kind: str, code: str, text: str, deadline_at: int) -> None:
    """It may have been sent: never again by itself."""
    _end(txn, claim, "unknown", kind=kind, code=code, text=text)
    problem = (kind, code, text)
    messages.move(txn, claim.message_id, claim.round, Status.UNKNOWN, deadline_at=deadline_at, problem=problem)


def follow(txn: Txn, number_id: int, left: str, carrier: str) -> int:
    """What a number's texts wait for is another carrier from now on; how many. None of them has been taken."""
    rows = txn.all(WAITING_FOR, {"carrier": left, "number_id": number_id})
    for row in rows:
        routing.follow(txn, row, carrier, at_once=True)
    return len(rows)


def strand(txn: Txn, deadline_at: int) -> int:
    """At start: what was in a carrier's hands when the daemon ended is `unknown`; how many (1000 at most a call)."""
    rows = txn.all(STRANDED)
    for row in rows:
        unknown(txn, Claim(**row), "stopped", "", "", deadline_at)
    return len(rows)


def wait(look: Snapshot, message_id: int) -> Any:  # noqa: ANN401 - a row
    """A row of `WAIT`, or None for what waits for no carrier."""
    return look.one(WAIT, {"message_id": message_id})


def queues(look: Snapshot) -> list[Any]:
    """Of each carrier that messages wait for: `carrier`, how many are `waiting`, and the `oldest` (ms)."""
    return look.all(QUEUES)


def _end(txn: Txn, claim: Claim, outcome: str, *, kind: str = "", code: str = "", text: str = "") -> bool:
    """An attempt ends, and with it its message's wait; never a claim that came after it. False: it had ended."""
    ended = _end_attempt(txn, claim.attempt_id, outcome, kind=kind, code=code, text=text)
    txn.run(SETTLE, {"message_id": claim.message_id, "attempt_id": claim.attempt_id})
    return ended


def _end_attempt(txn: Txn, attempt_id: int, outcome: str, *, kind: str, code: str, text: str) -> bool:
    values = {"attempt_id": attempt_id, "outcome": outcome, "kind": kind, "code": code, "text": text}
    return txn.run(END_ATTEMPT, {**values, "now": txn.now}) > 0


def _claimed(row: Any, attempt_id: int, reference: str, taker: Taker) -> Claimed:  # noqa: ANN401 - a row
    return Claimed(
        message_id=row["message_id"],
        attempt_id=attempt_id,
        conversation_id=row["conversation_id"],
        round=row["round"],
        tries=row["tries"] + 1,
        reference=reference,
        carrier=taker.carrier,
        sender=taker.own_number or row["e164"],
        party_kind=row["party_kind"],
        party_value=row["party_value"],
        body=row["body"],
        valid_until=row["valid_until"],
        correlation=row["correlation"],
        queued_at=row["queued_at"],
    )
