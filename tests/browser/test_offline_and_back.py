"""The line goes and comes back: nothing typed is lost, nothing is sent twice, and what was missed is there, once."""

from playwright.async_api import expect

from browser.conftest import Seat
from browser.daemon import Daemon
from browser.outside import Outside
from browser.person import SOON

CUT = (
    "ERR_INTERNET_DISCONNECTED",
    "ERR_CONNECTION_REFUSED",
    "WebSocket connection",
    "ERR_CONNECTION_RESET",
    "ERR_EMPTY",
)


async def test_what_is_written_without_a_line_goes_out_when_it_is_back(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await ada.begins_with(grace.number)
    await ada.writes("before")
    await ada.sees_status("before", "Delivered")

    with ada.expecting(*CUT):
        await ada.context.set_offline(True)
        await expect(ada.page.get_by_text("No connection.")).to_be_visible(timeout=SOON)
        await ada.writes("during, first")
        await ada.writes("during, second")
        await ada.sees_status("during, second", "Waiting for the connection")
        await expect(ada.page.get_by_text("2 messages wait.")).to_be_visible()
        await grace.texts(ada.user.number, "missed by Ada")
        await ada.context.set_offline(False)

        await ada.sees_status("during, second", "Delivered")
    await expect(ada.page.get_by_text("No connection.")).to_have_count(0)
    await ada.sees_in_order("before", "missed by Ada", "during, first", "during, second")
    assert await grace.holds() == ["before", "during, first", "during, second"]


async def test_a_draft_stays_with_its_conversation(seat: Seat, outside: Outside) -> None:
    grace, tom = (await outside.phones())[:2]
    ada = await seat("ada")
    for phone in (grace, tom):
        await phone.texts(ada.user.number, "Good morning")
    await ada.opens(grace.name)
    await ada.composer.fill("Dear Grace, I have")
    await ada.opens(tom.name)
    await expect(ada.composer).to_have_value("")
    await expect(ada.row(grace.name)).to_contain_text("Draft: Dear Grace, I have")
    await ada.reloads()
    await ada.opens(grace.name)
    await expect(ada.composer).to_have_value("Dear Grace, I have")


async def test_an_unsent_text_survives_a_reload_and_a_restart(seat: Seat, outside: Outside, daemon: Daemon) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await ada.begins_with(grace.number)
    await ada.writes("before the restart")
    await ada.sees_status("before the restart", "Delivered")

    with ada.expecting(*CUT):
        daemon.stop()
        await ada.writes("while it is down")
        await ada.sees_status("while it is down", "Waiting for the connection")
        daemon.start()
        await ada.reloads()
        await ada.sees_status("while it is down", "Delivered")
    await ada.sees_in_order("before the restart", "while it is down")
    assert await grace.holds() == ["before the restart", "while it is down"]


async def test_a_screen_goes_on_after_a_restart_of_the_daemon(seat: Seat, outside: Outside, daemon: Daemon) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await ada.begins_with(grace.number)
    await ada.writes("hello")
    await ada.sees_status("hello", "Delivered")

    with ada.expecting(*CUT):
        daemon.stop()
        await expect(ada.page.get_by_text("No connection.")).to_be_visible(timeout=SOON)
        daemon.start()
        await expect(ada.page.get_by_text("No connection.")).to_have_count(0, timeout=20_000)
    await grace.texts(ada.user.number, "still there?")
    await ada.sees_in_order("hello", "still there?")
    await ada.writes("yes")
    await ada.sees_status("yes", "Delivered")


async def test_an_answer_that_was_lost_on_the_way_sends_nothing_twice(seat: Seat, outside: Outside) -> None:
    grace = (await outside.phones())[0]
    ada = await seat("ada")
    await ada.begins_with(grace.number)
    lost: list[str] = []

    async def lose(route, request):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - Playwright's
        if request.method == "POST" and not lost:
            lost.append(request.headers["idempotency-key"])
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    with ada.expecting("ERR_FAILED"):
        await ada.page.route("**/messages", lose)
        await ada.writes("only once")
        await ada.sees_status("only once", "Delivered")
    await ada.sees_in_order("only once")
    assert lost
    assert await grace.holds() == ["only once"]
