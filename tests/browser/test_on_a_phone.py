"""The same on a screen of a phone, and on the narrowest that counts."""

import pytest
from playwright.async_api import ViewportSize, expect

from browser.conftest import PHONE, Seat
from browser.outside import Outside
from browser.person import Person

NARROW: ViewportSize = {"width": 320, "height": 568}


async def test_one_screen_at_a_time_with_a_way_back(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada", PHONE, has_touch=True, is_mobile=True)
    await grace.texts(ada.user.number, "Where are you?")
    await ada.row(grace.name).tap()
    await ada.sees("Where are you?")
    await expect(ada.row(grace.name)).to_be_hidden()
    await ada.composer.fill("Nearly there")
    await ada.page.get_by_role("button", name="Send", exact=True).tap()
    await ada.sees_status("Nearly there", "Delivered")
    await ada.page.get_by_role("link", name="Back to all messages").tap()
    await expect(ada.row(grace.name)).to_contain_text("Nearly there")
    await expect(ada.composer).to_be_hidden()


@pytest.mark.parametrize("viewport", [PHONE, NARROW], ids=["390", "320"])
async def test_nothing_is_wider_than_the_screen(seat: Seat, outside: Outside, viewport: ViewportSize) -> None:
    grace = (await outside.phones())[0]
    admin = await seat("admin", viewport)
    await grace.texts(admin.user.number, "https://example.com/" + "long" * 60)
    await admin.opens(grace.name)
    await admin.sees("https://example.com/" + "long" * 60)
    await fits(admin, viewport["width"])
    for path, shown in (
        ("messages", "a.row"),
        ("messages/new", "#new-to"),
        ("messages/1?pane=details", ".details-card"),
        ("search?q=grace", "a.row"),
        ("activity", "tr[data-activity]"),
        ("contacts", "h1"),
        ("handset", ".phone"),
        ("admin", ".tile"),
        ("admin/users", "tbody tr"),
        ("admin/messages", "tbody tr"),
        ("settings", ".card"),
    ):
        await admin.goes_to(path)
        await admin.page.locator(shown).first.wait_for()
        await fits(admin, viewport["width"])


async def fits(person: Person, width: int) -> None:
    """Nothing that is seen reaches beyond the right edge."""
    script = """(width) => [...document.querySelectorAll("#app *")].filter((each) => {
        const box = each.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && box.right > width + 1 && getComputedStyle(each).position !== "absolute";
    }).map((each) => each.outerHTML.slice(0, 80))"""
    assert await person.page.evaluate(script, width) == []
