"""Example Telecom on loopback: its API, its call-backs, and the faults of both."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Self

import aiohttp
from aiohttp import web

from sidetone.plugin import Clock

TOKEN = "token-of-the-account"
KEY = "key-that-call-backs-are-signed-with"


class FarSide:
    """One account. An asynchronous context manager; while it is open it listens on `port` of loopback.

    `fault` is how the next message is refused. `early` and `after` are the statuses that each message reports by itself,
    before and after the answer. `hook` is the address entered for texts.
    """

    def __init__(self, clock: Clock) -> None:
        self.messages: list[dict[str, Any]] = []
        self.fault: tuple[int, Mapping[str, str]] | None = None
        self.early: tuple[str, ...] = ()
        self.after: tuple[str, ...] = ()
        self.hook = ""
        self.port = 0
        self._clock = clock
        self._reports: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/v1/account", self._account)
        app.router.add_post("/v1/messages", self._take)
        app.router.add_get("/v1/messages", self._list)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await asyncio.gather(*self._reports)
        await self._http.close()
        await self._runner.cleanup()

    async def call(self, event: Mapping[str, Any], *, key: str = KEY, age: int = 0) -> int:
        """Call back once, signed with this key so many seconds ago; the status of the answer."""
        body, at = json.dumps(event).encode(), self._clock.now() // 1000 - age
        signed = hmac.new(key.encode(), f"{at}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Signature": f"{at}:{signed}"}
        async with self._http.post(self.hook, data=body, headers=headers) as answer:
            return answer.status

    async def _account(self, request: web.Request) -> web.Response:
        return self._refused(request) or web.json_response({"name": "A company"})

    async def _take(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        if self.fault is not None:
            (status, headers), self.fault = self.fault, None
            return web.json_response({"error": "bad_message"}, status=status, headers=headers)
        message = {**await request.json(), "id": f"m-{len(self.messages)}"}
        self.messages.append(message)
        await self._report(message["id"], self.early)
        task = asyncio.create_task(self._report(message["id"], self.after))
        self._reports.add(task)
        task.add_done_callback(self._reports.discard)
        return web.json_response({"id": message["id"]}, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        found = [each for each in self.messages if each["reference"] == request.query.get("reference")]
        return self._refused(request) or web.json_response({"items": found})

    async def _report(self, message_id: str, statuses: tuple[str, ...]) -> None:
        for status in statuses:
            await self.call({"type": "report", "id": message_id, "status": status})

    @staticmethod
    def _refused(request: web.Request) -> web.Response | None:
        known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        return None if known else web.json_response({"error": "unauthorized"}, status=401)
