"""People with a login."""

from typing import Any

from sidetone.store.connection import Snapshot, Txn, Values

COLUMNS = (
    "u.id, u.name, u.display_name, u.role, u.rights, u.extension, u.country, u.settings, u.disabled_at, u.created_at"
)
ONE = f'SELECT {COLUMNS} FROM "user" u WHERE u.id = :id'  # noqa: S608 - columns of our own
BY_NAME = f'SELECT {COLUMNS} FROM "user" u WHERE u.name = :name'  # noqa: S608
PAGE = f'SELECT {COLUMNS} FROM "user" u WHERE u.id > :after ORDER BY u.id LIMIT :limit'  # noqa: S608
# A table that is sorted by any column is read whole: a company has users by the thousand, not by the million.
_MATCHING = """
    FROM "user" u
    WHERE (:words = '' OR lower(u.name) LIKE :words ESCAPE '!' OR lower(u.display_name) LIKE :words ESCAPE '!'
           OR lower(u.extension) LIKE :words ESCAPE '!')
      AND (:role = '' OR u.role = :role)
      AND (:state = '' OR (:state = 'active' AND u.disabled_at IS NULL)
           OR (:state = 'disabled' AND u.disabled_at IS NOT NULL))
"""
_KEY = """CASE :sort WHEN 'name' THEN lower(u.display_name) WHEN 'login' THEN u.name WHEN 'role' THEN u.role
    WHEN 'state' THEN CASE WHEN u.disabled_at IS NULL THEN 'a' ELSE 'd' END ELSE '' END"""
SORTED = f"SELECT {COLUMNS} {_MATCHING} ORDER BY {_KEY}, u.id LIMIT :limit OFFSET :skip"
SORTED_DOWN = f"SELECT {COLUMNS} {_MATCHING} ORDER BY {_KEY} DESC, u.id DESC LIMIT :limit OFFSET :skip"
COUNT = f"SELECT count(*) AS count {_MATCHING}"
PASSWORD_OF = 'SELECT u.id, u.password_hash, u.disabled_at FROM "user" u WHERE u.name = :name'  # noqa: S105
ANYONE = 'SELECT u.id FROM "user" u ORDER BY u.id LIMIT 1'
ANOTHER_ADMIN = """
    SELECT u.id FROM "user" u WHERE u.role = 'admin' AND u.disabled_at IS NULL AND u.id <> :id ORDER BY u.id LIMIT 1
"""
ADD = """
    INSERT INTO "user" (name, display_name, password_hash, role, rights, extension, country, created_at)
    VALUES (:name, :display_name, :password_hash, :role, :rights, :extension, :country, :created_at)
    RETURNING id
"""
CHANGE = """
    UPDATE "user"
    SET display_name = :display_name, role = :role, rights = :rights, extension = :extension, country = :country,
        disabled_at = :disabled_at
    WHERE id = :id
"""
SET_PASSWORD = 'UPDATE "user" SET password_hash = :password_hash WHERE id = :id'  # noqa: S105
SET_SETTINGS = 'UPDATE "user" SET settings = :settings WHERE id = :id'


def one(look: Snapshot, user_id: int) -> Any:  # noqa: ANN401 - a row
    """A row of `COLUMNS`, or None."""
    return look.one(ONE, {"id": user_id})


def by_name(look: Snapshot, name: str) -> Any:  # noqa: ANN401 - a row
    """A row of `COLUMNS`, or None."""
    return look.one(BY_NAME, {"name": name})


def page(look: Snapshot, after: int, limit: int) -> list[Any]:
    """Rows of `COLUMNS` in the order of their ids."""
    return look.all(PAGE, {"after": after, "limit": limit})


def listing(look: Snapshot, asked: Values, *, down: bool, limit: int, skip: int) -> tuple[list[Any], int]:
    """Rows of `COLUMNS` that match, sorted, and how many match; `asked`: `sort`, `words` (for LIKE), `role`, `state`."""
    matching = {name: asked[name] for name in ("words", "role", "state")}
    found = look.all(SORTED_DOWN if down else SORTED, {**asked, "limit": limit, "skip": skip})
    return found, int(look.one(COUNT, matching)["count"])


def password_of(look: Snapshot, name: str) -> Any:  # noqa: ANN401 - a row
    """`id`, `password_hash` and `disabled_at`, or None."""
    return look.one(PASSWORD_OF, {"name": name})


def anyone(look: Snapshot) -> bool:
    """Whether there is a user at all."""
    return look.one(ANYONE) is not None


def another_admin(look: Snapshot, user_id: int) -> bool:
    """Whether someone else is an admin who can sign in."""
    return look.one(ANOTHER_ADMIN, {"id": user_id}) is not None


def add(txn: Txn, values: Values) -> int:
    """Add a user; the id."""
    return int(txn.one(ADD, {**values, "created_at": txn.now})["id"])


def change(txn: Txn, user_id: int, values: Values) -> None:
    """Set everything but the password and the settings."""
    txn.run(CHANGE, {**values, "id": user_id})


def set_password(txn: Txn, user_id: int, password_hash: str) -> None:
    """Set the hash of a new password."""
    txn.run(SET_PASSWORD, {"id": user_id, "password_hash": password_hash})


def set_settings(txn: Txn, user_id: int, settings: str) -> None:
    """Set the user's own choices (JSON)."""
    txn.run(SET_SETTINGS, {"id": user_id, "settings": settings})
