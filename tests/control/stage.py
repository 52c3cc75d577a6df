"""The control socket for tests: a server over whatever services, and what a client says and hears."""

import asyncio
import socket
from pathlib import Path
from typing import Any, Self

import msgspec

from sidetone.control.client import call
from sidetone.control.desk import Desk
from sidetone.control.protocol import SOCKET, address
from sidetone.control.server import ControlServer
from sidetone.control.services import Services


class Office:
    """A running control server and its clients."""

    def __init__(self, services: Services, data_dir: Path, *, patience: float = 10.0) -> None:
        self.data_dir = data_dir
        self.socket = data_dir / SOCKET
        self.server = ControlServer(Desk(services), data_dir, patience=patience)

    async def ask(self, command: str, ask: object = None) -> Any:  # noqa: ANN401 - any answer
        """Ask as a command does, in a thread of its own."""
        answer = await asyncio.to_thread(call, self.data_dir, command, {} if ask is None else ask)
        return msgspec.json.decode(answer)

    async def say(self, data: bytes, *, end: bool = True) -> bytes:
        """Send bytes as they are; whatever comes back before the line is closed."""
        return await asyncio.to_thread(self._say, data, end)

    def _say(self, data: bytes, end: bool) -> bytes:
        with address(self.data_dir) as path, socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(20)
            wire.connect(path)
            try:
                wire.sendall(data)
                if end:
                    wire.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has heard enough
            heard = b""
            try:
                while data := wire.recv(65536):
                    heard += data
            except ConnectionResetError:
                pass
            return heard

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.stop()
