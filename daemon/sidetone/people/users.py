"""People with a login: their roles, rights and settings."""

from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from sidetone.domain.fault import SidetoneError
from sidetone.errors import Conflict, Invalid, NotFound
from sidetone.people.names import one_line, user_name
from sidetone.people.passwords import Passwords
from sidetone.people.render import own_number, settings_of, user_view
from sidetone.people.sessions import Sessions
from sidetone.people.table import Wanted
from sidetone.people.viewer import GRANTABLE, Viewer
from sidetone.store import audit, meta, numbers
from sidetone.store import sessions as session_rows
from sidetone.store import users as rows
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import Once, done_before, remember
from sidetone.views import Listing, Me, NewUser, Page, Settings, SettingsChange, UserChange, UserView


class NameTaken(SidetoneError):
    """Someone has this name already."""

    code: ClassVar[str] = "name-taken"
    status: ClassVar[int] = 409


class LastAdmin(Conflict):
    """Without this admin nobody could administer Sidetone any more."""

    code: ClassVar[str] = "last-admin"


class Users:
    """Adds, finds and changes users. Whoever calls has checked the caller's right."""

    def __init__(self, store: Store, passwords: Passwords, sessions: Sessions, default_country: str) -> None:
        self._store = store
        self._passwords = passwords
        self._sessions = sessions
        self._default_country = default_country

    async def add(self, new: NewUser, *, once: Once | None = None) -> UserView:
        """Add a user; raises Invalid, WeakPassword, NameTaken, KeyReused."""
        values = new_values(new)
        hashed = await self._passwords.hash(new.password, name=values["name"])
        row = await self._store.write(_add, {**values, "password_hash": hashed}, once)
        return user_view(row, self._default_country)

    async def page(self, *, after: int, limit: int) -> Page[UserView]:
        """Users in the order they were added."""
        found, seq = await self._store.read(_page, after, limit + 1)
        items = [user_view(row, self._default_country) for row in found[:limit]]
        return Page(items=items, next=items[-1].id if len(found) > limit else None, seq=seq)

    async def table(self, wanted: Wanted) -> Listing[UserView]:
        """Users as a table; `wanted.only` is a role, `wanted.state` `active` or `disabled`."""
        found, total, seq = await self._store.read(_table, wanted)
        items = [user_view(row, self._default_country) for row in found]
        return Listing(items=items, next=wanted.next(total), seq=seq, total=total)

    async def get(self, user_id: int) -> UserView:
        """One user; raises NotFound."""
        row = await self._store.read(rows.one, user_id)
        if row is None:
            raise no_such_user()
        return user_view(row, self._default_country)

    async def find(self, name: str) -> UserView:
        """The user of this name; raises NotFound."""
        row = await self._store.read(rows.by_name, name.strip().lower())
        if row is None:
            raise no_such_user()
        return user_view(row, self._default_country)

    async def change(self, user_id: int, change: UserChange) -> UserView:
        """Change a user; a new password or being disabled ends their sessions at once.

        Raises NotFound, Invalid, WeakPassword, LastAdmin.
        """
        hashed = None
        if change.password is not UNSET:
            hashed = await self._passwords.hash(change.password, name=(await self.get(user_id)).name)
        row = await self._sessions.renewing(user_id, self._store.write(_change, user_id, change, hashed))
        return user_view(row, self._default_country)

    async def me(self, viewer: Viewer) -> Me:
        """Everything the UI needs to know of who signed in; raises NotFound when they are gone."""
        row, own = await self._store.read(_me, viewer.user_id)
        return Me(
            user=user_view(row, self._default_country),
            rights=sorted(viewer.rights),
            licences=[],
            numbers=[own_number(number, viewer.country) for number in own],
            settings=settings_of(row),
        )

    async def change_settings(self, viewer: Viewer, change: SettingsChange) -> Me:
        """Change what the viewer chose for the UI."""
        settings = await self._store.write(_change_settings, viewer.user_id, change)
        if settings.drop_trunk_zero != viewer.drop_trunk_zero:
            self._sessions.renew(viewer.user_id)
        return await self.me(viewer)


def no_such_user() -> NotFound:
    """What one hears of a user who is not there."""
    return NotFound("There is no such user.", hint="`sidetone user list` and the admin's page show them all.")


def new_values(new: NewUser) -> dict[str, Any]:
    """The checked values of a new user but the password; raises Invalid."""
    name = user_name(new.name)
    return {
        "name": name,
        "display_name": one_line(new.display_name) or name,
        "role": new.role,
        "rights": _rights(new.rights),
        "extension": new.extension,
        "country": new.country,
    }


