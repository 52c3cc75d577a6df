"""The web as it really is, on a port of its own: a real server, a real store, virtual phones as the far side."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import aiohttp
from multidict import CIMultiDict

from sidetone.config.secret import Secret
from sidetone.config.section import Section
from sidetone.config.shapes import CarrierSection, MessagingSettings, RetentionSettings, ServerSettings
from sidetone.conversation.activity import Activity
from sidetone.conversation.blocks import Blocks
from sidetone.conversation.conversations import Conversations
from sidetone.conversation.message_log import MessageLog
from sidetone.conversation.messages import Messages
from sidetone.delivery.opt_outs import OptOuts
from sidetone.delivery.send import Sending
from sidetone.delivery.way_in import WayIn
from sidetone.delivery.ways import Ways
from sidetone.directory.contacts import Contacts
from sidetone.directory.search import Search
from sidetone.domain.health import State
from sidetone.jobs.holds import LegalHolds
from sidetone.jobs.retention import Retention
from sidetone.jobs.scheduler import Job, Scheduler, every
from sidetone.live.feed import Feed
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.people.audit import Audit
from sidetone.people.numbers import Numbers
from sidetone.people.passwords import Passwords
from sidetone.people.sessions import Sessions
from sidetone.people.setup import FirstAdmin
from sidetone.people.sign_in import SignInDesk
from sidetone.people.users import Users
from sidetone.plugin.context import Surroundings
from sidetone.plugin.host import Host
from sidetone.store.connection import Store
from sidetone.store.plugin_values import PluginValues
from sidetone.testing.clock import FakeClock
from sidetone.views import NewNumber, NewUser, NumberView, Role, UserView
from sidetone.web.limits import IDLE, Doors
from sidetone.web.listener import bind
from sidetone.web.rooms import Rooms
from sidetone.web.server import Server
from sidetone.web.tls import Tls

PATIENCE = 30.0  # seconds; a bound for a machine that is busy, not a wait
PASSWORD = "three quiet words"
PHONE = "+4915112345678"
CARRIERS = ("demo", "main")
OWN = "+4930901820100"
API = "/api/v1"
WAYS = Ways(able=frozenset({"demo"}), at=datetime(2027, 1, 15, 9))  # noqa: DTZ001 - local time
HOOK_SECRET = "0123456789abcdef0123456789abcdef"
RESTCOMM = {
    "base_url": "http://127.0.0.1:9/restcomm/2012-04-24",
    "account_sid": "AC" + "5" * 32,
    "auth_token": "5" * 32,
    "hook_secret": HOOK_SECRET,
}


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: CIMultiDict[str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(self.json["code"])


@dataclass
class Person:
    """Someone who asks: with a token, a cookie, or neither."""

    site: "Site"
    headers: dict[str, str] = field(default_factory=dict)
    user: UserView | None = None

    def having(self, **headers: str) -> "Person":
        """The same with more headers; underscores stand for dashes."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers=self.headers | more)

    async def get(self, path: str) -> Reply:
        return await self.ask("GET", path)

    async def post(self, path: str, body: object = None) -> Reply:
        return await self.ask("POST", path, body)

    async def ask(self, method: str, path: str, body: object = None) -> Reply:
        """Ask; `body` is sent as JSON, bytes as they are."""
        headers = dict(self.headers)
        content = body if isinstance(body, bytes) else None
        if content is None and body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            headers.setdefault("Content-Type", "application/json")
        url = self.site.url + path
        async with self.site.http.request(method, url, data=content, headers=headers, allow_redirects=False) as answer:
            return Reply(answer.status, CIMultiDict(answer.headers), await answer.read())

    async def socket(self, query: str = "", **headers: str) -> aiohttp.ClientWebSocketResponse:
        """A live socket; raises WSServerHandshakeError when it is refused."""
        asked = self.having(**headers).headers
        return await self.site.http.ws_connect(f"{self.site.url}{API}/events{query}", headers=asked)


