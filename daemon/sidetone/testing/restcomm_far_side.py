"""A server that speaks Restcomm's message API (2012-04-24) on loopback, with the habits and faults of real ones."""

from collections.abc import Mapping

from aiohttp import ClientSession, web

from sidetone.clock import Clock
from sidetone.testing.message_far_side import Fault, MessageFarSide
from sidetone.testing.restcomm_calls import Called, call, message_fields, status_fields
from sidetone.testing.restcomm_pages import Sms, account_page, error_page, list_page, matching, message_page

__all__ = ["ACCOUNT", "TOKEN", "Fault", "RestcommFarSide"]

ACCOUNT = "AC" + "5" * 32
TOKEN = "token-of-the-far-side"  # noqa: S105 - opens nothing but this server


class RestcommFarSide(MessageFarSide):
    """See `MessageFarSide`. It signs nothing, answers XML unless asked for JSON, and most of its errors are plain text.

    `normalizes`: numbers are parsed and bodies over 160 bytes cut, as with the option that is off by default.
    `limit_reached`: every message is refused because the account's limit is reached.
    """

    root = "/restcomm/2012-04-24"
    collection = "/SMS/Messages"

    def __init__(self, clock: Clock, *, account: str = ACCOUNT, token: str = TOKEN) -> None:
        super().__init__(clock, account=account, token=token)
        self.limit_reached = False
        self.normalizes = False

    def _new_id(self, number: int) -> str:
        return f"SM{number:032x}"

    def _wrong(self, request: web.Request, form: Mapping[str, str]) -> web.Response | None:
        for name in ("From", "To", "Body"):
            if name not in form:
                return web.Response(status=400, text=f"{name} can not be null.")
        if self.limit_reached:
            return _page(error_page("The limit is reached", "SMS_LIMIT_EXCEEDED", as_json=_wants_json(request)), 403)
        if form.get("Encoding", "GSM") not in ("GSM", "UCS-2", "UTF-8"):
            return web.Response(status=500)
        if self.normalizes and not form["From"].lstrip("+").isdigit():
            return web.Response(status=400, text="The string supplied did not seem to be a phone number.")
        return None

    def _kept_body(self, body: str) -> str:
        return body[:159] if self.normalizes and len(body.encode()) > 160 else body

    def _message_answer(self, request: web.Request, sms: Sms, *, made: bool) -> web.Response:
        return _page(message_page(sms, as_json=_wants_json(request)))

    def _list_answer(self, request: web.Request) -> web.Response:
        found = matching(self.messages, request.query)
        page = list_page(found, request.query, request.path.removesuffix(".json"), as_json=_wants_json(request))
        return web.Response(status=400) if page is None else _page(page)

    def _account_answer(self, request: web.Request) -> web.Response:
        return _page(account_page(self.account, self.token, self.account_status, as_json=_wants_json(request)))

    def _unknown_login(self) -> web.Response:
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="Restcomm realm"'})

    def _locked_account(self) -> web.Response:
        return web.Response(status=403, text=f"Account is {self.account_status}")

    def _no_such_thing(self) -> web.Response:
        return web.Response(status=404)

    def _status_fields(self, sms: Sms, status: str, error: str, *, old_names: bool) -> list[tuple[str, str]]:
        return status_fields(sms, status, error, old_names=old_names)

    def _text_fields(self, sms: Sms) -> list[tuple[str, str]]:
        return message_fields(sms)

    async def _call_back(
        self, http: ClientSession, url: str, method: str, fields: list[tuple[str, str]], wants_verbs: bool
    ) -> Called:
        return await call(http, url, method, fields, rcml=wants_verbs)


def _wants_json(request: web.Request) -> bool:
    return request.match_info["suffix"] == ".json" or "json" in request.headers.get("Accept", "")


def _page(page: tuple[str, str], status: int = 200) -> web.Response:
    content_type, text = page
    return web.Response(status=status, text=text, content_type=content_type)
