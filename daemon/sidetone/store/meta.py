"""What the store keeps about itself: the daemon's own key, when it was found sound, and the journal's place."""

from sidetone.store.connection import Snapshot, Txn
from sidetone.store.journal import HEAD

VALUE = "SELECT value FROM meta WHERE key = :key"
NOTE = "INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def fingerprint_key(look: Snapshot) -> bytes:
    """The key of the keyed hashes that stand for requests, made with the store."""
    return bytes.fromhex(look.one(VALUE, {"key": "fingerprint_key"})["value"])


def place(look: Snapshot) -> str:
    """`EPOCH:SEQ` of this snapshot: a list says with it which events it holds already."""
    head = look.one(HEAD)
    return f"{head['epoch']}:{head['seq']}"


def note_sound(txn: Txn) -> None:
    """The whole store was read, and is sound."""
    txn.run(NOTE, {"key": "sound_at", "value": str(txn.now)})


def sound_at(look: Snapshot) -> int | None:
    """When (ms) the whole store was read last and found sound."""
    row = look.one(VALUE, {"key": "sound_at"})
    return None if row is None else int(row["value"])
