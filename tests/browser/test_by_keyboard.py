"""The whole of it without a mouse."""

import re

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside


async def test_a_text_out_and_back_without_a_mouse(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada", sign_in=False)
    keyboard = ada.page.keyboard
    await ada.goes_to("")
    await expect(ada.page.get_by_label("User name")).to_be_focused()
    await keyboard.type(ada.user.name)
    await keyboard.press("Tab")
    await keyboard.type(ada.user.password)
    await keyboard.press("Enter")
    await expect(ada.page.get_by_role("navigation", name="Areas")).to_be_visible()

    await keyboard.press("n")
    await expect(ada.page.get_by_label("To", exact=True)).to_be_focused()
    await keyboard.type("07700 900101")
    await expect(ada.page.get_by_role("option", name=re.compile("Grace Adeyemi"))).to_be_visible()
    await keyboard.press("Enter")
    await expect(ada.composer).to_be_focused()
    await keyboard.type("By keyboard alone")
    await keyboard.press("Enter")
    await ada.sees_status("By keyboard alone", "Delivered")
    await grace.texts(ada.user.number, "Well done")
    await ada.sees("Well done")

    await keyboard.press("Shift+Tab")
    await expect(ada.page.locator("article button").last).to_be_focused()
    await keyboard.press("Shift+Tab")
    await expect(ada.bubble("Well done")).to_be_focused()
    await keyboard.press("ArrowUp")
    await expect(ada.bubble("By keyboard alone")).to_be_focused()
    await keyboard.press("Enter")
    await expect(ada.page.get_by_role("complementary", name="Details")).to_be_visible()
    await keyboard.press("Escape")
    await expect(ada.page.get_by_role("complementary", name="Details")).to_have_count(0)


async def test_moving_in_the_list_finding_and_going_back(seat: Seat, outside: Outside) -> None:
    ada = await seat("ada")
    keyboard = ada.page.keyboard
    for phone in await outside.phones():
        await phone.texts(ada.user.number, f"From {phone.name}")
    await expect(ada.page.locator("a.row")).to_have_count(3)

    await keyboard.press("j")
    await expect(ada.page.locator("a.row").nth(0)).to_be_focused()
    await keyboard.press("j")
    await keyboard.press("k")
    await keyboard.press("Enter")
    await ada.sees("From Priya Nair")
    await expect(ada.composer).to_be_focused()
    await keyboard.press("Escape")
    await expect(ada.row("Priya Nair")).to_be_focused()

    await keyboard.press("/")
    await keyboard.type("fletch")
    await expect(ada.page.locator("a.row")).to_have_count(1)
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await ada.sees("From Tom Fletcher")


async def test_the_list_of_keys_the_switch_for_letters_and_the_help(seat: Seat) -> None:
    ada = await seat("ada")
    keyboard = ada.page.keyboard
    await keyboard.press("?")
    keys = ada.page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(keys).to_be_visible()
    await keys.get_by_role("checkbox").uncheck()
    await keys.get_by_role("link", name="All of the help").click()
    await expect(keys).to_have_count(0)
    await expect(ada.page.get_by_role("heading", name="Send a text later")).to_be_visible()
    await expect(ada.page.get_by_text("The carrier took it and could not deliver it.")).to_be_visible()
    await keyboard.press("n")
    await expect(ada.page.get_by_label("To", exact=True)).to_have_count(0)
    await keyboard.press("Control+k")
    await keyboard.type("as an app")
    await ada.page.get_by_role("option", name="Have Sidetone as an app").wait_for()
    await keyboard.press("Enter")
    await expect(ada.page.locator("#help-install")).to_be_focused()


async def test_letters_are_letters_where_somebody_types(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.page.keyboard.press("/")
    await ada.page.keyboard.type("njk?")
    await expect(ada.page.get_by_label("Search messages and people")).to_have_value("njk?")
