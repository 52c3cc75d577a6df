"""Every operation keeps to what the description says: statuses, bodies and headers, for right and wrong requests."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import TypeVar

import pytest

from sidetone.web.api import endpoints
from sidetone.web.openapi import description
from sidetone.web.routes import OPEN, Endpoint
from web.conformity import Asker
from web.site import API, Site
from web.world import ELSE, World, build, samples

T = TypeVar("T")

HERE = {"POST /admin/messages/{id}/body", "DELETE /admin/sessions/{id}"}  # a right nobody has; a session that has ended
WRONG: tuple[dict[str, str], ...] = (
    {},
    {"Authorization": "Bearer nonsense"},
    {"Authorization": "Basic YWRhOmFkYQ=="},
    {"Cookie": "sidetone=x"},
)


@pytest.fixture
async def asker(site: Site) -> AsyncIterator[Asker]:
    found = Asker(site.url, json.loads(description(endpoints())))
    yield found
    found.close()


async def away(site: Site, work: Callable[[], T]) -> T:
    """Do it on a thread, while a minute passes in each turn: no limit of requests is met, no answer waited for."""

    async def hurry() -> None:
        while True:
            await asyncio.sleep(0.02)
            await site.clock.advance(60)

    hurrying = asyncio.create_task(hurry())
    try:
        return await asyncio.to_thread(work)
    finally:
        hurrying.cancel()
        with suppress(asyncio.CancelledError):
            await hurrying


def in_order() -> list[Endpoint]:
    """What takes something away goes last, and the sessions at the very end: one's own first."""
    ends = ("/session", "/admin/sessions/{id}")
    return sorted(endpoints(), key=lambda each: (each.method == "DELETE", each.path in ends, each.path == ends[1]))


@pytest.mark.slow
async def test_every_answer_is_one_that_is_described(site: Site, asker: Asker) -> None:
    world = await build(site)
    statuses = await away(site, lambda: ask_all(asker, world))
    assert asker.faults == []
    assert {name for name, seen in statuses.items() if min(seen) >= 300} == ELSE.keys() | HERE


def ask_all(asker: Asker, world: World) -> dict[str, set[int]]:
    """Each operation as its sample asks, while its things are as they were; then what is allowed and what is not."""
    right = samples(world.adas, world)
    statuses: dict[str, set[int]] = {}
    for generated in (False, True):
        for endpoint in in_order():
            name = f"{endpoint.method} {endpoint.path}"
            path, body = right[name]
            headers = world.people["root" if endpoint.right in ("admin", "handset") else "ada"].headers
            place = (endpoint.method, API + endpoint.path, API + path)
            if generated == (endpoint.method == "DELETE"):
                statuses[name] = {asker.ask(*place, body, headers)}
            if generated and (endpoint.ask is not None or endpoint.query is not None):
                statuses[name] |= asker.try_out(*place, headers)
    return statuses


async def test_nothing_but_a_session_opens_a_door(site: Site, asker: Asker) -> None:
    world = await build(site)
    right = samples(world.adas, world)
    guarded = [endpoint for endpoint in endpoints() if endpoint.right != OPEN]

    def knock() -> set[int]:
        seen = set()
        for endpoint in guarded:
            path, body = right[f"{endpoint.method} {endpoint.path}"]
            for headers in WRONG:
                seen.add(asker.ask(endpoint.method, API + endpoint.path, API + path, body, headers))
        return seen

    assert await away(site, knock) == {401}
    assert asker.faults == []
