"""A server that speaks Restcomm's message API (2012-04-24) on loopback, with the habits and faults of real ones."""

import asyncio
import base64
import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from aiohttp import ClientSession, DummyCookieJar, web

from sidetone.clock import Clock
from sidetone.testing.restcomm_calls import Called, Notification, call, message_fields, status_fields
from sidetone.testing.restcomm_pages import Sms, account_page, error_page, list_page, matching, message_page

ACCOUNT = "AC" + "5" * 32
TOKEN = "token-of-the-far-side"  # noqa: S105 - opens nothing but this server
ROOT = "/restcomm/2012-04-24"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How one POST of a message goes wrong.

    `takes`: the message is stored, and on its way, all the same. `status`, `body`, `content_type`, `headers` are
    answered as they are. `end`: `answer`, `hang` (no answer until the server stops), `cut` (half of the answer, then
    the connection closes) or `drop` (the connection closes at once).
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)
    takes: bool = False
    end: str = "answer"


class RestcommFarSide:
    """One account. An asynchronous context manager; while it is open, `base_url` is what a carrier is configured with.

    `requests` are the method and path of all it was asked, `messages` the resources, `notifications` what the server
    holds against our answers. `early` and `after` are the statuses that each accepted message reports by itself,
    before and after the answer to its POST.
    `normalizes`: numbers are parsed and bodies over 160 bytes cut, as with the option that is off by default.
    """

    def __init__(self, clock: Clock, *, account: str = ACCOUNT, token: str = TOKEN) -> None:
        self.account, self.token = account, token
        self.account_status = "active"
        self.limit_reached = False
        self.normalizes = False
        self.requests: list[tuple[str, str]] = []
        self.messages: list[Sms] = []
        self.notifications: list[Notification] = []
        self.early: tuple[str, ...] = ()
        self.after: tuple[str, ...] = ()
        self.base_url = ""
        self._clock = clock
        self._faults: deque[Fault] = deque()
        self._numbers = count(1)
        self._stopping = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._http: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port of loopback."""
        app = web.Application()
        account = ROOT + r"/Accounts/{account:[^/.]+}"
        app.router.add_get(account + r"{suffix:(?:\.json)?}", self._get_account)
        app.router.add_post(account + r"/SMS/Messages{suffix:(?:\.json)?}", self._post_message)
        app.router.add_get(account + r"/SMS/Messages{suffix:(?:\.json)?}", self._list_messages)
        app.router.add_get(account + r"/SMS/Messages/{sid:[^/.]+}{suffix:(?:\.json)?}", self._get_message)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{ROOT}"
        self._http = ClientSession(cookie_jar=DummyCookieJar())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._stopping.set()
        await self.called_all()
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def next(self, *faults: Fault) -> None:
        """Let the coming POSTs of messages go wrong, one after another."""
        self._faults.extend(faults)

    async def report(self, sms: Sms, status: str, *, error: str = "", old_names: bool = False) -> Called:
        """Move a message's status and call its StatusCallback, once."""
        sms.status, sms.sent = status, sms.sent or self._clock.now()
        fields = status_fields(sms, status, error, old_names=old_names)
        return await self._call(sms.status_callback, "POST", fields, rcml=False)

    def text(self, sender: str, recipient: str, body: str) -> Sms:
        """A text that came in from the network; `deliver` brings it to us, as often as it is called."""
        sms = self._sms(sender, recipient, body)
        sms.direction, sms.status = "inbound", "received"
        self.messages.append(sms)
        return sms

    async def deliver(self, sms: Sms, url: str, *, method: str = "POST") -> Called:
        """Call an SmsUrl for an inbound text, once; what is wrong with the answer becomes a notification."""
        return await self._call(url, method, message_fields(sms), rcml=True)

    async def called_all(self) -> None:
        """Wait until every call that `after` set off has been answered."""
        while self._calls:
            await asyncio.gather(*self._calls)

    async def _call(self, url: str, method: str, fields: list[tuple[str, str]], *, rcml: bool) -> Called:
        if self._http is None:
            raise RuntimeError("The far side is not open: use it in an `async with`.")
        called = await call(self._http, url, method, fields, rcml=rcml)
        if called.notification is not None:
            self.notifications.append(called.notification)
        return called

    async def _report_all(self, sms: Sms, statuses: tuple[str, ...]) -> None:
        for status in statuses:
            await self.report(sms, status)

    def _sms(self, sender: str, recipient: str, body: str) -> Sms:
        return Sms(
            sid=f"SM{next(self._numbers):032x}",
            account_sid=self.account,
            sender=sender,
            recipient=recipient,
            body=body,
            created=self._clock.now(),
        )

    async def _post_message(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        form = {name: str(value) for name, value in (await request.post()).items()}
        fault = self._faults.popleft() if self._faults else None
        if fault is not None and not fault.takes:
            return await self._go_wrong(request, fault)
        for name in ("From", "To", "Body"):
            if name not in form:
                return web.Response(status=400, text=f"{name} can not be null.")
        if self.limit_reached:
            return _page(error_page("The limit is reached", "SMS_LIMIT_EXCEEDED", as_json=_wants_json(request)), 403)
        if form.get("Encoding", "GSM") not in ("GSM", "UCS-2", "UTF-8"):
            return web.Response(status=500)
        if self.normalizes and not form["From"].lstrip("+").isdigit():
            return web.Response(status=400, text="The string supplied did not seem to be a phone number.")
        sms = await self._take(form)
        if fault is not None:
            return await self._go_wrong(request, fault)
        return _page(message_page(sms, as_json=_wants_json(request)))

    async def _take(self, form: Mapping[str, str]) -> Sms:
        body = form["Body"]
        if self.normalizes and len(body.encode()) > 160:
            body = body[:159]
        sms = self._sms(form["From"], form["To"], body)
        sms.encoding, sms.status_callback = form.get("Encoding", "GSM"), form.get("StatusCallback", "")
        self.messages.append(sms)
        await self._report_all(sms, self.early)
        if self.after:
            task = asyncio.create_task(self._report_all(sms, self.after))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        return sms

    async def _go_wrong(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.end == "hang":
            await self._stopping.wait()
        if fault.end in ("hang", "drop"):
            return _hang_up(request, web.Response())
        headers = {"Content-Type": fault.content_type, **fault.headers}
        if fault.end == "answer":
            return web.Response(status=fault.status, body=fault.body, headers=headers)
        response = web.StreamResponse(status=fault.status, headers=headers)
        response.content_length = len(fault.body)
        await response.prepare(request)
        await response.write(fault.body[: len(fault.body) // 2])
        return _hang_up(request, response)

    async def _get_account(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        page = account_page(self.account, self.token, self.account_status, as_json=_wants_json(request))
        return _page(page)

    async def _get_message(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        for sms in self.messages:
            if sms.sid == request.match_info["sid"]:
                return _page(message_page(sms, as_json=_wants_json(request)))
        return web.Response(status=404)

    async def _list_messages(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        found = matching(self.messages, request.query)
        page = list_page(found, request.query, request.path.removesuffix(".json"), as_json=_wants_json(request))
        return web.Response(status=400) if page is None else _page(page)

    def _refused(self, request: web.Request) -> web.Response | None:
        """Note a request; what it is answered when its credentials or its account are wrong."""
        self.requests.append((request.method, request.path))
        kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            user = password = ""
        hashed = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        if kind != "Basic" or user != self.account or self.token not in (password, hashed):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="Restcomm realm"'})
        if self.account_status != "active":
            return web.Response(status=403, text=f"Account is {self.account_status}")
        if request.match_info["account"] != self.account:
            return web.Response(status=404)
        return None


def _wants_json(request: web.Request) -> bool:
    return request.match_info["suffix"] == ".json" or "json" in request.headers.get("Accept", "")


def _page(page: tuple[str, str], status: int = 200) -> web.Response:
    content_type, text = page
    return web.Response(status=status, text=text, content_type=content_type)


def _hang_up(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return response
