"""The first admin."""

from sidetone.errors import Invalid
from sidetone.people.passwords import SignInBusy, WeakPassword
from sidetone.people.setup import SetUpBefore, WrongSetupLink
from sidetone.views import SessionView, SetUp
from sidetone.web.api.session import opened_session
from sidetone.web.call import Answer, Call
from sidetone.web.routes import OPEN, Routes

routes = Routes()


@routes.add(
    "POST",
    "/setup",
    right=OPEN,
    status=201,
    errors=(WrongSetupLink, SetUpBefore, Invalid, WeakPassword, SignInBusy),
)
async def set_up(call: Call, ask: SetUp) -> Answer[SessionView]:
    """Make the first admin by the one-time link, and sign them in."""
    return await opened_session(call, await call.rooms.first_admin.use(ask))
