"""A carrier's life in the host: started, watched, tried again, stopped, and nothing left of it."""

import asyncio
import gc
import inspect
import os
import threading

import pytest
from structlog.testing import capture_logs

from plugin_host.stage import CARRIER, PATIENCE, House, Shop
from sidetone.domain.health import Health, State
from sidetone.plugin import context
from sidetone.plugin.failures import BadConfig, BadCredentials, NotReady


def changed(**methods: str) -> str:
    """The plugin with other bodies of its methods."""
    source = CARRIER
    for name, body in methods.items():
        source = source.replace(f'self.calls.append("{name}")', body, 1)
    return source


async def test_a_carrier_starts_and_is_told_of(shop: Shop, house: House) -> None:
    shop.install("line")
    host = house.host({"main": "line"})
    await host.start()
    assert house.sentence() == "starting: "
    assert house.ready == []
    await house.clock.until_asleep()
    assert house.sentence() == "ok: Well."
    assert host.carriers["main"].ready
    assert host.carriers["main"].health == Health(State.OK, "Well.")
    assert house.ready == ["main"]
    assert shop.built("main").calls == ["start", "health"]


async def test_its_health_is_asked_every_half_minute_and_decides_whether_it_is_ready(shop: Shop, house: House) -> None:
    shop.install("line")
    host = house.host({"main": "line"})
    await host.start()
    await house.clock.until_asleep()
    carrier, running = shop.built("main"), host.carriers["main"]
    seen = []
    for state in (State.DEGRADED, State.FAILED, State.FAILED, State.OK, State.STARTING, State.OFF, State.OK):
        carrier.state = Health(state, "Told.")
        await house.clock.advance(30)
        await house.clock.until_asleep()
        seen.append((running.health.state.value, running.ready))
    assert seen == [
        ("degraded", True),
        ("failed", False),
        ("failed", False),
        ("ok", True),
        ("starting", False),
        ("off", False),
        ("ok", True),
    ]
    assert house.ready == ["main"] * 3


async def test_its_health_is_asked_soon_when_it_says_that_there_is_news(shop: Shop, house: House) -> None:
    shop.install("line")
    host = house.host({"main": "line"})
    await host.start()
    await house.clock.until_asleep()
    carrier = shop.built("main")
    carrier.state = Health(State.FAILED, "Cut.")
    for _ in range(1000):
        carrier.context.health_changed()
    await house.clock.until_asleep()
    await house.clock.advance(0.5)
    await house.clock.until_asleep()
    assert house.sentence() == "failed: Cut."
    assert carrier.calls == ["start", "health", "health"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("await asyncio.Event().wait()", "degraded: Its health check takes longer than 0.02 s."),
        ("raise ValueError('+4915112345678')", "degraded: Its health check failed (ValueError)."),
        ("raise asyncio.CancelledError", "degraded: Its health check failed (CancelledError)."),
        ("return True", "degraded: Its health check says nothing that can be used."),
        ("return None", "degraded: Its health check says nothing that can be used."),
    ],
)
async def test_a_health_check_that_fails_leaves_the_carrier_in_use(
    body: str, sentence: str, shop: Shop, house: House
) -> None:
    shop.install("line", changed(health=body))
    host = house.host({"main": "line"}, health=0.02)
    await host.start()
    await house.clock.until_asleep()
    assert house.sentence() == sentence
    assert host.carriers["main"].ready


def hangs(name: str) -> str:
    """A plugin whose method does not even end when it is cancelled, until a test says so."""
    endless = """while not getattr(self, "over", False):
            try:
                await asyncio.sleep(0.005)
            except asyncio.CancelledError:
                pass"""
    return changed(**{name: endless})


async def test_a_health_check_that_hangs_for_good_is_asked_no_more(shop: Shop, house: House) -> None:
    shop.install("line", hangs("health"))
    host = house.host({"main": "line"}, health=0.02)
    await host.start()
    await house.until(State.FAILED)
    assert house.sentence() == "failed: Its health check hangs: restart Sidetone."
    assert not host.carriers["main"].ready
    assert house.clock.sleepers == 0
    shop.built("main").over = True


