"""An admin sees how each carrier is, sends a text by it, and listens for its call-backs."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from browser.conftest import Seat
from browser.daemon import Daemon
from browser.outside import Outside
from browser.test_accessibility import clean

SECRET = "hush" * 8
TRUNK = f"""
[carriers.trunk]
type = "restcomm"
base_url = "http://127.0.0.1:1/2012-04-24"
account_sid = "AC{"0" * 32}"
auth_token = "token"
hook_secret = "{SECRET}"
"""
FORM = {"SmsSid": "SM1", "From": "+447700900101", "To": "+442079460999", "Body": "hello"}


@pytest.fixture
def daemon(new_demo: Path, tmp_path: Path) -> Iterator[Daemon]:
    """A demo that has a trunk beside its virtual phones."""
    daemon = Daemon(shutil.copytree(new_demo, tmp_path / "demo"))
    with (daemon.folder / "sidetone.toml").open("a") as config:
        config.write(TRUNK)
    daemon.start()
    yield daemon
    daemon.stop()


async def test_carriers_are_seen_with_their_state_in_words(seat: Seat) -> None:
    admin = await seat("admin")
    await admin.goes_to("admin/numbers")
    choice = admin.page.get_by_label("Carrier of").first
    for name in ("trunk", "demo"):
        await choice.select_option(name)
        await expect(choice).to_have_value(name)
    await clean(admin, "numbers and their carriers")
    await admin.page.get_by_role("link", name="Carriers", exact=True).click()
    demo, trunk = (admin.page.locator(f"tr[data-carrier={name}]") for name in ("demo", "trunk"))
    await expect(demo).to_contain_text("Works")
    await expect(trunk).to_contain_text("Does not work")
    await clean(admin, "carriers")
    await demo.get_by_role("link").click()
    await expect(admin.page.get_by_role("heading", name="demo")).to_be_visible()
    await expect(admin.page.get_by_text("nothing sent")).to_be_visible()
    await expect(admin.page.get_by_role("button", name="Listen")).to_have_count(0)


async def test_a_test_text_is_sent_and_followed(seat: Seat, outside: Outside) -> None:
    admin = await seat("admin")
    await admin.goes_to("admin/carriers/demo")
    await admin.page.get_by_label("To which number").fill("07700 900101")
    await admin.page.get_by_role("button", name="Send a test").click()
    result = admin.page.locator(".try-result")
    await expect(result).to_contain_text("Delivered")
    grace = (await outside.phones())[0]
    assert await grace.holds() == ["A test of Sidetone. Please ignore it."]
    await result.get_by_role("link", name="Open the conversation").click()
    await admin.sees("A test of Sidetone. Please ignore it.")


async def test_whoever_listens_sees_what_calls_and_what_was_wrong(seat: Seat, daemon: Daemon) -> None:
    admin = await seat("admin")
    await admin.goes_to("admin/carriers/trunk")
    await expect(admin.page.get_by_text("Nothing has called")).to_be_visible()
    assert SECRET not in await admin.page.content()
    await admin.page.get_by_role("button", name="Show the exact addresses").click()
    address = f"{daemon.url}/hooks/trunk/{SECRET}/message"
    await expect(admin.page.locator(".addresses code").first).to_have_text(address)
    await admin.page.get_by_role("button", name="Listen").click()
    await expect(admin.page.get_by_text("Listening, for five minutes at most")).to_be_visible()
    async with aiohttp.ClientSession() as carrier:
        for url in (address.replace(SECRET, "wrong"), address):
            (await carrier.post(url, data=FORM)).close()
    hits = admin.page.locator(".hits li")
    await expect(hits).to_have_count(2)
    await expect(hits.first).to_contain_text(re.compile("All is well.*When a message comes in.*proven", re.S))
    await expect(hits.last).to_contain_text("The secret in the address is wrong")
    await clean(admin, "a carrier, listening")
    await admin.page.get_by_role("button", name="Stop listening").click()
    await expect(admin.page.get_by_role("button", name="Listen", exact=True)).to_be_visible()
