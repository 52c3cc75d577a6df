"""What is at hand: the way to anything by Ctrl K, commands where one points, windows of their own, and what rings."""

import re

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside
from browser.person import SOON, Person


async def test_palette_context_menu_and_a_window_of_its_own(seat: Seat, outside: Outside) -> None:
    grace, tom = (await outside.phones())[:2]
    ada = await seat("ada")
    await grace.texts(ada.user.number, "See \\\\srv\\share\\plan.txt or call 01632 960999")
    await tom.texts(ada.user.number, "Hello")
    await ada.row(tom.name).wait_for()

    await ada.page.keyboard.press("Control+k")
    palette = ada.page.get_by_role("dialog", name="Go to")
    await palette.get_by_role("combobox").fill("grac")
    await ada.page.keyboard.press("Enter")  # at once, before anything was found
    await expect(ada.page.get_by_role("heading", name=grace.name, level=2)).to_be_visible(timeout=SOON)
    await expect(ada.page.get_by_role("button", name=re.compile("^Copy .*plan.txt"))).to_be_visible()
    await expect(ada.page.get_by_role("link", name="01632 960999", exact=True)).to_be_visible()

    await ada.row(tom.name).click(button="right")
    await expect(ada.page.get_by_role("menuitem").first).to_be_focused()
    await ada.page.get_by_role("menuitem", name="Mark as favourite").click()
    await expect(ada.row(tom.name)).to_contain_text("Favourite", timeout=SOON)
    await ada.row(tom.name).focus()
    await ada.page.keyboard.press("Shift+F10")
    await ada.page.get_by_role("menuitem", name="Mute").focus()
    await ada.page.keyboard.press("Enter")
    await expect(ada.row(tom.name)).to_contain_text("Muted", timeout=SOON)
    await expect(ada.row(tom.name)).to_be_focused()

    await ada.composer.fill("half a sentence")
    await ada.page.get_by_role("button", name="More for this conversation").click()
    async with ada.context.expect_page() as opened:
        await ada.page.get_by_role("menuitem", name="Open in a window of its own").click()
    alone = Person(await opened.value, ada.context, ada.page.url, ada.user)
    await expect(alone.composer).to_have_value("half a sentence", timeout=SOON)
    await expect(alone.page.get_by_role("navigation", name="Areas")).to_have_count(0)
    await expect(ada.page.get_by_text("Choose a conversation")).to_be_visible()
    await expect(ada.page.get_by_role("region", name="Favourites").get_by_role("link", name=tom.name)).to_be_visible()
    await alone.composer.fill("a whole sentence")
    await alone.docks()
    await expect(ada.composer).to_have_value("a whole sentence", timeout=SOON)


# What rings is written where a play can see it; it rings all the same.
LISTENS = """
    const rung = (what) => { document.documentElement.dataset.rung = (document.documentElement.dataset.rung ?? "") + what + "."; };
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...when) { rung("tone"); return start.apply(this, when); };
    globalThis.Notification = class extends Notification {
        constructor(title, how) { super(title, how); rung(title); }
    };
"""
AROUND_NOW = "[-2, 2].map((hours) => new Date(Date.now() + hours * 3600000).toTimeString().slice(0, 5))"


async def test_what_rings_and_when_not(whole_seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await whole_seat("ada")
    rung = ada.page.locator("html")
    await ada.context.grant_permissions(["notifications"])
    await ada.page.add_init_script(LISTENS)
    await ada.goes_to("settings")
    await ada.page.get_by_label("Show a notification").check()
    await ada.page.get_by_role("button", name="Try it").click()
    await expect(rung).to_have_attribute("data-rung", "Sidetone.tone.tone.")
    await grace.texts(ada.user.number, "Ring, ring")
    heard = f"Sidetone.tone.tone.{grace.name}.tone.tone."
    await expect(rung).to_have_attribute("data-rung", heard, timeout=SOON)
    await ada.page.get_by_label("Quiet hours").check()
    for label, time in zip(("from", "to"), await ada.page.evaluate(AROUND_NOW), strict=True):
        await ada.page.get_by_label(label, exact=True).fill(time)
    await grace.texts(ada.user.number, "Hush")
    await expect(ada.page.get_by_role("navigation", name="Areas")).to_contain_text("2 unread", timeout=SOON)
    await expect(rung).to_have_attribute("data-rung", heard)
    await ada.page.get_by_role("button", name="Try it").click()
    await expect(ada.page.get_by_text("now are quiet hours")).to_be_visible()
    wire = await ada.context.new_cdp_session(ada.page)
    faults = (await wire.send("Page.getInstallabilityErrors"))["installabilityErrors"]
    assert [fault["errorId"] for fault in faults] == ["in-incognito"], "as every window of a play is"


async def test_what_rings_and_a_new_password(seat: Seat) -> None:
    ada, elsewhere = await seat("ada"), await seat("ada")
    await ada.goes_to("settings")
    await ada.page.get_by_label("Play a sound").uncheck()
    await ada.page.get_by_role("button", name="Try it").click()
    await expect(ada.page.get_by_text("Both are off, so nothing tells of a text.")).to_be_visible()
    await ada.page.get_by_label("Quiet hours").check()
    await expect(ada.page.get_by_label("from", exact=True)).to_have_value("20:00")

    with ada.expecting("status of 401"), elsewhere.expecting("status of 401", "WebSocket connection"):
        await ada.page.get_by_role("button", name="Change password").click()
        dialog = ada.page.get_by_role("dialog")
        await dialog.get_by_label("Present password").fill("not this one")
        await dialog.get_by_label("New password").fill("four very quiet words")
        await ada.page.keyboard.press("Enter")
        await expect(dialog).to_contain_text("The user name or the password is wrong.", timeout=SOON)
        await dialog.get_by_label("Present password").fill(ada.user.password)
        await ada.page.keyboard.press("Enter")
        await expect(ada.page.get_by_text("Your password is changed.")).to_be_visible(timeout=SOON)
        await expect(elsewhere.page.get_by_label("Password")).to_be_visible(timeout=SOON)
    await ada.reloads()
    await expect(ada.page.get_by_role("heading", name="Settings")).to_be_visible(timeout=SOON)
