"""People with a login, for admins."""

from sidetone.errors import Invalid
from sidetone.people.passwords import SignInBusy, WeakPassword
from sidetone.people.users import LastAdmin, NameTaken
from sidetone.views import NewUser, Page, UserChange, UserView
from sidetone.web.call import Call, Paged, cursor
from sidetone.web.routes import Routes

routes = Routes()


@routes.add("GET", "/users", right="admin")
async def users(call: Call, query: Paged) -> Page[UserView]:
    """Every user, in the order they were added."""
    return await call.rooms.users.page(after=cursor(query.after) or 0, limit=query.limit)


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
