"""Sidetone's own TLS, with real certificates and a real client."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import uvloop

from sidetone.config.fault import ConfigError
from sidetone.config.shapes import ServerSettings
from sidetone.domain.health import State
from sidetone.parts import Parts
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from sidetone.web.tls import LOOK_EVERY, PART, Tls
from web.certificates import HOST, put, trusting, write
from web.site import API, Site


@pytest.fixture
async def secured(tmp_path: Path, store: Store, clock: FakeClock) -> AsyncIterator[Site]:
    write(tmp_path)
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    async with Site(tmp_path, store, clock, public_url=f"https://{HOST}", tls_cert=cert, tls_key=key) as site:
        yield site


def port(site: Site) -> int:
    return int(site.url.rpartition(":")[2])


async def shown(site: Site, terms: ssl.SSLContext | None = None) -> bytes:
    """The certificate that a new connection is shown."""
    _, writer = await asyncio.open_connection("127.0.0.1", port(site), ssl=terms or trusting(), server_hostname=HOST)
    found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    assert isinstance(found, bytes)
    return found


async def test_a_client_that_verifies_is_served(secured: Site) -> None:
    http, terms = secured.http, trusting()
    async with http.get(f"{secured.url}/", ssl=terms, headers={"Host": HOST}) as answer:
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    await secured.add("ada")
    ask = {"username": "ada", "password": "three quiet words"}
    own = {"Host": HOST, "Origin": f"https://{HOST}"}
    async with http.post(f"{secured.url}{API}/session", json=ask, ssl=terms, headers=own) as answer:
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-sidetone=")
        assert "; Secure" in cookie
    live = {"Host": HOST, "Origin": f"https://{HOST}", "Cookie": cookie.partition(";")[0]}
    async with http.ws_connect(f"{secured.url}{API}/events", ssl=terms, headers=live) as screen:
        assert (await screen.receive_json())["type"] == "hello"
    assert secured.parts.get(PART).state is State.OK


async def test_one_that_does_not_trust_it_is_not(secured: Site) -> None:
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await secured.http.get(secured.url)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_what_is_spoken_today_is_spoken(secured: Site, version: ssl.TLSVersion) -> None:
    terms = trusting()
    terms.minimum_version = terms.maximum_version = version
    assert await shown(secured, terms)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_what_is_older_than_tls_1_2_is_not(secured: Site) -> None:
    terms = trusting()
    terms.set_ciphers("ALL:@SECLEVEL=0")
    terms.minimum_version = terms.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await shown(secured, terms)


async def test_plain_http_gets_no_answer(secured: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port(secured))
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    with suppress(ConnectionError):
        assert b"HTTP" not in await asyncio.wait_for(reader.read(), 5)
    writer.close()


async def test_a_renewed_pair_counts_for_new_connections_and_ends_no_old_one(
    secured: Site, tmp_path: Path, clock: FakeClock
) -> None:
    terms = trusting()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=terms)) as http:
        headers = {"Host": HOST, "Authorization": (await bearer(secured, http))}
        async with http.ws_connect(f"{secured.url}{API}/events", headers=headers) as screen:
            await screen.receive_json()
            before = await shown(secured)
            write(tmp_path, HOST, "127.0.0.1", "renewed.example.com")
            assert await shown(secured) == before, "nobody has looked yet"
            assert secured.tls is not None
            await passing(secured, clock)
            after = await shown(secured)
            assert after != before
            assert await shown(secured) == after
            await secured.number("ada")
            assert (await asyncio.wait_for(screen.receive_json(), 5))["type"] == "number.updated"


async def bearer(site: Site, http: aiohttp.ClientSession) -> str:
    await site.add("ada")
    ask = {"username": "ada", "password": "three quiet words", "token": True}
    async with http.post(f"{site.url}{API}/session", json=ask, headers={"Host": HOST}) as answer:
        return f"Bearer {(await answer.json())['token']}"


async def passing(site: Site, clock: FakeClock) -> None:
    """Time for the next look, and the look itself."""
    await clock.until_asleep()
    await clock.advance(LOOK_EVERY + 1)
    await clock.until_asleep()
    assert site.tls is not None
    async with site.tls._turn:
        pass


async def test_a_broken_new_pair_keeps_the_former_and_is_told_until_it_is_mended(
    secured: Site, tmp_path: Path, clock: FakeClock
) -> None:
    before = await shown(secured)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(elsewhere)
    put(tmp_path / "key.pem", (elsewhere / "key.pem").read_bytes())
    await passing(secured, clock)
    health = secured.parts.get(PART)
    assert health.state is State.DEGRADED
    assert "What is there now is not used: server.tls_key does not belong to the certificate" in health.sentence
    assert "The former certificate goes on; it lasts until 3000-01-01." in health.sentence
    assert await shown(secured) == before
    assert secured.parts.ready
    put(tmp_path / "cert.pem", (elsewhere / "cert.pem").read_bytes())
    await passing(secured, clock)
    assert secured.parts.get(PART).state is State.OK
    assert await shown(secured) != before


class Alone:
    """A pair without a server."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.folder = folder
        self.clock = clock
        self.parts = Parts()

    def open(self) -> Tls:
        settings = ServerSettings(
            public_url=f"https://{HOST}",
            default_country="DE",
            data_dir=self.folder,
            tls_cert=self.folder / "cert.pem",
            tls_key=self.folder / "key.pem",
        )
        return Tls(settings, self.folder, self.clock, self.parts)

    @property
    def told(self) -> tuple[str, str]:
        health = self.parts.get(PART)
        return health.state.value, health.sentence


