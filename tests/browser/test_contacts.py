"""People get names: from the title of a conversation, and in the list of contacts."""

import asyncio

from playwright.async_api import expect

from browser.conftest import Seat
from browser.daemon import Daemon
from browser.outside import Outside
from cli.stage import sidetone

BOOK = '[directories.book]\ntype = "csv"\nlabel = "Customers"\nfile = "book.csv"\nlook_every = 1\n'


async def test_an_unknown_number_is_saved_from_the_title_and_has_its_name_at_once(
    seat: Seat, outside: Outside, daemon: Daemon
) -> None:
    ada, ada_at_home = await seat("ada"), await seat("ada")
    await ada.begins_with("07700 900155")
    await ada.writes("Hello, who is this?")
    await ada.sees_status("Hello, who is this?", "Delivered")
    await ada_at_home.opens("07700 900155")

    (daemon.folder / "book.csv").write_text("Name,Mobile\nN. Petrov,07700 900155\n", encoding="utf-8")
    (daemon.folder / "conf.d" / "book.toml").write_text(BOOK, encoding="utf-8")
    reloaded = await asyncio.to_thread(sidetone, "--config", daemon.folder / "sidetone.toml", "reload")
    assert reloaded.exit_code == 0, reloaded.output
    for window in (ada, ada_at_home):
        await expect(window.page.get_by_role("heading", name="N. Petrov", level=2)).to_be_visible()
        await expect(window.page.get_by_text("07700 900155 · from Customers")).to_be_visible()

    await ada.page.get_by_role("button", name="Save contact").click()
    dialog = ada.page.get_by_role("dialog", name="New contact")
    await expect(dialog.get_by_label("Name")).to_have_value("N. Petrov")
    await dialog.get_by_label("Name").fill("Nadia Petrov")
    await dialog.get_by_role("button", name="Save").click()
    for window in (ada, ada_at_home):
        await expect(window.page.get_by_role("heading", name="Nadia Petrov", level=2)).to_be_visible()
        await expect(window.row("Nadia Petrov")).to_be_visible()

    await ada.page.get_by_role("button", name="More for this conversation").click()
    await ada.page.get_by_role("menuitem", name="Change contact").click()
    await ada.page.get_by_role("dialog").get_by_label("Name").fill("Nadia Petrova")
    await ada.page.keyboard.press("Enter")
    await expect(ada_at_home.row("Nadia Petrova")).to_be_visible()


async def test_a_contact_is_added_texted_and_deleted(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.page.get_by_role("link", name="Contacts").click()
    await ada.page.get_by_role("button", name="New contact").click()
    dialog = ada.page.get_by_role("dialog", name="New contact")
    await dialog.get_by_label("Name").fill("Zoë Quist")
    await dialog.get_by_label("Phone number", exact=True).fill("07700 900188")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    person = ada.page.get_by_role("listitem").filter(has_text="Zoë Quist")
    await expect(person).to_contain_text("07700 900188")

    await person.get_by_role("link", name="Text Zoë Quist").click()
    await ada.page.get_by_role("option").first.click()
    await expect(ada.page.get_by_role("heading", name="Zoë Quist", level=2)).to_be_visible()

    await ada.page.get_by_role("link", name="Contacts").click()
    await person.get_by_role("button", name="More for Zoë Quist").click()
    await ada.page.get_by_role("menuitem", name="Delete contact").click()
    await ada.page.get_by_role("button", name="Delete", exact=True).click()
    await expect(person).to_have_count(0)
