"""N, the null floor: take a carrier's webhook, write one event to every screen, store nothing.

It is the least that this interpreter, loop, web server and JSON library can do with a message that comes in, so
what Sidetone does on top of it shows as a ratio. Started as a program with the port to listen on.
"""

import asyncio
import signal
import sys
from urllib.parse import parse_qsl

import msgspec
import uvloop
from aiohttp import WSMsgType, web

_EMPTY_ANSWER = b"<Response/>"
_EMPTY_PAGE = '<!doctype html><html lang="en"><title>Empty</title><p id="useful">Nothing</p></html>'


class Message(msgspec.Struct):
    """What a screen shows of one text, in the shape of the daemon's own `message.created`."""

    id: str
    conversation_id: str
    direction: str
    carrier_id: str
    sender: str
    recipient: str
    body: str
    status: str


class Event(msgspec.Struct):
    """One frame on the wire."""

    seq: str
    type: str
    data: Message


class Floor:
    """The web server of a floor; `keep` is the one step in which the two differ."""

    def __init__(self) -> None:
        self._screens: set[web.WebSocketResponse] = set()
        self._encode = msgspec.json.Encoder().encode
        self._count = 0

    def app(self) -> web.Application:
        """The routes that the load and the readiness check use, named as the daemon names them."""
        app = web.Application()
        app.router.add_post("/hooks/{carrier}/{secret}/message", self._hook)
        app.router.add_get("/api/v1/events", self._events)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/empty", self._empty)
        return app

    async def keep(self, message: Message) -> None:
        """Make the message safe before anyone hears of it: nothing, here."""

    async def announce(self, frame: bytes) -> None:
        """Write one event to every connected screen."""
        for screen in tuple(self._screens):
            await screen.send_frame(frame, WSMsgType.TEXT)

    async def _hook(self, request: web.Request) -> web.Response:
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        self._count += 1
        number = str(self._count)
        message = Message(
            id=number,
            conversation_id=form["From"],
            direction="in",
            carrier_id=form["SmsSid"],
            sender=form["From"],
            recipient=form["To"],
            body=form["Body"],
            status="received",
        )
        await self.keep(message)
        await self.announce(self._encode(Event(f"1:{number}", "message.created", message)))
        return web.Response(body=_EMPTY_ANSWER, content_type="application/xml")

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        screen = web.WebSocketResponse(compress=False, heartbeat=30)
        await screen.prepare(request)
        await screen.send_str('{"type":"hello","seq":"1:0"}')
        self._screens.add(screen)
        try:
            async for _ in screen:
                pass
        finally:
            self._screens.discard(screen)
        return screen

    async def _ready(self, _: web.Request) -> web.Response:
        return web.Response(text="{}", content_type="application/json")

    async def _empty(self, _: web.Request) -> web.Response:
        return web.Response(text=_EMPTY_PAGE, content_type="text/html")


async def serve(floor: Floor, port: int) -> None:
    """Listen on loopback until SIGTERM or SIGINT."""
    runner = web.AppRunner(floor.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve(Floor(), int(sys.argv[1])))
