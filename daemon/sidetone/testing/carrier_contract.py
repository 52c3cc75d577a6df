"""What every carrier must keep to. A plugin's tests derive a class from `CarrierContract` and give it a rig.

A rig is the plugin with its far side. The suite sends, receives and unloads through it and knows nothing of the wire.
"""

# A suite is tests: it asserts, and its tests' names say what they hold.
# ruff: noqa: S101, D102

import abc
import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pluggy
import pytest

from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, Unknown
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.segments import segment
from sidetone.domain.status import ReceiptStatus
from sidetone.errors import StoreFull
from sidetone.plugin import hookspecs
from sidetone.plugin.abilities import FindsSent, PollsInbound, TellsStatus, Window
from sidetone.plugin.carrier import Carrier, Outgoing
from sidetone.plugin.context import Context
from sidetone.testing.clock import settle
from sidetone.testing.context import RecordingWayIn, Workbench

OUR_NUMBER = "+493012345678"
THEIR_NUMBER = "+4915112345678"
PATIENCE = 5.0  # seconds of real time until a test that waits for the far side gives up
BODIES = {
    "plain": "Good morning, 100% & more + =",
    "long": "0123456789" * 40,
    "emoji": "Grüße 👍🏽 from Čapek\nsecond line",
}


class CarrierRig(abc.ABC):
    """One plugin with its far side, fresh for each test.

    `table` is a section that works; its deadline should be a fraction of a second. `secrets` must never be logged.
    """

    plugin: Any
    table: Mapping[str, Any]
    secrets: tuple[str, ...] = ()

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench

    @abc.abstractmethod
    def loaded(self, carrier: Carrier) -> None:
        """Told of each carrier that the suite builds, before it starts."""

    @abc.abstractmethod
    async def refuse_next(self) -> None:
        """Let the far side refuse the next message for good."""

    @abc.abstractmethod
    async def defer_next(self) -> None:
        """Let the far side put the next message off without taking it."""

    @abc.abstractmethod
    async def never_answer_next(self) -> None:
        """Let the far side take the next message, or not, and never answer."""

    @abc.abstractmethod
    async def report_early(self) -> None:
        """Let each part of the next message be reported delivered before it is answered."""

    @abc.abstractmethod
    async def report_twice(self) -> None:
        """Let each part of the next message be reported delivered two times."""

    @abc.abstractmethod
    async def text_in(self, body: str) -> bool:
        """Let `THEIR_NUMBER` text `OUR_NUMBER`; whether the far side was told that it is stored."""

    async def lose_next(self) -> None:
        """Let the far side take the next message and never answer, though its records have it. For `FindsSent`."""
        raise NotImplementedError

    async def deliver_untold(self, carrier_id: str) -> None:
        """Let the far side deliver a part and tell nobody. For `TellsStatus`."""
        raise NotImplementedError

    async def text_untold(self, body: str) -> None:
        """Let `THEIR_NUMBER` text `OUR_NUMBER` without a call-back. For `PollsInbound`."""
        raise NotImplementedError

    @abc.abstractmethod
    def bad_setups(self) -> Mapping[type[SidetoneError], Callable[[], Awaitable[Mapping[str, Any]]]]:
        """For each of NotReady, BadCredentials and BadConfig that can happen: bring it about, return the section."""


class Loaded:
    """A carrier that the suite has built on a context of its own."""

    def __init__(self, rig: CarrierRig, table: Mapping[str, Any]) -> None:
        self.rig = rig
        self.context: Context = rig.workbench.context(table)
        self.carrier: Carrier = load(rig.plugin, self.context)

    def message(self, body: str, to: str = THEIR_NUMBER) -> Outgoing:
        """An attempt of its own."""
        return Outgoing(
            reference=os.urandom(8).hex(),
            sender=OUR_NUMBER,
            recipient=Party(PartyKind.E164, to),
            body=body,
            segments=segment(body),
            valid_until=self.rig.workbench.clock.now() + 3_600_000,
        )

    async def send(self, body: str, to: str = THEIR_NUMBER) -> Outcome:
        """Send as the core does: what overruns the deadline is Unknown."""
        return await self.attempt(self.message(body, to))

    async def attempt(self, message: Outgoing) -> Outcome:
        """As `send`, with an attempt that the test knows."""
        try:
            return await asyncio.wait_for(self.carrier.send(message), self.carrier.limits.deadline)
        except TimeoutError:
            return Unknown("no answer in time")

    async def unload(self) -> None:
        """As the host does it."""
        await self.carrier.stop()
        await self.context.close()


