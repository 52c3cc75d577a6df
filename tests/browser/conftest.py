"""A real browser before a real daemon. Every window is watched: no console error, no policy report, no other host."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from browser.daemon import Daemon
from browser.outside import Outside
from browser.person import SOON, WATCH_POLICY, Person
from house.needs import need

WHOLE_CHROMIUM = os.environ.get("SIDETONE_CHROMIUM", "/usr/bin/chromium")
CHROMIUM = os.environ.get("SIDETONE_CHROMIUM") or shutil.which("chromium-headless-shell") or WHOLE_CHROMIUM
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

Seat = Callable[..., Awaitable[Person]]

expect.set_options(timeout=SOON)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser for all plays lives on one event loop, so every play runs on that one."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without all that has a window."""
    async with launched(CHROMIUM) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def whole_browser() -> AsyncIterator[Browser]:
    """Chromium, headless, with notifications and what else the smaller one lacks."""
    async with launched(WHOLE_CHROMIUM) as browser:
        yield browser


@asynccontextmanager
async def launched(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=need(chromium), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def new_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo as its first start leaves it, with everyone signed in; copies of it start faster."""
    daemon = Daemon(tmp_path_factory.mktemp("demo") / "demo")
    daemon.start()
    daemon.sign_in_all()
    daemon.stop()
    return daemon.folder


@pytest.fixture
def daemon(new_demo: Path, tmp_path: Path) -> Iterator[Daemon]:
    """A daemon with nothing but its demo people."""
    daemon = Daemon(shutil.copytree(new_demo, tmp_path / "demo"))
    daemon.start()
    yield daemon
    daemon.stop()
    print("".join(daemon.said[-60:]))  # pytest shows it beside a failure


@pytest_asyncio.fixture(loop_scope="session")
async def outside(daemon: Daemon) -> AsyncIterator[Outside]:
    """The people outside, with their phones."""
    async with Outside(daemon) as outside:
        yield outside


def signed_in(url: str) -> dict[str, Any]:
    """What a browser holds in which somebody signed in before; the cookie comes on top."""
    mark = {"name": "sidetone.signed-in", "value": "yes"}
    return {"cookies": [], "origins": [{"origin": url, "localStorage": [mark]}]}


@pytest_asyncio.fixture(loop_scope="session")
async def seat(browser: Browser, daemon: Daemon) -> AsyncIterator[Seat]:
    """Seats somebody before a window: `anna = await seat("anna")`; what went wrong in any window fails the play."""
    async with seats(browser, daemon) as take:
        yield take


@pytest_asyncio.fixture(loop_scope="session")
async def whole_seat(whole_browser: Browser, daemon: Daemon) -> AsyncIterator[Seat]:
    """The same before the whole browser."""
    async with seats(whole_browser, daemon) as take:
        yield take


@asynccontextmanager
async def seats(browser: Browser, daemon: Daemon) -> AsyncIterator[Seat]:
    async with AsyncExitStack() as stack:
        seated: list[Person] = []

        async def take(name: str, viewport: ViewportSize = DESKTOP, *, sign_in: bool = True, **how: Any) -> Person:  # noqa: ANN401 - Playwright's own
            settings = {"viewport": viewport, "locale": "en-GB", "reduced_motion": "reduce", **how}
            if sign_in:
                settings["storage_state"] = signed_in(daemon.url)
            context = await browser.new_context(**settings)
            stack.push_async_callback(context.close)
            await context.add_init_script(WATCH_POLICY)
            person = Person(await context.new_page(), context, daemon.url, daemon.users[name])
            seated.append(person)
            if sign_in:
                await person.is_signed_in(daemon.session(person.user, "cookie"))
            return person

        yield take
        for person in seated:
            await person.judge()
