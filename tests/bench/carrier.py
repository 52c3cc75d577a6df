"""The far side of an HTTP carrier: takes texts as a Restcomm server does and calls back with their receipts.

A process of its own that does as little as it can, since it shares a core with the load. Its receipt says `delivered`
and comes a while after its answer, or, when told to be early, is answered by the other side before the text is. The
arguments are the receipt's delay in seconds, or `early`; the port is printed, and it serves until stdin ends.
"""

import asyncio
import gc
import sys
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import cast
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import uvloop

from bench.wire import Caller, WireError

_EMPTY_PAGE = {"page": 0, "num_pages": 0, "page_size": 50, "total": 0, "next_page_uri": "null", "messages": []}


class Receipts:
    """Calls back over keep-alive connections, each receipt with the first free one."""

    def __init__(self) -> None:
        self._free: dict[tuple[str, int], deque[Caller]] = {}

    async def post(self, url: str, form: dict[str, str]) -> None:
        """Call once: whoever loses a receipt never sees it again."""
        parts = urlsplit(url)
        address = parts.hostname or "", parts.port or 80
        free = self._free.setdefault(address, deque())
        body = urlencode(form).encode()
        head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: carrier\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            caller = free.popleft() if free else await _connect(address, free)
        except OSError as fault:
            print(f"no receipt: {fault}", file=sys.stderr)
            return
        answered = asyncio.get_running_loop().create_future()
        caller.post(head.encode() + body, answered.set_result)
        status = await answered
        free.append(caller)
        if status != 200:
            print(f"a receipt was answered {status}", file=sys.stderr)


async def _connect(address: tuple[str, int], free: deque[Caller]) -> Caller:
    def forget(_: WireError) -> None:
        if caller in free:
            free.remove(caller)

    _, caller = await asyncio.get_running_loop().create_connection(lambda: Caller(forget), *address)
    return caller


class Carrier:
    """One account. `delay` in seconds, None for receipts that come before the answer."""

    def __init__(self, delay: float | None) -> None:
        self._delay = delay
        self._receipts = Receipts()
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0

    def ask(self, method: str, path: str, body: bytes, answer: Callable[[object], None]) -> None:
        """Answer one request with a document, now or after its receipt."""
        if method == "GET":
            listing = "/SMS/Messages" in path
            answer(_EMPTY_PAGE if listing else {"sid": _account(path), "status": "active"})
            return
        form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        self._count += 1
        text = {
            "sid": f"SM{self._count:032x}",
            "account_sid": _account(path),
            "from": form["From"],
            "to": form["To"],
            "body": form["Body"],
            "status": "sending",
            "direction": "outbound-api",
        }
        tell = partial(self._tell, form["StatusCallback"], text)
        if self._delay is None:
            tell(then=partial(answer, text))
        else:
            answer(text)
            asyncio.get_running_loop().call_later(self._delay, tell)

    def _tell(self, url: str, text: dict[str, str], then: Callable[[], None] = lambda: None) -> None:
        receipt = {
            "From": text["from"],
            "To": text["to"],
            "Body": text["body"],
            "AccountSid": text["account_sid"],
            "MessageSid": text["sid"],
            "MessageStatus": "delivered",
        }
        task = asyncio.get_running_loop().create_task(self._receipts.post(url, receipt))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: then())


def _account(path: str) -> str:
    return path.partition("/Accounts/")[2][:34]


class Connection(asyncio.Protocol):
    """One connection to the carrier with at most one request on its way."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._transport: asyncio.Transport | None = None
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own type does not say that it is one

    def data_received(self, data: bytes) -> None:
        self._request += data
        head, gap, body = self._request.partition(b"\r\n\r\n")
        if not gap:
            return
        at = head.lower().find(b"content-length: ")
        length = int(head[at + 16 :].partition(b"\r\n")[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self._request = body[length:]
        method, path, _ = head.partition(b"\r\n")[0].decode().split(" ")
        self._carrier.ask(method, path, body[:length], self._answer)

    def _answer(self, document: object) -> None:
        body = msgspec.json.encode(document)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head.encode() + body)


async def _main(delay: float | None) -> None:
    loop = asyncio.get_running_loop()
    carrier = Carrier(delay)
    server = await loop.create_server(lambda: Connection(carrier), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    gc.freeze()
    await loop.run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    uvloop.run(_main(None if sys.argv[1] == "early" else float(sys.argv[1])))
