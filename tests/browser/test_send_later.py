"""A text for later: planned, seen in every window, changed, and sent."""

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside
from browser.person import SOON


async def test_a_text_is_planned_changed_and_sent(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada, ada_at_home = await seat("ada"), await seat("ada")
    await ada.begins_with(grace.number)
    await ada.composer.fill("See you tomorrow")
    await ada.page.get_by_role("button", name="Smileys").click()
    await ada.page.keyboard.press("ArrowRight")
    await ada.page.keyboard.press("Enter")
    await expect(ada.composer).to_have_value("See you tomorrow😃")
    await ada.page.get_by_role("button", name="Send later").click()
    await ada.page.get_by_role("button", name="Tomorrow morning").click()
    planned = ada.page.locator("[data-scheduled]")
    await expect(planned).to_contain_text("Tomorrow 08:00", timeout=SOON)
    await expect(ada.composer).to_have_value("")

    await ada_at_home.page.get_by_role("button", name="Scheduled 1").click()
    await ada_at_home.opens(grace.name)
    there = ada_at_home.page.locator("[data-scheduled]")
    await there.get_by_role("button", name="Edit").click()
    dialog = ada_at_home.page.get_by_role("dialog")
    await dialog.get_by_label("Text").fill("See you on Friday")
    await dialog.get_by_role("button", name="Save").click()
    await expect(planned).to_contain_text("See you on Friday", timeout=SOON)

    await ada.page.get_by_role("button", name="More for this conversation").click()
    await ada.page.get_by_role("menuitem", name="Delete for me").click()
    question = ada.page.get_by_role("dialog")
    await expect(question).to_contain_text("The text that you have planned in it is cancelled.")
    await question.get_by_role("button", name="Cancel").click()

    await planned.get_by_role("button", name="Send now").click()
    await ada.sees_status("See you on Friday", "Delivered")
    await expect(there).to_have_count(0, timeout=SOON)
    await ada_at_home.sees("See you on Friday")
    assert await grace.holds() == ["See you on Friday"]
