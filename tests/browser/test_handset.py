"""The virtual phones in the browser: the first two minutes of somebody who tries Sidetone."""

import re

from playwright.async_api import expect

from browser.conftest import Seat


async def test_a_text_on_a_virtual_phone_and_its_answer_side_by_side(seat: Seat) -> None:
    ada, beside = await seat("ada"), await seat("ada")
    await beside.page.get_by_role("link", name="Phones").click()
    phone = beside.page.get_by_role("region", name="Phone of Grace Adeyemi")

    await ada.begins_with("07700 900101")
    await ada.writes("Can you see this?")
    await expect(phone.get_by_text("Can you see this?")).to_be_visible()

    await phone.get_by_label(re.compile("^Text message from")).fill("Yes, on my phone!")
    await beside.page.keyboard.press("Enter")
    await ada.sees_in_order("Can you see this?", "Yes, on my phone!")


async def test_a_phone_is_told_to_misbehave(seat: Seat) -> None:
    ada, beside = await seat("ada"), await seat("ada")
    await beside.page.get_by_role("link", name="Phones").click()
    phone = beside.page.get_by_role("region", name="Phone of Tom Fletcher")
    await phone.get_by_text("Behaviour").click()
    await phone.get_by_label("When a text is sent to it").select_option("refused: has opted out")
    await expect(phone.locator(".phone-mood")).to_have_text("has opted out")

    await ada.begins_with("07700 900102")
    await ada.writes("Our spring offers")
    await ada.sees_status("Our spring offers", "Not sent")
    await expect(ada.bubble("Our spring offers")).to_contain_text("does not want texts")
