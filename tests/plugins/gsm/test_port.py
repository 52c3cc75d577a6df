"""A real serial device, as far as a pseudo-terminal is one: opened alone, read as it comes, closed at once."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sidetone.testing.clock import settle
from sidetone_gsm.port import CannotOpen, SerialPort


@dataclass
class Pair:
    """The far end and the name of the near one."""

    far: int
    path: str


@pytest.fixture
def pair() -> Iterator[Pair]:
    far, near = os.openpty()
    made = Pair(far, os.ttyname(near))
    os.set_blocking(far, False)
    yield made
    os.close(near)
    if made.far >= 0:
        os.close(made.far)


async def test_octets_pass_both_ways_as_they_are(pair: Pair) -> None:
    port = await SerialPort.open(pair.path)
    every = bytes(range(256))
    await port.write(every)
    os.write(pair.far, every)
    heard = b""
    while len(heard) < 256:
        heard += await port.read()
    assert (heard, os.read(pair.far, 512)) == (every, every)
    port.close()


async def test_a_port_is_ours_alone(pair: Pair) -> None:
    port = await SerialPort.open(pair.path)
    with pytest.raises(CannotOpen, match="used by another program"):
        await SerialPort.open(pair.path)
    port.close()
    port.close()
    assert await port.read() == b""
    with pytest.raises(OSError, match="closed"):
        await port.write(b"AT\r")


async def test_a_device_that_goes_ends_the_reading(pair: Pair) -> None:
    port = await SerialPort.open(pair.path)
    reading = asyncio.create_task(port.read())
    await settle()
    assert not reading.done()
    os.close(pair.far)
    pair.far = -1
    assert await reading == b""
    with pytest.raises(OSError):
        await port.write(b"AT\r")


async def test_closing_wakes_the_one_who_reads_and_the_one_who_writes(pair: Pair) -> None:
    port = await SerialPort.open(pair.path)
    reading = asyncio.create_task(port.read())
    writing = asyncio.create_task(port.write(bytes(1_000_000)))
    os.set_blocking(pair.far, False)
    await settle()
    assert not reading.done()
    assert not writing.done()
    port.close()
    assert await reading == b""
    with pytest.raises(OSError, match="closed"):
        await writing


async def test_what_cannot_be_opened_is_said_in_words(tmp_path: Path, pair: Pair) -> None:
    with pytest.raises(CannotOpen, match="is not there"):
        await SerialPort.open(str(tmp_path / "gone"))
    (tmp_path / "file").touch()
    with pytest.raises(CannotOpen, match="no serial port"):
        await SerialPort.open(str(tmp_path / "file"))
    with pytest.raises(CannotOpen, match="baud"):
        await SerialPort.open(pair.path, speed=-1)
