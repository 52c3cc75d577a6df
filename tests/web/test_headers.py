"""The security headers of every answer there is."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from sidetone.web.api import endpoints
from web.site import API, HOOK_SECRET, Reply, Site
from web.world import build, samples

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
FEATURES = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), serial=(), midi=()"
EVERYWHERE = {
    "Server": "Sidetone",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": FEATURES,
}
ON_HOOKS = {
    "Server": "Sidetone",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def check(reply: Reply, expected: dict[str, str] = EVERYWHERE) -> None:
    shown = {name: reply.headers.getall(name) for name in expected}
    assert shown == {name: [value] for name, value in expected.items()}
    request = reply.headers["X-Request-ID"]
    assert len(request) == 16
    assert int(request, 16) >= 0
    if "problem+json" in reply.headers.get("Content-Type", ""):
        assert reply.json["request"] == request


async def test_every_endpoint_has_them(site: Site) -> None:
    world = await build(site)
    for endpoint in endpoints():
        path, body = samples(world.adas, world)[f"{endpoint.method} {endpoint.path}"]
        for person in (site.anyone, world.people["root"]):
            reply = await person.ask(endpoint.method, API + path, body)
            check(reply, {**EVERYWHERE, "Cache-Control": "no-store"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/messages/12", 200),
        ("GET", "/static/js/main.js", 200),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("POST", "/", 405),
        ("OPTIONS", f"{API}/me", 405),
        ("GET", f"{API}/nothing", 404),
        ("GET", API, 404),
        ("GET", "/api/v2/me", 404),
        ("DELETE", f"{API}/me", 405),
        ("TRACE", f"{API}/me", 405),
        ("GET", f"{API}/me", 401),
    ],
)
async def test_so_has_everything_else(site: Site, method: str, path: str, status: int) -> None:
    reply = await site.anyone.ask(method, path)
    assert reply.status == status
    check(reply)
    assert (reply.body == b"") == (method == "HEAD")


async def test_a_live_socket_has_them(site: Site) -> None:
    ada = await site.someone("ada")
    socket = await ada.socket()
    upgrade = socket._response
    check(Reply(upgrade.status, upgrade.headers.copy(), b""))
    await socket.close()


async def test_hooks_have_their_own_few(hooked: Site) -> None:
    for path in (
        f"main/{HOOK_SECRET}/nothing",
        "main/wrong/message",
        f"main/{HOOK_SECRET}/message",
        "main/",
        "nobody/x",
    ):
        check(await hooked.anyone.post(f"/hooks/{path}", b"a=b"), ON_HOOKS)


async def test_what_is_no_http_is_answered_with_them_and_with_none_of_its_words(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    writer.write(b"GET /secret-path HTTP/9.9\r\nHost x\r\n\r\n")
    answer = (await asyncio.wait_for(reader.read(), 5)).decode()
    writer.close()
    assert answer.startswith("HTTP/1.0 400") or answer.startswith("HTTP/1.1 400")
    for name, value in EVERYWHERE.items():
        assert f"{name}: {value}".lower() in answer.lower()
    assert "secret" not in answer
    assert '"code":"bad-request"' in answer


REFUSED = [
    ("GET", "/", {"Host": "evil.example.com"}, 421),
    ("GET", f"{API}/me", {"Host": "evil.example.com"}, 421),
    ("POST", f"{API}/session", {"Origin": "https://evil.example.com"}, 403),
    ("POST", f"{API}/session", {"Sec-Fetch-Site": "cross-site"}, 403),
    ("GET", f"{API}/events", {"Upgrade": "websocket"}, 401),
    ("GET", f"{API}/nothing", {}, 404),
    ("PUT", "/", {}, 405),
    ("GET", "/readyz", {}, 200),
    ("GET", "/static/nothing.js", {}, 404),
]
STAY = {"Strict-Transport-Security": "max-age=63072000"}


async def test_over_https_every_answer_tells_browsers_to_stay_there(
    tmp_path: Path, store: Store, clock: FakeClock
) -> None:
    async with Site(tmp_path, store, clock, restcomm=True, public_url="https://messages.example.com") as site:
        ours = site.anyone.having(Host="messages.example.com")
        for endpoint in endpoints():
            reply = await ours.ask(endpoint.method, API + endpoint.path, b"{")
            check(reply, {**EVERYWHERE, **STAY, "Cache-Control": "no-store"})
        for method, path, headers, status in REFUSED:
            reply = await ours.having(**headers).ask(method, path)
            assert (path, headers, reply.status) == (path, headers, status)
            check(reply, EVERYWHERE | STAY)
        for path in (f"main/{HOOK_SECRET}/nothing", "main/wrong/message", "nobody/x"):
            check(await site.anyone.post(f"/hooks/{path}", b"a=b"), ON_HOOKS | STAY)


async def test_a_live_socket_that_is_refused_has_them(site: Site) -> None:
    await site.add("ada")
    ada = await site.browser("ada")
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    live = ada.having(**upgrade, Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==")
    reply = await live.having(Origin="https://evil.example.com").get(f"{API}/events")
    assert (reply.status, reply.code) == (403, "cross-site")
    check(reply)


async def test_over_http_they_are_not(site: Site) -> None:
    assert "Strict-Transport-Security" not in (await site.anyone.get("/")).headers


def test_aiohttp_still_has_the_seams_that_the_server_stands_on() -> None:
    assert callable(web.RequestHandler.handle_error)
    assert callable(web.Server.__call__)
