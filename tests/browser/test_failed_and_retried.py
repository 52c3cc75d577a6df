"""A text that fails says why in plain words, and one click tries again."""

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside


async def test_a_refused_text_says_why_and_is_retried_by_a_click(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.behaves(reject="recipient")
    await ada.begins_with(grace.number)

    await ada.writes("Are you there?")
    await ada.sees_status("Are you there?", "Not sent")
    bubble = ada.bubble("Are you there?")
    await expect(bubble).to_contain_text("the recipient cannot be reached")

    await grace.behaves(reject="")
    await bubble.get_by_role("button", name="Try again", exact=True).dblclick()
    await ada.sees_status("Are you there?", "Delivered")
    await ada.sees_in_order("Are you there?")
    assert await grace.holds() == ["Are you there?"]


async def test_the_error_sign_itself_tries_again(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.behaves(reject="recipient")
    await ada.begins_with(grace.number)
    await ada.writes("Hello?")
    await ada.sees_status("Hello?", "Not sent")

    await grace.behaves(reject="")
    await ada.bubble("Hello?").locator(".error-sign").click()
    await ada.sees_status("Hello?", "Delivered")


async def test_the_history_of_a_text_is_one_click_away(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await ada.begins_with(grace.number)
    await ada.writes("How did it go?")
    await ada.sees_status("How did it go?", "Delivered")

    await ada.bubble("How did it go?").get_by_role("button", name="Details").click()
    details = ada.page.get_by_role("complementary", name="Details")
    await expect(details.locator(".steps li").first).to_contain_text("Stored and queued")
    await expect(details.locator(".steps li").last).to_contain_text("Delivered")
    await ada.page.keyboard.press("Escape")
    await expect(details).to_have_count(0)
    await expect(ada.bubble("How did it go?").get_by_role("button", name="Details")).to_be_focused()


async def test_an_unreachable_phone_gets_its_text_later(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.behaves(reachable=False)
    await ada.begins_with(grace.number)
    await ada.writes("Call me when you land")
    await ada.sees_status("Call me when you land", "Sent")
    await grace.behaves(reachable=True)
    await ada.sees_status("Call me when you land", "Delivered")
