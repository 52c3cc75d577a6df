"""The company's numbers and who owns them."""

from typing import Any

from sidetone.store.connection import Snapshot, Txn, Values

# `waiting`: texts that came while nobody owned the number.
SHOWN = """
    SELECT n.id, n.e164, n.label, n.owner_kind, n.owner_id, n.carrier, n.created_at, u.name AS owner_name,
           (SELECT count(*) FROM message m JOIN conversation c ON c.id = m.conversation_id
            WHERE c.owner_kind = 'none' AND c.owner_id = 0 AND c.number_id = n.id) AS waiting
    FROM number n LEFT JOIN "user" u ON n.owner_kind = 'user' AND u.id = n.owner_id
"""
ONE = f"{SHOWN} WHERE n.id = :id"
PAGE = f"{SHOWN} WHERE n.id > :after ORDER BY n.id LIMIT :limit"
_MATCHING = """
    WHERE (:words = '' OR n.e164 LIKE :words ESCAPE '!' OR lower(n.label) LIKE :words ESCAPE '!'
           OR lower(u.name) LIKE :words ESCAPE '!' OR lower(u.display_name) LIKE :words ESCAPE '!')
      AND (:carrier = '' OR n.carrier = :carrier)
      AND (:state = '' OR (:state = 'owned' AND n.owner_kind <> 'none') OR (:state = 'free' AND n.owner_kind = 'none'))
"""
_KEY = """CASE :sort WHEN 'number' THEN n.e164 WHEN 'label' THEN lower(n.label) WHEN 'owner' THEN coalesce(u.name, '')
    WHEN 'carrier' THEN n.carrier ELSE '' END"""
SORTED = f"{SHOWN} {_MATCHING} ORDER BY {_KEY}, n.id LIMIT :limit OFFSET :skip"
SORTED_DOWN = f"{SHOWN} {_MATCHING} ORDER BY {_KEY} DESC, n.id DESC LIMIT :limit OFFSET :skip"
COUNT = f"""
    SELECT count(*) AS count
    FROM number n LEFT JOIN "user" u ON n.owner_kind = 'user' AND u.id = n.owner_id {_MATCHING}
"""  # noqa: S608 - a condition of our own
BY_E164 = "SELECT n.id FROM number n WHERE n.e164 = :e164"
OWN = """
    SELECT n.id, n.e164, n.label FROM number n
    WHERE n.owner_kind = 'user' AND n.owner_id = :user_id ORDER BY n.id
"""
# Without a number asked for, the one that was used last.
SENDABLE = """
    SELECT n.id, n.e164, n.label, n.carrier, n.owner_kind, n.owner_id FROM number n
    WHERE n.owner_kind = 'user' AND n.owner_id = :user_id AND (:e164 = '' OR n.e164 = :e164)
    ORDER BY (SELECT coalesce(max(c.activity), 0) FROM conversation c
              WHERE c.number_id = n.id AND c.owner_kind = n.owner_kind AND c.owner_id = n.owner_id) DESC, n.id
    LIMIT 1
"""
ADD = """
    INSERT INTO number (e164, label, owner_kind, owner_id, carrier, created_at)
    VALUES (:e164, :label, :owner_kind, :owner_id, :carrier, :created_at)
    RETURNING id
"""
CHANGE = """
    UPDATE number SET label = :label, carrier = :carrier, owner_kind = :owner_kind, owner_id = :owner_id
    WHERE id = :id
"""


def one(look: Snapshot, number_id: int) -> Any:  # noqa: ANN401 - a row
    """A row of `SHOWN`, or None."""
    return look.one(ONE, {"id": number_id})


def page(look: Snapshot, after: int, limit: int) -> list[Any]:
    """Rows of `SHOWN` in the order of their ids."""
    return look.all(PAGE, {"after": after, "limit": limit})


def listing(look: Snapshot, asked: Values, *, down: bool, limit: int, skip: int) -> tuple[list[Any], int]:
    """Rows of `SHOWN` that match, sorted, and how many match; `asked`: `sort`, `words` (for LIKE), `carrier`, `state`."""
    matching = {name: asked[name] for name in ("words", "carrier", "state")}
    found = look.all(SORTED_DOWN if down else SORTED, {**asked, "limit": limit, "skip": skip})
    return found, int(look.one(COUNT, matching)["count"])


def find(look: Snapshot, e164: str) -> int | None:
    """The id of a number of ours, or None."""
    row = look.one(BY_E164, {"e164": e164})
    return None if row is None else int(row["id"])


def own(look: Snapshot, user_id: int) -> list[Any]:
    """The user's own numbers: `id`, `e164`, `label`."""
    return look.all(OWN, {"user_id": user_id})


def sendable(look: Snapshot, user_id: int, e164: str | None) -> Any:  # noqa: ANN401 - a row
    """The number that a user sends from: the one asked for if it is theirs, else the one used last; or None."""
    return look.one(SENDABLE, {"user_id": user_id, "e164": e164 or ""})


def add(txn: Txn, values: Values) -> int:
    """Add a number; its id."""
    return int(txn.one(ADD, {**values, "created_at": txn.now})["id"])


def change(txn: Txn, number_id: int, values: Values) -> None:
    """Set its label, home carrier and owner."""
    txn.run(CHANGE, {**values, "id": number_id})
