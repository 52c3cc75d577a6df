"""Somebody at a screen: what they do and what they see, in words that a play can be read in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from browser.daemon import COOKIE, DemoUser

SOON = 30_000  # milliseconds that a slow machine may take; a quick one waits for nothing

# Reports what the content security policy stopped, which the console alone may not show.
WATCH_POLICY = """
window.policyReports = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.policyReports.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


class Person:
    """A person in a window of their own."""

    def __init__(self, page: Page, context: BrowserContext, url: str, user: DemoUser) -> None:
        self.page = page
        self.context = context
        self.user = user
        self._url = url
        self._allowed: list[str] = []
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"error in the page: {error}"))
        page.on("request", self._watch)

    # What must never happen --------------------------------------------------------------------------------------

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(re.search(each, message.text) for each in self._allowed):
            self.faults.append(f"console: {message.text} {message.location.get('url', '')}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self._url, self._url.replace("http", "ws"), "data:", "blob:")):
            self.faults.append(f"a request to another host: {request.url}")

    @contextmanager
    def expecting(self, *texts: str) -> Iterator[None]:
        """What the browser itself writes into the console when the line is cut or the daemon says no."""
        self._allowed += texts
        yield
        # What was written just before the end may still be on its way, so the words stay allowed.

    async def judge(self) -> None:
        """Raises when something happened that must never happen."""
        if not self.page.is_closed():
            self.faults += [f"policy: {each}" for each in await self.page.evaluate("window.policyReports ?? []")]
        assert not self.faults, "\n".join(self.faults)

    # What they do ------------------------------------------------------------------------------------------------

    async def goes_to(self, path: str) -> None:
        await self.page.goto(f"{self._url}/{path}")

    async def signs_in(self, path: str = "") -> None:
        await self.goes_to(path)
        await self.page.get_by_label("User name").fill(self.user.name)
        await self.page.get_by_label("Password").fill(self.user.password)
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.get_by_role("navigation", name="Areas")).to_be_visible(timeout=SOON)

    async def is_signed_in(self, session: str | None = None) -> None:
        """Begin where somebody is who signed in before, by the cookie of then: the way in has plays of its own."""
        if session is None:
            ask = {"username": self.user.name, "password": self.user.password}
            answer = await self.context.request.post(f"{self._url}/api/v1/session", data=ask)
            assert answer.status == 201, await answer.text()
        else:
            await self.context.add_cookies([{"name": COOKIE, "value": session, "url": self._url}])
        await self.goes_to("messages")
        await expect(self.page.get_by_role("navigation", name="Areas")).to_be_visible(timeout=SOON)

    async def opens(self, title: str) -> None:
        """Open a conversation from the list."""
        await self.row(title).click()
        await expect(self.page.get_by_role("heading", name=title, level=2)).to_be_visible(timeout=SOON)

    async def begins_with(self, number: str) -> None:
        """Begin a conversation with a number as they would dial it."""
        await self.page.get_by_role("link", name="New message").first.click()
        await self.page.get_by_label("To", exact=True).fill(number)
        await expect(self.page.get_by_role("option").first).to_be_visible(timeout=SOON)
        await self.page.keyboard.press("Enter")
        await expect(self.composer).to_be_visible(timeout=SOON)

    async def writes(self, body: str) -> None:
        """Type a message and send it by Enter."""
        await self.composer.fill(body)
        await self.composer.press("Enter")

    async def docks(self) -> None:
        """Give the conversation of this window back to the main one, which closes this one before a click would end."""
        await self.page.get_by_role("button", name="More for this conversation").click()
        back = self.page.get_by_role("menuitem", name="Back into the main window")
        await back.evaluate("(item) => void setTimeout(() => item.click())")

    async def reloads(self) -> None:
        await self.page.reload()

    # What they see -----------------------------------------------------------------------------------------------

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile("^Text message to"))

    def row(self, title: str) -> Locator:
        """A conversation in the list."""
        return self.page.locator("a.row").filter(has_text=title)

    def bubble(self, body: str) -> Locator:
        """A message of the open conversation."""
        return self.page.locator("article").filter(has=self.page.get_by_text(body, exact=True))

    async def sees(self, body: str) -> None:
        """The message is there, once."""
        await expect(self.bubble(body)).to_have_count(1, timeout=SOON)
        await expect(self.bubble(body)).to_be_visible(timeout=SOON)

    async def sees_status(self, body: str, words: str) -> None:
        """The message's sign says so."""
        await expect(self.bubble(body).locator("button.meta, span.meta")).to_contain_text(words, timeout=SOON)

    async def sees_in_order(self, *bodies: str) -> None:
        """These are the messages of the open conversation, oldest first."""
        await expect(self.page.locator("article .text")).to_have_text(list(bodies), timeout=SOON)

    async def sees_unread(self, title: str, count: int) -> None:
        unread = self.row(title).locator(".unread-count")
        if count:
            await expect(unread).to_contain_text(str(count), timeout=SOON)
        else:
            await expect(unread).to_have_count(0, timeout=SOON)
