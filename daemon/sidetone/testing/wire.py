"""A line between a plugin and its far side that a test can cut, mute or take away, whatever is spoken over it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self

NONSENSE = b"\x00\xffnothing that any protocol says\r\n\r\n"


class Wire:
    """A TCP proxy on loopback. An asynchronous context manager; while it is open, `port` leads to the far side.

    What is asked always reaches the far side; the tests decide what becomes of the answers.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.port = 0
        self._far = (host, port)
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._muted = False
        self._fate_of_next = ""

    async def __aenter__(self) -> Self:
        """Listen on a free port of loopback."""
        await self.come_back()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.go_away()

    def cut_next(self) -> None:
        """Break the connection in place of the next answer."""
        self._fate_of_next = "cut"

    def mute_next(self) -> None:
        """Swallow the next answer, and all that its connection would still say."""
        self._fate_of_next = "mute"

    def garble_next(self) -> None:
        """Say nonsense in place of the next answer, then end the connection."""
        self._fate_of_next = "garble"

    def mute(self) -> None:
        """Swallow every answer from now on, until `come_back`."""
        self._muted = True

    async def go_away(self) -> None:
        """Refuse connections, and break those that there are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        lines = list(self._lines)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    async def come_back(self) -> None:
        """Take connections again, on the same port, and mute nobody."""
        self._muted, self._fate_of_next = False, ""
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        line = asyncio.current_task()
        assert line is not None  # noqa: S101 - a server's handler runs in a task
        self._lines.add(line)
        far_writer: asyncio.StreamWriter | None = None
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._far)
            await _first_of(_pass_on(reader, far_writer), self._answer(far_reader, writer))
        except OSError:
            pass  # the far side is not there, or one of the two has gone
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._lines.discard(line)
            writer.close()
            if far_writer is not None:
                far_writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        silent = False
        while data := await reader.read(65536):
            fate, self._fate_of_next = self._fate_of_next, ""
            silent = silent or fate == "mute"
            if fate == "cut":
                writer.transport.abort()
                return
            if fate == "garble":
                writer.write(NONSENSE)
                return
            if not self._muted and not silent:
                writer.write(data)
                await writer.drain()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


async def _first_of(*ways: Coroutine[Any, Any, None]) -> None:
    """Run until one of them ends, which ends the others."""
    tasks = {asyncio.create_task(way) for way in ways}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
