"""Running a modem's process where nobody else does: begun anew when it ends, killed when it hangs."""

import asyncio
import contextlib
import dataclasses
import json
import subprocess
import sys

from sidetone.plugin import Context, Secret
from sidetone_gsm.settings import Settings

_PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_WELL_MS = 60_000
_END_SECONDS = 5.0


class OwnProcess:
    """The process of one modem, as a child of the daemon. It ends with the daemon, whose end closes its stdin."""

    def __init__(self, settings: Settings, context: Context) -> None:
        self._context = context
        values = {name: getattr(settings, name) for name in (field.name for field in dataclasses.fields(settings))}
        plain = {name: value.reveal() if isinstance(value, Secret) else value for name, value in values.items()}
        setup = {"name": context.name, "data_dir": str(context.data_dir.absolute()), "settings": plain}
        self._setup = json.dumps(setup).encode() + b"\n"
        self._running: asyncio.subprocess.Process | None = None

    async def keep_running(self) -> None:
        """For ever; cancel it to end the process."""
        quick = 0
        while True:
            began = self._context.clock.now()
            try:
                code = await self._one()
                self._context.log.warning("the modem's process has ended", code=str(code))
            except OSError as error:
                self._context.log.warning("the modem's process cannot be started", error=type(error).__name__)
            quick = 0 if self._context.clock.now() - began >= _WELL_MS else quick + 1
            await self._context.clock.sleep(_PAUSES[min(quick, len(_PAUSES) - 1)])

    async def kill(self) -> None:
        """It hangs: end it without asking."""
        if self._running is not None:
            self._context.log.warning("the modem's process hangs and is ended")
            with contextlib.suppress(ProcessLookupError):
                self._running.kill()

    async def _one(self) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sidetone_gsm", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        self._running = process
        try:
            assert process.stdin is not None  # noqa: S101 - asked for above
            with contextlib.suppress(ConnectionError):
                process.stdin.write(self._setup)
                await process.stdin.drain()
            return await process.wait()
        finally:
            self._running = None
            await asyncio.shield(_end(process))


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let it end in order, and soon."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _END_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