def load(plugin: Any, context: Context) -> Carrier:  # noqa: ANN401 - a module or an object, as pluggy takes them
    """Ask a plugin for its carrier through the real hook."""
    host = pluggy.PluginManager("sidetone")
    host.add_hookspecs(hookspecs)
    host.register(plugin)
    host.check_pending()
    carriers: list[Carrier] = host.hook.sidetone_carrier(context=context)
    assert len(carriers) == 1
    return carriers[0]


class CarrierContract:
    """Derive `class TestMine(CarrierContract)` and override `rig`."""

    @pytest.fixture
    async def rig(self) -> Any:  # noqa: ANN401 - a rig, or a generator of one
        """The plugin under test with its far side."""
        raise NotImplementedError("Override the fixture `rig`.")

    @pytest.fixture
    async def loaded(self, rig: CarrierRig) -> Any:  # noqa: ANN401 - an asynchronous generator fixture
        """A carrier that has started, unloaded after the test."""
        loaded = await start(rig)
        yield loaded
        await loaded.unload()

    async def test_it_starts_and_says_that_it_is_well(self, loaded: Loaded) -> None:
        health = await loaded.carrier.health()
        assert health.state is State.OK, health.sentence
        assert health.sentence

    async def test_its_limits_are_usable(self, loaded: Loaded) -> None:
        limits = loaded.carrier.limits
        assert limits.rate is None or limits.rate > 0
        assert limits.concurrency >= 1
        assert limits.deadline > 0

    @pytest.mark.parametrize("kind", BODIES)
    async def test_what_it_accepts_has_one_id_for_each_part_it_counts(self, loaded: Loaded, kind: str) -> None:
        outcome = await loaded.send(BODIES[kind])
        parts = accepted(outcome)
        cut = len(segment(BODIES[kind]).parts) if loaded.carrier.splits == "core" else 1
        assert len(parts) == cut
        assert len(set(parts)) == cut

    async def test_sends_at_once_do_not_mix_up(self, loaded: Loaded) -> None:
        count = min(loaded.carrier.limits.concurrency, 8)
        outcomes = await asyncio.gather(*(loaded.send(f"text {number}") for number in range(count)))
        assert len({part for outcome in outcomes for part in accepted(outcome)}) == count

    async def test_a_refusal_is_rejected(self, loaded: Loaded) -> None:
        await loaded.rig.refuse_next()
        assert isinstance(await loaded.send("no"), Rejected)

    async def test_not_now_is_deferred(self, loaded: Loaded) -> None:
        await loaded.rig.defer_next()
        assert isinstance(await loaded.send("later"), Deferred)

    async def test_silence_is_unknown_and_never_deferred(self, loaded: Loaded) -> None:
        await loaded.rig.never_answer_next()
        assert isinstance(await loaded.send("hello?"), Unknown)

    async def test_a_receipt_may_come_before_the_answer(self, loaded: Loaded) -> None:
        await loaded.rig.report_early()
        parts = accepted(await loaded.send(BODIES["plain"]))
        assert delivered(loaded.rig.workbench.way_in) >= set(parts)

    async def test_a_receipt_may_come_twice(self, loaded: Loaded) -> None:
        await loaded.rig.report_twice()
        parts = accepted(await loaded.send(BODIES["long"]))
        way_in = loaded.rig.workbench.way_in
        async with asyncio.timeout(PATIENCE):
            await way_in.until(lambda so_far: len(so_far.receipts) >= 2 * len(parts))
        assert {receipt.carrier_id for receipt in way_in.receipts} == set(parts)

    @pytest.mark.parametrize("kind", BODIES)
    async def test_a_text_comes_in_as_it_was_written(self, loaded: Loaded, kind: str) -> None:
        assert await loaded.rig.text_in(BODIES[kind])
        (text,) = loaded.rig.workbench.way_in.texts
        assert (text.sender, text.recipient, text.body) == (THEIR_NUMBER, OUR_NUMBER, BODIES[kind])

    async def test_texts_that_come_in_have_ids_of_their_own(self, loaded: Loaded) -> None:
        assert [await loaded.rig.text_in("same") for _ in range(3)] == [True] * 3
        ids = [text.carrier_id for text in loaded.rig.workbench.way_in.texts]
        assert len(set(ids)) == 3 or set(ids) == {None}

    async def test_what_is_not_stored_is_not_acknowledged(self, loaded: Loaded) -> None:
        loaded.rig.workbench.way_in.failure = StoreFull("The disk is full.")
        assert not await loaded.rig.text_in("lost?")

    async def test_a_send_that_was_taken_unseen_is_found_and_no_other(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, FindsSent):
            return  # an ability that not every carrier has
        lost, since = loaded.message(BODIES["emoji"]), loaded.rig.workbench.clock.now()
        await loaded.rig.lose_next()
        assert isinstance(await loaded.attempt(lost), Unknown)
        assert await carrier.find(loaded.message("was never sent"), since) is None
        found = accepted(await carrier.find(lost, since))
        assert len(found) == len(set(found)) >= 1

    async def test_how_a_part_stands_can_be_asked(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, TellsStatus):
            return  # an ability that not every carrier has
        (part, *_) = accepted(await loaded.send("hello"))
        await loaded.rig.deliver_untold(part)
        receipt = await carrier.status(part)
        assert receipt is not None
        assert (receipt.carrier_id, receipt.status) == (part, ReceiptStatus.DELIVERED)

    async def test_texts_that_nobody_brought_come_with_the_list(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, PollsInbound):
            return  # an ability that not every carrier has
        assert carrier.poll_every >= 0
        windows = [Window(number=OUR_NUMBER, since=loaded.rig.workbench.clock.now() - 3_600_000)]
        assert await loaded.rig.text_in("told")
        for body in BODIES.values():
            await loaded.rig.text_untold(body)
        for _ in range(2):
            await carrier.poll(windows)
        texts = {text.carrier_id: text.body for text in loaded.rig.workbench.way_in.texts}
        assert None not in texts
        assert sorted(texts.values()) == sorted(["told", *BODIES.values()])

    async def test_a_list_that_cannot_be_stored_is_not_done_with(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, PollsInbound):
            return  # an ability that not every carrier has
        windows = [Window(number=OUR_NUMBER, since=loaded.rig.workbench.clock.now() - 3_600_000)]
        await loaded.rig.text_untold("kept")
        loaded.rig.workbench.way_in.failure = StoreFull("The disk is full.")
        with pytest.raises(StoreFull):
            await carrier.poll(windows)
        loaded.rig.workbench.way_in.failure = None
        await carrier.poll(windows)
        assert [text.body for text in loaded.rig.workbench.way_in.texts] == ["kept"]

    async def test_it_logs_no_text_number_or_secret(self, loaded: Loaded) -> None:
        await loaded.send("canary-out")
        await loaded.rig.text_in("canary-in")
        await loaded.rig.refuse_next()
        await loaded.send("canary-out")
        logged = json.dumps(loaded.rig.workbench.logged, default=str, ensure_ascii=False)
        for canary in ("canary", THEIR_NUMBER.lstrip("+"), OUR_NUMBER.lstrip("+"), *loaded.rig.secrets):
            assert canary not in logged

    async def test_unloading_leaves_nothing_behind(self, rig: CarrierRig) -> None:
        await one_life(rig)
        await still(10**6, 10**6)
        tasks, descriptors = len(asyncio.all_tasks()), open_descriptors()  # the first life paid for what stays for good
        for _ in range(3):
            await one_life(rig)
        async with asyncio.timeout(PATIENCE):
            await still(tasks, descriptors)

    async def test_why_it_cannot_start_is_said_by_the_type_of_the_error(self, rig: CarrierRig) -> None:
        for kind, arrange in rig.bad_setups().items():
            table = await arrange()
            with pytest.raises(kind) as caught:
                await start(rig, table)
            assert caught.value.message
            assert not any(secret in str(caught.value) for secret in rig.secrets)


