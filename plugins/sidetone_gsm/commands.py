"""What `sidetone modem …` calls: `sidetone.cli.modem` has read the configuration by then. No output but by return."""

import asyncio
from pathlib import Path

from sidetone_gsm import wire
from sidetone_gsm.process import run
from sidetone_gsm.settings import Settings

__all__ = ["Settings", "serve", "transcript"]
_PATIENCE = 10.0


def serve(name: str, settings: Settings, data_dir: Path) -> int:
    """Own the modem of one section until a signal ends it; the exit code.

    Raises BadConfig, OSError when another process has it, and sqlite3.Error.
    """
    return run(name, settings, data_dir)


async def transcript(name: str, data_dir: Path) -> tuple[wire.Standing, list[wire.Said]]:
    """How a modem says it is, and what was said at its port lately, without texts, numbers and PINs.

    Raises OSError and TimeoutError when its process is not there, wire.WireFault when it speaks otherwise.
    """
    async with asyncio.timeout(_PATIENCE):
        with wire.address(data_dir, name) as address:
            reader, writer = await asyncio.open_unix_connection(address, limit=wire.LONGEST_LINE * 4)
        writer.write(wire.encode(wire.Hello(looks=True)))
        standing = wire.Standing(state="starting", sentence="")
        lines: list[wire.Said] = []
        try:
            while True:
                said = await wire.hear_modem(reader)
                if isinstance(said, wire.Standing):
                    standing = said
                elif isinstance(said, wire.Said):
                    lines.append(said)
        except wire.WireFault:
            if not standing.sentence:
                raise
            return standing, lines
        finally:
            writer.close()
