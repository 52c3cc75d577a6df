"""From a request below /api/v1 to its endpoint: who asks, whether they may, what they ask, and the answer as JSON."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from sidetone.people.sessions import NotSignedIn
from sidetone.people.sign_in import network
from sidetone.people.viewer import Viewer
from sidetone.store.acting import Actor, acting
from sidetone.store.idempotency import Once
from sidetone.web.address import client_address
from sidetone.web.call import Answer, Call, Front, not_signed_in
from sidetone.web.cookie import bearer
from sidetone.web.decode import decode_json, decode_query, idempotency_key, read_body
from sidetone.web.headers import NO_STORE
from sidetone.web.limits import BURST, STRANGERS, Rate
from sidetone.web.problems import IdempotencyRunning, TooManyRequests
from sidetone.web.rooms import Rooms
from sidetone.web.routes import OPEN, PREFIX, SAFE, SIGNED_IN, Endpoint, Router

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Line:
    """What the log says of a request: the place as it is declared, never as it was asked for."""

    place: str = ""
    user: int = 0


class Dispatch:
    """Finds, checks and calls endpoints."""

    def __init__(
        self, rooms: Rooms, front: Front, endpoints: Iterable[Endpoint], fingerprint_key: bytes, *, rate: float
    ) -> None:
        clock = rooms.clock
        self._users = Rate(clock, per_second=rate, burst=rate * BURST)
        self._strangers = Rate(clock, per_second=STRANGERS, burst=STRANGERS * BURST)
        self._rooms = rooms
        self._front = front
        self._router = Router(endpoints)
        self._fingerprint_key = fingerprint_key
        self._running: set[tuple[int, str]] = set()

    async def answer(
        self, request: web.BaseRequest, correlation: str, path: str, query: str, line: Line
    ) -> web.StreamResponse:
        """The answer; raises every error of the API."""
        endpoint, segments = self._router.find(request.method, path[len(PREFIX) :])
        line.place = PREFIX + endpoint.path
        if request.method not in SAFE:
            self._front.guard.check_site(request)
        address = client_address(request, self._rooms.trusted_proxies)
        viewer, token = await self._who(request, endpoint, address)
        line.user = viewer.user_id if viewer else 0
        arguments: dict[str, Any] = {}
        parameters = decode_query(query, endpoint.query or NoQuery)
        if endpoint.query is not None:
            arguments["query"] = parameters
        body = b""
        if endpoint.ask is not None:
            body = await read_body(request)
            arguments["ask"] = decode_json(request, body, endpoint.ask)
        with self._once(request, endpoint, viewer, body) as once:
            call = Call(
                rooms=self._rooms,
                front=self._front,
                request=request,
                correlation=correlation,
                segments=segments,
                address=address,
                signed_in=viewer,
                token=token,
                once=once,
            )
            with acting(_actor(viewer, call.address)):
                found = await endpoint.handler(call, **arguments)
        return found if isinstance(found, web.StreamResponse) else _response(found, endpoint)

    async def _who(self, request: web.BaseRequest, endpoint: Endpoint, address: str) -> tuple[Viewer | None, str]:
        """The viewer and the token they came with; raises NotSignedIn, Forbidden, TooManyRequests."""
        if endpoint.right == OPEN:
            self._allow_stranger(address)
            return None, ""
        given = bearer(request)
        token = self._front.cookie.read(request) if given is None else given
        try:
            if not token:
                raise not_signed_in()
            viewer = await self._rooms.sessions.viewer(token)
        except NotSignedIn:
            self._allow_stranger(address)
            raise
        if wait := self._users.take(viewer.user_id):
            raise TooManyRequests(wait)
        if endpoint.right != SIGNED_IN:
            viewer.must(endpoint.right)
        return viewer, token

    def _allow_stranger(self, address: str) -> None:
        if wait := self._strangers.take(network(address)):
            raise TooManyRequests(wait)

    @contextmanager
    def _once(
        self, request: web.BaseRequest, endpoint: Endpoint, viewer: Viewer | None, body: bytes
    ) -> Iterator[Once | None]:
        """The request's Idempotency-Key, held while the request runs; raises BadIdempotencyKey, IdempotencyRunning."""
        key = idempotency_key(request) if endpoint.creates else None
        if key is None or viewer is None:
            yield None
            return
        held = (viewer.user_id, key)
        if held in self._running:
            raise IdempotencyRunning("The first request with this key is still running.", hint="Ask again in a moment.")
        self._running.add(held)
        try:
            yield Once(viewer.user_id, key, self._fingerprint(request, body))
        finally:
            self._running.discard(held)

    def _fingerprint(self, request: web.BaseRequest, body: bytes) -> str:
        """A keyed hash of what is asked: it tells two requests apart and no one what they were."""
        asked = f"{request.method} {request.raw_path}\n".encode(errors="surrogateescape") + body
        return hashlib.blake2b(asked, key=self._fingerprint_key, digest_size=16).hexdigest()


def _actor(viewer: Viewer | None, address: str) -> Actor:
    if viewer is None:
        return Actor(address=address)
    return Actor(user_id=viewer.user_id, name=viewer.name, address=address)


class NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """The query of an endpoint that has none."""


def _response(found: Any, endpoint: Endpoint) -> web.Response:  # noqa: ANN401 - a view, an Answer of one, or None
    answer = found if isinstance(found, Answer) else Answer(found)
    headers = {"Cache-Control": NO_STORE, **answer.headers}
    if endpoint.answer is None:
        return web.Response(status=endpoint.status, headers=headers)
    headers["Content-Type"] = "application/json"
    return web.Response(status=answer.status or endpoint.status, body=_encode(answer.view), headers=headers)