async def test_not_ready_is_tried_again_with_backoff_and_told_once(shop: Shop, house: House) -> None:
    shop.install("line", changed(start="self.calls.append('start'); raise self.why"))
    host = house.host({"main": "line"})
    heard = []
    house.parts.listen(lambda name, health: heard.append((name, health.state.value)))
    host.load()
    carrier = shop.built("main")
    carrier.why = NotReady("the modem is silent.")
    await host.start()
    await house.clock.until_asleep()
    assert house.sentence() == "failed: Tries again in 2 s: the modem is silent."
    waits = []
    for _ in range(12):
        waits.append(int(house.sentence().split()[4]))
        await house.clock.advance(waits[-1] + 1)
        await house.clock.until_asleep()
    assert carrier.calls == ["start"] * 13
    assert all(0.7 * 2**tries <= wait <= 1.3 * 2**tries for tries, wait in enumerate(waits[:8], 1))
    assert max(waits) <= 15 * 60 * 1.2
    assert heard == [("carrier main", "starting"), ("carrier main", "failed")]

    carrier.start = carrier.health
    await house.clock.advance(2000)
    await house.settled(lambda: host.carriers["main"].ready)
    assert heard[2:] == [("carrier main", "ok")]
    assert house.ready == ["main"]


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (
            BadCredentials("the token is not known."),
            "failed: Its credentials are refused: the token is not known. Change them, then run `sidetone reload`.",
        ),
        (BadConfig("must be odd.", where="most"), "failed: most: must be odd."),
    ],
)
async def test_what_only_a_person_can_mend_is_not_tried_again(
    why: Exception, sentence: str, shop: Shop, house: House
) -> None:
    shop.install("line", changed(start="raise self.why"))
    host = house.host({"main": "line"})
    host.load()
    shop.built("main").why = why
    await host.start()
    await house.until(State.FAILED)
    assert house.sentence() == sentence
    assert house.clock.sleepers == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise ValueError('+4915112345678')", "It failed to start (ValueError)."),
        ("raise SystemExit(3)", "It failed to start (RuntimeError)."),
        ("raise asyncio.CancelledError", "It failed to start (CancelledError)."),
        ("await asyncio.Event().wait()", "It takes too long to start."),
    ],
)
async def test_what_nobody_foresaw_is_tried_again_slowly(body: str, words: str, shop: Shop, house: House) -> None:
    shop.install("line", changed(start=f"self.calls.append('start'); {body}"))
    host = house.host({"main": "line"}, start=0.02)
    await host.start()
    await house.clock.until_asleep()
    state, _, sentence = house.sentence().partition(": ")
    assert (state, sentence.partition(": ")[2]) == ("failed", words)
    seconds = int(sentence.split()[3])
    assert 48 <= seconds <= 72
    await house.clock.advance(seconds + 1)
    await house.clock.until_asleep()
    assert shop.built("main").calls == ["start", "start"]


async def test_a_start_that_is_no_coroutine_is_a_failure_like_others(shop: Shop, house: House) -> None:
    shop.install("line", CARRIER.replace("async def start", "def start"))
    host = house.host({"main": "line"})
    await host.start()
    await house.clock.until_asleep()
    assert house.sentence().endswith("It failed to start (TypeError).")


async def test_a_start_that_does_not_even_end_when_cancelled_is_not_started_twice(shop: Shop, house: House) -> None:
    shop.install("line", hangs("start"))
    shop.install("good")
    host = house.host({"main": "line", "other": "good"}, start=0.02)
    await host.start()
    await house.until(State.FAILED)
    assert house.sentence() == "failed: It takes too long to start. It hangs: restart Sidetone."
    assert host.carriers["other"].ready
    shop.built("main").over = True


async def test_a_failure_to_start_is_logged_once_and_without_its_words(shop: Shop, house: House) -> None:
    shop.install("line", changed(start="raise ValueError('hush')"))
    host = house.host({"main": "line"})
    with capture_logs() as lines:
        await host.start()
        await house.clock.until_asleep()
        await house.clock.advance(1000)
        await house.clock.until_asleep()
    assert [line["event"] for line in lines if line["event"] != "part"] == ["a plugin failed to start"]
    assert "hush" not in str(lines)


async def test_stopping_undoes_everything_in_reverse(shop: Shop, house: House) -> None:
    start = """
        async def undo(what):
            self.calls.append(what)
        self.context.on_unload(lambda: undo("first"))
        self.context.on_unload(lambda: undo("second"))
        self.task = self.context.spawn(asyncio.Event().wait(), name="wait")
        self.http = self.context.http()"""
    shop.install("line", changed(start=start))
    host = house.host({"main": "line"})
    await host.start()
    await house.clock.until_asleep()
    carrier = shop.built("main")
    await host.stop()
    assert carrier.calls == ["health", "stop", "second", "first"]
    assert carrier.task.cancelled()
    assert carrier.http.closed
    assert host.carriers == {}
    assert house.parts.all() == {}
    with pytest.raises(RuntimeError, match="unloaded"):
        carrier.context.http()
    with pytest.raises(RuntimeError, match="unloaded"):
        carrier.context.spawn(asyncio.sleep(0), name="late")


