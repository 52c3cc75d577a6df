"""A share of `make fuzz`, the same inputs each time, and the same nonsense over the real socket."""

import asyncio
import contextlib
import os
import random
from pathlib import Path

from plugins.gsm.fuzz import SAID, fuzz, spoilt
from plugins.gsm.radio import NUMBER, Radio, at_work
from sidetone.clock import SystemClock
from sidetone.testing.context import Workbench
from sidetone_gsm import wire
from sidetone_gsm.link import Link, NoLink

TALKERS = 60


def test_only_typed_errors_come_of_spoilt_input() -> None:
    fuzz(5_000, seed=1)


async def talk(path: Path, dice: random.Random) -> None:
    """A stranger's talk at a modem's process, greeting or not, until it hangs up or everything is said."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    with contextlib.suppress(OSError):
        if dice.random() < 0.7:
            writer.write(wire.encode(wire.Hello()))
        for _ in range(dice.randrange(1, 6)):
            writer.write(spoilt(dice.choice(SAID), dice) + b"\n")
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 10)
    writer.transport.abort()


async def test_whoever_talks_nonsense_to_a_modems_process_harms_nobody(tmp_path: Path) -> None:
    radio, bench, dice = Radio(), Workbench(clock=SystemClock()), random.Random(1)
    bench.data_dir = tmp_path
    async with at_work(radio, tmp_path, SystemClock(), name="stick"):
        path = wire.socket_path(tmp_path, "stick")
        for _ in range(TALKERS // 10):
            await asyncio.gather(*(talk(path, dice) for _ in range(10)))
        link = Link(bench.context({}, name="stick"), NUMBER, hangs)
        async with asyncio.timeout(10):
            assert (await link.first_standing()).state == "ok"
        await link.close()


async def test_a_process_that_talks_nonsense_harms_no_daemon(tmp_path: Path) -> None:
    dice, bench = random.Random(2), Workbench(clock=SystemClock())
    bench.data_dir = tmp_path
    (tmp_path / "modems").mkdir()
    calls = 0
    enough = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        with contextlib.suppress(OSError):
            writer.write(wire.encode(wire.Hello()))
            await reader.readline()
            for _ in range(dice.randrange(1, 6)):
                writer.write(spoilt(dice.choice(SAID), dice) + b"\n")
            writer.write_eof()
            await reader.read()
        writer.transport.abort()
        if calls >= TALKERS:
            enough.set()

    async with await asyncio.start_unix_server(serve, str(wire.socket_path(tmp_path, "stick"))):
        link = Link(bench.context({}, name="stick"), NUMBER, hangs)
        async with asyncio.timeout(30):
            while not enough.is_set():
                with contextlib.suppress(NoLink):
                    await link.first_standing()
                link.standing = None
                await asyncio.sleep(0)
        await link.close()
    assert all(isinstance(text.body, str) for text in bench.way_in.texts)


async def hangs() -> None:
    """Nobody is to be ended here."""
    raise AssertionError(os.getpid())
