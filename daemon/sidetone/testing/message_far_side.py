"""What the far sides of the Twilio-compatible family share: one account's messages over HTTP, faults, call-backs."""

import abc
import asyncio
import base64
import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import ClassVar, Self

from aiohttp import ClientSession, DummyCookieJar, web

from sidetone.clock import Clock
from sidetone.testing.restcomm_calls import Called, Notification
from sidetone.testing.restcomm_pages import Sms

BLOCKED = Called(0, Notification(11205, "no connection"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How one request goes wrong.

    `takes`: a message is stored, and on its way, all the same. `status`, `body`, `content_type`, `headers` are
    answered as they are. `end`: `answer`, `hang` (no answer until the server stops), `cut` (half of the answer, then
    the connection closes) or `drop` (the connection closes at once).
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)
    takes: bool = False
    end: str = "answer"


class MessageFarSide(abc.ABC):
    """One account. An asynchronous context manager; while it is open, `base_url` is what a carrier is configured with.

    `requests` are the method and path of all it was asked, `messages` the resources, `notifications` what the server
    holds against our answers. `early` and `after` are the statuses that each accepted message reports by itself,
    before and after the answer to its POST. `blocked`: its call-backs reach nobody.
    """

    root: ClassVar[str]
    collection: ClassVar[str]

    def __init__(self, clock: Clock, *, account: str, token: str) -> None:
        self.account, self.token = account, token
        self.account_status = "active"
        self.requests: list[tuple[str, str]] = []
        self.messages: list[Sms] = []
        self.notifications: list[Notification] = []
        self.early: tuple[str, ...] = ()
        self.after: tuple[str, ...] = ()
        self.blocked = False
        self.base_url = ""
        self._clock = clock
        self._faults: deque[Fault] = deque()
        self._faults_of_looks: deque[Fault] = deque()
        self._numbers = count(1)
        self._stopping = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._http: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port of loopback."""
        app = web.Application()
        account = self.root + r"/Accounts/{account:[^/.]+}"
        app.router.add_get(account + r"{suffix:(?:\.json)?}", self._get_account)
        app.router.add_post(account + self.collection + r"{suffix:(?:\.json)?}", self._post_message)
        app.router.add_get(account + self.collection + r"{suffix:(?:\.json)?}", self._list_messages)
        app.router.add_route(
            "*", account + self.collection + r"/{sid:[^/.]+}{suffix:(?:\.json)?}", self._handle_message
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{self.root}"
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

    def next_look(self, *faults: Fault) -> None:
        """Let the coming GETs of messages and lists go wrong, one after another."""
        self._faults_of_looks.extend(faults)

    async def report(self, sms: Sms, status: str, *, error: str = "", old_names: bool = False) -> Called:
        """Move a message's status and call its StatusCallback, once."""
        sms.status, sms.sent = status, sms.sent or self._clock.now()
        fields = self._status_fields(sms, status, error, old_names=old_names)
        return await self._call(sms.status_callback, "POST", fields, wants_verbs=False)

    def text(self, sender: str, recipient: str, body: str, *, media: int = 0) -> Sms:
        """A text that came in from the network; `deliver` brings it to us, as often as it is called."""
        sms = self._sms(sender, recipient, body)
        sms.direction, sms.status, sms.sent, sms.media = "inbound", "received", sms.created, media
        self.messages.append(sms)
        return sms

    async def deliver(self, sms: Sms, url: str, *, method: str = "POST") -> Called:
        """Call the number's address for an inbound text, once; what is wrong with the answer becomes a notification."""
        return await self._call(url, method, self._text_fields(sms), wants_verbs=True)

    async def called_all(self) -> None:
        """Wait until every call that `after` set off has been answered."""
        while self._calls:
            await asyncio.gather(*self._calls)

    async def _call(self, url: str, method: str, fields: list[tuple[str, str]], *, wants_verbs: bool) -> Called:
        if self._http is None:
            raise RuntimeError("The far side is not open: use it in an `async with`.")
        called = BLOCKED if self.blocked else await self._call_back(self._http, url, method, fields, wants_verbs)
        if called.notification is not None:
            self.notifications.append(called.notification)
        return called

    async def _report_all(self, sms: Sms, statuses: Sequence[str]) -> None:
        for status in statuses:
            await self.report(sms, status)

    def _sms(self, sender: str, recipient: str, body: str) -> Sms:
        return Sms(
            sid=self._new_id(next(self._numbers)),
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
        if (wrong := self._wrong(request, form)) is not None:
            return wrong
        sms = await self._take(form)
        if fault is not None:
            return await self._go_wrong(request, fault)
        return self._message_answer(request, sms, made=True)

    async def _take(self, form: Mapping[str, str]) -> Sms:
        sms = self._sms(form["From"], form["To"], self._kept_body(form["Body"]))
        sms.encoding, sms.status_callback = form.get("Encoding", "GSM"), form.get("StatusCallback", "")
        sms.form = dict(form)
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
        return self._account_answer(request)

    async def _handle_message(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        if self._faults_of_looks:
            return await self._go_wrong(request, self._faults_of_looks.popleft())
        for sms in self.messages:
            if sms.sid == request.match_info["sid"]:
                return await self._one_message(request, sms)
        return self._no_such_thing()

    async def _one_message(self, request: web.Request, sms: Sms) -> web.StreamResponse:
        return self._message_answer(request, sms, made=False) if request.method == "GET" else web.Response(status=405)

    async def _list_messages(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        if self._faults_of_looks:
            return await self._go_wrong(request, self._faults_of_looks.popleft())
        return self._list_answer(request)

    def _refused(self, request: web.Request) -> web.Response | None:
        """Note a request; what it is answered when its credentials or its account are wrong."""
        self.requests.append((request.method, request.path))
        kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            user = password = ""
        if kind != "Basic" or not self._knows(user, password):
            return self._unknown_login()
        if self.account_status != "active":
            return self._locked_account()
        if request.match_info["account"] != self.account:
            return self._no_such_thing()
        return None

    def _knows(self, user: str, password: str) -> bool:
        hashed = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        return user == self.account and self.token in (password, hashed)

    def _kept_body(self, body: str) -> str:
        return body

    @abc.abstractmethod
    def _new_id(self, number: int) -> str: ...

    @abc.abstractmethod
    def _wrong(self, request: web.Request, form: Mapping[str, str]) -> web.Response | None:
        """What a form is answered that no message can be made of."""

    @abc.abstractmethod
    def _message_answer(self, request: web.Request, sms: Sms, *, made: bool) -> web.Response: ...

    @abc.abstractmethod
    def _list_answer(self, request: web.Request) -> web.Response: ...

    @abc.abstractmethod
    def _account_answer(self, request: web.Request) -> web.Response: ...

    @abc.abstractmethod
    def _unknown_login(self) -> web.Response: ...

    @abc.abstractmethod
    def _locked_account(self) -> web.Response: ...

    @abc.abstractmethod
    def _no_such_thing(self) -> web.Response: ...

    @abc.abstractmethod
    def _status_fields(self, sms: Sms, status: str, error: str, *, old_names: bool) -> list[tuple[str, str]]: ...

    @abc.abstractmethod
    def _text_fields(self, sms: Sms) -> list[tuple[str, str]]: ...

    @abc.abstractmethod
    async def _call_back(
        self, http: ClientSession, url: str, method: str, fields: list[tuple[str, str]], wants_verbs: bool
    ) -> Called: ...


def _hang_up(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return response
