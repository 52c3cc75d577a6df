"""The life of a live socket."""

import asyncio
import base64
import os
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import WSMsgType

from sidetone.live.feed import ROOM, Subscription
from sidetone.store.connection import READERS, Store
from sidetone.testing.clock import FakeClock
from sidetone.views import UserChange
from web.site import API, PATIENCE, PHONE, Person, Site, frames

DAY = 24 * 60 * 60


async def closed(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """The code that a socket is closed with, whatever came before."""
    while (message := await asyncio.wait_for(socket.receive(), 5)).type is WSMsgType.TEXT:
        pass
    assert message.type is WSMsgType.CLOSE
    return int(message.data)


async def talk(ada: Person) -> str:
    """The path of a conversation's messages."""
    reply = await ada.post(f"{API}/conversations", {"kind": "sms", "to": PHONE})
    return f"{API}/conversations/{reply.json['id']}/messages"


async def until(reached: Callable[[], bool]) -> None:
    """Wait for what happens in real time, since pings do."""
    for _ in range(int(PATIENCE / 0.005)):
        if reached():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never happened")


def subscriptions(site: Site) -> list[Subscription]:
    return [each for screens in site.rooms.feed._screens.values() for each in screens]


async def test_it_begins_with_hello_and_tells_what_happens(site: Site) -> None:
    ada = await site.someone("ada")
    await site.number("ada")
    socket = await ada.socket()
    (hello,) = await frames(socket)
    assert hello == {"type": "hello", "seq": f"{site.store.epoch}:2"}
    sent = await ada.having(Idempotency_Key="key").post(await talk(ada), {"body": "hello"})
    created, message = await frames(socket, 2)
    assert [created["type"], message["type"]] == ["conversation.created", "message.created"]
    assert message["data"] == sent.json
    assert message["data"]["client_id"] == "key"
    await socket.close()


async def test_who_comes_back_gets_the_rest_once(site: Site) -> None:
    ada = await site.someone("ada")
    await site.number("ada")
    path = await talk(ada)
    await ada.post(path, {"body": "one"})
    socket = await ada.socket()
    (hello,) = await frames(socket)
    await socket.close()
    for body in ("two", "three"):
        await ada.post(path, {"body": body})
    again = await ada.socket(f"?since={hello['seq']}")
    told = await frames(again, 3)
    assert [frame["type"] for frame in told] == ["hello", "message.created", "message.created"]
    assert [frame["data"]["body"] for frame in told[1:]] == ["two", "three"]
    await again.close()


@pytest.mark.parametrize("since", ["other:1", "{epoch}:999", "{epoch}:x", "nonsense", "{epoch}:-1", ""])
async def test_a_place_that_is_not_ours_gets_resync(site: Site, since: str) -> None:
    ada = await site.someone("ada")
    socket = await ada.socket(f"?since={since.format(epoch=site.store.epoch)}")
    hello, resync = await frames(socket, 2)
    assert hello["type"] == "hello"
    assert resync == {"seq": None, "type": "resync", "data": {}}
    await socket.close()


async def test_another_users_events_are_not_heard(site: Site) -> None:
    ada, ben = await site.someone("ada"), await site.someone("ben")
    await site.number("ada")
    await site.number("ben", "+4930901820101")
    socket = await ben.socket()
    await frames(socket)
    await ada.post(await talk(ada), {"body": "secret"})
    await ben.post(await talk(ben), {"body": "mine"})
    told = await frames(socket, 2)
    assert [frame["data"].get("body") for frame in told] == [None, "mine"]
    assert "secret" not in str(told)
    await socket.close()


async def test_signing_out_closes_it(site: Site) -> None:
    ada = await site.someone("ada")
    socket, other = await ada.socket(), await (await site.client("ada")).socket()
    await ada.ask("DELETE", f"{API}/session")
    assert await closed(socket) == 4001
    await frames(other)
    await site.add("ben")
    await other.ping()
    await other.close()
    assert other.close_code == 1000


@pytest.mark.parametrize("change", [UserChange(disabled=True), UserChange(password="four even quieter words")])
async def test_a_disabled_user_is_out_at_once(site: Site, change: UserChange) -> None:
    ada = await site.someone("ada")
    socket = await ada.socket()
    assert ada.user is not None
    await site.users.change(int(ada.user.id), change)
    assert await closed(socket) == 4001


async def test_other_rights_are_looked_at_anew(site: Site) -> None:
    ada = await site.someone("ada", "admin")
    await site.add("root", "admin")
    socket = await ada.socket()
    assert ada.user is not None
    await site.users.change(int(ada.user.id), UserChange(role="user"))
    assert await closed(socket) == 1012
    await (await ada.socket()).close()


async def test_other_changes_leave_it_open(site: Site) -> None:
    ada = await site.someone("ada")
    socket = await ada.socket()
    assert ada.user is not None
    await site.users.change(int(ada.user.id), UserChange(display_name="Ada"))
    await site.number("ada")
    assert [frame["type"] for frame in await frames(socket, 2)] == ["hello", "number.updated"]
    await socket.close()


async def test_it_keeps_its_session_alive_and_ends_with_it(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    async with Site(tmp_path, store, clock, phones=False) as site:
        ada = await site.someone("ada")
        assert ada.user is not None
        code = asyncio.create_task(closed(await ada.socket()))
        for _ in range(4):
            await clock.advance(20 * DAY)
            site.sessions.renew(int(ada.user.id))  # wakes the watch, as each ping does
            await until(lambda: seen(site) == clock.now())
            await site.sessions.close()
        assert not code.done()
        await clock.advance(20 * DAY)
        site.sessions.renew(int(ada.user.id))
        assert await code == 4001


def seen(site: Site) -> int:
    """When the one session there is was used last."""
    return next((known.seen_at for known in site.sessions._known.values()), 0)


async def test_a_stopping_server_says_so(site: Site) -> None:
    ada = await site.someone("ada")
    socket = await ada.socket()
    stopping = asyncio.create_task(site.server.stop())
    assert await closed(socket) == 1001
    await asyncio.wait_for(stopping, PATIENCE)


async def test_a_screen_that_comes_while_the_server_stops_hears_it_too(site: Site) -> None:
    ada = await site.someone("ada")
    await ada.get(f"{API}/me")
    gate = threading.Event()
    held = [asyncio.create_task(site.store.read(lambda _: gate.wait(PATIENCE))) for _ in range(READERS)]
    coming = asyncio.create_task(ada.socket())
    await until(lambda: bool(subscriptions(site)))
    stopping = asyncio.create_task(site.server.stop())
    await asyncio.sleep(0)  # those who are connected have been told now
    gate.set()
    assert await closed(await coming) == 1001
    await asyncio.wait_for(stopping, PATIENCE)
    await asyncio.gather(*held)


async def test_it_is_closed_when_more_waits_than_there_is_room_for(site: Site) -> None:
    ada = await site.someone("ada")
    socket = await ada.socket()
    await frames(socket)
    (subscription,) = subscriptions(site)
    for _ in range(2 * ROOM):
        subscription.push_unjournaled("typing", {})
    assert subscription.overrun
    assert await closed(socket) == 4008
    assert subscriptions(site) == []


async def test_one_that_reads_nothing_is_cut_off(
    tmp_path: Path, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidetone.web.socket._PATIENCE", 0.05)
    async with Site(tmp_path, store, clock, ping=0.2) as site:
        ada = await site.someone("ada")
        reader, writer = await mute(site, ada)
        (subscription,) = subscriptions(site)
        for _ in range(50):
            for _ in range(ROOM // 2):
                subscription.push_unjournaled("typing", {"padding": "x" * 5000})
            await asyncio.sleep(0)
            if subscription.overrun:
                break
        assert subscription.overrun
        front = site.server._front
        assert front is not None
        await until(lambda: not front.waking)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(10**9), 5)
        writer.close()


async def mute(site: Site, person: Person) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A screen that says hello and then reads nothing more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]), limit=1024)
    lines = [
        f"GET {API}/events HTTP/1.1",
        f"Host: {site.url[7:]}",
        f"Authorization: {person.headers['Authorization']}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 101")
    while await asyncio.wait_for(reader.readline(), 5) != b"\r\n":
        pass
    return reader, writer


