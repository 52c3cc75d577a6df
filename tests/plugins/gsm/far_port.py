"""The other end of a port, in a test's hand."""

import asyncio

from plugins.gsm.model import Model


class FarPort:
    """A port whose other end is the test's hand; `answers` says what comes by itself for what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.answers: dict[bytes, bytes] = {}
        self.closed = False
        self._said: asyncio.Queue[bytes | OSError] = asyncio.Queue()

    def say(self, *lines: str) -> None:
        self._said.put_nowait(b"".join(b"\r\n" + line.encode() + b"\r\n" for line in lines))

    def prompt(self) -> None:
        self._said.put_nowait(b"\r\n> ")

    def vanish(self, how: bytes | OSError = b"") -> None:
        self._said.put_nowait(how)

    async def read(self) -> bytes:
        said = await self._said.get()
        if isinstance(said, OSError):
            raise said
        return said

    async def write(self, data: bytes) -> None:
        self.written += data
        if answer := self.answers.get(data):
            self._said.put_nowait(answer)

    def close(self) -> None:
        self.closed = True


class FarModem(FarPort, Model):
    """A port with a modem behind it."""

    def __init__(self) -> None:
        FarPort.__init__(self)
        Model.__init__(self, self._said.put_nowait)
        self.on_vanish = self.vanish

    async def write(self, data: bytes) -> None:
        self.written += data
        self.hear(data)

    def say(self, *lines: str) -> None:
        Model.say(self, *lines)
