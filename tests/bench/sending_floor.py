"""D for texts that go out: take the API call, hand the text to the carrier, take its receipt, tell the screens.

Three rows a text, one each for what was accepted, what the carrier said and the receipt, in group commits; nobody
hears of anything before its commit. Started as a program with the port, the path of its database and the carrier's
address.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import msgspec
import uvloop
from aiohttp import ClientSession, TCPConnector, web

from bench.durable_floor import DurableFloor, Writer
from bench.null_floor import Event, Message, serve
from bench.plan import AT_ONCE

_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "Accept": "application/json"}
_OWN_NUMBER = "+13105550100"


class _Ask(msgspec.Struct):
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class _Taken(msgspec.Struct):
    sid: str


class SendingFloor(DurableFloor):
    """D with the way out. A receipt is recognised by the address that it comes to, so that it may be early."""

    def __init__(self, writer: Writer, carrier_url: str) -> None:
        super().__init__(writer)
        self._carrier_url = f"{carrier_url}/Accounts/AC{'5' * 32}/SMS/Messages.json"
        self._sent: dict[str, Message] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._next = 0

    def app(self) -> web.Application:
        """The routes of the other floors, and those of sending."""
        app = super().app()
        app.router.add_post("/api/v1/conversations/{id}/messages", self._accept)
        app.router.add_post("/hooks/{carrier}/{secret}/status/{reference}", self._receive)
        app.cleanup_ctx.append(self._connect)
        return app

    async def _connect(self, _: web.Application) -> AsyncIterator[None]:
        async with ClientSession(connector=TCPConnector(limit=AT_ONCE)) as self._http:
            yield

    async def _accept(self, request: web.Request) -> web.Response:
        """What POST /conversations/{id}/messages does: answered once the text is on the disk."""
        ask = msgspec.json.decode(await request.read(), type=_Ask)
        self._next += 1
        reference = str(self._next)
        to = request.match_info["id"]
        message = Message(reference, to, "out", "", _OWN_NUMBER, to, ask.body, "queued")
        self._sent[reference] = message
        await self.keep(message)
        task = asyncio.create_task(self._hand_over(message, f"http://{request.host}/hooks/main/secret/status"))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response(status=202, body=self._encode(message), content_type="application/json")

    async def _hand_over(self, message: Message, hook: str) -> None:
        form = {"From": message.sender, "To": message.recipient, "Body": message.body}
        form["StatusCallback"] = f"{hook}/{message.id}"
        async with self._http.post(self._carrier_url, data=urlencode(form).encode(), headers=_FORM) as answer:
            taken = msgspec.json.decode(await answer.read(), type=_Taken)
        await self.keep(msgspec.structs.replace(message, carrier_id=taken.sid, status="sent"))

    async def _receive(self, request: web.Request) -> web.Response:
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        sent = self._sent.pop(request.match_info["reference"])
        message = msgspec.structs.replace(sent, carrier_id=form["MessageSid"], status=form["MessageStatus"])
        await self.keep(message)
        await self.announce(self._encode(Event(f"1:{message.id}", "message.updated", message)))
        return web.Response(body=b"<Response/>", content_type="application/xml")


async def _main(port: int, path: str, carrier_url: str) -> None:
    writer = Writer(path, asyncio.get_running_loop())
    try:
        await serve(SendingFloor(writer, carrier_url), port)
    finally:
        writer.close()


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
