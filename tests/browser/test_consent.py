"""Nobody texts who wants no texts, and nobody has to hear from whom they have blocked."""

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside
from browser.test_accessibility import clean


async def test_who_texts_stop_cannot_be_texted_until_they_text_start(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.texts(ada.user.number, "Hello")
    await ada.opens("Grace Adeyemi")
    await expect(ada.composer).to_be_visible()
    await grace.texts(ada.user.number, "STOP")
    await expect(ada.page.get_by_text("Grace Adeyemi wants no more texts")).to_be_visible()
    await expect(ada.composer).to_have_count(0)
    await clean(ada, "opted out")
    await grace.texts(ada.user.number, "START")
    await expect(ada.composer).to_be_visible()


async def test_a_text_that_may_mean_stop_is_decided_by_a_person(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.texts(ada.user.number, "Please stop texting me")
    await ada.opens("Grace Adeyemi")
    await expect(ada.page.get_by_text("Did Grace Adeyemi mean")).to_be_visible()
    await clean(ada, "perhaps opted out")
    await ada.page.get_by_role("button", name="No, not meant so").click()
    await expect(ada.page.get_by_text("Did Grace Adeyemi mean")).to_have_count(0)
    await expect(ada.composer).to_be_visible()


async def test_an_admin_adds_and_lifts_an_opt_out(seat: Seat) -> None:
    admin = await seat("admin")
    await admin.goes_to("admin/opt-outs")
    await expect(admin.page.get_by_text("Nobody is on this list")).to_be_visible()
    await admin.page.get_by_role("button", name="Add opt-out").click()
    await admin.page.get_by_label("Who", exact=True).fill("07700 900101")
    await admin.page.get_by_label("What they said").fill("called us")
    await clean(admin, "adding an opt-out")
    await admin.page.get_by_role("dialog").get_by_role("button", name="Add opt-out").click()
    line = admin.page.locator('tr[data-party="+447700900101"]')
    await expect(line).to_contain_text("The whole company")
    await clean(admin, "opt-outs")
    async with admin.page.expect_download() as download:
        await admin.page.get_by_role("link", name="Export (CSV)").click()
    assert "+447700900101" in (await (await download.value).path()).read_text()
    await line.get_by_role("button", name="Lift the opt-out").click()
    await admin.page.get_by_label("How they have agreed").fill("by phone")
    await admin.page.get_by_role("button", name="Lift", exact=True).click()
    await expect(line).to_have_count(0)
    await admin.page.get_by_role("button", name="Lifted").click()
    await expect(line).to_contain_text("by phone")


async def test_a_sender_is_blocked_and_heard_again(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.texts(ada.user.number, "Hello")
    await ada.opens("Grace Adeyemi")
    await ada.page.get_by_role("button", name="More for this conversation").click()
    await ada.page.get_by_role("menuitem", name="Block this sender").click()
    await expect(ada.page.get_by_text("You have blocked Grace Adeyemi")).to_be_visible()
    await grace.texts(ada.user.number, "Buy now")
    await ada.page.get_by_role("button", name="No longer block").click()
    await ada.sees("Buy now")
    await expect(ada.page.get_by_text("You have blocked Grace Adeyemi")).to_have_count(0)


async def test_a_list_from_elsewhere_is_brought_in_and_its_faults_are_told_by_line(seat: Seat) -> None:
    admin = await seat("admin")
    await admin.goes_to("admin/opt-outs")
    await admin.page.get_by_role("button", name="Bring in a list").click()
    dialog = admin.page.get_by_role("dialog")
    text = b"party;wording\r\n+447700900101;by letter\r\nnobody;x\r\n;y\r\n"
    for counts in ("1 added.", "0 added. 1 was there already."):
        await dialog.get_by_label("File (CSV)").set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": text}
        )
        await dialog.get_by_role("button", name="Bring in").click()
        await expect(dialog.get_by_role("status")).to_contain_text(f"{counts} 2 lines could not be taken:")
        await expect(dialog.get_by_role("listitem")).to_contain_text(["Line 3: ", "Line 4: Nobody is named in it."])
    await clean(admin, "bringing in a list")
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(admin.page.locator('tr[data-party="+447700900101"]')).to_contain_text("by letter")


async def test_blocked_senders_are_seen_added_and_lifted_in_the_settings(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.goes_to("settings")
    await expect(ada.page.get_by_text("You have blocked nobody.")).to_be_visible()
    await ada.page.get_by_label("Block a sender").fill("07700 900101")
    await ada.page.get_by_role("button", name="Block", exact=True).click()
    line = ada.page.locator('[data-blocked="+447700900101"]')
    await expect(line).to_contain_text("blocked by you")
    await clean(ada, "blocked senders")
    await line.get_by_role("button", name="No longer block").click()
    await expect(ada.page.get_by_text("You have blocked nobody.")).to_be_visible()
