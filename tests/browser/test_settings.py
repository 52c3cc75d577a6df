"""What people choose for themselves, and the way in and out."""

from playwright.async_api import expect

from browser.conftest import Seat
from browser.outside import Outside


async def test_the_theme_is_kept_with_the_person(seat: Seat) -> None:
    ada = await seat("ada", color_scheme="light")
    await ada.goes_to("settings")
    await ada.page.get_by_label("Dark").check()
    await expect(ada.page.locator("html")).to_have_attribute("data-theme", "dark")
    ada_at_home = await seat("ada", color_scheme="light")
    await expect(ada_at_home.page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_everything_speaks_german(seat: Seat) -> None:
    ada = await seat("ada")
    await ada.goes_to("settings")
    await ada.page.get_by_label("Language").select_option("Deutsch")
    await expect(ada.page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    await expect(ada.page.locator("html")).to_have_attribute("lang", "de")
    await ada.reloads()
    await expect(ada.page.get_by_role("link", name="Nachrichten")).to_be_visible()


async def test_a_wrong_password_is_told(seat: Seat) -> None:
    ada = await seat("ada", sign_in=False)
    await ada.goes_to("")
    with ada.expecting("status of 401"):
        await ada.page.get_by_label("User name").fill("ada")
        await ada.page.get_by_label("Password").fill("not this one")
        await ada.page.keyboard.press("Enter")
        await expect(ada.page.get_by_role("alert")).to_have_text("The user name or the password is wrong.")


async def test_signing_out_names_what_it_deletes(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await grace.texts(ada.user.number, "Hello")
    await ada.opens(grace.name)
    await ada.composer.fill("half a sentence")
    await ada.goes_to("settings")
    await ada.page.get_by_role("button", name="Sign out").click()
    await expect(ada.page.get_by_role("dialog")).to_contain_text("one draft")
    await ada.page.get_by_role("button", name="Delete and sign out").click()
    await expect(ada.page.get_by_label("Password")).to_be_visible()
    assert await ada.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))") == []


async def test_an_admin_adds_a_user_and_gives_them_a_number(seat: Seat) -> None:
    admin = await seat("admin")
    await admin.page.get_by_role("link", name="Admin").click()
    await admin.page.get_by_role("navigation", name="Administration").get_by_role("link", name="Users").click()
    await admin.page.get_by_role("button", name="Add user").click()
    dialog = admin.page.get_by_role("dialog", name="Add user")
    await dialog.get_by_label("User name").fill("cleo")
    await dialog.get_by_label("Full name").fill("Cleo Marsh")
    await dialog.get_by_label("Password").fill("seven green bottles")
    await dialog.get_by_role("button", name="Add user").click()
    await expect(admin.page.locator('tr[data-user="cleo"]')).to_contain_text("Cleo Marsh")

    await admin.page.get_by_role("navigation", name="Administration").get_by_role("link", name="Numbers").click()
    await admin.page.get_by_role("button", name="Add number").click()
    dialog = admin.page.get_by_role("dialog", name="Add number")
    await dialog.get_by_label("Number", exact=True).fill("+44 1632 960177")
    await dialog.get_by_label("Owner").fill("cleo")
    await dialog.get_by_role("button", name="Add number").click()
    line = admin.page.locator('tr[data-number="+441632960177"]')
    await expect(line.get_by_label("Owner of")).to_have_value("cleo")
