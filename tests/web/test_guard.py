"""Who may ask from where."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from web.site import API, Person, Site

PUBLIC = "https://messages.example.com"


@pytest.fixture
async def behind(tmp_path: Path, store: Store, clock: FakeClock) -> AsyncIterator[Site]:
    """A site behind a proxy, reached by another name than it listens on."""
    async with Site(tmp_path, store, clock, public_url=PUBLIC) as opened:
        yield opened


def port(site: Site) -> str:
    return site.url.rpartition(":")[2]


async def test_loopback_names_are_ours_on_a_loopback_listener(site: Site) -> None:
    for host in ("127.0.0.1:{}", "localhost:{}", "LOCALHOST:{}", "localhost", "[::1]:{}", "localhost:9999"):
        assert (await site.anyone.having(Host=host.format(port(site))).get("/readyz")).status == 200, host


async def test_other_names_are_not(site: Site) -> None:
    for host in ("evil.example", "evil.example:{}", "127.0.0.1.evil.example", "localhost.", "", "127.1"):
        for path in ("/", "/readyz", f"{API}/openapi.json", "/static/js/main.js"):
            reply = await site.anyone.having(Host=host.format(port(site))).get(path)
            assert (reply.status, reply.code) == (421, "wrong-host"), host


async def test_the_public_name_is_ours(behind: Site) -> None:
    for host in ("messages.example.com", "Messages.Example.com", "messages.example.com:443"):
        assert (await behind.anyone.having(Host=host).get("/")).status == 200
    for host in ("messages.example.com:444", "example.com", "x.messages.example.com"):
        assert (await behind.anyone.having(Host=host).get("/")).status == 421


async def test_loopback_names_are_not_ours_on_an_open_listener(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    async with Site(tmp_path, store, clock, listen="0.0.0.0:0", public_url=PUBLIC) as opened:
        assert (await opened.anyone.get("/")).status == 421
        assert (await opened.anyone.get("/healthz")).status == 200


async def test_two_hosts_are_none(site: Site) -> None:
    headers = [("Host", f"127.0.0.1:{port(site)}"), ("Host", "evil.example")]
    async with site.http.get(f"{site.url}/", headers=headers) as answer:
        assert answer.status in (400, 421)


# What a browser or script sends, and whether a change is let through. {own}: the page's own origin.
CROSS_SITE = [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "{own}"}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Origin": "{own}"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site", "Origin": "{own}"}, False),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "{own}.evil.example"}, False),
    ({"Origin": "http://127.0.0.1:1"}, False),
    ({"Origin": "http://127.0.0.1"}, False),
    ({"Origin": "https://{host}"}, False),
]


def sent(site: Site, headers: dict[str, str]) -> dict[str, str]:
    return {name: value.format(own=site.url, host=site.url[7:]) for name, value in headers.items()}


async def test_a_change_must_not_come_from_another_site(site: Site) -> None:
    await site.add("ada", "admin")
    for turn, (headers, passes) in enumerate(CROSS_SITE):
        cookie = (await site.browser("ada")).headers["Cookie"]
        asker = Person(site, {"Cookie": cookie} | sent(site, headers))
        for method, path, body in (
            ("PATCH", "/me", {"settings": {"theme": "dark"}}),
            ("POST", "/users", {"name": f"new{turn}", "password": "four very quiet words"}),
            ("DELETE", "/session", None),
        ):
            reply = await asker.ask(method, API + path, body)
            assert (reply.status < 300) == passes, (method, path, headers, reply.body)
            assert passes or reply.code == "cross-site"
        assert (await Person(site, {"Cookie": cookie}).get(f"{API}/me")).status == (401 if passes else 200)


async def test_nobody_is_signed_in_from_another_site(site: Site) -> None:
    await site.add("ada")
    for headers, passes in CROSS_SITE:
        asker = Person(site, sent(site, headers))
        reply = await asker.post(f"{API}/session", {"username": "ada", "password": "three quiet words"})
        assert (reply.status == 201) == passes, headers
        assert ("Set-Cookie" in reply.headers) == passes


async def test_a_bearer_token_without_a_cookie_may_come_from_anywhere(site: Site) -> None:
    ada = (await site.someone("ada")).having(Origin="https://evil.example", Sec_Fetch_Site="cross-site")
    body = {"settings": {"theme": "dark"}}
    assert (await ada.ask("PATCH", f"{API}/me", body)).status == 200
    assert (await ada.having(Cookie="any=thing").ask("PATCH", f"{API}/me", body)).code == "cross-site"


async def test_reading_is_no_change(site: Site) -> None:
    await site.add("ada")
    ada = (await site.browser("ada")).having(Origin="https://evil.example", Sec_Fetch_Site="cross-site")
    assert (await ada.get(f"{API}/me")).status == 200


async def test_behind_a_proxy_the_public_origin_counts(behind: Site) -> None:
    await behind.add("ada")
    ask = {"username": "ada", "password": "three quiet words"}
    for host in ("messages.example.com", f"127.0.0.1:{port(behind)}"):
        asker = behind.anyone.having(Host=host)
        assert (await asker.having(Origin=PUBLIC).post(f"{API}/session", ask)).status == 201
        assert (await asker.having(Origin="http://messages.example.com").post(f"{API}/session", ask)).status == 403


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Origin": "{own}"}, True),
        ({}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
    ],
)
async def test_a_socket_with_a_cookie_needs_our_origin(site: Site, headers: dict[str, str], passes: bool) -> None:
    await site.add("ada")
    cookie = (await site.browser("ada")).headers["Cookie"]
    asker = Person(site, {"Cookie": cookie} | sent(site, headers))
    if passes:
        await (await asker.socket()).close()
        return
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await asker.socket()
    assert refused.value.status == 403


async def test_a_socket_with_a_token_needs_none(site: Site) -> None:
    ada = await site.someone("ada")
    await (await ada.socket()).close()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await ada.having(Cookie="any=thing").socket()


async def test_only_trusted_proxies_say_whom_they_forward_for() -> None:
    from aiohttp.test_utils import make_mocked_request

    from sidetone.web.address import client_address

    def seen(trusted: set[str], *forwarded: str) -> str:
        headers = [("X-Forwarded-For", line) for line in forwarded]
        request = make_mocked_request("GET", "/", headers=headers)
        return client_address(request.clone(remote="10.0.0.1"), trusted)

    assert seen(set(), "192.0.2.1") == "10.0.0.1"
    assert seen({"10.0.0.1"}, "192.0.2.1") == "192.0.2.1"
    assert seen({"10.0.0.1"}, "198.51.100.1, 192.0.2.1") == "192.0.2.1"
    assert seen({"10.0.0.1"}, "198.51.100.1", "192.0.2.1") == "192.0.2.1"
    assert seen({"10.0.0.1", "10.0.0.2"}, "198.51.100.1, 192.0.2.1, 10.0.0.2") == "192.0.2.1"
    assert seen({"10.0.0.1"}, "nonsense") == "10.0.0.1"
    assert seen({"10.0.0.1"}) == "10.0.0.1"
    assert seen({"10.0.0.1"}, ", ".join(["10.0.0.1"] * 99)) == "10.0.0.1"
