"""What a person waits for in Chromium, with 10,000 conversations stored: the list, a conversation, and scrolling back.

`screen_paint`: from the start of a navigation to the first frame with a conversation in the list, beside the first frame
of an empty page from the same web server; the browser has loaded both before. `screen_open`: from the click on a
conversation to the frame with its messages, beside the API call for those messages alone, made from the same page.
`screen_scroll`: the frames while a long conversation is scrolled back, at its 20,000th message beside those of its first
thousand; a frame is 16.7 ms where nothing holds it up, and `long_ms` is how long tasks of more than 50 ms took in all.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec
from playwright.sync_api import Browser, Page, sync_playwright

from bench.effort import Effort
from bench.figures import Goal, Line, Sample, line, percentile
from bench.sidetone_target import PASSWORD, USER
from bench.stored_target import StoredTarget
from bench.target import BenchError, NullFloor, running
from browser.conftest import DESKTOP, FLAGS, WHOLE_CHROMIUM

LOADS = 5  # a round
OPENED = 10  # conversations a round
SCROLLED = 20_000  # messages
PIECE = 1000  # messages that frames are compared of
SCROLLS = 2  # rounds at most: each takes most of a minute
PATIENCE = 120_000  # ms

# The first frame after the one in which something useful stands.
PAINT = """(() => {
    const look = () => {
        if (document.querySelector("a.row, #useful")) requestAnimationFrame(() => (globalThis.painted = performance.now()));
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""
PAINTED = """() => new Promise((done) => {
    const wait = () => (globalThis.painted ? done(globalThis.painted) : requestAnimationFrame(wait));
    wait();
})"""
OPEN = """async (most) => {
    const until = (is) => new Promise((done) => {
        const wait = () => (is() ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(wait));
        wait();
    });
    const ways = [...document.querySelectorAll("a.row")].slice(0, most).map((row) => row.getAttribute("href"));
    const found = { alone: [], opened: [] };
    for (const way of ways) {
        let began = performance.now();
        await (await fetch(`/api/v1/conversations/${way.split("/").pop()}/messages?limit=50`)).json();
        found.alone.push(performance.now() - began);
        began = performance.now();
        document.querySelector(`a.row[href="${way}"]`).click();
        found.opened.push(await until(() => document.querySelector(".thread-content article")) - began);
        document.querySelector('.rail a[href="/messages"]').click();
        await until(() => !document.querySelector(".thread-content"));
    }
    return found;
}"""
SCROLL = """async ([most, piece, page]) => {
    const box = document.querySelector(".thread-scroll");
    const found = { messages: 0, first: [], last: [], long_first: 0, long_last: 0 };
    const part = () => (found.messages <= piece ? "first" : found.messages > most - piece ? "last" : "");
    new PerformanceObserver((list) => {
        found.messages += page * list.getEntries().filter(({ name }) => name.includes("/messages?") && name.includes("before=")).length;
    }).observe({ type: "resource" });
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) if (part()) found[`long_${part()}`] += duration;
    }).observe({ type: "longtask" });
    let before = await new Promise(requestAnimationFrame);
    while (found.messages < most && !document.querySelector(".thread-start")) {
        box.scrollTop -= 600;
        const now = await new Promise(requestAnimationFrame);
        if (part()) found[part()].push(now - before);
        before = now;
    }
    return found;
}"""


class ScreenMeasure(msgspec.Struct, frozen=True):
    """Three lines; a goal for each figure."""

    name: str
    goals: dict[str, Goal | None]

    def take(self, effort: Effort) -> Iterator[Line]:
        """Paint, open and scroll. Raises BenchError."""
        with ExitStack() as stack:
            floor, subject = stack.enter_context(NullFloor()), stack.enter_context(StoredTarget())
            subject.fill(effort.kept, effort.messages)
            null = stack.enter_context(running(floor, effort.server_cores)).access
            up = stack.enter_context(running(subject, effort.server_cores)).access
            page = stack.enter_context(_page(f"http://127.0.0.1:{up.port}"))
            most = _longest(subject.store)
            empty, list_ = f"http://127.0.0.1:{null.port}/empty", f"http://127.0.0.1:{up.port}/messages"
            names = {"paint": (subject.name, "empty_page"), "open": (subject.name, "api_alone")}
            names["scroll"] = ("last_thousand", "first_thousand")
            rounds: dict[str, list[tuple[Sample, Sample]]] = {"paint": [], "open": [], "scroll": []}
            loads, opens, first = (1, 2, 0) if effort.is_brief else (LOADS, OPENED, 1)
            for _ in range(effort.rounds + first):  # the first round fills the browser's caches
                theirs, ours = ([_loaded(page, url) for _ in range(loads)] for url in (empty, list_))
                rounds["paint"].append((_times(ours), _times(theirs)))
                opened = page.evaluate(OPEN, opens)
                rounds["open"].append((_times(opened["opened"]), _times(opened["alone"])))
            for _ in range(min(effort.rounds, SCROLLS) + first):
                rounds["scroll"].append(_scrolled(page, f"{list_}/1", most))
        for what, pairs in rounds.items():
            ours_, theirs_ = [pair[0] for pair in pairs[first:]], [pair[1] for pair in pairs[first:]]
            figure = "frame_p95" if what == "scroll" else "ms_p50"
            mine, other = names[what]
            yield line(f"{self.name}_{what}", figure, (mine, ours_), (other, theirs_), self.goals.get(what))


@contextmanager
def _page(url: str) -> Iterator[Page]:
    """A signed-in window."""
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=WHOLE_CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport=DESKTOP, locale="en-GB").new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        page.get_by_label("User name").fill(USER)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("a.row").first.wait_for()
        page.add_init_script(PAINT)
        yield page
        browser.close()


def _loaded(page: Page, url: str) -> float:
    page.goto(url, wait_until="commit")
    return float(page.evaluate(PAINTED))


def _longest(store: Path) -> int:
    """How many messages of the longest conversation there are to scroll back, up to those that are wanted."""
    with closing(sqlite3.connect(store)) as sql:
        (count,) = sql.execute("SELECT count(*) FROM message WHERE conversation_id = 1").fetchone()
    return min(SCROLLED, int(count) // 50 * 50 - 50)


def _scrolled(page: Page, url: str, most: int) -> tuple[Sample, Sample]:
    page.goto(url)
    page.locator(".thread-content article").first.wait_for()
    found = page.evaluate(SCROLL, [most, min(PIECE, most // 4), 50])
    if not found["first"] or not found["last"]:
        raise BenchError(f"the conversation has {found['messages']} messages and {most} were to be scrolled")
    last, first = ({**_frames(found[part]), "long_ms": found[f"long_{part}"]} for part in ("last", "first"))
    return {**last, "messages": float(found["messages"])}, first


def _times(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {"ms_p50": percentile(ordered, 50), "ms_p95": percentile(ordered, 95)}


def _frames(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {f"frame_p{percent}": percentile(ordered, percent) for percent in (50, 95, 99)}
