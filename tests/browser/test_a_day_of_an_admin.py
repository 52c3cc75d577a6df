"""An admin's day: is all well, where is that message, who is signed in, what runs, whom may I help."""

import pytest
from playwright.async_api import ViewportSize, expect

from browser.conftest import DESKTOP, PHONE, Seat
from browser.daemon import Daemon
from browser.history import STRANGER, History
from browser.outside import Outside
from browser.test_accessibility import clean


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_day(seat: Seat, daemon: Daemon, outside: Outside, viewport: ViewportSize) -> None:
    ada = daemon.users["ada"]
    await History(outside, ada, await outside.token(ada)).refused()
    admin = await seat("admin", viewport)
    page = admin.page

    async def looked_at(view: str) -> None:
        if viewport is DESKTOP:  # it looks at every size by itself
            await clean(admin, view)

    await admin.goes_to("admin")
    await expect(page.get_by_text("Everything works.")).to_be_visible()
    await expect(page.get_by_text("1 not sent")).to_be_visible()
    await looked_at("overview")

    places = page.get_by_role("navigation", name="Administration")
    await places.get_by_role("link", name="Message log").click()
    await page.get_by_label("Status", exact=True).select_option("failed")
    line = page.locator("tr[data-message]")
    await expect(line).to_have_count(1)
    await page.get_by_label("Find by outside number").fill(STRANGER)
    await expect(line).to_have_count(1)
    await looked_at("log of messages")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Export (CSV)").click()
    text = (await (await download.value).path()).read_text()
    assert "failed" in text
    assert "invoice" not in text
    await line.get_by_role("link").click()
    await expect(page.locator(".verdict")).to_contain_text("It did not leave. That is on the recipient's side.")
    await expect(page.get_by_text("38 characters (1 segment)")).to_be_visible()
    await expect(page.get_by_text("To see what it says takes the right")).to_be_visible()
    assert "invoice" not in await page.content()
    await looked_at("page of a message")

    await places.get_by_role("link", name="Jobs").click()
    sweep = page.locator('tr[data-job="sweep"]')
    await sweep.get_by_role("button", name="Run Sweeping now").click()
    await expect(sweep).to_contain_text("Swept")
    await places.get_by_role("link", name="Carriers").click()
    await page.get_by_label("From", exact=True).fill(ada.number)
    await page.get_by_label("To", exact=True).fill(STRANGER)
    await page.get_by_role("button", name="Explain").click()
    await expect(page.locator(".way")).to_contain_text("takes it")
    await looked_at("which way")

    await places.get_by_role("link", name="Sessions").click()
    await page.locator('tr[data-session="ada"]').first.get_by_role("button").click()
    await page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    await expect(page.get_by_text("ada is signed out there.")).to_be_visible()
