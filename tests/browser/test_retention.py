"""An admin sees how long things are kept, tries a clean-up, holds what must stay, and lets the rest go."""

from playwright.async_api import expect

from browser.conftest import Seat
from browser.test_accessibility import clean


async def test_a_clean_up_is_tried_held_and_run(seat: Seat) -> None:
    admin = await seat("admin")
    await admin.goes_to("admin")
    await admin.page.get_by_role("link", name="Clean-up").click()
    await expect(admin.page.get_by_text("90 days").first).to_be_visible()
    await admin.page.get_by_role("button", name="Dry run").click()
    await expect(admin.page.get_by_role("heading", name="This would go")).to_be_visible()
    await expect(admin.page.get_by_role("status").filter(has_text="This would go")).to_contain_text("0 messages")
    await admin.page.get_by_role("button", name="Add hold").click()
    await admin.page.get_by_label("Everything with").fill("07700 900101")
    await admin.page.get_by_label("Reason").fill("case 12")
    await clean(admin, "adding a hold")
    await admin.page.get_by_role("dialog").get_by_role("button", name="Add hold").click()
    hold = admin.page.locator("[data-hold]")
    await expect(hold).to_contain_text("case 12")
    await clean(admin, "clean-up")
    await hold.get_by_role("button", name="Lift hold on").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name="Lift hold").click()
    await expect(admin.page.get_by_text("Nothing is held.")).to_be_visible()
    await admin.page.get_by_role("button", name="Clean up now").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name="Clean up now").click()
    await expect(admin.page.get_by_role("heading", name="This is gone")).to_be_visible()
    await expect(admin.page.get_by_text("Dry run · done")).to_be_visible()
