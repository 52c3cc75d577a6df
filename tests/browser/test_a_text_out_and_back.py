"""Ada texts an outside phone from the company's number, sees it delivered, and gets the answer live."""

import re

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside

GRACE = "Grace Adeyemi"


async def test_a_text_goes_out_and_its_answer_comes_back_in_both_windows(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    ada_at_home = await seat("ada")

    await ada.begins_with(grace.number)
    await ada.writes("Your parcel is on its way.")
    await ada.sees_status("Your parcel is on its way.", "Delivered")
    assert await grace.holds() == ["Your parcel is on its way."]

    await ada_at_home.opens(GRACE)
    await ada_at_home.sees_in_order("Your parcel is on its way.")

    await grace.texts(ada.user.number, "Thank you!")
    for window in (ada, ada_at_home):
        await window.sees_in_order("Your parcel is on its way.", "Thank you!")


async def test_an_answer_is_unread_until_it_is_looked_at_and_then_read_everywhere(seat: Seat, outside: Outside) -> None:
    grace, tom = (await outside.phones())[:2]
    ada, ada_at_home = await seat("ada"), await seat("ada")

    await grace.texts(ada.user.number, "Is anybody there?")
    await grace.texts(ada.user.number, "Hello?")
    await tom.texts(ada.user.number, "Good morning")
    await ada.sees_unread(GRACE, 2)
    await expect(ada.page).to_have_title(re.compile(r"^\(3\) "))

    await ada.opens(GRACE)
    await expect(ada.page.locator(".new-mark")).to_have_count(1)
    await ada.sees_unread(GRACE, 0)
    await ada_at_home.sees_unread(GRACE, 0)
    await ada_at_home.sees_unread("Tom Fletcher", 1)


async def test_enter_and_a_double_click_send_once(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await ada.begins_with(grace.number)

    await ada.composer.fill("one")
    await ada.page.get_by_role("button", name="Send", exact=True).dblclick()
    await ada.composer.fill("two")
    await ada.composer.press("Enter")
    await ada.composer.press("Enter")
    await ada.sees_status("two", "Delivered")

    await ada.sees_in_order("one", "two")
    assert await grace.holds() == ["one", "two"]


async def test_someone_else_sees_nothing_of_it(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada, ben = await seat("ada"), await seat("ben")
    await grace.texts(ada.user.number, "For Ada alone")
    await ada.sees_unread(GRACE, 1)
    await expect(ben.page.get_by_text("No messages yet")).to_be_visible()
    await expect(ben.row(GRACE)).to_have_count(0)


async def test_text_from_outside_is_shown_and_never_run(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3)"
    await grace.texts(ada.user.number, hostile)
    await grace.texts(ada.user.number, "see https://example.com/a. and mail anna@example.com")

    await ada.opens(GRACE)
    await ada.sees(hostile)
    links = ada.page.locator("article a")
    assert [await link.get_attribute("href") for link in await links.all()] == [
        "https://example.com/a",
        "mailto:anna@example.com",
    ]


async def test_segments_are_counted_while_typing(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await ada.begins_with(grace.number)
    count = ada.page.locator("#composer-count")

    await ada.composer.fill("Hello")
    await expect(count).to_contain_text("1 segment · 155 characters left")
    await ada.composer.fill("Dobry dzień, łódka " * 5)
    await expect(count).to_contain_text("2 segments · Unicode because of “ń”")
    await ada.composer.fill("x" * 161)
    await expect(count).to_contain_text("2 segments · 145 characters left")


async def test_an_empty_conversation_leaves_no_row(seat: Seat, outside: Outside) -> None:
    ada = await seat("ada")
    await ada.begins_with("07700 900177")
    await ada.page.keyboard.press("Escape")
    await ada.reloads()
    await expect(ada.page.get_by_text("No messages yet")).to_be_visible()
