"""Outside parties: one row for each address, shared by conversations and contacts."""

from sidetone.domain.party import Party
from sidetone.store.connection import Snapshot, Txn

FIND = "SELECT id FROM party WHERE kind = :kind AND value = :value"
ADD = "INSERT INTO party (kind, value) VALUES (:kind, :value) RETURNING id"


def find(look: Snapshot, party: Party) -> int | None:
    """The party's id, or None."""
    row = look.one(FIND, {"kind": party.kind, "value": party.value})
    return None if row is None else int(row["id"])


def find_or_add(txn: Txn, party: Party) -> int:
    """The party's id."""
    values = {"kind": party.kind, "value": party.value}
    row = txn.one(FIND, values) or txn.one(ADD, values)
    return int(row["id"])
