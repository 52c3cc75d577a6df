"""The first minutes of an installation: the one-time link, an account, a number, a text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from browser.conftest import Seat
from browser.daemon import NewDaemon


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[NewDaemon]:
    """A daemon in which nobody has an account."""
    daemon = NewDaemon(tmp_path / "new")
    daemon.start()
    yield daemon
    daemon.stop()
    print("".join(daemon.said[-60:]))


async def test_from_the_one_time_link_to_the_first_text(seat: Seat, daemon: NewDaemon) -> None:
    admin = await seat("admin", sign_in=False)
    page = admin.page
    await page.goto(daemon.setup_link)
    await page.get_by_label("User name").fill("robin")
    await page.get_by_label("Password", exact=True).fill("four quiet green doors")
    await page.get_by_label("Password again").fill("four quiet blue doors")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("alert")).to_have_text("The two passwords differ.")
    await page.get_by_label("Password again").fill("four quiet green doors")
    await page.get_by_role("button", name="Create account").click()

    await expect(page.get_by_text("Next: add a number of the company")).to_be_visible()
    await page.get_by_label("What to do next").get_by_role("link", name="Numbers").click()
    await page.get_by_role("button", name="Add number").click()
    dialog = page.get_by_role("dialog", name="Add number")
    await dialog.get_by_label("Number", exact=True).fill("01632 960123")
    await expect(dialog.get_by_label("Carrier")).to_have_value("demo")
    await dialog.get_by_label("Owner").fill("robin")
    await dialog.get_by_role("button", name="Add number").click()
    await page.get_by_role("link", name="Overview").click()
    await expect(page.get_by_text("Next: add your colleagues")).to_be_visible()

    await page.get_by_role("link", name="Messages").click()
    await expect(page.get_by_text("Write your first message")).to_be_visible()
    await admin.begins_with("07700 900123")
    await admin.writes("Hello, world")
    await admin.sees_status("Hello, world", "Delivered")


async def test_a_used_link_leads_to_the_sign_in_page(seat: Seat, daemon: NewDaemon) -> None:
    admin = await seat("admin", sign_in=False)
    await admin.goes_to("setup")
    await expect(admin.page.get_by_text("This link is not complete")).to_be_visible()
    await admin.page.get_by_role("link", name="To the sign-in page").click()
    await expect(admin.page.get_by_label("Password")).to_be_visible()
