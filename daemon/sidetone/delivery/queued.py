"""A message that is stored takes its place in its thread and in the outbox."""

from typing import Any

from sidetone.config.shapes import MessagingSettings
from sidetone.domain.keywords import Keyword, keyword
from sidetone.domain.phone import country_of
from sidetone.store import blocks, conversations, outbox
from sidetone.store.connection import Txn


def queue(txn: Txn, message_id: int, place: Any, author_id: int, body: str, terms: MessagingSettings) -> None:  # noqa: ANN401 - a row of WRITABLE
    """It rises in every list, and the engine may take it. A user's own STOP blocks whom it goes to, where its country says so."""
    conversations.touch(txn, place["id"], message_id, inbound=False, quietest=place["quietest"])
    outbox.add(txn, message_id, place["id"], place["carrier"], valid_until=txn.now + terms.validity)
    country = country_of(place["e164"])
    if country in terms.stop_blocks and keyword(body, country) is Keyword.STOP:
        blocks.add(txn, author_id, place["party_id"], "word")
