"""Servers that speak Twilio's and SignalWire's message API (2010-04-01) on loopback, with their habits and faults."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import ClientSession, web

from sidetone.clock import Clock
from sidetone.testing.message_far_side import Fault, MessageFarSide
from sidetone.testing.restcomm_calls import Called
from sidetone.testing.restcomm_pages import Sms
from sidetone.testing.twilio_calls import Signer, call, status_fields, text_fields
from sidetone.testing.twilio_pages import Dialect, account, error, list_page, members, written

__all__ = ["ACCOUNT", "PROJECT", "SIGNING_KEY", "TOKEN", "Fault", "SignalWireFarSide", "TwilioFarSide"]

ACCOUNT = "AC" + "7" * 32
TOKEN = "7" * 31 + "f"
PROJECT = "6bfbbe86-a901-4197-8759-2a0de1fa319d"
SIGNING_KEY = "PSK_of-the-far-side"
LONGEST = 1600
_NUMBER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}")


class TwilioFarSide(MessageFarSide):
    """See `MessageFarSide`. Its errors are JSON with a number, its call-backs are signed by `signer`.

    `numbers` are the account's (empty: every number is), `opted_out` those who have asked for no more texts.
    `api_key`: an API key's id and secret that may sign in as well, and may not read the account.
    `trial`: texts are sent with words of its own before them.
    """

    root = "/2010-04-01"
    collection = "/Messages"
    success = 201
    dialect = Dialect(root=root)

    def __init__(self, clock: Clock, *, account: str = ACCOUNT, token: str = TOKEN) -> None:
        super().__init__(clock, account=account, token=token)
        self.signer = Signer(key=token)
        self.api_key = ("", "")
        self.numbers: set[str] = set()
        self.opted_out: set[str] = set()
        self.trial = False

    def _new_id(self, number: int) -> str:
        return f"SM{number:032x}"

    def _knows(self, user: str, password: str) -> bool:
        return (user, password) in {(self.account, self.token), self.api_key} and bool(user)

    def _wrong(self, request: web.Request, form: Mapping[str, str]) -> web.Response | None:
        sender, recipient, body = (form.get(name, "") for name in ("From", "To", "Body"))
        if not recipient:
            return _error(400, 21604, "A 'To' phone number is required.")
        if not sender:
            return _error(400, 21603, "A 'From' phone number is required.")
        if not body and "MediaUrl" not in form:
            return _error(400, 21602, "Message body is required.")
        if not _NUMBER.fullmatch(recipient):
            return _error(400, 21211, f"The 'To' number {recipient} is not a valid phone number.")
        if self.numbers and sender not in self.numbers:
            return _error(400, 21606, f"The 'From' phone number {sender} is not a valid, message-capable number.")
        if recipient in self.opted_out:
            return _error(400, 21610, "Attempt to send to unsubscribed recipient")
        if len(body.encode("utf-16-le")) > 2 * LONGEST:
            return _error(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        return None

    async def _take(self, form: Mapping[str, str]) -> Sms:
        sms = await super()._take(form)
        if not self.early:
            sms.status = "queued"
        return sms

    def _kept_body(self, body: str) -> str:
        return f"Sent from your Twilio trial account - {body}" if self.trial else body

    def _message_answer(self, request: web.Request, sms: Sms, *, made: bool) -> web.Response:
        document = members(replace(sms, status="queued") if made else sms, self.dialect)
        return _json(document, self.success if made else 200)

    async def _one_message(self, request: web.Request, sms: Sms) -> web.StreamResponse:
        """One message is read, emptied (`Body`), cancelled (`Status`) or deleted."""
        if request.method == "DELETE":
            self.messages.remove(sms)
            return web.Response(status=204)
        if request.method == "POST":
            form = await request.post()
            if form.get("Status") == "canceled" and sms.status != "scheduled":
                return _error(400, 30409, "Message is not in a state that can be canceled.")
            sms.status = str(form.get("Status", sms.status))
            sms.body = str(form.get("Body", sms.body))
        return self._message_answer(request, sms, made=False)

    def _list_answer(self, request: web.Request) -> web.Response:
        return _json(list_page(self.messages, request.query, request.path, self.dialect))

    async def _get_account(self, request: web.Request) -> web.StreamResponse:
        if self.api_key[0] and self.api_key[0] in _login(request):
            return _error(401, 20003, "Authenticate")
        return await super()._get_account(request)

    def _account_answer(self, request: web.Request) -> web.Response:
        return _json(account(self.account, self.token, self.account_status))

    def _unknown_login(self) -> web.Response:
        return _error(401, 20003, "Authenticate")

    def _locked_account(self) -> web.Response:
        return _error(403, 20005, "Account not active")

    def _no_such_thing(self) -> web.Response:
        return _error(404, 20404, "The requested resource was not found")

    def _status_fields(self, sms: Sms, status: str, error: str, *, old_names: bool) -> list[tuple[str, str]]:
        return status_fields(sms, status, error)

    def _text_fields(self, sms: Sms) -> list[tuple[str, str]]:
        return text_fields(sms)

    async def _call_back(
        self, http: ClientSession, url: str, method: str, fields: list[tuple[str, str]], wants_verbs: bool
    ) -> Called:
        return await call(http, url, method, fields, self.signer, wants_verbs=wants_verbs)


class SignalWireFarSide(TwilioFarSide):
    """As Twilio with other ids, JSON numbers, a signing key of its own and a header named after itself."""

    root = "/api/laml/2010-04-01"
    success = 201
    dialect = Dialect(root=root, numbers=True)

    def __init__(self, clock: Clock, *, account: str = PROJECT, token: str = TOKEN) -> None:
        super().__init__(clock, account=account, token=token)
        self.signer = Signer(key=SIGNING_KEY, header="X-SignalWire-Signature", over_raw_body=True)

    def _new_id(self, number: int) -> str:
        return f"{number:08x}-0000-4000-8000-{number:012x}"


def _login(request: web.Request) -> str:
    _, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return ""


def _json(document: Mapping[str, object], status: int = 200) -> web.Response:
    return web.Response(status=status, text=written(document), content_type="application/json")


def _error(status: int, code: int, message: str) -> web.Response:
    return _json(error(status, code, message), status)
