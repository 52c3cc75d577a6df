"""What is too long is told while it is typed, by the limit that the daemon gives, and stays in the composer."""

from playwright.async_api import expect

from browser.conftest import Seat

LONGEST = 670  # the daemon's own setting, which the demo leaves alone


async def test_what_is_too_long_is_told_before_it_is_sent(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.begins_with("07700 900101")
    await ada.composer.fill("ü" * LONGEST)
    await expect(ada.page.locator("#composer-count")).not_to_contain_text("too long")
    await ada.writes("ü" * (LONGEST + 2))
    await expect(ada.page.locator("#composer-count")).to_have_text("2 characters too long: 670 can be sent")
    await expect(ada.page.get_by_role("button", name="Send", exact=True)).to_have_attribute("aria-disabled", "true")
    await expect(ada.page.locator("article")).to_have_count(0)
    await expect(ada.composer).to_have_value("ü" * (LONGEST + 2))
