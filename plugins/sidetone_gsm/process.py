"""The process that owns a modem, from its lock to its end."""

import asyncio
import contextlib
import fcntl
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sidetone_gsm import wire
from sidetone_gsm.modem import NewProcess
from sidetone_gsm.port import SerialPort
from sidetone_gsm.settings import Settings, check
from sidetone_gsm.spool import Spool
from sidetone_gsm.station import Station

FAILED, AGAIN = 1, 75
"""Exit codes: a mistake that a person mends, and one that the next process may not meet."""
_LOCK_SECONDS = 15.0
_HOOK_SECONDS = 120.0


class RealClock:
    """Implements `Clock` for a process of its own."""

    def now(self) -> int:
        """Milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def run(name: str, settings: Settings, data_dir: Path, *, until_stdin_ends: bool = False) -> int:
    """Own the modem until a signal, or the end of stdin, says to stop; the exit code.

    Raises BadConfig, OSError and sqlite3.Error when it cannot begin.
    """
    check(settings)
    folder = data_dir / wire.FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder / f"{name}.lock"):
        spool = Spool(folder / f"{name}.spool")
        code = asyncio.run(_run(name, settings, data_dir, spool, until_stdin_ends=until_stdin_ends))
        spool.close()
    return code


async def _run(name: str, settings: Settings, data_dir: Path, spool: Spool, *, until_stdin_ends: bool) -> int:
    hook = partial(_switch_power, settings.power_hook, name) if settings.power_hook else None
    station = Station(
        name,
        settings,
        data_dir,
        spool=spool,
        clock=RealClock(),
        open_port=partial(SerialPort.open, settings.port, speed=settings.speed, flow_control=settings.flow_control),
        power=hook,
    )
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if until_stdin_ends:
        loop.add_reader(0, _heed_stdin, ended)
    await station.listen()
    life = asyncio.create_task(station.modem.run(), name="gsm-modem")
    ending = asyncio.create_task(ended.wait())
    await asyncio.wait((life, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    await station.close()
    life.cancel()
    (found,) = await asyncio.gather(life, return_exceptions=True)
    if isinstance(found, NewProcess):
        spool.close()
        os._exit(AGAIN)  # a thread that hangs in a dead device would keep an orderly end waiting
    return FAILED if isinstance(found, sqlite3.Error) else 0


def _heed_stdin(ended: asyncio.Event) -> None:
    if not os.read(0, 4096):
        ended.set()
        asyncio.get_running_loop().remove_reader(0)


async def _switch_power(program: str, name: str) -> None:
    """Run the hook; it may take its time, and what it says is nobody's business here."""
    with contextlib.suppress(OSError, TimeoutError):
        done = await asyncio.create_subprocess_exec(
            program, name, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            await asyncio.wait_for(done.wait(), _HOOK_SECONDS)
        except TimeoutError:
            done.kill()
            await done.wait()


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """The modem's lock; a former process is given some time to end. Raises OSError."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        end = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= end:
                    raise
                time.sleep(0.1)
        yield
    finally:
        os.close(handle)