@pytest.fixture
def alone(tmp_path: Path, clock: FakeClock) -> Alone:
    return Alone(tmp_path, clock)


def after(clock: FakeClock, days: float) -> datetime:
    return datetime.fromtimestamp(clock.now() / 1000 + days * 86400, UTC)


async def test_its_end_is_told_two_weeks_ahead(alone: Alone, clock: FakeClock) -> None:
    write(alone.folder, HOST, ends=after(clock, 15))
    tls = alone.open()
    await tls.start()
    assert alone.told == ("ok", "It lasts until 2027-01-30.")
    await clock.until_asleep()
    await clock.advance(2 * 86400)
    await tls.look()
    assert alone.told == (
        "degraded",
        "server.tls_cert expires on 2027-01-30; renew it: its renewal seems to fail.",
    )
    await clock.advance(14 * 86400)
    await tls.look()
    assert alone.told == ("degraded", "server.tls_cert has expired on 2027-01-30: nobody accepts it; renew it.")
    write(alone.folder, HOST)
    assert await tls.look() == "The certificate is new and lasts until 3000-01-01."
    assert alone.told == ("ok", "It lasts until 3000-01-01.")
    assert await tls.look() == ""
    await tls.stop()


async def test_a_key_that_others_may_read_is_refused_at_the_start_and_later(alone: Alone) -> None:
    write(alone.folder, HOST)
    key = alone.folder / "key.pem"
    key.chmod(0o644)
    with pytest.raises(ConfigError, match=r"server.tls_key is a secret, and everyone on this machine can read .*; run"):
        alone.open()
    key.chmod(0o600)
    tls = alone.open()
    key.chmod(0o604)
    with pytest.raises(ConfigError, match=r"server\.tls_key is a secret"):
        await tls.look()
    assert alone.told[0] == "degraded"
    key.chmod(0o600)
    await tls.look()
    assert alone.told[0] == "ok"


async def test_a_pair_that_is_gone_is_told(alone: Alone) -> None:
    write(alone.folder, HOST)
    tls = alone.open()
    (alone.folder / "cert.pem").unlink()
    with pytest.raises(ConfigError, match=r"server.tls_cert names .*, which cannot be read \(No such file"):
        await tls.look()
    assert "The former certificate goes on" in alone.told[1]


def test_on_the_daemons_own_loop_too(tmp_path: Path, clock: FakeClock) -> None:
    """uvloop has a TLS of its own."""
    write(tmp_path)
    alone = Alone(tmp_path, clock)

    async def seen() -> list[bytes]:
        tls = alone.open()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            server = await asyncio.get_running_loop().create_server(asyncio.Protocol, sock=taken, **tls.terms())
            found = []
            for _ in range(2):
                _, writer = await asyncio.open_connection(
                    *taken.getsockname(), ssl=trusting(), server_hostname="messages.example.com"
                )
                found.append(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
                writer.transport.abort()
                write(tmp_path)
                await tls.look()
            server.close()
        return found

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        first, second = runner.run(seen())
    assert first != second
