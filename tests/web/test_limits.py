"""How much one account or address may use, and what whoever uses more is told."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from sidetone.web.limits import FREE_WRONG_HOOKS, KEPT_PATHS, Doors, Rate, WrongHooks
from web.site import API, HOOK_SECRET, Reply, Site, frames
from web.test_headers import EVERYWHERE, ON_HOOKS, check
from web.test_hooks import text
from web.test_socket import until

DECADE = 10 * 365 * 24 * 60 * 60


def told(reply: Reply) -> tuple[int, str, str]:
    return reply.status, reply.code, reply.headers.get("Retry-After", "")


async def test_a_rate_lets_a_burst_through_and_then_so_many_a_second(clock: FakeClock) -> None:
    rate = Rate(clock, per_second=2, burst=3)
    assert [rate.take("a") for _ in range(5)] == [0, 0, 0, 1, 1]
    assert rate.take("b") == 0
    await clock.advance(1)
    assert [rate.take("a") for _ in range(3)] == [0, 0, 1]
    assert rate.wait("a") == 1
    await clock.advance(DECADE)
    assert [rate.take("a") for _ in range(4)] == [0, 0, 0, 1]


def test_what_is_remembered_is_bounded(clock: FakeClock) -> None:
    rate = Rate(clock, per_second=1, burst=1, most=3)
    for key in range(10):
        rate.take(key)
    assert len(rate) == 3
    assert (rate.take(9), rate.take(0)) == (1, 0)
    wrong = WrongHooks(clock)
    for path in range(2 * KEPT_PATHS):
        wrong.trust(f"/hooks/{path}")
    assert len(wrong._proven) == KEPT_PATHS


def test_no_rate_holds_nobody_up(clock: FakeClock) -> None:
    rate = Rate(clock, per_second=0, burst=0)
    assert {rate.take("a") for _ in range(100)} == {0} == {rate.wait("a")}


async def test_a_user_who_asks_too_often_is_told_when_to_go_on(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    async with Site(tmp_path, store, clock, api_rate=0.5) as site:
        ada, ben = await site.someone("ada"), await site.someone("ben")
        replies = [await ada.get(f"{API}/me") for _ in range(6)]
        assert [reply.status for reply in replies] == [200] * 5 + [429]
        assert told(replies[-1]) == (429, "too-many-requests", "2")
        assert replies[-1].json["hint"] == "Go on in 2 s."
        check(replies[-1], EVERYWHERE)
        again = await site.client("ada")
        assert (await again.get(f"{API}/me")).status == 429, "another session of the same account"
        assert (await ben.get(f"{API}/me")).status == 200
        await clock.advance(2)
        assert (await ada.get(f"{API}/me")).status == 200


async def test_strangers_are_counted_by_address_and_hold_up_no_user(
    tmp_path: Path, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidetone.web.dispatch.STRANGERS", 0.4)
    async with Site(tmp_path, store, clock, trusted_proxies=("127.0.0.1",)) as site:
        ada = await site.someone("ada")

        async def ask(address: str) -> Reply:
            return await site.anyone.having(X_Forwarded_For=address, Authorization="Bearer guess").get(f"{API}/me")

        assert [(await ask(f"2001:db8:0:7::{turn}")).status for turn in range(5)] == [401] * 4 + [429]
        assert told(await ask("2001:db8:0:7:ffff::1")) == (429, "too-many-requests", "3"), "its whole /64"
        assert (await ask("2001:db8:0:8::1")).status == 401
        assert (await ask("192.0.2.1")).status == 401
        assert (await ada.having(X_Forwarded_For="2001:db8:0:7::1").get(f"{API}/me")).status == 200


async def test_wrong_call_backs_are_held_up_and_right_ones_are_not(hooked: Site) -> None:
    await hooked.number(None, carrier="main")
    assert (await text(hooked)).status == 200
    for turn in range(FREE_WRONG_HOOKS):
        path = "/hooks/nobody/x" if turn % 2 else f"/hooks/main/wrong{turn}/message"
        assert (await hooked.anyone.post(path, b"")).status in (403, 404)
    reply = await hooked.anyone.post("/hooks/main/wrong/message", b"")
    assert (reply.status, reply.body, reply.headers["Retry-After"]) == (429, b"too-many-requests", "1")
    check(reply, ON_HOOKS)
    assert (await hooked.anyone.post(f"/hooks/main/{HOOK_SECRET}/status", b"")).status == 429, "not proven yet"
    assert (await text(hooked, SmsSid="SM" + "2" * 32)).status == 200, "its path has proven itself"
    await hooked.clock.advance(1)
    assert (await hooked.anyone.post("/hooks/main/wrong/message", b"")).status == 403


def test_call_backs_are_counted_by_the_line(clock: FakeClock) -> None:
    wrong = WrongHooks(clock)
    for turn in range(FREE_WRONG_HOOKS):
        wrong.count(f"2001:db8:0:7::{turn:x}")
    assert wrong.wait("/hooks/a", "2001:db8:0:7:1::") == 1
    assert wrong.wait("/hooks/a", "2001:db8:0:8::") == 0


async def test_a_user_has_so_many_live_connections(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    async with Site(tmp_path, store, clock, screens_per_user=2) as site:
        ada, ben = await site.someone("ada"), await site.someone("ben")
        first, second = await ada.socket(), await ada.socket()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await ada.socket()
        assert refused.value.status == 429
        assert refused.value.headers is not None
        assert refused.value.headers["Retry-After"] == "60"
        others = [second, await ben.socket()]
        await first.close()
        front = site.server._front
        assert front is not None
        assert ada.user is not None
        user = int(ada.user.id)
        await until(lambda: front.screens[user] == 1)
        others.append(await ada.socket())
        for socket in others:
            await frames(socket)
            await socket.close()


def test_doors_count_all_and_each() -> None:
    doors = Doors(("192.0.2.9",), most=6, of_one=2)
    assert [doors.enter("2001:db8::1"), doors.enter("2001:db8::2"), doors.enter("2001:db8::3")] == [True, True, False]
    assert doors.enter("2001:db8:0:1::1")
    doors.leave("2001:db8::1")
    assert doors.enter("2001:db8::3")
    assert [doors.enter("192.0.2.9") for _ in range(4)] == [True] * 3 + [False], "a proxy is held to the sum alone"
    doors.leave("2001:db8:0:1::1")
    assert [doors.enter("127.0.0.1"), doors.enter("127.0.0.1")] == [True, False]


async def test_beyond_the_most_connections_one_is_told_so(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    doors = Doors(most=1)
    async with Site(tmp_path, store, clock, doors=doors) as site:
        reader, writer = await knock(site)
        refused, gone = await knock(site)
        head, _, body = (await asyncio.wait_for(refused.read(), 5)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        assert (json.loads(body)["code"], lines["Retry-After"]) == ("full", "10")
        assert {name: lines[name] for name in EVERYWHERE} == EVERYWHERE
        gone.close()
        writer.close()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        await until(lambda: doors.enter("127.0.0.1"))


async def knock(site: Site) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that the server has seen, and that has said nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    await asyncio.sleep(0)
    return reader, writer


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_who_says_nothing_or_no_whole_request_is_let_go(
    tmp_path: Path, store: Store, clock: FakeClock, said: bytes
) -> None:
    async with Site(tmp_path, store, clock, idle=0.05) as site:
        reader, writer = await knock(site)
        writer.write(said)
        with suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
