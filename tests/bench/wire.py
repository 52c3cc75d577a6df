"""The client side of the wire with as little work per message as Python allows, so that the server is what is measured."""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable
from typing import cast

from bench.plan import Access

_TEXT, _CLOSE, _PING = 0x1, 0x8, 0x9


class WireError(Exception):
    """The other side closed, or said what this client does not read."""


class Caller(asyncio.Protocol):
    """One keep-alive HTTP connection with at most one request on its way."""

    def __init__(self, on_loss: Callable[[WireError], None]) -> None:
        self._on_loss = on_loss
        self._transport: asyncio.Transport | None = None
        self._answer = b""
        self._done: Callable[[int], None] | None = None

    def post(self, request: bytes, done: Callable[[int], None]) -> None:
        """Send a whole request; `done` gets the status once the whole answer is there."""
        assert self._transport is not None
        self._done = done
        self._transport.write(request)

    def close(self) -> None:
        """Hang up without telling anyone."""
        if self._transport is not None:
            transport, self._transport = self._transport, None
            transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own type does not say that it is one

    def data_received(self, data: bytes) -> None:
        answer = self._answer + data if self._answer else data
        end = end_of_answer(answer)
        if end is None:
            self._answer = answer
            return
        self._answer = answer[end:]
        done, self._done = self._done, None
        if done is not None:
            done(int(answer[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._on_loss(WireError("the target closed a caller's connection"))


def end_of_answer(answer: bytes) -> int | None:
    """Where a whole answer ends, None while some is missing; an answer must carry a Content-Length."""
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return None
    at = answer.find(b"Content-Length: ", 0, head)
    if at < 0:
        raise WireError("an answer without Content-Length")
    end = head + 4 + int(answer[at + 16 : answer.find(b"\r\n", at)])
    return end if len(answer) >= end else None


class Frames:
    """Cuts what a server sends on a WebSocket into frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Opcode and payload of each frame that is complete by now."""
        data = self._rest + data if self._rest else data
        frames = []
        at, end = 0, len(data)
        while end - at >= 2:
            start, length = at + 2, data[at + 1]
            if length >= 126:
                start += 2 if length == 126 else 8
                if end < start:
                    break
                length = int.from_bytes(data[at + 2 : start], "big")
            if end < start + length:
                break
            frames.append((data[at] & 0x0F, data[start : start + length]))
            at = start + length
        self._rest = data[at:]
        return frames


class Screen(asyncio.Protocol):
    """One session's WebSocket: `connected` is done with the server's first frame, each later text goes to `on_text`."""

    def __init__(self, access: Access, on_text: Callable[[bytes], None], on_loss: Callable[[WireError], None]) -> None:
        lines = [f"GET {access.events_path} HTTP/1.1", f"Host: {access.host}:{access.port}"]
        lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}"]
        lines += [f"{name}: {value}" for name, value in access.headers.items()]
        self._request = "\r\n".join([*lines, "", ""]).encode()
        self._on_text = on_text
        self._on_loss = on_loss
        self._transport: asyncio.Transport | None = None
        self._head: bytes | None = b""
        self._frames = Frames()
        self.connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def close(self) -> None:
        """Hang up without telling anyone."""
        if self._transport is not None:
            transport, self._transport = self._transport, None
            transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own type does not say that it is one
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._head.startswith(b"HTTP/1.1 101"):
                self._lose(WireError(f"no events: {self._head[:60].decode('latin-1')}"))
                return
            data, self._head = self._head[end + 4 :], None
        for opcode, payload in self._frames.feed(data):
            self._take(opcode, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._lose(WireError("the target closed a screen's connection"))

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == _TEXT:
            if self.connected.done():
                self._on_text(payload)
            else:
                self.connected.set_result(None)
        elif opcode == _PING and self._transport is not None:
            self._transport.write(bytes((0x8A, 0x80 | len(payload), 0, 0, 0, 0)) + payload)
        elif opcode == _CLOSE:
            self._lose(WireError(f"the target closed a screen: {int.from_bytes(payload[:2], 'big')}"))

    def _lose(self, fault: WireError) -> None:
        self.close()
        if self.connected.done():
            self._on_loss(fault)
        else:
            self.connected.set_exception(fault)


async def open_screens(
    access: Access, count: int, on_text: Callable[[bytes], None], on_loss: Callable[[WireError], None]
) -> list[Screen]:
    """Connect screens one after the other, each up to its first frame. Raises WireError or TimeoutError (10 s each)."""
    loop = asyncio.get_running_loop()
    screens = []
    for _ in range(count):
        _, screen = await loop.create_connection(lambda: Screen(access, on_text, on_loss), access.host, access.port)
        await asyncio.wait_for(screen.connected, 10)
        screens.append(screen)
    return screens


async def open_callers(access: Access, count: int, on_loss: Callable[[WireError], None]) -> list[Caller]:
    """Connect keep-alive connections."""
    loop = asyncio.get_running_loop()
    callers = []
    for _ in range(count):
        _, caller = await loop.create_connection(lambda: Caller(on_loss), access.host, access.port)
        callers.append(caller)
    return callers
