"""The line drops at random moments and a window is closed in mid-flight: nothing is missing, doubled or out of order.

The UI's own modules run in Node against a real daemon's web, through a wire that is cut again and again (complaints 10, 11).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from house.needs import need, need_node_module
from sidetone.delivery.way_in import WayIn
from sidetone.domain.incoming import InboundMessage
from sidetone.people.viewer import Viewer
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from web.site import OWN, PHONE, Site

CUTS = 20
PATIENCE = 40.0  # seconds; a bound for a machine that is busy, not a wait
WRITTEN = 60
COMING = 60
WINDOW = Path(__file__).parent / "window.mjs"


class Wire:
    """Passes bytes on to a port until it is cut; cut, it drops what it carries and takes nothing for a moment."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server
        self.whole = asyncio.Event()
        self.whole.set()

    async def open(self) -> str:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.whole.is_set():
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends |= {writer, back}
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.create_task(_pass_on(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except OSError:
        pass
    finally:
        target.close()


@asynccontextmanager
async def windows() -> AsyncIterator[Callable[..., Awaitable[asyncio.subprocess.Process]]]:
    """Opens windows that are gone at the end, whatever became of the test: they would wait for its server for ever."""
    opened: list[asyncio.subprocess.Process] = []

    async def window(*arguments: object) -> asyncio.subprocess.Process:
        command = (need("node"), str(WINDOW), *map(str, arguments))
        made = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        opened.append(made)
        assert await said(made) == "READY"
        return made

    try:
        yield window
    finally:
        for made in opened:
            if made.returncode is None:
                made.kill()
            await made.communicate()


async def said(made: asyncio.subprocess.Process) -> str:
    assert made.stdout is not None
    return (await made.stdout.readline()).decode().strip()


async def shown(made: asyncio.subprocess.Process) -> list[str]:
    out, _ = await made.communicate()
    assert made.returncode == 0
    bodies: list[str] = json.loads(out)
    return bodies


async def test_nothing_is_missing_doubled_or_out_of_order(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    need_node_module("preact")
    chance = Random(20)
    async with asyncio.timeout(PATIENCE), windows() as window, Site(tmp_path, store, clock) as site:
        ada = await site.someone("ada")
        await site.number("ada", OWN)
        token = ada.headers["Authorization"].split()[1]
        viewer: Viewer = await site.sessions.viewer(token)
        talk, _ = await site.rooms.conversations.open_sms(viewer, to=PHONE, number=None)
        wire = Wire(int(site.url.rsplit(":", 1)[1]))
        url = await wire.open()
        place = (url, token, tmp_path / "browser.json", talk.id)
        storm = asyncio.create_task(_weather(wire, chance))
        coming = asyncio.create_task(_come(site, chance))
        quiet = await window(url, token, tmp_path / "other.json", talk.id, 0, 0)
        half = WRITTEN // 2
        first = await window(*place, 0, WRITTEN, half)
        assert await first.wait() == 9  # closed while it hands something over
        second = await window(*place, half + 1, WRITTEN)
        await coming
        assert [await said(second), await said(quiet)] == ["SENT", "SENT"]
        storm.cancel()
        wire.whole.set()
        await _arrives(site, "the end")
        seen = [await shown(second), await shown(quiet)]
        page = await site.rooms.messages.page(viewer, int(talk.id), before=None, after=None, limit=200)
        await wire.close()
    stored = [each.body for each in page.items]
    assert [body for body in stored if body.startswith("out")] == [f"out {n}" for n in range(WRITTEN)]
    assert [body for body in stored if body.startswith("in")] == [f"in {n}" for n in range(COMING)]
    assert seen == [stored, stored]


async def _weather(wire: Wire, chance: Random) -> None:
    for _ in range(CUTS):  # on a slow machine a request may meet every one of them, and each makes the next try later
        await asyncio.sleep(chance.uniform(0.05, 0.3))
        wire.whole.clear()
        wire.cut()
        await asyncio.sleep(chance.uniform(0, 0.04))
        wire.whole.set()


async def _come(site: Site, chance: Random) -> None:
    for n in range(COMING):
        await _arrives(site, f"in {n}")
        await asyncio.sleep(chance.uniform(0, 0.03))


async def _arrives(site: Site, body: str) -> None:
    text = InboundMessage(carrier_id=f"id {body}", sender=PHONE, recipient=OWN, body=body)
    await WayIn(site.store, site.parts, "DE").inbound("demo", text)
