"""A long conversation is read back to its first message without gaps, repeats or jumps (HS-27)."""

import asyncio

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside
from browser.person import SOON, Person

MANY = 240

IN_VIEW = """() => {
    const box = document.querySelector(".thread-scroll").getBoundingClientRect();
    const rows = [...document.querySelectorAll("article")];
    const first = rows.find((row) => row.getBoundingClientRect().bottom > box.top + 1);
    return [first.querySelector(".text").textContent, first.getBoundingClientRect().top];
}"""


async def talk_long(outside: Outside, person: Person, lines: int = MANY) -> str:
    grace = (await outside.phones())[0]
    for number in range(lines):
        await grace.texts(person.user.number, f"Line {number}")
    return grace.name


async def scroll_up(person: Person, by: int) -> None:
    await person.page.mouse.move(900, 400)
    await person.page.mouse.wheel(0, -by)
    await frames(person, 4)


async def frames(person: Person, count: int) -> None:
    """Let the browser draw so many frames."""
    await person.page.evaluate(
        """async (count) => {
            for (let drawn = 0; drawn < count; drawn += 1) await new Promise(requestAnimationFrame);
        }""",
        count,
    )


async def test_it_is_read_back_to_the_first_message(seat: Seat, outside: Outside) -> None:
    ada = await seat("ada")
    name = await talk_long(outside, ada)
    await ada.opens(name)
    await ada.page.get_by_role("button", name="Jump to").click()
    await expect(ada.bubble(f"Line {MANY - 1}")).to_be_in_viewport(timeout=SOON)
    await ada.sees_unread(name, 0)

    seen: list[int] = []
    async with asyncio.timeout(60):
        while 0 not in seen:
            texts = await ada.page.locator("article .text").all_text_contents()
            numbers = [int(text.removeprefix("Line ")) for text in texts]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "a gap or a repeat"
            seen += numbers
            await scroll_up(ada, 700)
    assert set(seen) == set(range(MANY))
    await expect(ada.page.get_by_text("This is where your messages with")).to_be_visible()

    await grace_says(outside, ada, "one more")
    await expect(ada.bubble("one more")).not_to_be_in_viewport()
    await ada.page.get_by_role("button", name="Jump to 1 new message").click()
    await expect(ada.bubble("one more")).to_be_in_viewport()


async def test_many_unread_messages_are_shown_from_the_first_and_read_when_seen(seat: Seat, outside: Outside) -> None:
    ada = await seat("ada")
    name = await talk_long(outside, ada, 30)
    await ada.opens(name)
    await expect(ada.page.locator(".new-mark")).to_be_in_viewport(timeout=SOON)
    await expect(ada.bubble("Line 0")).to_be_in_viewport()
    await expect(ada.bubble("Line 29")).not_to_be_in_viewport()
    await ada.sees_unread(name, 30)
    await ada.page.get_by_role("button", name="Jump to 30 new messages").click()
    await ada.sees_unread(name, 0)


async def test_what_is_read_stays_where_it_is_while_older_messages_arrive(seat: Seat, outside: Outside) -> None:
    ada = await seat("ada")
    name = await talk_long(outside, ada)
    await ada.opens(name)
    await ada.page.get_by_role("button", name="Jump to").click()
    await expect(ada.bubble(f"Line {MANY - 1}")).to_be_in_viewport(timeout=SOON)
    for _ in range(6):
        await scroll_up(ada, 500)
        text, top = await ada.page.evaluate(IN_VIEW)
        before = await ada.page.locator("article").count()
        await frames(ada, 15)
        now_text, now_top = await ada.page.evaluate(IN_VIEW)
        assert (now_text, round(now_top)) == (text, round(top)), f"moved while {before} messages were shown"


async def grace_says(outside: Outside, person: Person, body: str) -> None:
    grace = (await outside.phones())[0]
    await grace.texts(person.user.number, body)
