"""The modem of `model` behind a real pseudo-terminal, that comes and goes under a name as `/dev/serial/by-id` has them."""

import asyncio
import os
import tty
from collections import deque
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from plugins.gsm.model import Model
from sidetone.testing.clock import FakeClock, settle
from sidetone_gsm.port import SerialPort

PATIENCE = 30.0  # seconds; a bound for a machine that is busy, not a wait
T = TypeVar("T")


class PtyModem(Model):
    """`path` is there while it is plugged in, and leads to another device each time. Lives in the test's loop."""

    def __init__(self, folder: Path, name: str = "usb-Far_Side_One-if00") -> None:
        super().__init__(self._write)
        self.path = folder / name
        self.on_vanish = self.unplug
        self.plugs = 0
        self.said, self.taken_in = 0, 0
        self._far, self._near = -1, -1
        self._out: deque[bytes] = deque()
        self.plug()

    def plug(self) -> None:
        """Come back, begun anew."""
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        os.set_blocking(self._far, False)
        self.path.symlink_to(os.ttyname(self._near))
        self.plugs, self.said, self.taken_in = self.plugs + 1, 0, 0
        if self.plugs > 1:
            self._forget()
        asyncio.get_running_loop().add_reader(self._far, self._read)

    def unplug(self) -> None:
        """Go, in the middle of whatever it is."""
        if self._far >= 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._far)
            loop.remove_writer(self._far)
            os.close(self._far)
            os.close(self._near)
            self._far = self._near = -1
            self._out.clear()
            self.path.unlink()

    @property
    def is_plugged(self) -> bool:
        return self._far >= 0

    @property
    def device(self) -> str:
        """The device's own name, which is another each time."""
        return os.ttyname(self._near)

    def _write(self, data: bytes) -> None:
        if self._far >= 0 and data:
            self._out.append(data)
            self.said += len(data)
            asyncio.get_running_loop().add_writer(self._far, self._drain)

    def _drain(self) -> None:
        """One piece at a time, so that whoever reads has a chance to read half of what was said."""
        piece = self._out.popleft()
        try:
            written = os.write(self._far, piece)
        except BlockingIOError:
            written = 0
        if piece[written:]:
            self._out.appendleft(piece[written:])
        if not self._out:
            asyncio.get_running_loop().remove_writer(self._far)

    def _read(self) -> None:
        try:
            data = os.read(self._far, 4096)
        except BlockingIOError:
            return
        self.taken_in += len(data)
        self.hear(data)


class Wire:
    """Opens a modem's port and knows what is on its way, so that a clock is turned only when nothing is.

    That is what makes deadlines of minutes cheap and exact over a real device: no test waits, and none guesses.
    """

    def __init__(self, modem: PtyModem, clock: FakeClock) -> None:
        self._modem, self._clock = modem, clock
        self._opening = 0
        self._port: _Counted | None = None

    async def open(self, path: str = "") -> "_Counted":
        """As `SerialPort.open` does."""
        self._opening += 1
        try:
            port = await SerialPort.open(path or str(self._modem.path))
        finally:
            self._opening -= 1
        self._port = _Counted(port, self._modem)
        return self._port

    async def until(self, wanted: Awaitable[T]) -> T:
        """Turn the clock from sleeper to sleeper, whenever both ends have heard everything, until this is done."""
        task = asyncio.ensure_future(wanted)
        async with asyncio.timeout(PATIENCE):
            while not task.done():
                if await self._is_still() and not task.done():
                    await self._clock.wake_next()
        return task.result()

    async def turn(self, most: float) -> None:
        """Once everything is still, let time pass to the next sleeper, or so many seconds."""
        async with asyncio.timeout(PATIENCE):
            while not await self._is_still():
                pass
        await self._clock.wake_next(most)

    async def steps(self, count: int) -> None:
        """Let so little happen that something may be half done; no time passes."""
        for _ in range(count):
            await asyncio.sleep(0)

    async def quiet(self) -> None:
        """Let everything arrive that is on its way; no time passes."""
        async with asyncio.timeout(PATIENCE):
            while not await self._is_still():
                pass

    async def _is_still(self) -> bool:
        """Whether nothing is on its way, and nothing began to be while everybody had a turn."""
        before = self._counts()
        await settle()
        return not self._is_busy() and self._counts() == before

    def _counts(self) -> tuple[int, ...]:
        port, modem = self._port, self._modem
        return (modem.plugs, modem.said, modem.taken_in, *((port.read_in, port.written) if port else ()))

    def _is_busy(self) -> bool:
        port = self._port
        if self._opening or port is None or not self._modem.is_plugged or port.plug != self._modem.plugs:
            return self._opening > 0
        return not port.is_closed and (port.read_in, port.written) != (self._modem.said, self._modem.taken_in)


class _Counted:
    """A port that counts, from where its modem stands when it is opened; so nothing may be on its way then."""

    def __init__(self, port: SerialPort, modem: PtyModem) -> None:
        self._port = port
        self.plug, self.read_in, self.written = modem.plugs, modem.said, modem.taken_in
        self.is_closed = False

    async def read(self) -> bytes:
        data = await self._port.read()
        self.read_in += len(data)
        return data

    async def write(self, data: bytes) -> None:
        await self._port.write(data)
        self.written += len(data)

    def close(self) -> None:
        self.is_closed = True
        self._port.close()
