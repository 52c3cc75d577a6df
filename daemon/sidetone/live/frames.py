"""Journal entries as the frames that screens get, each encoded once however many screens it goes to."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from sidetone.conversation.conversations import read_view
from sidetone.conversation.render import contact_views, conversation_view, message_view
from sidetone.store import contacts, events
from sidetone.store.connection import Snapshot
from sidetone.store.journal import EventType

_encode = msgspec.json.Encoder().encode

_MESSAGE = frozenset({EventType.MESSAGE_CREATED, EventType.MESSAGE_UPDATED})
_CONVERSATION = frozenset({EventType.CONVERSATION_CREATED, EventType.CONVERSATION_UPDATED})
_BARE = frozenset({EventType.CONVERSATION_REMOVED, EventType.NUMBER_UPDATED})
EVERY_TYPE = frozenset(EventType)


class Fresh(NamedTuple):
    """A text that has come in, which somebody may be waiting for; `stored_at` is ms."""

    message_id: int
    carrier: str
    stored_at: int


class Frame(NamedTuple):
    """One event, ready to go to one user's screens. `fresh`: the text that it brings."""

    seq: int
    user_id: int
    bytes: bytes
    fresh: Fresh | None = None


def frame_bytes(seq: str | None, type_: str, data: object) -> bytes:
    """`{"seq", "type", "data"}` as UTF-8 JSON."""
    return _wrap(b"null" if seq is None else b'"%s"' % seq.encode(), type_, _encode(data))


def hello_bytes(seq: str) -> bytes:
    """The first frame of every stream."""
    return b'{"type":"hello","seq":"%s"}' % seq.encode()


def render(
    look: Snapshot, epoch: str, default_country: str, types: Iterable[str], after: int, upto: int, user_id: int = 0
) -> list[Frame]:
    """The frames of a range of the journal, in its order; only for what each user may see now."""
    kinds = frozenset(types)
    frames: list[Frame] = []
    if kinds & _MESSAGE:
        frames += _messages(epoch, events.in_range(look, events.MESSAGES, after, upto, user_id))
    if kinds & _CONVERSATION:
        rows = events.in_range(look, events.CONVERSATIONS, after, upto, user_id)
        frames += [_own(epoch, row, row["type"], _conversation(row, default_country)) for row in rows]
    if EventType.READ_UPDATED in kinds:
        rows = events.in_range(look, events.READS, after, upto, user_id)
        frames += [_own(epoch, row, EventType.READ_UPDATED, _read(row)) for row in rows]
    if EventType.CONTACT_UPDATED in kinds:
        rows = events.in_range(look, events.CONTACTS, after, upto, user_id)
        frames += [_own(epoch, row, EventType.CONTACT_UPDATED, _contact(look, row, default_country)) for row in rows]
    if kinds & _BARE:
        rows = events.in_range(look, events.BARE, after, upto, user_id)
        frames += [_own(epoch, row, row["type"], {"id": str(row["subject_id"])}) for row in rows]
    frames.sort(key=_by_seq)
    return frames


def _messages(epoch: str, rows: list[Any]) -> list[Frame]:
    frames: list[Frame] = []
    last_seq, encoded = 0, b""
    fresh: Fresh | None = None
    for row in rows:
        if row["seq"] != last_seq:  # the same for every participant
            last_seq = row["seq"]
            encoded = _wrap(b'"%s:%d"' % (epoch.encode(), last_seq), row["type"], _encode(message_view(row)))
            fresh = _fresh(row)
        frames.append(Frame(last_seq, row["user_id"], encoded, fresh))
    return frames


def _fresh(row: Any) -> Fresh | None:  # noqa: ANN401 - a row
    if row["direction"] != "inbound" or row["type"] != EventType.MESSAGE_CREATED:
        return None
    return Fresh(row["message_id"], row["carrier"], row["message_created_at"])


def _own(epoch: str, row: Any, type_: str, data: object) -> Frame:  # noqa: ANN401 - a row
    return Frame(row["seq"], row["user_id"], frame_bytes(f"{epoch}:{row['seq']}", type_, data))


def _conversation(row: Any, default_country: str) -> object:  # noqa: ANN401 - a row
    return conversation_view(row, row["user_country"] or default_country)


def _read(row: Any) -> object:  # noqa: ANN401 - a row
    return read_view(row["conversation_id"], row["read_up_to"], row["unread"])


def _contact(look: Snapshot, row: Any, default_country: str) -> object:  # noqa: ANN401 - a row
    found, numbers = contacts.one(look, row["user_id"], row["subject_id"])  # rare: a person changed one by hand
    views = contact_views(found, numbers, row["user_country"] or default_country)
    return views[0] if views else {"id": str(row["subject_id"]), "removed": True}


def _by_seq(frame: Frame) -> int:
    return frame.seq


def _wrap(seq: bytes, type_: str, data: bytes) -> bytes:
    return b'{"seq":%s,"type":"%s","data":%s}' % (seq, type_.encode(), data)
