"""A day's texts that wait for one carrier, written at once: what an outage leaves behind."""

from dataclasses import dataclass

from sidetone.store.connection import Txn

DAY_MS = 24 * 3_600_000
HOUR_MS = 3_600_000
FIRST_PARTY = 4_915_100_000_000

PARTIES = """
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :talks)
    INSERT INTO party (kind, value) SELECT 'e164', '+' || (:first + i) FROM n
"""
TALKS = """
    INSERT INTO conversation (kind, owner_kind, owner_id, number_id, party_id, created_at, activity)
    SELECT 'sms', 'user', :user_id, :number_id, y.id, :since, 1 FROM party y ORDER BY y.id
"""
PARTICIPANTS = """
    INSERT INTO participant (conversation_id, user_id, joined_at, activity) SELECT id, :user_id, :since, 1 FROM conversation
"""
# The n-th text is the n-th of the day; texts of the conversations take turns. A short one is not worth much later.
MESSAGES = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :texts)
    INSERT INTO message (conversation_id, direction, author_id, status, encoding, segments, number_id, carrier, flags,
                         correlation, created_at, updated_at, deadline_at)
    SELECT c.id, 'outbound', :user_id, 'queued', 'gsm7', 1, :number_id, :carrier, '', 'flood',
           :since + i * :lasts / :texts, :since + i * :lasts / :texts,
           :since + i * :lasts / :texts + CASE WHEN i % :each_short THEN :validity ELSE :short END
    FROM n JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM conversation) c ON c.place = i % :talks
    ORDER BY i
"""
BODIES = "INSERT INTO message_body (message_id, body) SELECT id, 'Text ' || id FROM message"
OUTBOX = """
    INSERT INTO outbox (message_id, conversation_id, carrier, not_before, valid_until, round)
    SELECT id, conversation_id, carrier, created_at, deadline_at, 1 FROM message
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """`texts` of one user in `talks`, from `since` (ms) on for `lasts` ms; each `each_short`-th is of use for less time."""

    texts: int
    talks: int
    since: int
    lasts: int = DAY_MS
    validity: int = DAY_MS
    short: int = HOUR_MS
    each_short: int = 4
    carrier: str = "main"

    def begin(self, txn: Txn, user_id: int, number_id: int) -> None:
        """Write all of it into an empty store."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values |= {"user_id": user_id, "number_id": number_id, "first": FIRST_PARTY}
        for step in (PARTIES, TALKS, PARTICIPANTS, MESSAGES, BODIES, OUTBOX):
            txn.run(step, values)

    def due(self, number: int) -> int:
        """When (ms) the n-th text (from 1) is of no use any more."""
        written = self.since + number * self.lasts // self.texts
        return written + (self.validity if number % self.each_short else self.short)

    def talk(self, number: int) -> int:
        """Which conversation it belongs to."""
        return number % self.talks
