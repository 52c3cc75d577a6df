"""The line that tests cut: what is said reaches the far side, and what becomes of the answers is the test's to say."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sidetone.testing.clock import settle
from sidetone.testing.wire import NONSENSE, Wire

SILENCE = 0.2  # seconds that nothing comes


class Echo:
    """A server that says back what it hears, in capitals."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            self.heard.append(line)
            writer.write(line.upper())
        writer.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    echo = Echo()
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    echo.port = server.sockets[0].getsockname()[1]
    yield echo
    server.close()
    await settle()


@pytest.fixture
async def wire(echo: Echo) -> AsyncIterator[Wire]:
    async with Wire(echo.port) as wire:
        yield wire


async def say(wire: Wire, *lines: bytes, patience: float = 30.0) -> bytes:
    """Say lines one after the other; all that comes back until a line does not, or the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    said = b""
    try:
        for line in lines:
            writer.write(line)
            async with asyncio.timeout(patience):
                said += await reader.readline()
    except (TimeoutError, ConnectionError):
        said += b"|"
    finally:
        writer.transport.abort()
    return said


async def test_what_is_said_goes_and_comes(wire: Wire, echo: Echo) -> None:
    assert await say(wire, b"a\n", b"b\n") == b"A\nB\n"
    assert echo.heard == [b"a\n", b"b\n"]


async def test_the_next_answer_is_cut_after_it_was_asked_for(wire: Wire, echo: Echo) -> None:
    wire.cut_next()
    assert await say(wire, b"a\n", b"b\n") in (b"|", b"")
    assert echo.heard == [b"a\n"]
    assert await say(wire, b"c\n") == b"C\n"


async def test_the_next_answer_is_swallowed(wire: Wire, echo: Echo) -> None:
    wire.mute_next()
    assert await say(wire, b"a\n", patience=SILENCE) == b"|"
    assert echo.heard == [b"a\n"]
    assert await say(wire, b"c\n") == b"C\n"


async def test_the_next_answer_is_nonsense(wire: Wire) -> None:
    wire.garble_next()
    assert NONSENSE.startswith(await say(wire, b"a\n"))
    assert await say(wire, b"c\n") == b"C\n"


async def test_a_mute_wire_passes_on_and_brings_nothing_until_it_is_mended(wire: Wire, echo: Echo) -> None:
    wire.mute()
    assert [await say(wire, line, patience=SILENCE) for line in (b"a\n", b"b\n")] == [b"|", b"|"]
    await wire.come_back()
    assert await say(wire, b"c\n") == b"C\n"
    assert echo.heard == [b"a\n", b"b\n", b"c\n"]


async def test_one_that_is_away_refuses_and_comes_back_at_its_place(wire: Wire) -> None:
    port = wire.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await settle()
    await wire.go_away()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    await wire.come_back()
    assert wire.port == port
    assert await say(wire, b"c\n") == b"C\n"


async def test_a_far_side_that_is_gone_ends_the_connection() -> None:
    async with Wire(1) as wire:
        assert await say(wire, b"a\n") in (b"", b"|")
