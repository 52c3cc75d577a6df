"""What the store keeps about itself: the daemon's own key, and the place in the journal that a reading stands at."""

from sidetone.store.connection import Snapshot
from sidetone.store.journal import HEAD

VALUE = "SELECT value FROM meta WHERE key = :key"


def fingerprint_key(look: Snapshot) -> bytes:
    """The key of the keyed hashes that stand for requests, made with the store."""
    return bytes.fromhex(look.one(VALUE, {"key": "fingerprint_key"})["value"])


def place(look: Snapshot) -> str:
    """`EPOCH:SEQ` of this snapshot: a list says with it which events it holds already."""
    head = look.one(HEAD)
    return f"{head['epoch']}:{head['seq']}"
