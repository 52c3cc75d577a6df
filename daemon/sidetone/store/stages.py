"""The stages of a text that came in, for whoever asks where the time went."""

from collections.abc import Mapping
from typing import Any

from sidetone.store.connection import Txn

PUSHED = "UPDATE message SET pushed_at = :at WHERE id = :message_id AND pushed_at IS NULL"
# Of very many that are read at once the newest: nobody was waiting for the others.
SHOWN = """
    UPDATE message SET shown_at = :now
    WHERE shown_at IS NULL AND id IN (
        SELECT m.id FROM message m
        WHERE m.conversation_id = :conversation_id AND m.id > :after AND m.id <= :up_to
          AND m.direction = 'inbound' AND m.hidden = 0
        ORDER BY m.id DESC LIMIT 100)
    RETURNING carrier, created_at
"""


def pushed(txn: Txn, at: Mapping[int, int]) -> None:
    """Messages by their ids were given to a screen at these times (ms)."""
    for message_id, ms in at.items():
        txn.run(PUSHED, {"message_id": message_id, "at": ms})


def shown(txn: Txn, conversation_id: int, after: int, up_to: int) -> list[Any]:
    """A user has read from one message to another; `carrier` and `created_at` of those that nobody had read before."""
    return txn.all(SHOWN, {"conversation_id": conversation_id, "after": after, "up_to": up_to, "now": txn.now})
