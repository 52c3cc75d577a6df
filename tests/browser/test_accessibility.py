"""axe finds nothing on any view, in light and dark, on a desk and on a phone (WCAG 2.2 AA)."""

from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any, Literal

from playwright.async_api import Page, expect

from browser.conftest import DESKTOP, PHONE, Seat
from browser.history import History
from browser.outside import Outside
from browser.person import Person
from house.needs import need_node_module

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"desktop": DESKTOP, "phone": PHONE}
COLOURS = [
    "color-contrast",
    "link-in-text-block",
]  # what another theme can break: it has other colours, and nothing else
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CUT = ("ERR_INTERNET_DISCONNECTED", "WebSocket connection")


async def test_axe_finds_nothing_on_the_views_of_a_user(seat: Seat, outside: Outside) -> None:
    ada = await seat("ada", sign_in=False)
    await ada.goes_to("")
    await expect(ada.page.get_by_label("Password")).to_be_visible()
    await clean(ada, "sign-in")
    await ada.goes_to("setup#0123456789abcdef0123456789abcdef")
    await expect(ada.page.get_by_text("Welcome")).to_be_visible()
    await clean(ada, "set-up")

    ids = await History(outside, ada.user, await outside.token(ada.user)).play()
    await ada.signs_in()
    await expect(ada.page.locator("a.row").first).to_be_visible()
    await clean(ada, "messages")
    await ada.goes_to(f"messages/{ids[0]}")
    await ada.sees("Have a nice day!")
    await clean(ada, "thread")
    await ada.composer.fill("Later")
    await ada.page.get_by_role("button", name="Send later").click()
    await clean(ada, "send later")
    await ada.page.get_by_role("button", name="Tomorrow morning").click()
    await expect(ada.page.locator("[data-scheduled]")).to_be_visible()
    await clean(ada, "scheduled")
    await ada.page.keyboard.press("Control+k")
    await expect(ada.page.get_by_role("option").first).to_be_visible()
    await clean(ada, "palette")
    await ada.page.keyboard.press("Escape")
    await ada.page.locator("article .bubble").first.click(button="right")
    await clean(ada, "commands of a message")
    await ada.page.keyboard.press("Escape")
    await ada.bubble("Have a nice day!").locator("button.meta").click()
    await expect(ada.page.locator(".steps li").first).to_be_visible()
    await ada.page.get_by_text("Everything the carrier said").click()
    await clean(ada, "message details")
    await ada.goes_to(f"messages/{ids[-1]}")
    await ada.sees_status("Your invoice is ready to be collected.", "Not sent")
    await ada.page.get_by_role("button", name="More for this conversation").click()
    await clean(ada, "failed message, menu")
    await without_a_line(ada)
    await found(ada)
    await views(ada)


async def without_a_line(ada: Person) -> None:
    with ada.expecting(*CUT):
        await ada.context.set_offline(True)
        await ada.page.keyboard.press("Escape")
        await ada.writes("Waiting")
        await expect(ada.page.get_by_text("No connection.")).to_be_visible()
        await clean(ada, "offline")
        await ada.context.set_offline(False)
        await expect(ada.page.get_by_text("No connection.")).to_have_count(0)


async def found(ada: Person) -> None:
    await ada.goes_to("messages")
    await ada.page.get_by_label("Search messages and people").fill("th")
    await expect(ada.page.locator("a.hit").first).to_be_visible()
    await clean(ada, "search in the list")
    await ada.page.get_by_role("link", name="All results and filters").click()
    await ada.page.get_by_role("button", name="Days").click()
    await expect(ada.page.locator("a.hit").first).to_be_visible()
    await clean(ada, "search")
    await ada.goes_to("activity")
    await ada.page.locator("tbody tr").nth(1).get_by_role("button", name="For ").click()
    await clean(ada, "activity, commands")
    await ada.page.get_by_role("menuitem", name="Show contact").click()
    await expect(ada.page.locator(".details-card")).to_be_visible()
    await clean(ada, "details of a conversation")


async def views(ada: Person) -> None:
    await ada.goes_to("messages/new")
    await ada.page.get_by_label("To", exact=True).fill("gra")
    await expect(ada.page.get_by_role("option").first).to_be_visible()
    await clean(ada, "new message")
    await ada.goes_to("contacts")
    await expect(ada.page.locator(".person").first).to_be_visible()
    await clean(ada, "contacts")
    await ada.page.get_by_role("button", name="New contact").click()
    await clean(ada, "new contact")
    await ada.goes_to("settings")
    await expect(ada.page.get_by_label("Dark")).to_be_visible()
    await clean(ada, "settings")
    await ada.page.get_by_role("button", name="Keyboard shortcuts").click()
    await clean(ada, "keys")
    await ada.goes_to("help")
    await expect(ada.page.get_by_role("heading", name="Help", exact=True)).to_be_visible()
    await clean(ada, "help")


async def test_axe_finds_nothing_on_the_views_of_an_admin(seat: Seat, outside: Outside) -> None:
    admin = await seat("admin")
    await expect(admin.page.get_by_text("No messages yet")).to_be_visible()
    await clean(admin, "empty")
    grace = (await outside.phones())[0]
    await grace.texts(admin.user.number, "Hello")
    await grace.behaves(reachable=False)
    steps: list[tuple[str, str, Callable[[], Awaitable[None]]]] = [
        ("handset", ".phone-text", admin.page.locator(".behaviour summary").first.click),
        ("admin/numbers", "tbody tr", admin.page.get_by_role("button", name="Add number").click),
        ("admin/users", "tbody tr", admin.page.get_by_role("button", name="Change").first.click),
    ]
    for path, shown, act in steps:
        await admin.goes_to(path)
        await admin.page.locator(shown).first.wait_for()
        await clean(admin, path)
        await act()
        await clean(admin, f"{path}, opened")


async def clean(person: Person, view: str) -> None:
    """Raises with what axe has found in any size and theme."""
    page = person.page
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(need_node_module("axe-core/axe.min.js").read_text())
    said: list[str] = []
    for size, theme in product(SIZES, THEMES):
        await page.set_viewport_size(SIZES[size])
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        said += [f"{view}, {size}, {theme}: {words}" for words in await found_by_axe(page, theme)]
    await page.set_viewport_size(DESKTOP)
    assert not said, "\n".join(said)


async def found_by_axe(page: Page, theme: str) -> list[str]:
    """What is wrong with the page as it stands."""
    asked = {"type": "tag", "values": RULES} if theme == THEMES[0] else {"type": "rule", "values": COLOURS}
    rules: list[dict[str, Any]] = await page.evaluate(
        "(asked) => axe.run({ runOnly: asked, resultTypes: ['violations'] }).then((found) => found.violations)", asked
    )
    return [
        f"{rule['id']}: {rule['help']}\n  {node['html'][:200]}\n  {node.get('failureSummary', '')[:300]}"
        for rule in rules
        for node in rule["nodes"][:3]
    ]
