"""The web server: aiohttp's own, without its application layer, whose routing alone costs as much as a webhook."""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any

from aiohttp import web

from sidetone.config.shapes import ServerSettings
from sidetone.domain.health import State
from sidetone.store import meta
from sidetone.web.api import endpoints
from sidetone.web.assets import Assets
from sidetone.web.call import Front
from sidetone.web.cookie import SessionCookie
from sidetone.web.decode import LARGEST_BODY
from sidetone.web.dispatch import Dispatch
from sidetone.web.figures import Gauges
from sidetone.web.guard import Guard
from sidetone.web.headers import security_headers
from sidetone.web.hooks import Hooks
from sidetone.web.limits import IDLE, Doors
from sidetone.web.listener import Listener, bind
from sidetone.web.metrics import MetricsPage
from sidetone.web.middleware import Middleware, full, unreadable
from sidetone.web.openapi import description
from sidetone.web.rooms import Rooms
from sidetone.web.routes import Endpoint
from sidetone.web.tls import Tls

PART = "listener"
PING = 30.0  # seconds
PATIENCE = 3.0  # seconds that requests under way have when the server stops


class Server:
    """Serves the rooms. `start` lets people in, `stop` sends them out.

    A listener that was bound before may be given: then its port was known when the rooms were built.
    """

    def __init__(
        self,
        rooms: Rooms,
        settings: ServerSettings,
        *,
        listener: Listener | None = None,
        tls: Tls | None = None,
        ping: float = PING,
        doors: Doors | None = None,
        idle: float = IDLE,
    ) -> None:
        self.settings = settings
        self._rooms = rooms
        self._listener = listener
        self._tls = tls
        self._ping = ping
        self._doors = doors or Doors(rooms.trusted_proxies)
        self._idle = idle
        self._front: Front | None = None
        self._runner: web.ServerRunner | None = None
        self._serving: asyncio.Server | None = None

    async def start(self) -> None:
        """Serve; returns when requests are answered, and `settings` then has the real port. Raises CannotListen."""
        listener = self._listener
        if listener is None:
            listener = await asyncio.to_thread(bind, self.settings)
        self.settings = listener.settings
        self._front = front = self._new_front(endpoints())
        key = await self._rooms.store.read(meta.fingerprint_key)
        middleware = Middleware(
            hooks=Hooks(self._rooms, self.settings.public_url),
            dispatch=Dispatch(self._rooms, front, endpoints(), key, rate=self.settings.api_rate),
            assets=await asyncio.to_thread(Assets),
            metrics=MetricsPage(self._rooms, Gauges(self._rooms, self.settings.data_dir)),
            parts=self._rooms.parts,
            meters=self._rooms.meters,
            front=front,
        )
        server = _Connections(
            middleware.answer,
            request_factory=_request,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=self._idle,
            doors=self._doors,
            headers=front.headers,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=PATIENCE)
        await self._runner.setup()
        self._serving = await asyncio.get_running_loop().create_server(
            server,  # not through aiohttp's site, which gives handshakes a minute
            sock=listener.socket,
            **({} if self._tls is None else self._tls.terms()),
        )
        self._rooms.parts.set(
            PART, State.OK, f"Listening on {self.settings.listen}.", code="listener.ok", address=self.settings.listen
        )

    async def stop(self) -> None:
        """Let nobody in any more, close the live sockets, finish the requests under way."""
        if self._front is not None:
            self._front.closing.set()
            for wake in tuple(self._front.waking):
                wake()
        if self._serving is not None:
            self._serving.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self._rooms.parts.set(PART, State.OFF)

    def _new_front(self, listed: list[Endpoint]) -> Front:
        settings = self.settings
        return Front(
            guard=Guard(public_url=settings.public_url, listen_host=settings.host, tls=settings.tls),
            cookie=SessionCookie(secure=settings.public_url.startswith("https:")),
            headers=security_headers(settings.public_url),
            describe=cache(lambda: description(listed)),
            ping=self._ping,
            most_screens=settings.screens_per_user,
        )


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:  # noqa: ANN401 - aiohttp's own
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)


class _Connection(web.RequestHandler):
    """Answers also what is no HTTP with our headers, and without repeating any of it in the log; is counted."""

    __slots__ = ("_address", "_doors", "_headers", "_inside")

    def __init__(self, manager: web.Server, *, doors: Doors, headers: Mapping[str, str], **terms: Any) -> None:  # noqa: ANN401 - aiohttp's own
        super().__init__(manager, **terms)
        self._doors = doors
        self._headers = headers
        self._address = ""
        self._inside = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if peer else ""
        self._inside = self._doors.enter(self._address)
        if self._inside:
            super().connection_made(transport)
        elif isinstance(transport, asyncio.Transport):
            transport.write(full(self._headers))
            transport.close()

    def data_received(self, data: bytes) -> None:
        if self._inside:
            super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._inside:
            self._inside = False
            self._doors.leave(self._address)
            super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is on its way already")
        response = unreadable(status, self._headers)
        response.force_close()
        return response


class _Connections(web.Server):
    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)
