"""Outside parties: one row for each address, shared by conversations and contacts."""

from sidetone.domain.party import Party
from sidetone.store.connection import Txn

FIND = "SELECT id FROM party WHERE kind = :kind AND value = :value"
ADD = "INSERT INTO party (kind, value) VALUES (:kind, :value) RETURNING id"


def find_or_add(txn: Txn, party: Party) -> int:
    """The party's id."""
    values = {"kind": party.kind, "value": party.value}
    row = txn.one(FIND, values) or txn.one(ADD, values)
    return int(row["id"])