async def test_what_a_client_says_is_dropped_and_too_much_ends_it(site: Site) -> None:
    ada = await site.someone("ada")
    socket = await ada.socket()
    await frames(socket)
    await socket.send_str("hello?")
    await socket.send_bytes(b"\xff")
    await site.number("ada")
    assert (await frames(socket))[0]["type"] == "number.updated"
    await socket.send_str("x" * 2000)
    assert await closed(socket) == 1009


async def test_nothing_is_compressed(site: Site) -> None:
    ada = await site.someone("ada")
    socket = await site.http.ws_connect(f"{site.url}{API}/events", headers=ada.headers, compress=15)
    assert socket.compress == 0
    await socket.close()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upgrade": "websocket"},
        {"Upgrade": "websocket", "Connection": "Upgrade"},
        {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": "x"},
        {"Upgrade": "h2c", "Connection": "Upgrade"},
    ],
)
async def test_what_is_no_websocket_is_told_so(site: Site, headers: dict[str, str]) -> None:
    ada = await site.someone("ada")
    reply = await Person(site, ada.headers | headers).get(f"{API}/events")
    assert (reply.status, reply.code) == (426, "upgrade-needed")
    assert subscriptions(site) == []


async def test_a_stranger_gets_no_socket(site: Site) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await site.anyone.socket()
    assert refused.value.status == 401


async def pings(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[aiohttp.WSMessage]:
    while True:
        yield await asyncio.wait_for(socket.receive(), 5)


async def test_it_is_pinged(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    async with Site(tmp_path, store, clock, ping=0.02) as site:
        ada = await site.someone("ada")
        url = f"{site.url}{API}/events"
        async with site.http.ws_connect(url, headers=ada.headers, autoping=False) as socket:
            async for message in pings(socket):
                if message.type is WSMsgType.PING:
                    break
