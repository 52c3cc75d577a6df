"""The process that owns a modem, seen from the daemon: one Unix socket, at which one daemon at a time is served."""

import asyncio
import contextlib
import os
import socket
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

from sidetone.plugin import Clock
from sidetone_gsm import wire
from sidetone_gsm.modem import Modem, OpenPort
from sidetone_gsm.receiving import Receiving
from sidetone_gsm.sending import Sending
from sidetone_gsm.settings import Settings
from sidetone_gsm.spool import Spool

_AT_ONCE = 50
"""Items that the daemon is given before it has stored the first of them."""
_SENDS = 16


class Station:
    """Everything of one process but its beginning and end. `spool` is the caller's to close."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        data_dir: Path,
        *,
        spool: Spool,
        clock: Clock,
        open_port: OpenPort,
        power: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._name, self._data_dir, self._clock, self.spool = name, data_dir, clock, spool
        missing = int(settings.missing_after * 1000)
        self.receiving = Receiving(spool, clock, self._offer, missing_after_ms=missing)
        self.modem = Modem(settings, spool, clock, open_port, self.receiving, changed=self._tell_standing, power=power)
        self.sending = Sending(settings, spool, clock, self.modem, self.receiving)
        self._server: asyncio.AbstractServer | None = None
        self._daemon: asyncio.StreamWriter | None = None
        self._offered = 0
        self._open: deque[int] = deque()
        self._told: wire.Standing | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Take the daemon in from now on. Raises OSError."""
        path = wire.socket_path(self._data_dir, self._name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # what a killed process left; its lock says that nobody has it
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            os.fchmod(bound.fileno(), 0o600)
            with wire.address(self._data_dir, self._name) as address:
                bound.bind(address)
            bound.setblocking(False)
            self._server = await asyncio.start_unix_server(self._serve, sock=bound, limit=wire.LONGEST_LINE)
        except BaseException:
            bound.close()
            raise

    async def close(self) -> None:
        """Let nobody in any more."""
        if self._server is not None:
            self._server.close()
            self._server = None
            with contextlib.suppress(OSError):
                wire.socket_path(self._data_dir, self._name).unlink(missing_ok=True)
        self.part()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def part(self) -> None:
        """End the connection that there is; the daemon connects anew."""
        if self._daemon is not None:
            self._daemon.transport.abort()
            self._daemon = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._tasks.add(task)
        try:
            if not wire.is_one_of_us(writer.get_extra_info("socket")):
                return
            writer.write(wire.encode(wire.Hello()))
            greeting = await wire.hear_daemon(reader)
            if not isinstance(greeting, wire.Hello) or greeting.version != wire.VERSION:
                return
            if greeting.looks:
                self._show(writer)
                return
            self.part()  # a daemon that came later is the one that lives
            self._daemon, self._offered, self._told = writer, 0, None
            self._open.clear()
            self._tell_standing()
            self._offer()
            while True:
                self._heed(writer, await wire.hear_daemon(reader))
        except (wire.WireFault, OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            if self._daemon is writer:
                self._daemon = None
            writer.close()

    def _show(self, writer: asyncio.StreamWriter) -> None:
        self._say(self.modem.condition.standing(self._clock.now()), writer)
        for said in self.modem.transcript.lines:
            way: Literal["<", ">"] = "<" if said.way == "<" else ">"
            self._say(wire.Said(at=max(said.at, 0), way=way, text=said.text[:300]), writer)

    def _heed(self, writer: asyncio.StreamWriter, said: wire.FromDaemon) -> None:
        match said:
            case wire.Send():
                sends = sum(task.get_name() == "gsm-send" for task in self._tasks)
                if sends >= _SENDS:
                    raise wire.WireFault("too many at once")
                task = asyncio.create_task(self._send(writer, said), name="gsm-send")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case wire.Find():
                self._say(self.sending.find(said.reference), writer)
            case wire.Stored():
                self.spool.stored(said.item)
                if said.item in self._open:
                    self._open.remove(said.item)
                self._offer()
            case wire.Ping():
                self._say(said, writer)
            case wire.Hello():
                pass

    async def _send(self, writer: asyncio.StreamWriter, asked: wire.Send) -> None:
        try:
            result = await self.sending.send(asked)
        except sqlite3.Error as error:
            self.modem.fail(error)
            result = wire.Result(
                reference=asked.reference, outcome="unknown", code="spool", words="The modem's spool cannot be written."
            )
        self._say(result, writer)

    def _offer(self) -> None:
        """Give the daemon what it has not got, as far as it keeps up."""
        if self._daemon is None or len(self._open) >= _AT_ONCE:
            return
        for item in self.spool.items(self._offered, _AT_ONCE - len(self._open)):
            self._offered = item.item
            self._open.append(item.item)
            self._say(item, self._daemon)

    def _tell_standing(self) -> None:
        standing = self.modem.condition.standing(self._clock.now())
        if self._daemon is not None and standing != self._told:
            self._told = standing
            self._say(standing, self._daemon)

    @staticmethod
    def _say(said: wire.FromModem, writer: asyncio.StreamWriter) -> None:
        if not writer.is_closing():
            writer.write(wire.encode(said))
