"""Who is signed in."""

from msgspec.structs import replace

from sidetone.people.passwords import SignInBusy, WeakPassword
from sidetone.people.sign_in import TooManyTries, WrongCredentials
from sidetone.views import Me, MeChange, PasswordChange, SessionView, UserChange
from sidetone.web.api.session import opened_session
from sidetone.web.call import Answer, Call
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


@routes.add("PUT", "/me/password", errors=(WrongCredentials, TooManyTries, SignInBusy, WeakPassword))
async def change_password(call: Call, ask: PasswordChange) -> Answer[SessionView]:
    """Change one's own password: every session ends, and the answer opens a new one.

    The present password is asked for like at the sign-in, with the same limit of tries (ASVS 5, 6.2.3 and 6.3.1).
    """
    desk, name = call.rooms.sign_in, call.viewer.name
    await desk.sign_in(name, ask.old, address=call.address, token=False)
    await call.rooms.users.change(call.viewer.user_id, UserChange(password=ask.new))
    opened = await desk.sign_in(name, ask.new, address=call.address, token=ask.token)
    return await opened_session(call, opened, with_token=ask.token)


def _with_terms(call: Call, me: Me) -> Me:
    return replace(me, longest_text=call.rooms.sending.longest_text)