class Site:
    """Everything the web needs, and short ways to people it. `async with Site(…) as site`."""

    metrics_token: Secret | None = None

    def __init__(
        self,
        folder: Path,
        store: Store,
        clock: FakeClock,
        *,
        ping: float = 5.0,
        phones: bool = True,
        restcomm: bool = False,
        doors: Doors | None = None,
        idle: float = IDLE,
        **server: Any,  # noqa: ANN401 - any setting
    ) -> None:
        settings: dict[str, Any] = {"listen": "127.0.0.1:0", "public_url": "http://127.0.0.1:0", **server}
        self.listener = bind(ServerSettings(data_dir=folder, default_country="DE", **settings))
        scheme = "https" if self.listener.settings.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.listener.socket.getsockname()[1]}"
        self.public_url = self.listener.settings.public_url
        self.store = store
        self.clock = clock
        self.parts = Parts()
        self.meters = Meters(clock)
        self.passwords = Passwords(passes=1, memory=8192)
        self.sessions = Sessions(store, clock, "DE")
        self.users = Users(store, self.passwords, self.sessions, "DE")
        self.numbers = Numbers(store, lambda: CARRIERS, "DE")
        self.first_admin = FirstAdmin(store, self.passwords, self.sessions, data_dir=folder, public_url=self.public_url)
        self.host = self._host(folder, phones=phones, restcomm=restcomm)
        self.rooms = Rooms(
            clock=clock,
            default_country="DE",
            store=store,
            parts=self.parts,
            users=self.users,
            sessions=self.sessions,
            sign_in=SignInDesk(store, self.passwords, self.sessions, clock),
            first_admin=self.first_admin,
            numbers=self.numbers,
            conversations=Conversations(store, self.meters),
            messages=Messages(store, self.parts),
            sending=Sending(store, MessagingSettings(), lambda: None, self.meters),
            opt_outs=OptOuts(store),
            blocks=Blocks(store),
            retention=Retention(store, clock, self.parts, RetentionSettings, lambda: 1 << 40, pause=0),
            holds=LegalHolds(store),
            audit=Audit(store),
            contacts=Contacts(store),
            search=Search(store),
            activity=Activity(store),
            feed=Feed(store, "DE", self.meters),
            host=self.host,
            log=MessageLog(store, self.parts, lambda: CARRIERS),
            jobs=Scheduler(store, clock, self.parts),
            ways=lambda: WAYS,
            meters=self.meters,
            metrics_token=lambda: self.metrics_token,
            trusted_proxies=frozenset(self.listener.settings.trusted_proxies),
        )
        self.tls, self.server = self._server(folder, ping=ping, doors=doors, idle=idle)
        self.http: aiohttp.ClientSession

    def _server(self, folder: Path, **terms: Any) -> tuple[Tls | None, Server]:  # noqa: ANN401 - the server's own
        settings = self.listener.settings
        tls = Tls(settings, folder, self.clock, self.parts) if settings.tls else None
        return tls, Server(self.rooms, settings, listener=self.listener, tls=tls, **terms)

    def _host(self, folder: Path, *, phones: bool, restcomm: bool) -> Host:
        around = Surroundings(
            clock=self.clock,
            public_url=self.public_url,
            default_country="DE",
            config_dir=folder,
            way_in=WayIn(self.store, self.parts, "DE", meters=self.meters),
        )
        sections: dict[str, tuple[str, dict[str, Any]]] = {}
        if phones:
            sections["demo"] = ("handset", {"phones": [f"{PHONE} Ada"]})
        if restcomm:
            sections["main"] = ("restcomm", RESTCOMM)
        return Host(
            {
                name: CarrierSection(name=name, type=type_, table=Section(table))
                for name, (type_, table) in sections.items()
            },
            around=around,
            parts=self.parts,
            keep=lambda name: PluginValues(self.store, name),
            meters=self.meters,
        )

    async def __aenter__(self) -> Self:
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
        await self.host.start()
        if self.tls is not None:
            await self.tls.start()
        await self.server.start()
        self.rooms.jobs.add(Job("sweep", every(hours=1), _sweep))
        for part in ("store", "outbox"):
            self.parts.set(part, State.OK)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()
        await self.server.stop()
        if self.tls is not None:
            await self.tls.stop()
        await self.host.stop()
        await self.rooms.jobs.stop()
        await self.sessions.close()
        self.passwords.close()

    @property
    def anyone(self) -> Person:
        """Someone who has not signed in."""
        return Person(self)

    async def add(self, name: str, role: Role = "user", rights: tuple[str, ...] = ()) -> UserView:
        """A user with `PASSWORD`."""
        return await self.users.add(NewUser(name=name, password=PASSWORD, role=role, rights=list(rights)))

    async def someone(self, name: str, role: Role = "user", rights: tuple[str, ...] = ()) -> Person:
        """A new user, signed in as an API client."""
        user = await self.add(name, role, rights)
        return replace(await self.client(name), user=user)

    async def client(self, name: str) -> Person:
        """An API client of a user."""
        ask = {"username": name, "password": PASSWORD, "token": True}
        reply = await self.anyone.post(f"{API}/session", ask)
        assert reply.status == 201, reply.body
        return Person(self, {"Authorization": f"Bearer {reply.json['token']}"})

    async def browser(self, name: str) -> Person:
        """A browser of a user: a cookie, and what browsers send with it."""
        own = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        reply = await self.anyone.having(**own).post(f"{API}/session", {"username": name, "password": PASSWORD})
        assert reply.status == 201, reply.body
        cookie = reply.headers["Set-Cookie"].partition(";")[0]
        return Person(self, {"Cookie": cookie, **own})

    async def number(self, owner: str | None, number: str = OWN, carrier: str = "demo") -> NumberView:
        """A number of ours."""
        return await self.numbers.add(
            NewNumber(number=number, carrier=carrier, owner=f"user:{owner}" if owner else None)
        )


async def frames(socket: aiohttp.ClientWebSocketResponse, count: int = 1) -> list[Any]:
    """The next frames of a live socket."""
    return [json.loads(await asyncio.wait_for(socket.receive_str(), 5)) for _ in range(count)]


async def _sweep() -> str:
    return "Swept 0 rows."
