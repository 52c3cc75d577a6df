"""A client of the daemon's API that knows what it was told and what it was not, and the people it speaks for."""

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from durability.daemon import HOOK_SECRET, Daemon

API = "/api/v1"
PASSWORD = "three quiet words"
OWN_NUMBERS = ("+13105550101", "+13105550102")
_PATIENCE = ClientTimeout(total=15)


class Gone(Exception):
    """The connection ended before an answer came: what was asked may have been done, and may not."""


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    status: int
    json: Any


class Api:
    """Asks as one user."""

    def __init__(self, http: ClientSession, url: str, token: str = "") -> None:
        self._http = http
        self._url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def ask(self, method: str, path: str, body: object = None, *, key: str = "") -> Reply:
        """One request below /api/v1; raises Gone."""
        headers = {**self.headers, "Idempotency-Key": key} if key else self.headers
        try:
            async with self._http.request(
                method, f"{self._url}{API}{path}", json=body, headers=headers, timeout=_PATIENCE
            ) as answer:
                is_json = answer.content_type.endswith("json")
                return Reply(answer.status, await answer.json(content_type=None) if is_json else None)
        except (ClientError, OSError, TimeoutError) as error:
            raise Gone(type(error).__name__) from error

    async def must(self, method: str, path: str, body: object = None, *, key: str = "", status: int = 200) -> Any:  # noqa: ANN401 - any JSON
        """The JSON of an answer that has to have this status."""
        reply = await self.ask(method, path, body, key=key)
        assert reply.status == status, f"{method} {path} was answered {reply.status}: {reply.json}"
        return reply.json


@dataclass(frozen=True)
class Site:
    """A daemon with an admin and two users who own a number each."""

    daemon: Daemon
    admin: Api
    users: tuple[Api, ...]

    @property
    def message_hook(self) -> str:
        """Where the carrier brings texts."""
        return f"{self.daemon.url}/hooks/main/{HOOK_SECRET}/message"

    @property
    def status_hook(self) -> str:
        """Where the carrier brings receipts."""
        return f"{self.daemon.url}/hooks/main/{HOOK_SECRET}/status"

    async def conversation(self, user: int, party: str) -> str:
        """The id of a user's conversation with an outside number."""
        reply = await self.users[user].ask("POST", "/conversations", {"kind": "sms", "to": party})
        assert reply.status in (200, 201), reply
        return str(reply.json["id"])


async def furnish(daemon: Daemon, http: ClientSession) -> Site:
    """Make the people and numbers of a running daemon that has none."""
    secret = (daemon.data / "setup-link").read_text().strip().partition("#")[2]
    nobody = Api(http, daemon.url)
    await nobody.must("POST", "/setup", {"secret": secret, "username": "boss", "password": PASSWORD}, status=201)
    admin = await _sign_in(http, daemon.url, "boss")
    users = []
    for number in OWN_NUMBERS:
        name = f"user{number[-1]}"
        await admin.must("POST", "/users", {"name": name, "password": PASSWORD}, status=201)
        owned = {"number": number, "carrier": "main", "owner": f"user:{name}"}
        await admin.must("POST", "/numbers", owned, status=201)
        users.append(await _sign_in(http, daemon.url, name))
    return Site(daemon, admin, tuple(users))


async def _sign_in(http: ClientSession, url: str, name: str) -> Api:
    asked = {"username": name, "password": PASSWORD, "token": True}
    session = await Api(http, url).must("POST", "/session", asked, status=201)
    return Api(http, url, session["token"])
