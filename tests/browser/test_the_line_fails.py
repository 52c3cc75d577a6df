"""The cloud carrier's line is cut in the middle of a conversation: it goes on by the modem, and back when it can."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect
from yarl import URL

from browser.conftest import Seat
from browser.daemon import Daemon
from browser.outside import Outside
from browser.person import SOON, Person
from plugins.gsm.pty_modem import PtyModem
from plugins.gsm.radio import Radio
from sidetone.clock import SystemClock
from sidetone.testing.restcomm_far_side import ACCOUNT, TOKEN, RestcommFarSide
from sidetone.testing.wire import Wire
from sidetone_gsm.pdu.times import encode_stamp

GRACE = "+447700900101"
SIM = "+447700900900"
CONFIG = """
[carriers.trunk]
type = "restcomm"
base_url = "{base_url}"
account_sid = "{account}"
auth_token = "{token}"
hook_secret = "hush-hush-hush-hush"

[carriers.stick]
type = "gsm"
port = "{port}"
number = "{sim}"
rate = 6000
patience = 0.05
drain_every = 1
reopen_after = 0.1

[routes.when-the-line-fails]
carriers = ["home", "stick"]
other_number = true
"""
SECONDS = 10.0  # "within seconds", on a busy machine


class Cloud(RestcommFarSide):
    """The cloud carrier, and the line to it that is `cut`."""

    line: Wire


@pytest_asyncio.fixture(loop_scope="session")
async def cloud() -> AsyncIterator[Cloud]:
    async with Cloud(SystemClock()) as cloud, Wire(URL(cloud.base_url).port or 0) as cloud.line:
        cloud.after = ("delivered",)
        yield cloud


@pytest_asyncio.fixture(loop_scope="session")
async def stick(tmp_path: Path) -> AsyncIterator[PtyModem]:
    modem = PtyModem(tmp_path)
    modem.stamp = encode_stamp(datetime.now(UTC))
    yield modem
    modem.unplug()


@pytest_asyncio.fixture(loop_scope="session")
async def daemon(new_demo: Path, tmp_path: Path, cloud: Cloud, stick: PtyModem) -> AsyncIterator[Daemon]:
    """A demo that has a cloud carrier and a modem beside its virtual phones."""
    daemon = Daemon(shutil.copytree(new_demo, tmp_path / "demo"))
    base_url = URL(cloud.base_url).with_port(cloud.line.port)
    settings = {"base_url": base_url, "account": ACCOUNT, "token": TOKEN, "port": stick.path, "sim": SIM}
    with (daemon.folder / "sidetone.toml").open("a") as config:
        config.write(CONFIG.format(**settings))
    await asyncio.to_thread(daemon.start)
    yield daemon
    await asyncio.to_thread(daemon.stop)
    print("".join(daemon.said[-60:]))


async def test_a_conversation_goes_on_when_the_line_fails(
    seat: Seat, outside: Outside, cloud: Cloud, stick: PtyModem
) -> None:
    ada = await seat("ada")
    await by_trunk(outside, ada)
    await ada.begins_with("07700 900101")
    await ada.writes("By the line.")
    await ada.sees_status("By the line.", "Delivered")

    await cloud.line.go_away()
    began = time.monotonic()
    await ada.writes("By the stick.")
    await ada.sees_status("By the stick.", "Delivered")
    assert time.monotonic() - began < SECONDS
    await expect(ada.bubble("By the stick.")).to_contain_text("Sent from the fallback number")
    for pdu in Radio().text(GRACE, "To the stick!"):
        stick.arrive(pdu)
    await ada.sees_in_order("By the line.", "By the stick.", "To the stick!")
    await expect(ada.bubble("To the stick!")).to_contain_text("Came to the fallback number")

    await cloud.line.come_back()
    await is_tried_again(outside, ada)
    await ada.writes("By the line again.")
    await ada.sees_status("By the line again.", "Delivered")
    await expect(ada.bubble("By the line again.")).not_to_contain_text("fallback")
    assert [sms.body for sms in cloud.messages] == ["By the line.", "By the line again."]
    assert len(stick.taken) == 1

    stick.is_dead = True
    admin = await seat("admin")
    await admin.goes_to("admin/carriers")
    await expect(admin.page.locator("tr[data-carrier=stick]")).to_contain_text(
        re.compile("Does not work|Starting.*The modem does not answer", re.S), timeout=SOON
    )
    await ada.writes("Nobody noticed.")
    await ada.sees_status("Nobody noticed.", "Delivered")


async def by_trunk(outside: Outside, who: Person) -> None:
    """Their number is at the cloud carrier, and it and the modem work."""
    numbers = (await outside.ask("GET", "/numbers"))["items"]
    (number,) = [each for each in numbers if each["number"] == who.user.number]
    await outside.ask("PATCH", f"/numbers/{number['id']}", {"carrier": "trunk"})

    async def all_work() -> bool:
        return set((await outside.ask("GET", "/admin/ways"))["able"]) == {"demo", "stick", "trunk"}

    await until(all_work)


async def is_tried_again(outside: Outside, who: Person) -> None:
    """The next text finds out whether the line is back."""
    ask = {"sender": who.user.number, "to": GRACE, "body": "hello"}

    async def is_on_trial() -> bool:
        return "the next text" in (await outside.ask("POST", "/admin/ways", ask))["carriers"][0]["why"]

    await until(is_on_trial)


async def until(it_is_so: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again: nobody pushes these."""
    async with asyncio.timeout(SOON / 1000):
        while True:
            if await it_is_so():
                return
            await asyncio.sleep(0.05)
