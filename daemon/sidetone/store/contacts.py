"""Personal contacts."""

from typing import Any

from sidetone.domain.folding import folded
from sidetone.domain.party import Party
from sidetone.store import parties
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.journal import Audience, EventType

SEEN = """
    SELECT c.id, c.name, 'personal' AS source, '' AS source_label, '' AS company, '' AS job FROM contact c
"""
PAGE = f"""
    {SEEN}
    WHERE c.user_id = :user_id AND c.id > :after
      AND (:words = '' OR c.sought LIKE :name_1 ESCAPE '!' AND c.sought LIKE :name_2 ESCAPE '!'
              AND c.sought LIKE :name_3 ESCAPE '!' AND c.sought LIKE :name_4 ESCAPE '!'
           OR EXISTS (SELECT 1 FROM contact_number k JOIN party y ON y.id = k.party_id
                      WHERE k.contact_id = c.id AND y.value LIKE :number_like ESCAPE '!'))
    ORDER BY c.id LIMIT :limit
"""  # noqa: S608 - fragments of our own
# The numbers of a stretch of one user's contacts, in one query however many contacts there are.
NUMBERS = """
    SELECT k.contact_id, k.type, y.value, y.kind
    FROM contact_number k JOIN party y ON y.id = k.party_id JOIN contact c ON c.id = k.contact_id
    WHERE c.user_id = :user_id AND k.contact_id >= :first AND k.contact_id <= :last
    ORDER BY k.contact_id, k.position
"""
ONE = f"{SEEN} WHERE c.user_id = :user_id AND c.id = :contact_id"
OF_PARTY = f"""
    {SEEN} JOIN contact_number k ON k.contact_id = c.id JOIN party y ON y.id = k.party_id
    WHERE c.user_id = :user_id AND y.kind = :kind AND y.value = :value ORDER BY c.id LIMIT 1
"""
ADD = """
    INSERT INTO contact (user_id, name, sought, created_at) VALUES (:user_id, :name, :sought, :now) RETURNING id
"""
RENAME = "UPDATE contact SET name = :name, sought = :sought WHERE id = :contact_id AND user_id = :user_id"
UNSOUGHT = "SELECT c.id, c.name FROM contact c WHERE c.sought IS NULL ORDER BY c.id LIMIT :most"
SET_SOUGHT = "UPDATE contact SET sought = :sought WHERE id = :contact_id"
REMOVE = "DELETE FROM contact WHERE id = :contact_id AND user_id = :user_id"
ADD_NUMBER = """
    INSERT INTO contact_number (contact_id, position, party_id, type) VALUES (:contact_id, :position, :party_id, :type)
"""
REMOVE_NUMBERS = "DELETE FROM contact_number WHERE contact_id = :contact_id"
# The conversations whose title this contact gives.
TITLED = """
    SELECT DISTINCT c.id
    FROM contact_number k
    JOIN conversation c ON c.party_id = k.party_id
    JOIN participant p ON p.conversation_id = c.id AND p.user_id = :user_id
    WHERE k.contact_id = :contact_id AND p.activity > 0 LIMIT 200
"""

Numbers = list[tuple[Party, str]]


def page(look: Snapshot, values: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Contacts in the order of their ids, and the numbers of all of them."""
    found = look.all(PAGE, values)
    return found, _numbers(look, values["user_id"], found)


def one(look: Snapshot, user_id: int, contact_id: int) -> tuple[list[Any], list[Any]]:
    """As `page`, for one contact or none."""
    row = look.one(ONE, {"user_id": user_id, "contact_id": contact_id})
    found = [] if row is None else [row]
    return found, _numbers(look, user_id, found)


def of_party(look: Snapshot, user_id: int, party: Party) -> tuple[list[Any], list[Any]]:
    """As `page`, for the contact that has this number."""
    row = look.one(OF_PARTY, {"user_id": user_id, "kind": party.kind, "value": party.value})
    found = [] if row is None else [row]
    return found, _numbers(look, user_id, found)


def add(txn: Txn, user_id: int, name: str, numbers: Numbers) -> int:
    """A new contact; its id."""
    contact_id = int(txn.one(ADD, {"user_id": user_id, "name": name, "sought": folded(name), "now": txn.now})["id"])
    _write_numbers(txn, contact_id, numbers)
    _announce(txn, user_id, contact_id)
    return contact_id


def change(txn: Txn, user_id: int, contact_id: int, name: str, numbers: Numbers) -> bool:
    """Replace a contact's name and numbers; False when it is not this user's."""
    if not txn.run(RENAME, {"contact_id": contact_id, "user_id": user_id, "name": name, "sought": folded(name)}):
        return False
    _announce(txn, user_id, contact_id)  # titles that lose their name
    txn.run(REMOVE_NUMBERS, {"contact_id": contact_id})
    _write_numbers(txn, contact_id, numbers)
    _announce(txn, user_id, contact_id)
    return True


def remove(txn: Txn, user_id: int, contact_id: int) -> bool:
    """Forget a contact; False when it is not this user's."""
    if txn.one(ONE, {"user_id": user_id, "contact_id": contact_id}) is None:
        return False
    _announce(txn, user_id, contact_id)
    txn.run(REMOVE, {"contact_id": contact_id, "user_id": user_id})
    return True


def make_findable(txn: Txn, most: int) -> int:
    """Fold the names of contacts that an older release has left; how many there were."""
    rows = txn.all(UNSOUGHT, {"most": most})
    for row in rows:
        txn.run(SET_SOUGHT, {"contact_id": row["id"], "sought": folded(row["name"])})
    return len(rows)


def _numbers(look: Snapshot, user_id: int, found: list[Any]) -> list[Any]:
    if not found:
        return []
    return look.all(NUMBERS, {"user_id": user_id, "first": found[0]["id"], "last": found[-1]["id"]})


def _write_numbers(txn: Txn, contact_id: int, numbers: Numbers) -> None:
    for position, (party, type_) in enumerate(numbers):
        values = {"contact_id": contact_id, "position": position, "type": type_}
        txn.run(ADD_NUMBER, {**values, "party_id": parties.find_or_add(txn, party)})


def _announce(txn: Txn, user_id: int, contact_id: int) -> None:
    txn.emit(EventType.CONTACT_UPDATED, Audience.USER, user_id, contact_id)
    for row in txn.all(TITLED, {"user_id": user_id, "contact_id": contact_id}):
        txn.emit(EventType.CONVERSATION_UPDATED, Audience.USER, user_id, row["id"])
