"""The rig that a carrier's tests give to the contract suite: the plugin with its far side, and what can be brought about."""

# ruff: noqa: S101 - this is for tests

import abc
import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn

import pluggy
import pytest

from sidetone.domain.fault import SidetoneError
from sidetone.domain.outcome import Accepted, Outcome, Unknown
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.segments import segment
from sidetone.plugin import hookspecs
from sidetone.plugin.carrier import Carrier, Outgoing
from sidetone.plugin.context import Context
from sidetone.testing.context import Workbench
from sidetone.testing.wire import Wire

OUR_NUMBER = "+493012345678"
THEIR_NUMBER = "+4915112345678"
PATIENCE = 30.0  # seconds of real time until a test that waits for the far side gives up

Arrange = Callable[[], Awaitable[Mapping[str, Any]]]


def exempt(why: str) -> NoReturn:
    """Say in a rig's method that this cannot happen to the carrier, and why; the test is skipped and counted."""
    pytest.skip(f"exempt: {why}")


class CarrierRig(abc.ABC):
    """One plugin with its far side, fresh for each test.

    `plugin` is the plugin's module. `table` is a section that works, without its type; its deadline should be a
    fraction of a second. `secrets` are those of the section: they must never be logged or told. Every method that the
    suite calls brings something about at the far side; what cannot happen to a carrier calls `exempt`.
    """

    plugin: Any
    table: Mapping[str, Any]
    secrets: tuple[str, ...] = ()

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench

    @abc.abstractmethod
    def loaded(self, carrier: Carrier) -> None:
        """Told of each carrier that the suite builds, before it starts: call-backs now go to this one."""

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
    async def lose_next(self) -> None:
        """Let the far side take the next message, and the line break before it answers."""

    @abc.abstractmethod
    async def garble_next(self) -> None:
        """Let the next message be answered with something that is no answer."""

    @abc.abstractmethod
    async def go_away(self) -> None:
        """Let nobody reach the far side, until `come_back`."""

    @abc.abstractmethod
    async def hang(self) -> None:
        """Let the far side take whatever it is asked and answer nothing, until `come_back`."""

    @abc.abstractmethod
    async def come_back(self) -> None:
        """Let all be well again after `go_away` or `hang`."""

    @abc.abstractmethod
    async def report_early(self) -> None:
        """Let each part of the next message be reported delivered before it is answered."""

    @abc.abstractmethod
    async def report_twice(self) -> None:
        """Let each part of the next message be reported delivered two times."""

    @abc.abstractmethod
    async def report_backwards(self) -> None:
        """Let each part of the next message be reported delivered, and then sent."""

    @abc.abstractmethod
    async def report(self, carrier_id: str) -> bool:
        """Let a part that was accepted be reported delivered; whether the far side was told that this is stored."""

    @abc.abstractmethod
    async def text_in(self, body: str) -> bool:
        """Let `THEIR_NUMBER` text `OUR_NUMBER`; whether the far side was told that it is stored."""

    @abc.abstractmethod
    async def text_again(self) -> bool:
        """Let the last text of `text_in` come once more, with all that names it; whether it was told as stored."""

    @abc.abstractmethod
    def bad_setups(self) -> Mapping[type[SidetoneError], Arrange]:
        """For each of NotReady, BadCredentials and BadConfig that can happen: bring it about, return the section."""

    async def forge(self, body: str) -> int:
        """Let someone who cannot prove to be the far side call with a text; the HTTP status. For `TakesWebhooks`."""
        raise NotImplementedError("A carrier that takes webhooks needs `forge` in its rig.")

    async def call_oddly(self) -> bool:
        """Call authentically with what cannot be understood; whether it was told as stored. For `TakesWebhooks`."""
        raise NotImplementedError("A carrier that takes webhooks needs `call_oddly` in its rig.")

    async def deliver_untold(self, carrier_id: str) -> None:
        """Let the far side deliver a part and tell nobody. For `TellsStatus`."""
        raise NotImplementedError("A carrier that tells a status needs `deliver_untold` in its rig.")

    async def text_untold(self, body: str) -> None:
        """Let `THEIR_NUMBER` text `OUR_NUMBER` without a call-back. For `PollsInbound`."""
        raise NotImplementedError("A carrier that polls needs `text_untold` in its rig.")


class WiredRig(CarrierRig):
    """A rig whose carrier reaches its far side over a `Wire`, which does what lines do. `wire` is set by the rig."""

    wire: Wire

    async def never_answer_next(self) -> None:
        """The answer is lost on its way."""
        self.wire.mute_next()

    async def lose_next(self) -> None:
        """The line breaks in place of the answer."""
        self.wire.cut_next()

    async def garble_next(self) -> None:
        """Nonsense comes in place of the answer."""
        self.wire.garble_next()

    async def go_away(self) -> None:
        """Nobody listens."""
        await self.wire.go_away()

    async def hang(self) -> None:
        """Every answer is lost on its way."""
        self.wire.mute()

    async def come_back(self) -> None:
        """The line is as good as ever."""
        await self.wire.come_back()


class Loaded:
    """A carrier that the suite has built on a context of its own."""

    def __init__(self, rig: CarrierRig, table: Mapping[str, Any] | None = None) -> None:
        self.rig = rig
        self.context: Context = rig.workbench.context(rig.table if table is None else table)
        self.carrier: Carrier = load(rig.plugin, self.context)
        rig.loaded(self.carrier)

    def message(self, body: str, to: str = THEIR_NUMBER, kind: PartyKind = PartyKind.E164) -> Outgoing:
        """An attempt of its own."""
        return Outgoing(
            reference=os.urandom(8).hex(),
            sender=OUR_NUMBER,
            recipient=Party(kind, to),
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


async def start(rig: CarrierRig, table: Mapping[str, Any] | None = None) -> Loaded:
    """Build and start; a start that fails is unloaded before its error goes on."""
    loaded = Loaded(rig, table)
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
