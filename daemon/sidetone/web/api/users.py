"""People with a login, for admins."""

from typing import Literal

from sidetone.errors import Invalid
from sidetone.people.passwords import SignInBusy, WeakPassword
from sidetone.people.users import LastAdmin, NameTaken
from sidetone.views import Listing, NewUser, Role, UserChange, UserView
from sidetone.web.call import Call, Table
from sidetone.web.routes import Routes

routes = Routes()


class UsersQuery(Table, frozen=True):
    """Which users, in which order: by the name shown, by that to sign in with, or as they were added."""

    sort: Literal["", "-", "name", "-name", "login", "-login", "role", "-role", "state", "-state"] = ""
    role: Role | Literal[""] = ""
    state: Literal["", "active", "disabled"] = ""


@routes.add("GET", "/users", right="admin")
async def users(call: Call, query: UsersQuery) -> Listing[UserView]:
    """Everyone with a login, as a table."""
    return await call.rooms.users.table(query.wanted(query.sort, query.role, query.state))


@routes.add(
    "POST",
    "/users",
    right="admin",
    status=201,
    creates=True,
    errors=(Invalid, WeakPassword, NameTaken, SignInBusy),
)
async def add_user(call: Call, ask: NewUser) -> UserView:
    """Add a user."""
    return await call.rooms.users.add(ask, once=call.once)


@routes.add("GET", "/users/{id}", right="admin")
async def user(call: Call) -> UserView:
    """One user."""
    return await call.rooms.users.get(call.id())


@routes.add("PATCH", "/users/{id}", right="admin", errors=(Invalid, WeakPassword, LastAdmin, SignInBusy))
async def change_user(call: Call, ask: UserChange) -> UserView:
    """Change a user; a new password or being disabled ends their sessions at once."""
    return await call.rooms.users.change(call.id(), ask)
