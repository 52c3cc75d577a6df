"""Anything that was said is found, and shown where it was said, with all that was said before and after."""

import asyncio

from playwright.async_api import Locator, expect

from browser.conftest import PHONE, Seat
from browser.outside import Outside
from browser.person import SOON, Person
from browser.test_long_conversations import frames, talk_long

MANY = 130
SOUGHT = 60


async def test_a_text_is_found_and_read_on_from_there(seat: Seat, outside: Outside) -> None:
    ada = await seat("ada")
    name = await talk_long(outside, ada, MANY)
    keyboard = ada.page.keyboard
    await is_indexed(outside, ada)

    await keyboard.press("/")
    await keyboard.type(f"line {SOUGHT}")
    hit = ada.page.locator("a.hit").filter(has_text=f"Line {SOUGHT}")
    await expect(hit.locator("mark").last).to_have_text(str(SOUGHT), timeout=SOON)
    await keyboard.press("ArrowDown")
    await expect(hit).to_be_focused()
    await keyboard.press("Enter")
    sought = ada.bubble(f"Line {SOUGHT}")
    await expect(sought).to_be_in_viewport(timeout=SOON)
    await expect(sought).to_be_focused()
    await expect(ada.page.locator("a.row")).to_have_count(0)

    assert SOUGHT in await read_on(ada, 1500, until=MANY - 1)
    await expect(ada.page.get_by_role("button", name="Jump to")).to_have_count(0)
    await (await outside.phones())[0].texts(ada.user.number, "one more")
    await expect(ada.bubble("one more")).to_be_in_viewport(timeout=SOON)
    await expect(hit).to_have_attribute("aria-current", "page")
    await hit.click()
    await expect(sought).to_be_in_viewport(timeout=SOON)
    await there_and_back(ada, sought)
    await expect(sought).to_be_in_viewport(timeout=SOON)
    assert SOUGHT in await read_on(ada, -1500, until=0)

    await results_and_filters(ada, name, hit)


async def read_on(person: Person, by: int, until: int) -> set[int]:
    """Scroll step by step; what is shown must be without gaps or repeats. Answers which lines were there."""
    seen: set[int] = set()
    async with asyncio.timeout(60):
        while until not in seen:
            texts = await person.page.locator("article .text").all_text_contents()
            numbers = [int(text.removeprefix("Line ")) for text in texts if text != "one more"]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "a gap or a repeat"
            seen.update(numbers)
            await person.page.mouse.move(900, 400)
            await person.page.mouse.wheel(0, by)
            await frames(person, 4)
        await person.page.mouse.wheel(0, 30 * by)
    return seen


async def there_and_back(ada: Person, sought: Locator) -> None:
    """A window of its own shows what was in view (KU-38), and so does the main one afterwards."""
    await ada.page.get_by_role("button", name="More for this conversation").click()
    async with ada.context.expect_page() as opened:
        await ada.page.get_by_role("menuitem", name="Open in a window of its own").click()
    alone = Person(await opened.value, ada.context, ada.page.url, ada.user)
    await expect(alone.bubble(f"Line {SOUGHT}")).to_be_in_viewport(timeout=SOON)
    await alone.docks()
    await expect(sought).to_be_in_viewport(timeout=SOON)


async def results_and_filters(ada: Person, name: str, hit: Locator) -> None:
    """The view of all results, its filters and its words; by Ctrl K too, and on a phone."""
    keyboard = ada.page.keyboard
    await ada.page.get_by_label("Search messages and people").first.press("Enter")
    await expect(ada.page.get_by_role("heading", name="Search", level=1)).to_be_visible(timeout=SOON)
    await expect(hit).to_be_visible(timeout=SOON)
    await ada.page.get_by_label("Written by").select_option("outbound")
    await expect(ada.page.get_by_text("No message that fits these filters")).to_be_visible(timeout=SOON)
    await ada.page.get_by_role("button", name="Search without filters").click()
    await expect(hit).to_be_visible(timeout=SOON)
    await ada.page.get_by_label("Search messages and people").fill(name.split()[0])
    await ada.page.get_by_role("button", name=f"Search only with {name}").click(timeout=SOON)
    await ada.page.get_by_label("Search messages and people").fill("line")
    await expect(ada.page.locator("a.hit")).to_have_count(20, timeout=SOON)
    await ada.page.get_by_role("button", name="Older messages").scroll_into_view_if_needed()
    await expect(ada.page.locator("a.hit")).not_to_have_count(20, timeout=SOON)

    await keyboard.press("Control+k")
    await keyboard.type(f"line {SOUGHT}")
    await expect(ada.page.get_by_role("option", name=f"Line {SOUGHT}").first).to_be_visible(timeout=SOON)
    await keyboard.press("Escape")
    await ada.page.set_viewport_size(PHONE)
    await ada.page.set_viewport_size({"width": 320, "height": 640})
    assert await ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await ada.page.locator("a.hit").first.click()
    await expect(ada.page.locator("article.sought")).to_be_in_viewport(timeout=SOON)
    await ada.page.go_back()
    await expect(ada.page.get_by_label("Search messages and people")).to_have_value("line", timeout=SOON)
    await expect(ada.page.locator("a.hit").first).to_be_focused()


async def is_indexed(outside: Outside, person: Person) -> None:
    """Until what was said last can be found."""
    token = await outside.token(person.user)
    async with asyncio.timeout(60):
        while (await outside.ask("GET", "/search?q=x", token=token))["behind"]:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.02)
