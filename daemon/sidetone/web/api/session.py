"""Signing in and out."""

from sidetone.people.passwords import SignInBusy
from sidetone.people.render import time_text
from sidetone.people.sessions import NotSignedIn, Opened
from sidetone.people.sign_in import TooManyTries, WrongCredentials
from sidetone.views import SessionView, SignIn
from sidetone.web.call import Answer, Call
from sidetone.web.routes import OPEN, Routes

routes = Routes()


@routes.add("POST", "/session", right=OPEN, status=201, errors=(WrongCredentials, TooManyTries, SignInBusy))
async def sign_in(call: Call, ask: SignIn) -> Answer[SessionView]:
    """Sign in: sets the session's cookie, and answers a Bearer token when asked for one.

    A session that the browser had before ends, since its cookie is replaced.
    """
    opened = await call.rooms.sign_in.sign_in(ask.username, ask.password, address=call.address, token=ask.token)
    before = call.front.cookie.read(call.request)
    if before:
        await _end(call, before)
    return await opened_session(call, opened, with_token=ask.token)


@routes.add("DELETE", "/session")
async def sign_out(call: Call) -> Answer[None]:
    """Sign out: ends this session and its live sockets."""
    await call.rooms.sessions.end(call.viewer)
    return Answer(None, headers={"Set-Cookie": call.front.cookie.clear()})


async def opened_session(call: Call, opened: Opened, *, with_token: bool = False) -> Answer[SessionView]:
    """The answer to whoever just got a session."""
    user = await call.rooms.users.get(opened.viewer.user_id)
    view = SessionView(user=user, expires_at=time_text(opened.ends_at))
    if with_token:
        view = SessionView(user=user, expires_at=view.expires_at, token=opened.token)
    return Answer(view, headers={"Set-Cookie": call.front.cookie.set(opened.token)})


async def _end(call: Call, token: str) -> None:
    try:
        viewer = await call.rooms.sessions.viewer(token)
    except NotSignedIn:
        return
    await call.rooms.sessions.end(viewer)
