"""The door to a serial device: opened for ourselves alone, read by the loop, and closed without waiting for anything."""

import asyncio
import errno
import fcntl
import os
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Self

import serial

OPENING_SECONDS = 10.0
_READ_AT_MOST = 4096
_ABSENT = (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO)
_FORBIDDEN = (errno.EACCES, errno.EPERM)
_TAKEN = (errno.EAGAIN, errno.EBUSY)


class CannotOpen(OSError):
    """The device is not there, is somebody else's or is no serial port: the message is a sentence with what to do."""


class SerialPort:
    """An open device, as `engine.Port` wants it. `speed` matters on real wires only; USB devices ignore it."""

    def __init__(self, device: serial.Serial) -> None:
        self._device: serial.Serial | None = device
        self._descriptor: int = device.fileno()
        self._waiting: asyncio.Future[None] | None = None
        self._writing: asyncio.Future[None] | None = None

    @classmethod
    async def open(cls, path: str, *, speed: int = 115200, flow_control: bool = False) -> Self:
        """Open it within `OPENING_SECONDS`, in a thread, for a device that is dying can block. Raises CannotOpen."""
        loop = asyncio.get_running_loop()
        opening: asyncio.Future[serial.Serial] = loop.create_future()

        def work() -> None:
            try:
                device = _open(path, speed, flow_control)
            except CannotOpen as err:
                _tell(loop, partial(_fail, opening, err))
            else:
                _tell(loop, partial(_hand_over, opening, device))

        threading.Thread(target=work, name="gsm-open", daemon=True).start()
        try:
            return cls(await asyncio.wait_for(opening, OPENING_SECONDS))
        except TimeoutError:
            raise CannotOpen(f"{path} does not open at all. Unplug the modem and plug it in again.") from None

    async def read(self) -> bytes:
        """What has come, at least one octet; nothing if the device is gone or the port was closed. For one reader."""
        while self._device is not None:
            try:
                data = os.read(self._descriptor, _READ_AT_MOST)
            except BlockingIOError:
                await self._readable()
            except OSError:
                self.close()
            else:
                if not data:
                    self.close()
                return data
        return b""

    async def write(self, data: bytes) -> None:
        """Returns when the octets have left; raises OSError if the device is gone or the port was closed."""
        while data:
            if self._device is None:
                raise OSError("The port is closed.")
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                await self._writable()

    def close(self) -> None:
        """At once: what has not left is thrown away, and the closing itself, which may hang, is left to a thread."""
        device, self._device = self._device, None
        if device is None:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._descriptor)
        loop.remove_writer(self._descriptor)
        for waiting in (self._waiting, self._writing):
            _done(waiting)
        _let_go(device)
        threading.Thread(target=_close, args=(device,), name="gsm-close", daemon=True).start()

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        loop.add_reader(self._descriptor, _done, self._waiting)
        try:
            await self._waiting
        finally:
            if self._device is not None:
                loop.remove_reader(self._descriptor)

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        self._writing = loop.create_future()
        loop.add_writer(self._descriptor, _done, self._writing)
        try:
            await self._writing
        finally:
            if self._device is not None:
                loop.remove_writer(self._descriptor)


def _open(path: str, speed: int, flow_control: bool) -> serial.Serial:
    try:
        device = serial.Serial(path, speed, timeout=0, rtscts=flow_control, exclusive=True)
    except (OSError, ValueError, OverflowError, termios.error) as err:
        raise CannotOpen(_why(path, speed, err)) from err
    try:
        fcntl.ioctl(device.fileno(), termios.TIOCEXCL)
        modes = termios.tcgetattr(device.fileno())
        modes[2] &= ~termios.HUPCL  # some modems are reset by the fall of DTR
        modes[6][termios.VMIN] = 1  # so that reading nothing means that the device is gone
        termios.tcsetattr(device.fileno(), termios.TCSANOW, modes)
    except (OSError, termios.error) as err:
        device.close()
        raise CannotOpen(_why(path, speed, err)) from err
    return device


def _why(path: str, speed: int, err: Exception) -> str:
    number = err.errno if isinstance(err, OSError) else err.args[0] if err.args else None
    if number in _ABSENT:
        return f"{path} is not there. Plug the modem in; `sidetone modem list` shows what is."
    if number in _FORBIDDEN:
        return f"{path} may not be opened by this user. Put the user into the group dialout, or use sudo."
    if number in _TAKEN:
        return f"{path} is used by another program: ModemManager perhaps, or Sidetone itself. Stop that first."
    if isinstance(err, ValueError | OverflowError):
        return f"{path} cannot go at {speed} baud."
    return f"{path} is no serial port."


def _let_go(device: serial.Serial) -> None:
    """Throw away what has not left, which a close would wait for, and let the next one have the port."""
    with suppress(OSError, termios.error):
        termios.tcflush(device.fileno(), termios.TCIOFLUSH)
        fcntl.ioctl(device.fileno(), termios.TIOCNXCL)
        fcntl.flock(device.fileno(), fcntl.LOCK_UN)


def _close(device: serial.Serial) -> None:
    with suppress(OSError, termios.error):
        device.close()


def _hand_over(opening: asyncio.Future[serial.Serial], device: serial.Serial) -> None:
    if opening.done():  # whoever asked has given up
        _let_go(device)
        _close(device)
    else:
        opening.set_result(device)


def _fail(opening: asyncio.Future[serial.Serial], err: CannotOpen) -> None:
    if not opening.done():
        opening.set_exception(err)


def _done(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[[], object]) -> None:
    with suppress(RuntimeError):  # the loop has ended meanwhile, and the process with it
        loop.call_soon_threadsafe(what)
