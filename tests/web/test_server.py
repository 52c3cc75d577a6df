"""Listening, and being told to stop."""

import asyncio
import socket
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sidetone.config.shapes import ServerSettings
from sidetone.domain.health import State
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from sidetone.web.listener import CannotListen, bind
from web.site import API, PATIENCE, PHONE, Site


def settings(listen: str, folder: Path) -> ServerSettings:
    return ServerSettings(listen=listen, public_url=f"http://{listen}", data_dir=folder, default_country="DE")


def test_a_free_port_becomes_part_of_the_settings(tmp_path: Path) -> None:
    listener = bind(settings("127.0.0.1:0", tmp_path))
    port = listener.socket.getsockname()[1]
    assert (listener.settings.listen, listener.settings.public_url) == (
        f"127.0.0.1:{port}",
        f"http://127.0.0.1:{port}",
    )
    listener.socket.close()


def test_a_name_is_looked_up(tmp_path: Path) -> None:
    listener = bind(settings("localhost:0", tmp_path))
    assert listener.socket.getsockname()[0] in ("127.0.0.1", "::1")
    listener.socket.close()


@pytest.mark.parametrize("listen", ["192.0.2.1:0", "no-such-host.invalid:0"])
def test_an_address_that_is_not_ours_is_refused_in_words(tmp_path: Path, listen: str) -> None:
    with pytest.raises(CannotListen, match="cannot be listened on"):
        bind(settings(listen, tmp_path))


def test_a_taken_port_is_refused_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CannotListen) as refused:
        bind(settings(f"127.0.0.1:{taken.getsockname()[1]}", tmp_path))
    assert refused.value.where == "server.listen"


async def test_the_listener_is_a_part(site: Site) -> None:
    assert site.parts.get("listener").state is State.OK
    await site.server.stop()
    assert site.parts.get("listener").state is State.OFF


async def test_stopping_ends_a_long_wait(site: Site) -> None:
    root = await site.someone("root", "admin")
    phones = (await root.get(f"{API}/handset/demo/phones")).json
    path = f"{API}/handset/demo/phones?since={phones['version']}&wait=30"
    others = site.clock.sleepers
    waiting = asyncio.create_task(root.get(path))
    await site.clock.until_asleep(others + 1)
    await asyncio.wait_for(site.server.stop(), 2)
    assert (await waiting).json == phones


async def test_a_wait_ends_when_something_changes(site: Site) -> None:
    root = await site.someone("root", "admin")
    await site.number("root")
    version = (await root.get(f"{API}/handset/demo/phones")).json["version"]
    others = site.clock.sleepers
    waiting = asyncio.create_task(root.get(f"{API}/handset/demo/phones?since={version}&wait=30"))
    await site.clock.until_asleep(others + 1)
    sent = await root.post(f"{API}/handset/demo/phones/{PHONE[1:]}/messages", {"to": "030 901820100", "body": "hi"})
    assert (sent.status, sent.json["number"]) == (201, "+4930901820100")
    phones = (await asyncio.wait_for(waiting, PATIENCE)).json
    assert phones["version"] > version
    assert [text["body"] for text in phones["items"][0]["messages"]] == ["hi"]
    assert (await root.get(f"{API}/conversations")).json["items"][0]["last_message"]["body"] == "hi"


async def test_the_log_has_a_line_for_each_request_and_nothing_that_was_asked(site: Site) -> None:
    root = await site.someone("root", "admin")
    with capture_logs() as lines:
        await root.get(f"{API}/handset/demo/phones/{PHONE}?x=secret-query")
        await root.get(f"{API}/contacts/lookup?number={PHONE}")
        await root.get(f"{API}/nothing/secret-path")
        await root.get("/secret-page")
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["place"], line["status"]) for line in requests] == [
        (f"{API}/handset/{{carrier}}/phones/{{number}}", 422),
        (f"{API}/contacts/lookup", 200),
        (API, 404),
    ]
    assert "secret" not in str(lines)
    assert PHONE[1:] not in str(lines)


async def test_a_connection_serves_many_requests(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    async with Site(tmp_path, store, clock) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
        for _ in range(3):
            writer.write(f"GET /healthz HTTP/1.1\r\nHost: {site.url[7:]}\r\n\r\n".encode())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            assert b" 200 " in head
            await reader.readexactly(3)
        writer.close()
