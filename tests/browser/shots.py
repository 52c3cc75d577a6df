"""Screenshots of every view, light and dark, on a desk and on a phone: `make shots`, or with --readme the README's one."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "daemon"), str(ROOT / "plugins")]

from playwright.async_api import Browser, Page, async_playwright  # noqa: E402 - found by the path above

from browser.conftest import CHROMIUM, DESKTOP, FLAGS, PHONE  # noqa: E402
from browser.daemon import Daemon  # noqa: E402
from browser.history import History  # noqa: E402
from browser.outside import Outside  # noqa: E402
from browser.person import Person  # noqa: E402

SIZES = {"desktop": DESKTOP, "phone": PHONE}
THEMES = ("light", "dark")
Take = Callable[[str], Awaitable[None]]


class Tour:
    """One way through every view, in one size and theme."""

    def __init__(self, page: Page, url: str, ids: list[str], take: Take) -> None:
        self.page = page
        self.url = url
        self.ids = ids
        self.take = take

    async def go(self, path: str, shown: str) -> None:
        await self.page.goto(f"{self.url}/{path}")
        await self.page.locator(shown).first.wait_for()
        await self.page.wait_for_timeout(150)  # the last frames of a transition

    async def doors(self) -> None:
        await self.go("", "form")
        await self.take("sign-in")
        await self.go("setup#0123456789abcdef0123456789abcdef", "form")
        await self.take("set-up")

    async def user(self) -> None:
        await self.go("messages", ".row")
        await self.take("messages")
        await self.go(f"messages/{self.ids[0]}", "article")
        await self.take("thread")
        await self.page.get_by_role("textbox", name="Text message to").fill(
            "Dziękuję, I will bring the łódka tomorrow. " * 3
        )
        await self.take("composer-unicode")
        await self.page.get_by_role("textbox", name="Text message to").fill("")
        await self.page.get_by_role("textbox", name="Text message to").fill("We open at nine tomorrow.")
        await self.page.get_by_role("button", name="Send later").click()
        await self.take("send-later")
        await self.page.keyboard.press("Escape")
        await self.page.get_by_role("textbox", name="Text message to").fill("")
        await self.page.keyboard.press("Control+k")
        await self.take("palette")
        await self.page.keyboard.press("Escape")
        await self.page.locator("article.out button.meta").last.click()
        await self.page.locator(".steps li").first.wait_for()
        await self.take("message-details")
        await self.go(f"messages/{self.ids[-1]}", "article")
        await self.take("failed")
        await self.go("messages/new", "#new-to")
        await self.take("new-message")
        await self.page.locator("#new-to").fill("020 7946 0999")
        await self.page.locator(".suggestion").first.wait_for()
        await self.take("new-number")
        await self.page.locator("#new-to").fill("+999 1234567")
        await self.page.locator(".new-hint.error").wait_for()
        await self.take("new-invalid")
        await self.found()
        await self.activity()
        await self.details()
        await self.places()

    async def found(self) -> None:
        await self.go("messages", ".row")
        field = self.page.get_by_label("Search messages and people")
        await field.fill("par")
        await self.page.locator("a.hit").first.wait_for()
        await self.take("search")
        await self.page.locator("a.hit").first.click()
        await self.page.locator("article.sought").wait_for()
        await self.take("search-jump")
        await self.go("search?q=th", "a.hit")
        await self.take("search-results")
        await self.go("search?q=th&direction=inbound&status=failed", ".empty")
        await self.page.get_by_role("button", name="Days").click()
        await self.take("search-none")

    async def details(self) -> None:
        await self.go(f"messages/{self.ids[0]}?pane=details", ".details-card")
        await self.take("details")

    async def activity(self) -> None:
        await self.go("activity", "tbody tr")
        await self.take("activity")
        await self.page.locator("tbody tr").nth(1).get_by_role("button", name="For ").click()
        await self.take("activity-menu")
        await self.page.keyboard.press("Escape")

    async def places(self) -> None:
        await self.go("contacts", ".person")
        await self.take("contacts")
        await self.page.get_by_role("button", name="New contact").click()
        await self.take("contact-new")
        await self.go("settings", ".card")
        await self.take("settings")
        await self.page.get_by_role("button", name="Keyboard shortcuts").click()
        await self.take("keys")
        await self.go("help", ".topic")
        await self.take("help")

    async def line_down(self) -> None:
        await self.go(f"messages/{self.ids[0]}", "article")
        await self.page.context.set_offline(True)
        await self.page.get_by_role("textbox", name="Text message to").fill("On my way")
        await self.page.keyboard.press("Enter")
        await self.page.locator(".line-bar").wait_for()
        await self.take("offline")
        await self.page.context.set_offline(False)
        await self.page.locator(".line-bar").wait_for(state="detached")

    async def admin(self) -> None:
        await self.go("messages", ".empty")
        await self.take("empty")
        await self.go("handset", ".phone")
        await self.take("handset")
        await self.page.locator(".behaviour summary").first.click()
        await self.page.locator(".behaviour-form").first.scroll_into_view_if_needed()
        await self.take("handset-behaviour")
        await self.go("admin", ".tile")
        await self.take("admin")
        await self.go("admin/users", "tbody tr")
        await self.take("admin-users")
        await self.go("admin/numbers", "tbody tr")
        await self.page.get_by_role("button", name="Add number").click()
        await self.take("admin-add-number")
        await self.admin_places()

    async def admin_places(self) -> None:
        await self.go("admin/carriers", "tbody tr")
        await self.take("admin-carriers")
        await self.go("admin/carriers/demo", ".facts")
        await self.take("admin-carrier")
        await self.go("admin/messages", "tbody tr")
        await self.take("admin-messages")
        await self.page.locator("tbody a").first.click()
        await self.page.locator(".verdict").wait_for()
        await self.take("admin-message")
        await self.go("admin/jobs", "tbody tr")
        await self.take("admin-jobs")
        await self.go("admin/sessions", "tbody tr")
        await self.take("admin-sessions")
        await self.go("admin/opt-outs", ".empty, tbody tr")
        await self.take("admin-opt-outs")
        await self.go("admin/audit", "tbody tr")
        await self.take("admin-audit")


async def shoot(browser: Browser, daemon: Daemon, ids: list[str], folder: Path) -> None:
    """Every view in every size and theme."""
    users = {user.role: user for user in reversed(list(daemon.users.values()))}
    for size, viewport in SIZES.items():
        for theme in THEMES:

            async def take(name: str, page: Page, *, where: str = f"{size}-{theme}") -> None:
                await page.screenshot(path=folder / f"{name}-{where}.png")

            for role in ("user", "admin"):
                context = await browser.new_context(viewport=viewport, color_scheme=theme, locale="en-GB")  # type: ignore[arg-type]
                page = await context.new_page()
                tour = Tour(page, daemon.url, ids, lambda name, page=page, take=take: take(name, page))  # type: ignore[misc]
                if role == "user":
                    await tour.doors()
                await Person(page, context, daemon.url, users[role]).signs_in()
                if role == "user":
                    await tour.user()
                    await tour.line_down()
                else:
                    await tour.admin()
                await context.close()


async def readme(browser: Browser, daemon: Daemon, ids: list[str], path: Path) -> None:
    """The one picture of the README: a thread beside its list."""
    user = next(user for user in daemon.users.values() if user.role == "user")
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light", locale="en-GB")
    page = await context.new_page()
    await Person(page, context, daemon.url, user).signs_in(f"messages/{ids[0]}")
    await page.locator("article").last.wait_for()
    await page.wait_for_timeout(300)
    path.parent.mkdir(exist_ok=True)
    await page.screenshot(path=path)
    await context.close()


async def main() -> None:
    """Start the demo daemon, play the history, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="take docs/screenshot.png instead")
    chosen = parser.parse_args()
    folder = ROOT / "shots"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        daemon = Daemon(Path(place) / "demo")
        daemon.start()
        try:
            async with Outside(daemon) as outside, async_playwright() as playwright:
                user = next(user for user in daemon.users.values() if user.role == "user")
                ids = await History(outside, user, await outside.token(user)).play()
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                if chosen.readme:
                    await readme(browser, daemon, ids, ROOT / "docs/screenshot.png")
                else:
                    await shoot(browser, daemon, ids, folder)
                await browser.close()
        finally:
            daemon.stop()
    print("The picture is docs/screenshot.png" if chosen.readme else "The pictures are in shots/")


if __name__ == "__main__":
    asyncio.run(main())
