"""What every carrier must keep to from its start to its end, and what it must never say."""

# A suite is tests: it asserts, and its tests' names say what they hold.
# ruff: noqa: S101, D102

import asyncio
import json
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import ClassVar

import pytest

from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import Health, State
from sidetone.domain.outcome import Accepted, Unknown
from sidetone.plugin.abilities import FindsSent, PollsInbound, TellsStatus, Window
from sidetone.plugin.carrier import Limits, TakesWebhooks
from sidetone.plugin.failures import BadConfig, BadCredentials, NotReady
from sidetone.plugin.guard import wrongly_said
from sidetone.plugin.life import Patience
from sidetone.plugin.version import check_api
from sidetone.testing.carrier_rig import OUR_NUMBER, PATIENCE, THEIR_NUMBER, CarrierRig, Loaded, accepted, exempt, start
from sidetone.testing.clock import settle

LIVES = 20


class LifeContract:
    """Starting, being well, ending, and silence about what is nobody's business.

    `host` is how patient the daemon is with a plugin, `patience` how many seconds a test waits for the far side.
    """

    host: ClassVar[Patience] = Patience()
    patience: ClassVar[float] = PATIENCE

    async def test_it_says_which_api_it_was_written_for(self, rig: CarrierRig) -> None:
        check_api("this plugin", getattr(rig.plugin, "api", None))

    async def test_it_starts_and_says_that_it_is_well(self, loaded: Loaded) -> None:
        health = await loaded.carrier.health()
        assert health.state is State.OK, health.sentence
        assert health.sentence

    async def test_what_it_says_of_itself_is_usable(self, loaded: Loaded) -> None:
        assert wrongly_said(loaded.carrier) == ""
        assert isinstance(loaded.carrier.limits, Limits)

    @pytest.mark.parametrize("kind", [NotReady, BadCredentials, BadConfig])
    async def test_why_it_cannot_start_is_said_by_the_type_of_the_error(
        self, rig: CarrierRig, kind: type[SidetoneError]
    ) -> None:
        arrange = rig.bad_setups().get(kind)
        if arrange is None:
            exempt(f"its rig says that there is no {kind.__name__}")
        table = await arrange()
        with pytest.raises(kind) as caught:
            await start(rig, table)
        assert caught.value.message
        assert not any(secret in str(caught.value) for secret in rig.secrets)

    async def test_one_that_was_not_ready_is_started_again(self, rig: CarrierRig) -> None:
        await rig.go_away()
        loaded = Loaded(rig)
        try:
            for _ in range(2):
                with pytest.raises(NotReady):
                    await loaded.carrier.start()
            await rig.come_back()
            await loaded.carrier.start()
            accepted(await loaded.send("hello"))
        finally:
            await loaded.unload()

    async def test_a_far_side_that_never_answers_holds_nothing_up(self, rig: CarrierRig) -> None:
        unstarted, loaded = Loaded(rig), await start(rig)
        outcome = await loaded.send("hello")
        part = next((part for part in outcome.parts if part), "") if isinstance(outcome, Accepted) else ""
        await rig.hang()
        calls = {"start": unstarted.carrier.start, **questions(loaded, part)}
        wrong = await asyncio.gather(*(hanging(name, call, loaded, self.host.grace) for name, call in calls.items()))
        await asyncio.wait_for(unstarted.unload(), self.host.stop)
        await asyncio.wait_for(loaded.unload(), self.host.stop)
        assert [words for words in wrong if words] == []

    async def test_it_ends_in_time_while_a_send_is_under_way(self, rig: CarrierRig) -> None:
        await one_life(rig)
        tasks, descriptors, threads = await still()
        loaded = await start(rig)
        await rig.hang()
        send = asyncio.create_task(loaded.send("hello?"))
        await settle()
        await asyncio.wait_for(loaded.unload(), self.host.stop)
        await rig.come_back()
        assert isinstance(await send, Unknown)
        async with asyncio.timeout(self.patience):
            await still(tasks, descriptors, threads)

    async def test_many_lives_leave_nothing_behind(self, rig: CarrierRig) -> None:
        await one_life(rig)
        before = await still()  # the first life paid for what stays for good
        for _ in range(LIVES):
            await one_life(rig)
        async with asyncio.timeout(self.patience):
            await still(*before)

    async def test_it_tells_no_text_number_or_secret(
        self, loaded: Loaded, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rig = loaded.rig
        with caplog.at_level(logging.DEBUG):
            await loaded.send("canary-out")
            await rig.text_in("canary-in")
            await rig.refuse_next()
            outcomes = [await loaded.send("canary-out")]
            if isinstance(loaded.carrier, TakesWebhooks):
                await rig.forge("canary-in")
                await rig.call_oddly()
            health = await loaded.carrier.health()
        logged = json.dumps(rig.workbench.logged, default=str, ensure_ascii=False)
        printed = "".join(capsys.readouterr())
        own = "".join(record.getMessage() for record in caplog.records if record.name.split(".")[0] != "asyncio")
        for place in (logged, printed, own, health.sentence):
            for canary in ("canary", THEIR_NUMBER.lstrip("+"), OUR_NUMBER.lstrip("+"), *rig.secrets):
                assert canary not in place
        assert not any(secret in repr((outcomes, rig.workbench.way_in.odd)) for secret in rig.secrets)


def questions(loaded: Loaded, part: str) -> Mapping[str, Callable[[], Awaitable[object]]]:
    """Everything that the core asks of a started carrier, by the method's name."""
    carrier: object = loaded.carrier
    message, now = loaded.message("hello?"), loaded.rig.workbench.clock.now()
    found: dict[str, Callable[[], Awaitable[object]]] = {
        "health": loaded.carrier.health,
        "send": partial(loaded.carrier.send, message),
    }
    if isinstance(carrier, FindsSent):
        found["find"] = partial(carrier.find, message, now)
    if isinstance(carrier, TellsStatus):
        found["status"] = partial(carrier.status, part)
    if isinstance(carrier, PollsInbound):
        found["poll"] = partial(carrier.poll, [Window(number=OUR_NUMBER, since=now)])
    return found


async def hanging(name: str, call: Callable[[], Awaitable[object]], loaded: Loaded, grace: float) -> str:
    """What is wrong with a call to a carrier whose far side never answers; nothing when it ends as it should."""

    async def called() -> object:
        return await call()

    task = asyncio.create_task(called())
    await asyncio.wait({task}, timeout=loaded.carrier.limits.deadline)
    overran = task.cancel()
    await asyncio.wait({task}, timeout=grace)
    if not task.done():
        return f"`{name}` does not end when it is cancelled."
    if overran:
        return ""
    if (error := task.exception()) is not None:
        fine = isinstance(error, SidetoneError) and not isinstance(error, BadConfig | BadCredentials) and name != "send"
        return "" if fine else f"`{name}` raises {type(error).__name__}."
    value = task.result()
    fits = {
        "start": True,  # a carrier may find out by its first send
        "health": isinstance(value, Health),
        "send": isinstance(value, Unknown),
        "find": value is None or isinstance(value, Unknown),
        "status": value is None,
    }
    return "" if fits.get(name) else f"`{name}` takes no answer for one: {type(value).__name__}."


async def one_life(rig: CarrierRig) -> None:
    """Start, send, receive, unload."""
    loaded = await start(rig)
    await loaded.send("hello")
    await rig.text_in("hello")
    await loaded.unload()


async def still(tasks: int = 10**6, descriptors: int = 10**6, threads: int = 10**6) -> tuple[int, int, int]:
    """Wait until no more than these are left, since sockets take a few turns of the loop to close; how many there are."""
    while True:
        await settle()
        left = (len(asyncio.all_tasks()), open_descriptors(), own_threads())
        if left[0] <= tasks and left[1] <= descriptors and left[2] <= threads:
            return left


def open_descriptors() -> int:
    """How many files, sockets and pipes this process holds."""
    return len(os.listdir("/proc/self/fd"))


def own_threads() -> int:
    """How many threads there are beside the loop's own workers, which stay."""
    return sum(not thread.name.startswith("asyncio_") for thread in threading.enumerate())
