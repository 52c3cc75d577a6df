"""The one way out: names that change their mind, redirects, literal addresses, answers without end."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from sidetone.egress import http as egress
from sidetone.egress.allowed import AddressRefused, Allowed


class Names(AbstractResolver):
    """A name server that gives its next answer each time it is asked, the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:  # noqa: ANN401
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def far_side(answer: Any) -> AsyncIterator[tuple[int, list[str]]]:  # noqa: ANN401
    """A server on loopback, its port, and the paths that were asked for."""
    asked: list[str] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.path)
        found: web.StreamResponse = answer(request)
        return found

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    try:
        yield site._server.sockets[0].getsockname()[1], asked  # type: ignore[attr-defined]
    finally:
        await runner.cleanup()


def well(_: web.BaseRequest) -> web.Response:
    return web.Response(text="well")


async def refused(http: aiohttp.ClientSession, url: str) -> str:
    with pytest.raises(aiohttp.ClientConnectorError) as raised:
        await http.get(url)
    assert isinstance(raised.value.os_error, AddressRefused)
    return str(raised.value.os_error)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"])
async def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    async with far_side(well) as (port, asked), egress.client(Allowed()) as http:
        assert "allow_private" in await refused(http, f"http://{host}:{port}/")
        assert asked == []


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f.1", "0177.0.0.1", "0"])
async def test_other_spellings_of_addresses_lead_nowhere(host: str) -> None:
    async with far_side(well) as (port, asked), egress.client(Allowed()) as http:
        with pytest.raises((aiohttp.ClientConnectorError, aiohttp.InvalidURL)):
            await http.get(f"http://{host}:{port}/")
        assert asked == []


async def test_what_is_allowed_is_reached() -> None:
    async with far_side(well) as (port, _), egress.client(Allowed(["127.0.0.0/8"])) as http:
        answer = await http.get(f"http://127.0.0.1:{port}/")
        assert await answer.text() == "well"


async def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    async with egress.client(Allowed(), resolver=Names(["8.8.8.8", "10.0.0.1"])) as http:
        said = await refused(http, "http://mixed.example.com/")
        assert said.startswith("mixed.example.com leads elsewhere: 10.0.0.1 is no public address")


async def test_a_name_that_changes_its_mind_is_refused_at_connect() -> None:
    """The check after resolution is not what holds: here the socket itself is asked for a private address."""
    async with far_side(well) as (port, asked), egress.client(Allowed()) as http:
        connector = http.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        names = Names(["127.0.0.1"])
        connector._resolver = names  # past the check after resolution, as a cache could be
        said = await refused(http, f"http://rebound.example.com:{port}/")
        assert "127.0.0.1" in said
        assert asked == []


async def test_rebinding_between_two_requests_is_refused() -> None:
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    async with far_side(well) as (port, asked):
        http = egress.client(Allowed(targets=[("127.0.0.1", port)]), resolver=names)
        async with http:
            async with http.get(f"http://moves.example.com:{port}/", headers={"Connection": "close"}) as answer:
                assert answer.status == 200
            connector = http.connector
            assert isinstance(connector, aiohttp.TCPConnector)
            connector.clear_dns_cache()
            assert "10.0.0.1" in await refused(http, f"http://moves.example.com:{port}/")
            assert asked == ["/"]


async def test_a_redirect_leads_nowhere_else() -> None:
    async with far_side(well) as (inner, reached):

        def elsewhere(_: web.BaseRequest) -> web.Response:
            return web.Response(status=302, headers={"Location": f"http://127.0.0.1:{inner}/secret"})

        async with far_side(elsewhere) as (port, asked), egress.client(Allowed((), [("127.0.0.1", port)])) as http:
            await refused(http, f"http://127.0.0.1:{port}/")
            assert (asked, reached) == (["/"], [])


async def test_the_environments_proxy_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_side(well) as (proxy, through), far_side(well) as (port, asked):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        async with egress.client(Allowed(["127.0.0.1"])) as http, http.get(f"http://127.0.0.1:{port}/") as answer:
            assert answer.status == 200
        assert (through, asked) == ([], ["/"])


async def test_an_answer_without_end_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress, "LARGEST", 1000)
    bodies = {"/small": b"x" * 1000, "/large": b"x" * 1001}
    async with far_side(lambda request: web.Response(body=bodies[request.path])) as (port, _):
        http = egress.client(Allowed(["127.0.0.1"]))
        small = await http.get(f"http://127.0.0.1:{port}/small")
        assert len(await small.read()) == len(await small.read()) == 1000
        large = await http.get(f"http://127.0.0.1:{port}/large")
        with pytest.raises(aiohttp.ClientPayloadError):
            await large.text()
        await http.close()


async def test_a_request_that_names_no_time_ends_all_the_same() -> None:
    async with egress.client(Allowed()) as http:
        assert http.timeout.total == egress.LONGEST


async def test_a_wire_for_other_protocols_reaches_allowed_addresses_only() -> None:
    async with far_side(well) as (port, _):
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(AddressRefused):
                await egress.connect(host, port, Allowed())
        wire = await egress.connect("127.0.0.1", port, Allowed(["127.0.0.1"]))
        assert wire.getpeername() == ("127.0.0.1", port)
        wire.close()


async def test_a_wire_to_nobody_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        await egress.connect("127.0.0.1", port, Allowed(["127.0.0.1"]))


async def test_a_wire_that_is_cancelled_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as far:
        task = asyncio.create_task(egress.connect("127.0.0.1", far.getsockname()[1], Allowed(["127.0.0.1"])))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