async def one_life(rig: CarrierRig) -> None:
    """Start, send, receive, unload."""
    loaded = await start(rig)
    await loaded.send("hello")
    await rig.text_in("hello")
    await loaded.unload()


async def still(tasks: int, descriptors: int) -> None:
    """Wait until no more than these are left; sockets take a few turns of the loop to close."""
    await settle()
    while len(asyncio.all_tasks()) > tasks or open_descriptors() > descriptors:
        await settle()


def open_descriptors() -> int:
    """How many files, sockets and pipes this process holds."""
    return len(os.listdir("/proc/self/fd"))


async def start(rig: CarrierRig, table: Mapping[str, Any] | None = None) -> Loaded:
    """Build and start; a start that fails is unloaded before its error goes on."""
    loaded = Loaded(rig, rig.table if table is None else table)
    rig.loaded(loaded.carrier)
    try:
        await loaded.carrier.start()
    except SidetoneError:
        await loaded.unload()
        raise
    return loaded


def accepted(outcome: Outcome | None) -> tuple[str, ...]:
    """The ids of an outcome that must be Accepted, without those parts that have none."""
    assert isinstance(outcome, Accepted), outcome
    return tuple(part for part in outcome.parts if part is not None)


def delivered(way_in: RecordingWayIn) -> set[str]:
    """The ids that were reported delivered so far."""
    return {receipt.carrier_id for receipt in way_in.receipts if receipt.status is ReceiptStatus.DELIVERED}
