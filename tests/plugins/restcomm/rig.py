"""A carrier of the family between a far side and a server for its call-backs, all on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from yarl import URL

import sidetone_restcomm
from sidetone.domain.fault import SidetoneError
from sidetone.plugin import BadConfig, BadCredentials, Carrier, NotReady, TakesWebhooks
from sidetone.testing import restcomm_far_side, twilio_far_side
from sidetone.testing.carrier_contract import OUR_NUMBER, PATIENCE, THEIR_NUMBER, CarrierRig, Loaded, start
from sidetone.testing.clock import FakeClock, settle
from sidetone.testing.context import Workbench
from sidetone.testing.hook_server import HookServer
from sidetone.testing.message_far_side import Fault, MessageFarSide
from sidetone.testing.restcomm_far_side import RestcommFarSide
from sidetone.testing.twilio_far_side import PROJECT, SIGNING_KEY, SignalWireFarSide, TwilioFarSide
from sidetone.testing.wire import Wire

SECRET = "a-secret-in-the-path"
DEADLINE = 2.0  # long enough for a busy machine, short enough for a test that waits for it


@dataclass(frozen=True)
class Service:
    """A far side, and the settings by which a section speaks to it."""

    far_side: type[MessageFarSide]
    account: str
    token: str
    more: Mapping[str, str] = field(default_factory=dict)


SERVICES = {
    "restcomm": Service(RestcommFarSide, restcomm_far_side.ACCOUNT, restcomm_far_side.TOKEN),
    "twilio": Service(TwilioFarSide, twilio_far_side.ACCOUNT, twilio_far_side.TOKEN),
    "signalwire": Service(SignalWireFarSide, PROJECT, twilio_far_side.TOKEN, {"signing_key": SIGNING_KEY}),
}


def section(service: str, base_url: str) -> dict[str, Any]:
    """A section of `[carriers]` without its type."""
    known = SERVICES[service]
    return {
        "profile": service,
        "account_sid": known.account,
        "auth_token": known.token,
        **known.more,
        "hook_secret": SECRET,
        "base_url": base_url,
        "rate": 0.0,
        "deadline": DEADLINE,
        "connect_timeout": DEADLINE / 2,
    }


class RestcommRig(CarrierRig):
    plugin = sidetone_restcomm

    def __init__(self, service: str, far_side: Any, hooks: HookServer, clock: FakeClock, wire: Wire) -> None:  # noqa: ANN401 - one of three
        self.secrets = (SECRET, SERVICES[service].token, *SERVICES[service].more.values())
        self.clock = clock
        super().__init__(Workbench(clock=self.clock, public_url=hooks.url))
        self.far_side = far_side
        self.hooks = hooks
        self.wire = wire
        self.table: Mapping[str, Any] = section(service, far_side.base_url)
        self.method = "POST"

    @property
    def sms_url(self) -> str:
        """What the number's SmsUrl is set to; the name of the section is that of the suite's contexts."""
        return f"{self.hooks.url}/hooks/test/{SECRET}/message"

    async def pass_time(self, seconds: float) -> None:
        """Let time pass for the one task that sleeps, and its request be answered: it sleeps again, or is done."""
        await self.clock.until_asleep()
        asked = len(self.far_side.requests)
        await self.clock.advance(seconds)
        async with asyncio.timeout(PATIENCE):
            while len(self.far_side.requests) == asked:
                await settle()
            await settle()

    def loaded(self, carrier: Carrier) -> None:
        assert isinstance(carrier, TakesWebhooks)
        self.hooks.carrier = carrier

    async def refuse_next(self) -> None:
        self.far_side.next(Fault(status=400, body=b"Body can not be null."))

    async def defer_next(self) -> None:
        self.far_side.next(Fault(status=429, headers={"Retry-After": "7"}))

    async def never_answer_next(self) -> None:
        self.far_side.next(Fault(takes=True, end="hang"))

    async def report_early(self) -> None:
        self.far_side.early = ("sending", "sent", "delivered")

    async def report_twice(self) -> None:
        self.far_side.after = ("delivered", "delivered")

    async def report_backwards(self) -> None:
        self.far_side.after = ("delivered", "sent")

    async def report(self, carrier_id: str) -> bool:
        (sms,) = (sms for sms in self.far_side.messages if sms.sid == carrier_id)
        return (await self.far_side.report(sms, "delivered")).notification is None

    async def text_in(self, body: str) -> bool:
        self.last = self.far_side.text(THEIR_NUMBER, OUR_NUMBER, body)
        return await self.text_again()

    async def text_again(self) -> bool:
        called = await self.far_side.deliver(self.last, self.sms_url, method=self.method)
        return called.notification is None

    async def forge(self, body: str) -> int:
        sms = self.far_side.text(THEIR_NUMBER, OUR_NUMBER, body)
        url = self.sms_url.replace(SECRET, SECRET[::-1])
        called = await self.far_side.deliver(sms, url, method=self.method)
        return int(called.status)

    async def call_oddly(self) -> bool:
        sms = self.far_side.text(THEIR_NUMBER, "", "to nobody")
        called = await self.far_side.deliver(sms, self.sms_url, method=self.method)
        return called.notification is None

    async def lose_next(self) -> None:
        self.far_side.next(Fault(takes=True, end="drop"))

    async def garble_next(self) -> None:
        self.far_side.next(Fault(takes=True, body=b"<html>Welcome to the hotel's network", content_type="text/html"))

    async def go_away(self) -> None:
        await self.wire.go_away()

    async def hang(self) -> None:
        self.wire.mute()

    async def come_back(self) -> None:
        await self.wire.come_back()

    async def deliver_untold(self, carrier_id: str) -> None:
        (sms,) = (sms for sms in self.far_side.messages if sms.sid == carrier_id)
        sms.status = "delivered"

    async def text_untold(self, body: str) -> None:
        self.far_side.text(THEIR_NUMBER, OUR_NUMBER, body)

    def bad_setups(self) -> Mapping[type[SidetoneError], Callable[[], Awaitable[Mapping[str, Any]]]]:
        async def nobody_listens() -> Mapping[str, Any]:
            return {**self.table, "base_url": f"http://127.0.0.1:{closed_port()}/restcomm/2012-04-24"}

        async def wrong_token() -> Mapping[str, Any]:
            return {**self.table, "auth_token": "something-else"}

        async def short_secret() -> Mapping[str, Any]:
            return {**self.table, "hook_secret": "short"}

        return {NotReady: nobody_listens, BadCredentials: wrong_token, BadConfig: short_secret}


def closed_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def full_port() -> Iterator[int]:
    """A port whose listener accepts nobody: its queue is full, so that connecting to it takes for ever."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@asynccontextmanager
async def open_rig(service: str = "restcomm") -> AsyncIterator[RestcommRig]:
    clock = FakeClock()
    async with (
        SERVICES[service].far_side(clock) as far_side,  # type: ignore[call-arg]
        HookServer() as hooks,
        Wire(URL(far_side.base_url).port or 0) as wire,
    ):
        yield RestcommRig(service, far_side, hooks, clock, wire)


@asynccontextmanager
async def wired_rig(service: str = "restcomm") -> AsyncIterator[RestcommRig]:
    """A rig whose carrier reaches its far side over the wire, for tests that take the far side away."""
    async with open_rig(service) as rig:
        rig.table = section(service, str(URL(rig.far_side.base_url).with_port(rig.wire.port)))
        yield rig


@asynccontextmanager
async def loaded_rig(service: str = "restcomm", **changes: object) -> AsyncIterator[tuple[RestcommRig, Loaded]]:
    """A rig with a started carrier; `changes` are settings."""
    async with open_rig(service) as rig:
        loaded = await start(rig, {**rig.table, **changes})
        try:
            yield rig, loaded
        finally:
            await loaded.unload()
