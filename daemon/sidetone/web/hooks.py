"""`/hooks/{carrier}/…`: the way in for carriers, and the hot path. Nothing stands here that it does not need."""

from urllib.parse import unquote

from aiohttp import web

from sidetone.errors import NotFound
from sidetone.plugin.carrier import WebhookRequest
from sidetone.web.address import came_encrypted, client_address
from sidetone.web.decode import read_body
from sidetone.web.headers import ON_HOOKS, security_headers
from sidetone.web.limits import WrongHooks
from sidetone.web.problems import TooManyRequests
from sidetone.web.rooms import Rooms

START = "/hooks/"
_WRONG = frozenset({401, 403, 404})  # what a plugin answers to what does not prove itself


class Hooks:
    """Hands a request to the carrier that its path names.

    No session, no Host check: a carrier proves itself to its plugin, by secret and signature.
    """

    def __init__(self, rooms: Rooms, public_url: str) -> None:
        self._host = rooms.host
        self._trusted = rooms.trusted_proxies
        self._public_url = public_url
        self._wrong = WrongHooks(rooms.clock)
        self.headers = security_headers(public_url, ON_HOOKS)

    async def answer(self, request: web.BaseRequest, path: str, query: str) -> web.Response:
        """Raises NotFound for a carrier that is none, TooLarge, TooManyRequests, and what the plugin raised."""
        remote = client_address(request, self._trusted) if self._trusted else request.remote or ""
        if wait := self._wrong.wait(path, remote):
            raise TooManyRequests(wait)
        name, _, tail = path[len(START) :].partition("/")
        if "%" in path:
            segments = tuple(unquote(piece, errors="replace") for piece in tail.split("/"))
        else:
            segments = tuple(tail.split("/"))
        hook = WebhookRequest(
            tail=segments,
            method=request.method,
            query=query,
            headers=request.headers,  # its look-up takes any case
            body=await read_body(request),
            remote=remote,
            url=f"{self._public_url}{path}?{query}" if query else self._public_url + path,
        )
        try:
            answer = await self._host.webhook(name, hook, tls=came_encrypted(request, self._trusted))
        except NotFound:
            self._wrong.count(remote)
            raise
        if answer.status < 300:
            self._wrong.trust(path)
        elif answer.status in _WRONG:
            self._wrong.count(remote)
        headers = {**answer.headers, **self.headers, "Content-Type": answer.content_type}
        return web.Response(status=answer.status, body=answer.body, headers=headers)
