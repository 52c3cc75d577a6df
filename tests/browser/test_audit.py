"""An admin reads in the audit who did what, narrows it down and takes it along."""

from playwright.async_api import expect

from browser.conftest import Seat
from browser.test_accessibility import clean


async def test_an_act_is_found_and_taken_along(seat: Seat) -> None:
    admin = await seat("admin")
    await admin.goes_to("admin/opt-outs")
    await admin.page.get_by_role("button", name="Add opt-out").click()
    await admin.page.get_by_label("Who", exact=True).fill("07700 900101")
    await admin.page.get_by_role("dialog").get_by_role("button", name="Add opt-out").click()
    await admin.page.get_by_role("link", name="Audit").click()
    line = admin.page.locator('tr[data-act="opt_out.added"]')
    await expect(line).to_contain_text("Opt-out added")
    await expect(line).to_contain_text(admin.user.name)
    await clean(admin, "audit")
    await admin.page.get_by_label("What").select_option("session")
    await expect(line).to_have_count(0)
    await expect(admin.page.locator('tr[data-act="session.opened"]').first).to_be_visible()
    await admin.page.get_by_label("Who").fill("nobody at all")
    await admin.page.keyboard.press("Tab")
    await expect(admin.page.get_by_text("Nothing of this kind")).to_be_visible()
    await admin.page.get_by_label("Who").fill(admin.user.name)
    await admin.page.keyboard.press("Tab")
    await admin.page.get_by_label("What").select_option("opt_out")
    await expect(line).to_be_visible()
    async with admin.page.expect_download() as download:
        await admin.page.get_by_role("link", name="Export (CSV)").click()
    text = (await (await download.value).path()).read_text()
    assert "opt_out.added" in text
    assert "session.opened" not in text
