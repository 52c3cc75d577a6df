"""Who is signed in."""

from sidetone.views import Me, MeChange
from sidetone.web.call import Call
from sidetone.web.routes import Routes

routes = Routes()


@routes.add("GET", "/me")
async def me(call: Call) -> Me:
    """The signed-in user with rights, licences, numbers and settings."""
    return await call.rooms.users.me(call.viewer)


@routes.add("PATCH", "/me")
async def change_me(call: Call, ask: MeChange) -> Me:
    """Change the user's own settings."""
    return await call.rooms.users.change_settings(call.viewer, ask.settings)
