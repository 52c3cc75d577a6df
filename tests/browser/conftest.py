"""A real browser before a real daemon. Every window is watched: no console error, no policy report, no other host."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from browser.daemon import Daemon
from browser.outside import Outside
from browser.person import WATCH_POLICY, Person
from house.needs import need

CHROMIUM = os.environ.get("SIDETONE_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

Seat = Callable[..., Awaitable[Person]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser for all plays lives on one event loop, so every play runs on that one."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, headless."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=need(CHROMIUM), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon with nothing but its demo people."""
    daemon = Daemon(tmp_path / "demo")
    daemon.start()
    yield daemon
    daemon.stop()
    print("".join(daemon.said[-60:]))  # pytest shows it beside a failure


@pytest_asyncio.fixture(loop_scope="session")
async def outside(daemon: Daemon) -> AsyncIterator[Outside]:
    """The people outside, with their phones."""
    async with Outside(daemon) as outside:
        yield outside


@pytest_asyncio.fixture(loop_scope="session")
async def seat(browser: Browser, daemon: Daemon) -> AsyncIterator[Seat]:
    """Seats somebody before a window: `anna = await seat("anna")`; what went wrong in any window fails the play."""
    async with AsyncExitStack() as stack:
        seated: list[Person] = []

        async def take(name: str, viewport: dict[str, int] = DESKTOP, *, sign_in: bool = True, **how: Any) -> Person:  # noqa: ANN401 - Playwright's own
            context = await browser.new_context(**{"viewport": viewport, "locale": "en-GB", **how})
            stack.push_async_callback(context.close)
            await context.add_init_script(WATCH_POLICY)
            person = Person(await context.new_page(), context, daemon.url, daemon.users[name])
            seated.append(person)
            if sign_in:
                await person.signs_in()
            return person

        yield take
        for person in seated:
            await person.judge()
