"""The journal: the durable, ordered record of what users' screens must learn."""

from enum import StrEnum
from typing import NamedTuple


class EventType(StrEnum):
    """The journaled types of event; a closed list."""

    MESSAGE_CREATED = "message.created"
    MESSAGE_UPDATED = "message.updated"
    CONVERSATION_CREATED = "conversation.created"
    CONVERSATION_UPDATED = "conversation.updated"
    CONVERSATION_REMOVED = "conversation.removed"
    READ_UPDATED = "read.updated"
    CONTACT_UPDATED = "contact.updated"
    NUMBER_UPDATED = "number.updated"
    JOB_PROGRESS = "job.progress"
    PART_STATE = "part.state"


class Audience(StrEnum):
    """Who must learn of it: the participants of a conversation, one user, or everyone with the role admin."""

    CONVERSATION = "conversation"
    USER = "user"
    ADMINS = "admins"


class Entry(NamedTuple):
    """A journal row: ids only; what a session sees is rendered, through access, when it is sent."""

    seq: int
    type: EventType
    audience: Audience
    audience_id: int
    subject_id: int
    at: int

    def row(self) -> dict[str, object]:
        """The values of `APPEND`."""
        return self._asdict()


ADVANCE = "UPDATE journal_counter SET seq = seq + :by WHERE id = 1 RETURNING seq"
APPEND = """
    INSERT INTO journal (seq, type, audience, audience_id, subject_id, at)
    VALUES (:seq, :type, :audience, :audience_id, :subject_id, :at)
"""
HEAD = "SELECT epoch, seq FROM journal_counter WHERE id = 1"
OLDEST = "SELECT min(seq) AS seq FROM journal"
# Looks at the oldest rows only, so that a journal with nothing to trim is not read through.
TRIM = """
    DELETE FROM journal WHERE at < :before AND seq < (SELECT min(o.seq) FROM journal o) + :most
"""
