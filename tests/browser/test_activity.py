"""What happened last with whom: the activity list, its six commands, and who somebody is."""

import re

from playwright.async_api import Locator, expect

from browser.conftest import PHONE, Seat
from browser.outside import Outside
from browser.person import SOON, Person


async def test_what_happened_with_whom_and_who_they_are(seat: Seat, outside: Outside) -> None:
    grace, tom = (await outside.phones())[:2]
    ada = await seat("ada")
    await tom.texts(ada.user.number, "Yesterday's news")
    await ada.opens(tom.name)
    await ada.sees_unread(tom.name, 0)

    await ada.page.get_by_role("link", name="Activity").click()
    await expect(row(ada, tom.name)).to_contain_text("Direct line")
    await expect(ada.page.get_by_text("Earlier")).to_have_count(0)
    await grace.texts(ada.user.number, "Hello")
    await grace.texts(ada.user.number, "Are you there?")
    await expect(ada.page.locator("tbody tr")).to_have_text(
        [re.compile("New: 2 messages"), re.compile(grace.name), re.compile("Earlier"), re.compile(tom.name)],
        timeout=SOON,
    )
    await columns(ada, grace.name)

    await ada.page.get_by_role("searchbox").fill("fletch")
    await expect(row(ada, grace.name)).to_have_count(0, timeout=SOON)
    await ada.page.get_by_role("searchbox").fill("")
    await row(ada, grace.name).get_by_text("07700 900101").dblclick(timeout=SOON)
    await ada.sees("Are you there?")
    await ada.sees_unread(grace.name, 0)
    await ada.page.go_back()
    await expect(ada.page.get_by_text(re.compile("New: "))).to_have_count(0, timeout=SOON)

    await choose(ada, row(ada, tom.name), "Show contact")
    await who_it_is(ada, tom.name)


async def columns(ada: Person, name: str) -> None:
    """Sorted by a head, drawn by its edge, reset, and with lines between."""
    await ada.page.get_by_role("button", name="Name", exact=True).click()
    first = ada.page.locator("tbody tr").first
    await expect(first).to_contain_text(name)
    edge = ada.page.get_by_role("separator", name="Width of the column Name")
    await edge.focus()
    await ada.page.keyboard.press("ArrowRight")
    await expect(edge).to_have_attribute("aria-valuetext", re.compile(r"\d+ px"))
    await choose(ada, first, "Reset column widths")
    await expect(edge).to_have_attribute("aria-valuetext", "as needed")
    await expect(first.get_by_role("link")).to_be_focused()
    await choose(ada, first, "Show gridlines")
    await expect(ada.page.locator("table.lined")).to_be_visible()
    await first.get_by_role("link").press("Shift+F10")
    await expect(ada.page.get_by_role("menuitem")).to_have_text(
        ["Send message", "Call number", "Copy number", "Show contact", "Reset column widths", "Hide gridlines"]
    )
    await ada.page.keyboard.press("Escape")
    await ada.page.get_by_role("button", name="Last message").click()
    await ada.page.get_by_role("button", name="Last message").click()


async def choose(person: Person, row: Locator, words: str) -> None:
    await row.click(button="right", position={"x": 300, "y": 20})
    await person.page.get_by_role("menuitem", name=words).click()


async def who_it_is(ada: Person, name: str) -> None:
    """The details beside the thread, and instead of it on a phone; closed by Esc."""
    details = ada.page.get_by_role("complementary", name=f"Details of {name}")
    await expect(details).to_contain_text("Can be sent and are shown", timeout=SOON)
    await expect(details).to_contain_text("from your contacts")
    await details.get_by_role("button", name="Mark as favourite").click()
    await expect(ada.row(name)).to_contain_text("Favourite", timeout=SOON)
    await ada.page.keyboard.press("Escape")
    await expect(details).to_have_count(0)
    await expect(ada.page.get_by_role("button", name=f"Details of {name}")).to_be_focused()
    await ada.page.set_viewport_size(PHONE)
    await ada.page.keyboard.press("Enter")
    await expect(details).to_be_in_viewport(ratio=1)
    await ada.page.go_back()
    await expect(ada.composer).to_be_visible()


def row(person: Person, name: str) -> Locator:
    return person.page.locator("tr[data-activity]").filter(has_text=name)
