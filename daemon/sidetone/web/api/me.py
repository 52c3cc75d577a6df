"""Who is signed in."""

from msgspec.structs import replace

from sidetone.views import Me, MeChange
from sidetone.web.call import Call
from sidetone.web.routes import Routes

routes = Routes()


@routes.add("GET", "/me")
async def me(call: Call) -> Me:
    """The signed-in user with rights, licences, numbers and settings."""
    return _with_terms(call, await call.rooms.users.me(call.viewer))


@routes.add("PATCH", "/me")
async def change_me(call: Call, ask: MeChange) -> Me:
    """Change the user's own settings."""
    return _with_terms(call, await call.rooms.users.change_settings(call.viewer, ask.settings))


def _with_terms(call: Call, me: Me) -> Me:
    return replace(me, longest_text=call.rooms.sending.longest_text)
