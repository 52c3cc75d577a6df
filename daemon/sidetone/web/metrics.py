"""`/metrics`, for Prometheus: to this machine itself, or to whoever has the token."""

import asyncio
import hmac

from aiohttp import web
from prometheus_client.exposition import choose_encoder

from sidetone.config.address import is_loopback
from sidetone.errors import Forbidden
from sidetone.web.cookie import bearer
from sidetone.web.figures import Gauges
from sidetone.web.headers import NO_STORE
from sidetone.web.problems import MethodNotAllowed
from sidetone.web.rooms import Rooms

PATH = "/metrics"
_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


class MetricsPage:
    """Answers `/metrics`. What is asked twice at the same time is counted once."""

    def __init__(self, rooms: Rooms, gauges: Gauges) -> None:
        self._rooms = rooms
        self._gauges = gauges
        self._turn = asyncio.Lock()

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """The metrics as text; raises Forbidden, MethodNotAllowed."""
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed("GET, HEAD")
        if not (self._has_token(request) or _is_this_machine(request)):
            raise Forbidden(
                "Metrics are for this machine itself, or for a token.",
                hint="Ask 127.0.0.1 directly, or send the token of [metrics] as Authorization: Bearer.",
            )
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        async with self._turn:
            await self._gauges.take()
            body = encode(self._rooms.meters.registry)
        return web.Response(body=body, headers={"Content-Type": content_type, "Cache-Control": NO_STORE})

    def _has_token(self, request: web.BaseRequest) -> bool:
        token, given = self._rooms.metrics_token(), bearer(request)
        if token is None or not given:
            return False
        return hmac.compare_digest(given.encode(errors="surrogateescape"), token.reveal().encode())


def _is_this_machine(request: web.BaseRequest) -> bool:
    """Whether a process of this machine asks for itself: a proxy here names itself, or the host it was asked for."""
    host = request.headers.get("Host", "").lower()
    name, colon, port = host.rpartition(":")
    name = name if colon and port.isdigit() else host
    forwarded = any(header in request.headers for header in _FORWARDED)
    return is_loopback(request.remote or "") and is_loopback(name.strip("[]")) and not forwarded
