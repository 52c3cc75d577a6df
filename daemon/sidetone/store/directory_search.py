"""Finding contacts of directories by words: an index that leads to them, and what they are called decides.

As `store.search` this is one engine's own.
"""

from collections.abc import Sequence
from typing import Any

from sidetone.domain.terms import terms_of
from sidetone.store.connection import Snapshot, Txn

CHUNK = 200  # candidates looked at in one go
MOST_LOOKED_AT = 4000

LEARN = "INSERT INTO directory_terms (rowid, terms) VALUES (:contact_id, :terms)"
FORGET = "DELETE FROM directory_terms WHERE rowid = :contact_id"
CANDIDATES = """
    SELECT rowid AS id FROM directory_terms WHERE directory_terms MATCH :terms AND rowid > :after ORDER BY rowid LIMIT :most
"""
MATCHING = """
    SELECT c.id, c.name, c.company, c.job, d.name AS source, d.label AS source_label
    FROM json_each(:ids) w JOIN directory_contact c ON c.id = w.value JOIN directory d ON d.id = c.directory_id
    WHERE (:source = '' OR d.name = :source)
      AND (c.owner = '' OR c.owner = (SELECT u.name FROM "user" u WHERE u.id = :user_id))
      AND (c.sought LIKE :name_1 ESCAPE '!' AND c.sought LIKE :name_2 ESCAPE '!'
              AND c.sought LIKE :name_3 ESCAPE '!' AND c.sought LIKE :name_4 ESCAPE '!'
           OR EXISTS (SELECT 1 FROM directory_number k WHERE k.contact_id = c.id AND k.value LIKE :number_like ESCAPE '!'))
    ORDER BY c.id LIMIT :limit
"""


def learn(txn: Txn, contact_id: int, sought: str, numbers: Sequence[str]) -> None:
    """Let a contact be found by these names and numbers, and by nothing else."""
    txn.run(FORGET, {"contact_id": contact_id})
    terms = terms_of(" ; ".join((sought, *numbers)))
    txn.run(LEARN, {"contact_id": contact_id, "terms": " ".join(sorted(terms))})


def forget(txn: Txn, contact_id: int) -> None:
    """Let it be found no more."""
    txn.run(FORGET, {"contact_id": contact_id})


def page(look: Snapshot, values: dict[str, Any]) -> list[Any]:
    """Contacts that hold what is looked for, in the order of their ids. `terms`: what the index is asked for."""
    found: list[Any] = []
    after = values["after"]
    for _ in range(MOST_LOOKED_AT // CHUNK):
        near = (
            look.all(CANDIDATES, {"terms": values["terms"], "after": after, "most": CHUNK}) if values["terms"] else []
        )
        ids = "[" + ",".join(str(row["id"]) for row in near) + "]"
        found += look.all(MATCHING, {**values, "ids": ids, "limit": values["limit"] - len(found)})
        if len(near) < CHUNK or len(found) >= values["limit"]:
            break
        after = near[-1]["id"]
    return found
