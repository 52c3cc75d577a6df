"""The control socket: a Unix socket in the data folder, for root and the daemon's own user alone."""

import asyncio
import contextlib
import os
import socket
import struct
from pathlib import Path

import msgspec
import structlog

from sidetone.control.desk import Desk, not_understood
from sidetone.control.protocol import LARGEST_REQUEST, SOCKET, Answer, Refusal, Request, address
from sidetone.domain.fault import SidetoneError
from sidetone.errors import StoreError
from sidetone.store.acting import acting, at_the_command_line

log = structlog.get_logger("control")

AT_ONCE = 8  # commands; more wait
BACKLOG = 16
PATIENCE = 10.0  # seconds for a request to come whole, and for its answer to be taken
AT_STOP = 5.0  # seconds for commands under way
_CREDENTIALS = struct.Struct("3i")  # struct ucred of unix(7): pid, uid, gid


class ControlServer:
    """Lets commands in while the daemon runs. The caller holds the data folder's lock."""

    def __init__(self, desk: Desk, data_dir: Path, *, patience: float = PATIENCE) -> None:
        self._desk = desk
        self._folder = data_dir
        self._patience = patience
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.AbstractServer | None = None

    async def start(self) -> None:
        """Listen; raises StoreError when the socket cannot be made."""
        try:
            bound = await asyncio.to_thread(_bind, self._folder)
        except OSError as error:
            raise StoreError(
                f"{self._folder / SOCKET} cannot be made ({error.strerror}).",
                hint="Give its folder to the user that Sidetone runs as.",
            ) from error
        self._server = await asyncio.start_unix_server(self._serve, sock=bound, backlog=BACKLOG, limit=LARGEST_REQUEST)

    async def stop(self) -> None:
        """Let nobody in any more, let commands under way end, and remove the socket."""
        if self._server is None:
            return
        self._server.close()
        with contextlib.suppress(OSError):
            (self._folder / SOCKET).unlink(missing_ok=True)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=AT_STOP)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._tasks.add(task)
        try:
            async with self._room:
                answer = await self._answer(reader, writer)
                writer.write(msgspec.json.encode(answer) + b"\n")
                async with asyncio.timeout(self._patience):
                    await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # whoever asked has left
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Answer:
        if not may_ask(writer.get_extra_info("socket")):
            log.warning("a stranger was refused")
            return _refused(NotAllowed("This Sidetone belongs to another user.", hint="Ask as root."))
        try:
            async with asyncio.timeout(self._patience):
                line = await reader.readuntil(b"\n")
            request = msgspec.json.decode(line, type=Request)
        except (asyncio.LimitOverrunError, msgspec.DecodeError, UnicodeDecodeError):
            return _refused(not_understood())
        with acting(at_the_command_line(peer(writer.get_extra_info("socket")))):
            return await self._run(request)

    async def _run(self, request: Request) -> Answer:
        try:
            return Answer(answer=msgspec.Raw(await self._desk.answer(request.command, bytes(request.ask))))
        except SidetoneError as error:
            return _refused(error)
        except Exception as error:
            log.exception("a command failed", kind=type(error).__name__)
            words = f"Sidetone made a mistake of its own ({type(error).__name__})."
            return Answer(refusal=Refusal(code="internal", message=words, hint="Its log says where. Please report it."))


class NotAllowed(SidetoneError):
    """Who asks is neither root nor the daemon's user."""

    code = "not-allowed"
    status = 403


def may_ask(wire: socket.socket) -> bool:
    """Whether root or our own user is at the other end; the system says who, not they."""
    return peer(wire) in (0, os.geteuid())


def peer(wire: socket.socket) -> int:
    """The system's user at the other end."""
    said = wire.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(said)
    return int(user)


def _refused(error: SidetoneError) -> Answer:
    return Answer(refusal=Refusal(code=error.code, message=error.message, hint=error.hint, where=error.where))


def _bind(folder: Path) -> socket.socket:
    (folder / SOCKET).unlink(missing_ok=True)  # what a killed daemon left; the lock says that nobody has it
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(bound.fileno(), 0o600)  # before it has a name, so that it is never open to others
        with address(folder) as path:
            bound.bind(path)
        bound.setblocking(False)
    except BaseException:
        bound.close()
        raise
    return bound
