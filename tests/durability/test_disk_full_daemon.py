"""A full disk is an ordinary answer, never half a state, and over as soon as there is space."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from aiohttp import ClientSession

from durability.api import OWN_NUMBERS, Site, furnish
from durability.conftest import NewDaemon
from durability.daemon import PHONE, Daemon
from durability.pausing_far_side import PausingFarSide
from durability.small_disk import SmallDisk
from durability.stored import copied
from sidetone.testing.restcomm_far_side import ACCOUNT

MOST_TRIES = 400  # the log of a store may have room of its own
PAGE = 4096
PAGES_OF_A_COMMIT = 30  # and some more
PARTY = "+13105550300"
PHONE_TEXTS = f"/handset/phones/phones/{quote(PHONE)}/messages"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FULL = "The disk is full"

pytestmark = pytest.mark.slow


@pytest.fixture
async def daemon(new_daemon: NewDaemon, far_side: PausingFarSide, disk: SmallDisk) -> Daemon:
    """On a small disk."""
    return new_daemon(far_side.base_url, data=disk.path / "data")


async def test_a_full_disk_is_an_ordinary_answer_and_passes(
    daemon: Daemon, far_side: PausingFarSide, disk: SmallDisk, http: ClientSession
) -> None:
    await daemon.starts()
    world = await _World.furnished(daemon, far_side, http)
    await world.have_one_under_way()
    disk.fill()

    refused = {
        "api": await until(507, world.send),
        "text": await until(503, world.bring),
        "receipt": await until(503, world.report),
        "handset": await until(507, world.text_from_a_phone),
    }
    assert refused["api"]["code"] == refused["handset"]["code"] == "store-full"
    assert FULL in refused["api"]["detail"]
    assert "Free some space" in refused["api"]["hint"]
    assert await world.part("store") == ("degraded", 200)
    assert await world.status_of(world.under_way) == "sending"
    far_side.may_answer.set()  # what it says cannot be written down yet

    disk.free()
    assert await world.send_again() == 202
    await eventually(world.repeat_what_was_refused)
    await eventually(world.is_well)
    await eventually(world.has_arrived)
    assert daemon.pid == world.pid, "the daemon did not stay up"
    daemon.ask_to_stop()
    assert await daemon.ended() == 0
    world.check_the_file()


async def test_the_room_may_end_at_any_page_of_a_commit(
    daemon: Daemon, far_side: PausingFarSide, disk: SmallDisk, http: ClientSession
) -> None:
    await daemon.starts()
    world = await _World.furnished(daemon, far_side, http)
    for pages in range(PAGES_OF_A_COMMIT):
        disk.fill(leave=pages * PAGE)
        await until(507, world.send)
        await until(503, world.bring)
        disk.free()
    await eventually(world.repeat_what_was_refused)
    await eventually(world.is_well)
    await eventually(world.has_arrived)
    daemon.ask_to_stop()
    assert await daemon.ended() == 0
    world.check_the_file()


async def test_a_crash_on_a_full_disk_loses_nothing(
    daemon: Daemon, far_side: PausingFarSide, disk: SmallDisk, http: ClientSession
) -> None:
    await daemon.starts()
    world = await _World.furnished(daemon, far_side, http)
    await world.have_one_under_way()
    disk.fill()
    await until(507, world.send)
    daemon.kill()
    await daemon.ended()

    await daemon.starts()  # still full
    assert (await world.read(world.under_way))["body"] == "under way"
    await until(507, world.send)
    disk.free()
    far_side.may_answer.set()
    assert await world.send_again() == 202
    await eventually(world.is_well)
    await eventually(world.has_arrived)
    assert await world.status_of(world.under_way) == "unknown"
    daemon.ask_to_stop()
    assert await daemon.ended() == 0
    world.check_the_file()


async def test_a_first_start_on_a_full_disk_says_so_and_leaves_nothing_in_the_way(
    daemon: Daemon, disk: SmallDisk
) -> None:
    disk.fill()
    daemon.start()
    assert await daemon.ended() == 1
    assert FULL.lower() in daemon.words().lower()
    assert "Traceback" not in daemon.words()
    assert "mistake of its own" not in daemon.words()
    disk.free()
    await daemon.starts()


class _World:
    """What the test has asked for, and what it was told."""

    def __init__(self, site: Site, far_side: PausingFarSide, http: ClientSession, thread: str) -> None:
        self.pid = site.daemon.pid
        self.under_way = ""
        self._site = site
        self._far_side = far_side
        self._http = http
        self._thread = thread
        self._asked: dict[str, int] = {}  # key or sid → the last status that it was answered
        self._count = 0

    @classmethod
    async def furnished(cls, daemon: Daemon, far_side: PausingFarSide, http: ClientSession) -> "_World":
        site = await furnish(daemon, http)
        return cls(site, far_side, http, await site.conversation(0, PARTY))

    async def have_one_under_way(self) -> None:
        """A text that the carrier has taken and not yet answered."""
        self._far_side.may_answer.clear()
        asked = {"body": "under way"}
        path = f"/conversations/{await self._site.conversation(1, PARTY)}/messages"
        self.under_way = (await self._site.users[1].must("POST", path, asked, key="under way", status=202))["id"]
        self._asked["under way"] = 202
        async with asyncio.timeout(10):
            await self._far_side.taken.wait()

    async def send(self) -> tuple[int, Any]:
        return await self._send(self._next("send"))

    async def send_again(self) -> int:
        """The newest of what was refused, with its key."""
        status, _ = await self._send(next(key for key in reversed(self._asked) if key.startswith("send")))
        return status

    async def bring(self) -> tuple[int, Any]:
        return await self._bring(self._next("SM"))

    async def report(self) -> tuple[int, Any]:
        fields = {"MessageSid": self._next("receipt"), "MessageStatus": "sent", "AccountSid": ACCOUNT}
        return await self._call_back(self._site.status_hook, fields, fields["MessageSid"])

    async def text_from_a_phone(self) -> tuple[int, Any]:
        body = {"to": OWN_NUMBERS[0], "body": self._next("phone")}
        reply = await self._site.admin.ask("POST", PHONE_TEXTS, body)
        self._asked[body["body"]] = reply.status
        return reply.status, reply.json

    async def repeat_what_was_refused(self) -> bool:
        """As clients and carriers do; whether all of it was taken."""
        for name, status in list(self._asked.items()):
            if name.startswith("send") and status != 202:
                await self._send(name)
            if name.startswith("SM") and status != 200:
                await self._bring(name)
        return all(status in (200, 201, 202) for name, status in self._asked.items() if name.startswith(("send", "SM")))

    async def part(self, name: str) -> tuple[str, int]:
        """The state of a part, and the status of /readyz."""
        async with self._http.get(f"{self._site.daemon.url}/readyz") as answer:
            parts = {part["name"]: part for part in (await answer.json())["parts"]}
            assert (FULL in parts["store"]["sentence"]) == (parts["store"]["state"] != "ok"), parts["store"]
            return parts[name]["state"], answer.status

    async def is_well(self) -> bool:
        return await self.part("store") == ("ok", 200)

    async def has_arrived(self) -> bool:
        """Whether every text that was acknowledged has left, or is known to be unknown."""
        return all(message["status"] in ("sent", "unknown") for message in await self._messages("outbound"))

    async def read(self, message_id: str) -> Any:  # noqa: ANN401 - JSON
        return await self._site.users[1].must("GET", f"/messages/{message_id}")

    async def status_of(self, message_id: str) -> str:
        return str((await self.read(message_id))["status"])

    def check_the_file(self) -> None:
        """Every acknowledged thing once, nothing of what was refused, nothing that refers to what is not there."""
        names = [name for name, status in self._asked.items() if status in (200, 201, 202)]
        sent = sorted(name for name in names if name.startswith(("send", "under way")))
        brought = sorted(name for name in names if name.startswith(("SM", "phone")))
        receipts = sorted(name for name in names if name.startswith("receipt"))
        with copied(self._site.daemon.file) as stored:
            assert stored.faults() == []
            bodies = "SELECT b.body FROM message_body b JOIN message m ON m.id = b.message_id WHERE m.direction = :way"
            assert sorted(row[0] for row in stored.rows(bodies, way="outbound")) == sent
            assert sorted(row[0] for row in stored.rows(bodies, way="inbound")) == brought
            assert sorted(row[0] for row in stored.rows("SELECT carrier_id FROM receipt")) == receipts
            assert sorted(row[0] for row in stored.rows("SELECT key FROM idempotency")) == sent
            assert stored.rows("SELECT message_id FROM outbox") == []
        assert sorted(sms.body for sms in self._far_side.messages) == sent

    def _next(self, kind: str) -> str:
        self._count += 1
        return f"{kind} {self._count:04}"

    async def _send(self, key: str) -> tuple[int, Any]:
        path = f"/conversations/{self._thread}/messages"
        reply = await self._site.users[0].ask("POST", path, {"body": key}, key=key)
        self._asked[key] = reply.status
        return reply.status, reply.json

    async def _bring(self, sid: str) -> tuple[int, Any]:
        fields = {"SmsSid": sid, "From": PARTY, "To": OWN_NUMBERS[0], "Body": sid, "AccountSid": ACCOUNT}
        return await self._call_back(self._site.message_hook, fields, sid)

    async def _call_back(self, url: str, fields: dict[str, str], name: str) -> tuple[int, Any]:
        async with self._http.post(url, data=urlencode(fields), headers=FORM) as answer:
            self._asked[name] = answer.status
            if answer.status == 503:
                assert int(answer.headers["Retry-After"]) > 0
            return answer.status, None

    async def _messages(self, direction: str) -> list[Any]:
        path = f"/conversations/{self._thread}/messages?limit=200"
        items = (await self._site.users[0].must("GET", path))["items"]
        if self.under_way:
            items.append(await self.read(self.under_way))
        return [item for item in items if item["direction"] == direction]


async def until(status: int, ask: Callable[[], Awaitable[tuple[int, Any]]]) -> Any:  # noqa: ANN401 - any JSON
    """Ask anew until this is the answer; its JSON."""
    for _ in range(MOST_TRIES):
        answered, body = await ask()
        if answered == status:
            return body
        assert answered in (200, 201, 202), (answered, body)
    raise AssertionError(f"never answered {status}")


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Look until it holds, in bounded time."""
    deadline = time.monotonic() + 15
    while not await holds():
        assert time.monotonic() < deadline, f"{holds.__name__} never held"
        await asyncio.sleep(0.05)