@pytest.mark.parametrize(
    "body", ["raise ValueError", "raise SystemExit", "await asyncio.Event().wait()", "raise asyncio.CancelledError"]
)
async def test_a_stop_that_fails_or_hangs_holds_nothing_up(body: str, shop: Shop, house: House) -> None:
    shop.install("line", changed(stop=body, start="self.http = self.context.http()"))
    host = house.host({"main": "line"}, stop=0.02)
    await host.start()
    await house.clock.until_asleep()
    await host.stop()
    assert shop.built("main").http.closed


async def test_a_background_task_that_will_not_end_is_left_behind(shop: Shop, house: House) -> None:
    source = hangs("stop").replace("async def stop", "async def forever")
    source = source.replace("    async def health", "    async def stop(self):\n        pass\n\n    async def health")
    start = "self.task = self.context.spawn(self.forever(), name='forever'); await asyncio.sleep(0)"
    shop.install("line", source.replace('self.calls.append("start")', start))
    host = house.host({"main": "line"}, stop=0.02)
    await host.start()
    await house.clock.until_asleep()
    carrier = shop.built("main")
    async with asyncio.timeout(PATIENCE):
        await host.stop()
    carrier.over = True
    await carrier.task


async def test_what_a_background_task_raises_is_logged_without_its_words(shop: Shop, house: House) -> None:
    start = """
        async def fails():
            raise ValueError("hush")
        self.context.spawn(fails(), name="poll")"""
    shop.install("line", changed(start=start))
    host = house.host({"main": "line"})
    with capture_logs() as lines:
        await host.start()
        await house.clock.until_asleep()
    failed = [line for line in lines if line["event"] == "background task failed"]
    assert [(line["task"], line["error"]) for line in failed] == [("main:poll", "ValueError")]


async def test_a_background_task_that_leaves_ends_itself_alone(shop: Shop, house: House) -> None:
    start = """
        async def leaves():
            raise SystemExit(3)
        self.context.spawn(leaves(), name="poll")"""
    shop.install("line", changed(start=start))
    host = house.host({"main": "line"})
    with capture_logs() as lines:
        await host.start()
        await house.clock.until_asleep()
    failed = [line["error"] for line in lines if line["event"] == "background task failed"]
    assert (failed, host.carriers["main"].ready) == (["RuntimeError"], True)


async def test_a_background_task_that_never_began_is_given_up_cleanly(shop: Shop, house: House) -> None:
    start = """
        async def waits():
            raise AssertionError("it began")
        self.waiting = waits()
        self.context.spawn(self.waiting, name="poll").cancel()"""
    shop.install("line", changed(start=start))
    host = house.host({"main": "line"})
    await host.start()
    await house.clock.until_asleep()
    assert inspect.getcoroutinestate(shop.built("main").waiting) == inspect.CORO_CLOSED


@pytest.mark.parametrize("body", ["raise ValueError", "raise SystemExit", "await asyncio.Event().wait()"])
async def test_an_unload_step_that_fails_or_hangs_holds_the_others_up_no_longer_than_it_may(
    body: str, shop: Shop, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "UNLOAD_STEP", 0.02)
    start = f"""
        self.http = self.context.http()
        async def good():
            self.calls.append("undone")
        async def bad():
            {body}
        self.context.on_unload(good)
        self.context.on_unload(bad)"""
    shop.install("line", changed(start=start))
    host = house.host({"main": "line"})
    await host.start()
    await house.clock.until_asleep()
    await host.stop()
    assert shop.built("main").calls == ["health", "stop", "undone"]
    assert shop.built("main").http.closed


async def test_starting_while_a_carrier_is_waiting_to_try_again_can_be_stopped(shop: Shop, house: House) -> None:
    shop.install("line", changed(start="raise NotReady('later.')"))
    host = house.host({"main": "line"})
    await host.start()
    await house.clock.until_asleep()
    await host.stop()
    assert shop.built("main").calls == ["stop"]
    assert house.clock.sleepers == 0


async def test_loading_and_unloading_leaves_nothing_behind(shop: Shop, house: House) -> None:
    start = """
        self.context.spawn(asyncio.Event().wait(), name="wait")
        self.context.http()"""
    shop.install("line", changed(start=start))

    async def round_trip() -> None:
        host = house.host({"main": "line"})
        await host.start()
        await house.settled(lambda: host.carriers["main"].ready)
        await host.stop()

    await round_trip()
    gc.collect()
    before = (len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd")), threading.active_count())
    for _ in range(10):
        await round_trip()
    assert (len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd")), threading.active_count()) == before
