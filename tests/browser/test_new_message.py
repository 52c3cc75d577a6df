"""A number typed anyhow shows at once what it becomes; one that is none is told before anything is sent (HS-40)."""

import re

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside


async def test_a_typed_number_shows_what_it_becomes(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.page.get_by_role("link", name="New message").first.click()
    to = ada.page.get_by_label("To", exact=True)
    await to.fill("020 7946 0999")
    await expect(ada.page.get_by_role("option")).to_contain_text("+442079460999")
    await to.fill("0049 30 901820")
    await expect(ada.page.get_by_role("option")).to_contain_text("+4930901820")
    await to.fill("2025")
    await ada.page.get_by_role("option", name="2025").click()
    await expect(ada.page.get_by_role("heading", name="2025", level=2)).to_be_visible()
    await expect(ada.page.get_by_text("Short code")).to_be_visible()


async def test_enter_never_takes_what_earlier_words_meant(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.page.get_by_role("link", name="New message").first.click()
    to = ada.page.get_by_label("To", exact=True)
    await to.fill("07700 900101")
    await expect(ada.page.get_by_role("option")).to_contain_text("Grace Adeyemi")
    await to.fill("07700 900102")
    await to.press("Enter")
    await expect(ada.page.get_by_role("heading", name="Tom Fletcher", level=2)).to_be_visible()


async def test_every_spelling_meets_in_one_conversation(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.texts(ada.user.number, "Hello")
    for spelling in ("07700 900101", "+44 7700 900101", "00447700900101"):
        await ada.begins_with(spelling)
        await ada.sees_in_order("Hello")
    await expect(ada.page.locator("a.row")).to_have_count(1)


async def test_what_is_no_number_is_told_before_sending(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.page.get_by_role("link", name="New message").first.click()
    to = ada.page.get_by_label("To", exact=True)
    with ada.expecting("status of 422"):
        await to.fill("+999 1234567")
        await expect(ada.page.locator(".new-hint.error")).to_contain_text("No country has the code")
        await expect(to).to_have_attribute("aria-invalid", "true")
        await ada.page.keyboard.press("Enter")
        await expect(to).to_be_focused()


async def test_a_contact_is_found_by_name_and_by_part_of_the_number(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.page.get_by_role("link", name="New message").first.click()
    to = ada.page.get_by_label("To", exact=True)
    await to.fill("gra")
    await expect(ada.page.get_by_role("option", name=re.compile("Grace Adeyemi"))).to_be_visible()
    with ada.expecting("status of 422"):
        await to.fill("900102")
        await expect(ada.page.get_by_role("option", name=re.compile("Tom Fletcher"))).to_be_visible()
