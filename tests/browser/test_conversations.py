"""What one can do with a conversation as a whole, and which number it leaves from."""

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside
from browser.person import SOON, Person


async def test_favourite_mute_and_delete_for_me(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada, ada_at_home = await seat("ada"), await seat("ada")
    await grace.texts(ada.user.number, "Hello")
    await ada.opens(grace.name)

    await choose(ada, "Mark as favourite")
    await expect(ada_at_home.row(grace.name)).to_contain_text("Favourite")
    await choose(ada, "Mute")
    await expect(ada_at_home.row(grace.name)).to_contain_text("Muted")

    await choose(ada, "Delete for me")
    await ada.page.get_by_role("dialog").get_by_role("button", name="Delete for me").click()
    for window in (ada, ada_at_home):
        await expect(window.row(grace.name)).to_have_count(0)
    await expect(ada.page.locator("a:focus")).to_have_count(1)  # and not lost with the conversation
    await grace.texts(ada.user.number, "Are you still there?")
    await ada.opens(grace.name)
    await ada.sees_in_order("Are you still there?")


async def choose(person: Person, words: str) -> None:
    await person.page.get_by_role("button", name="More for this conversation").click()
    await person.page.get_by_role("menuitem", name=words).click()


async def test_the_title_tells_the_kind_by_pointer_and_by_focus(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.texts(ada.user.number, "Hello")
    await ada.opens(grace.name)
    tip = ada.page.get_by_role("tooltip")
    await expect(tip).to_be_hidden()
    title = ada.page.get_by_role("heading", name=grace.name, level=2)
    await title.hover()
    await expect(tip).to_contain_text("SMS conversation: 07700 900101 and your number")
    await ada.composer.hover()
    await expect(tip).to_be_hidden()
    await ada.page.keyboard.press("Shift+Tab")
    while not await title.evaluate("(title) => title === document.activeElement"):
        await ada.page.keyboard.press("Shift+Tab")
    await expect(tip).to_be_visible()


async def test_with_several_numbers_one_is_chosen_and_the_last_used_comes_first(seat: Seat, outside: Outside) -> None:
    ada = await seat("ada")
    second = {"number": "+441632960178", "carrier": "demo", "label": "Orders", "owner": "user:ada"}
    await outside.ask("POST", "/numbers", second)

    await ada.page.get_by_role("link", name="New message").first.click()
    await ada.page.get_by_label("From", exact=True).select_option(label="Orders · 01632 960178")
    await ada.page.get_by_label("To", exact=True).fill("07700 900101")
    await ada.page.get_by_role("option", name="Grace Adeyemi").click()
    await ada.writes("Your order is ready")
    await ada.sees_status("Your order is ready", "Delivered")
    await expect(ada.page.get_by_label("From", exact=True)).to_have_value("+441632960178")
    await expect(ada.row("Grace Adeyemi")).to_contain_text("Orders")

    await ada.page.get_by_role("link", name="New message").first.click()
    await expect(ada.page.locator("#new-from")).to_have_value("+441632960178")
    await ada.row("Grace Adeyemi").click()
    await ada.composer.fill("From my own line")
    await ada.page.get_by_label("From", exact=True).select_option(ada.user.number)
    await expect(ada.composer).to_have_value("From my own line")
    await ada.composer.press("Enter")
    await ada.sees_in_order("From my own line")


async def test_a_text_that_is_put_off_can_be_taken_back(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.behaves(defer=True)
    await ada.begins_with(grace.number)
    await ada.writes("On second thought")
    bubble = ada.bubble("On second thought")
    await expect(bubble).to_contain_text("the carrier could not take it yet", timeout=SOON)
    await bubble.get_by_role("button", name="Take back").click()
    await ada.sees_status("On second thought", "Taken back")
    await expect(bubble).to_be_focused()
    assert await grace.holds() == []


async def test_the_list_is_filtered_by_unread_and_by_words(seat: Seat, outside: Outside) -> None:
    grace, tom, priya = (await outside.phones())[:3]
    ada = await seat("ada")
    for phone in (grace, tom, priya):
        await phone.texts(ada.user.number, f"From {phone.name}")
    await ada.opens(grace.name)
    await ada.sees_unread(grace.name, 0)

    await ada.page.get_by_role("button", name="Unread").click()
    await expect(ada.page.locator("a.row")).to_have_count(2)
    await ada.opens(tom.name)
    await ada.sees_unread(tom.name, 0)
    await expect(ada.row(tom.name)).to_be_visible()

    await ada.page.get_by_role("button", name="All", exact=True).click()
    await ada.page.get_by_label("Search messages and people").fill("900103")
    await expect(ada.page.locator("a.row")).to_have_count(1)
    await ada.page.get_by_label("Search messages and people").fill("nobody at all")
    await expect(ada.page.get_by_text("No conversation, contact or message holds")).to_be_visible()


async def test_a_disabled_user_is_out_at_once(seat: Seat, outside: Outside) -> None:
    ben = await seat("ben")
    users = (await outside.ask("GET", "/users"))["items"]
    id_ = next(user["id"] for user in users if user["name"] == "ben")
    with ben.expecting("status of 401", "WebSocket connection"):
        await outside.ask("PATCH", f"/users/{id_}", {"disabled": True})
        await expect(ben.page.get_by_label("Password")).to_be_visible(timeout=SOON)