def add_in(txn: Txn, values: dict[str, Any]) -> Any:  # noqa: ANN401 - a row
    """Add a user inside a transaction; raises NameTaken."""
    if rows.by_name(txn, values["name"]) is not None:
        raise NameTaken("Someone has this name already.", hint="Choose another name.", where="name")
    row = rows.one(txn, rows.add(txn, values))
    rights = f", rights: {row['rights']}" if row["rights"] else ""
    audit.note(txn, Act.USER_ADDED, About("user", row["id"], row["name"]), f"role: {row['role']}{rights}")
    return row


def _add(txn: Txn, values: dict[str, Any], once: Once | None) -> Any:  # noqa: ANN401 - a row
    made = done_before(txn, once)
    if made is not None:
        return rows.one(txn, made)
    row = add_in(txn, values)
    remember(txn, once, row["id"])
    return row


def _page(look: Snapshot, after: int, limit: int) -> tuple[list[Any], str]:
    return rows.page(look, after, limit), meta.place(look)


def _table(look: Snapshot, wanted: Wanted) -> tuple[list[Any], int, str]:
    asked = {"sort": wanted.column, "words": wanted.pattern, "role": wanted.only, "state": wanted.state}
    found, total = rows.listing(look, asked, down=wanted.down, limit=wanted.limit, skip=wanted.skip)
    return found, total, meta.place(look)


def _me(look: Snapshot, user_id: int) -> tuple[Any, list[Any]]:
    row = rows.one(look, user_id)
    if row is None:
        raise no_such_user()
    return row, numbers.own(look, user_id)


def _change(txn: Txn, user_id: int, change: UserChange, hashed: str | None) -> Any:  # noqa: ANN401 - a row
    row = rows.one(txn, user_id)
    if row is None:
        raise no_such_user()
    after = _merged(row, change, txn.now)
    stays_admin = after["role"] == "admin" and after["disabled_at"] is None
    was_admin = row["role"] == "admin" and row["disabled_at"] is None
    if was_admin and not stays_admin and not rows.another_admin(txn, user_id):
        raise LastAdmin("This is the last admin.", hint="Make someone else an admin first.")
    rows.change(txn, user_id, after)
    if hashed is not None:
        rows.set_password(txn, user_id, hashed)
    ended = 0
    if hashed is not None or after["disabled_at"] is not None:
        ended = session_rows.end_all_of(txn, user_id)
    _note_change(txn, row, after, password=hashed is not None, ended=ended)
    return rows.one(txn, user_id)


def _note_change(txn: Txn, row: Any, after: dict[str, Any], *, password: bool, ended: int) -> None:  # noqa: ANN401
    """Say which fields changed and not what a free text says; `ended`: how many sessions."""
    about = About("user", row["id"], row["name"])
    sessions = f"sessions ended: {ended}" if ended else ""
    if password:
        audit.note(txn, Act.PASSWORD_SET, about, sessions)
    said = [name for name in ("display_name", "extension", "country") if after[name] != row[name]]
    said += [f"{name}: {after[name] or '-'}" for name in ("role", "rights") if after[name] != row[name]]
    if (after["disabled_at"] is None) != (row["disabled_at"] is None):
        said.append("enabled" if after["disabled_at"] is None else "disabled")
    if said or not password:
        audit.note(txn, Act.USER_CHANGED, about, ", ".join([*said, *([] if password or not ended else [sessions])]))


def _merged(row: Any, change: UserChange, now: int) -> dict[str, Any]:  # noqa: ANN401 - a row
    disabled_at = row["disabled_at"]
    if change.disabled is not UNSET:
        disabled_at = (disabled_at or now) if change.disabled else None
    return {
        "display_name": row["display_name"]
        if change.display_name is UNSET
        else one_line(change.display_name) or row["name"],
        "role": row["role"] if change.role is UNSET else change.role,
        "rights": row["rights"] if change.rights is UNSET else _rights(change.rights),
        "extension": row["extension"] if change.extension is UNSET else change.extension,
        "country": row["country"] if change.country is UNSET else change.country,
        "disabled_at": disabled_at,
    }


def _change_settings(txn: Txn, user_id: int, change: SettingsChange) -> Settings:
    row = rows.one(txn, user_id)
    if row is None:
        raise no_such_user()
    chosen = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
    settings = msgspec.structs.replace(settings_of(row), **chosen)
    rows.set_settings(txn, user_id, msgspec.json.encode(settings).decode())
    return settings


def _rights(rights: list[str]) -> str:
    if unknown := set(rights) - GRANTABLE:
        raise Invalid(
            f"There is no right {', '.join(sorted(unknown))} to give.",
            hint=f"What can be given: {', '.join(sorted(GRANTABLE))}.",
            where="rights",
        )
    return " ".join(sorted(set(rights)))
