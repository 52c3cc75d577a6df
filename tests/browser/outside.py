"""The far side of a play: virtual phones, held by hand through the API."""

from typing import Any, Self
from urllib.parse import quote

import aiohttp

from browser.daemon import Daemon, DemoUser

CARRIER = "demo"


class Outside:
    """Everyone outside the company. `async with Outside(daemon) as outside`."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._http: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(self._daemon.url)
        self._http.headers["Authorization"] = f"Bearer {await self.token(self._admin)}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    @property
    def _admin(self) -> DemoUser:
        return next(user for user in self._daemon.users.values() if user.role == "admin")

    async def token(self, user: DemoUser) -> str:
        """A token of a user."""
        if session := self._daemon.session(user, "bearer"):
            return session
        ask = {"username": user.name, "password": user.password, "token": True}
        async with self._http.post("/api/v1/session", json=ask) as answer:
            assert answer.status == 201, await answer.text()
            return str((await answer.json())["token"])

    async def ask(self, method: str, path: str, body: object = None, token: str = "") -> Any:  # noqa: ANN401 - any JSON
        """Ask the API as the admin, or with another token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._http.request(method, f"/api/v1{path}", json=body, headers=headers) as answer:
            assert answer.ok, f"{method} {path}: {answer.status} {await answer.text()}"
            return await answer.json() if answer.status != 204 else None

    async def phones(self) -> list["Phone"]:
        """Every virtual phone."""
        found = await self.ask("GET", f"/handset/{CARRIER}/phones")
        while not found["items"]:  # the daemon is ready a moment before its phones are
            found = await self.ask("GET", f"/handset/{CARRIER}/phones?since={found['version']}&wait=5")
        return [Phone(self, each["number"], each["display"], each["name"]) for each in found["items"]]


class Phone:
    """Somebody's phone."""

    def __init__(self, outside: Outside, number: str, display: str, name: str) -> None:
        self._outside = outside
        self.number = number
        self.display = display
        self.name = name

    @property
    def _path(self) -> str:
        return f"/handset/{CARRIER}/phones/{quote(self.number)}"

    async def texts(self, to: str, body: str) -> None:
        """Text a number of ours."""
        await self._outside.ask("POST", f"{self._path}/messages", {"to": to, "body": body})

    async def behaves(self, **how: object) -> None:
        """From now on: `reachable`, `delay`, `reject`, `defer`, `silent`, `receipts`."""
        await self._outside.ask("PATCH", self._path, how)

    async def holds(self) -> list[str]:
        """What it has received, oldest first."""
        found = await self._outside.ask("GET", self._path)
        return [text["body"] for text in found["messages"] if text["direction"] == "in"]
