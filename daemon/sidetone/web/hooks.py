"""`/hooks/{carrier}/…`: the way in for carriers, and the hot path. Nothing stands here that it does not need."""

from urllib.parse import unquote

from aiohttp import web

from sidetone.plugin.carrier import WebhookRequest
from sidetone.web.address import came_encrypted, client_address
from sidetone.web.decode import read_body
from sidetone.web.headers import ON_HOOKS
from sidetone.web.rooms import Rooms

START = "/hooks/"


class Hooks:
    """Hands a request to the carrier that its path names.

    No session, no Host check: a carrier proves itself to its plugin, by secret and signature.
    """

    def __init__(self, rooms: Rooms, public_url: str) -> None:
        self._host = rooms.host
        self._trusted = rooms.trusted_proxies
        self._public_url = public_url

    async def answer(self, request: web.BaseRequest, path: str, query: str) -> web.Response:
        """Raises NotFound for a carrier that is none, TooLarge, and what the plugin raised."""
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
            remote=client_address(request, self._trusted) if self._trusted else request.remote or "",
            url=f"{self._public_url}{path}?{query}" if query else self._public_url + path,
        )
        answer = await self._host.webhook(name, hook, tls=came_encrypted(request, self._trusted))
        headers = {**answer.headers, **ON_HOOKS, "Content-Type": answer.content_type}
        return web.Response(status=answer.status, body=answer.body, headers=headers)
