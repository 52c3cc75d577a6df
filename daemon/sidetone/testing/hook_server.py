"""A small HTTP server that brings call-backs to one carrier, as the daemon does."""

from typing import Self

from aiohttp import web

from sidetone.domain.fault import SidetoneError
from sidetone.plugin.carrier import TakesWebhooks, WebhookRequest

MOST_BYTES = 64 * 1024  # as the daemon takes


class HookServer:
    """An asynchronous context manager; while it is open, `url` is the `public_url` of a context.

    `carrier` is set once it is built. What it lets pass of the store's errors is kept in `failures` and answered 503.
    """

    def __init__(self) -> None:
        self.url = ""
        self.carrier: TakesWebhooks | None = None
        self.failures: list[SidetoneError] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port of loopback."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_route("*", "/hooks/{carrier}/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        if self.carrier is None:
            return web.Response(status=404)
        try:
            answer = await self.carrier.webhook(
                WebhookRequest(
                    tail=tuple(request.match_info["tail"].split("/")),
                    method=request.method,
                    query=request.rel_url.raw_query_string,
                    headers={name.lower(): value for name, value in request.headers.items()},
                    body=await request.read(),
                    remote=request.remote or "",
                    url=self.url + request.raw_path,
                )
            )
        except SidetoneError as error:
            self.failures.append(error)
            return web.Response(status=503)
        headers = {**answer.headers, "Content-Type": answer.content_type}
        return web.Response(status=answer.status, body=answer.body, headers=headers)
