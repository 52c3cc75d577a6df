"""What was told by mail, so that a restart tells nothing twice."""

from typing import TypeVar

import msgspec

from sidetone.store.connection import Snapshot, Txn
from sidetone.store.meta import NOTE, VALUE

T = TypeVar("T", bound=msgspec.Struct)

KEY = "alerts"


def book(look: Snapshot, shape: type[T]) -> T:
    """What is kept, and an empty one where nothing is, or nothing that can be read."""
    row = look.one(VALUE, {"key": KEY})
    try:
        return msgspec.json.decode(row["value"] if row else "{}", type=shape)
    except msgspec.MsgspecError:
        return shape()


def keep(txn: Txn, kept: msgspec.Struct) -> None:
    """Keep it in place of what was."""
    txn.run(NOTE, {"key": KEY, "value": msgspec.json.encode(kept).decode()})
