"""A whole line: people, the store, the core and a carrier of the family, with its service's far side on loopback."""

# ruff: noqa: ANN401 - far sides and views of several kinds are passed on as they are

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from delivery.stage import OWN, PARTY, Stage, WatchedStore
from plugins.restcomm.rig import SECRET, SERVICES, section
from sidetone.config.section import Section
from sidetone.config.shapes import CarrierSection, MessagingSettings
from sidetone.delivery.reconcile import Reconciler
from sidetone.plugin import WebhookAnswer, WebhookRequest
from sidetone.plugin.context import Surroundings
from sidetone.plugin.host import Host
from sidetone.store.plugin_values import PluginValues
from sidetone.testing.carrier_contract import PATIENCE
from sidetone.testing.clock import FakeClock, settle
from sidetone.testing.hook_server import HookServer
from sidetone.testing.restcomm_calls import Called
from store.blank import put_blank

TERMS = MessagingSettings(validity_hours=168, receipt_wait_hours=24, unknown_wait_hours=24)


class Line(Stage):
    """A daemon's heart, for one life of it: `async with line.life():`; the store and the far side outlive it."""

    def __init__(self, service: str, store: WatchedStore, clock: FakeClock, far_side: Any, hooks: HookServer) -> None:
        super().__init__(store, clock, TERMS)
        self.service = service
        self.far_side = far_side
        self.hooks = hooks
        self.sms_url = f"{hooks.url}/hooks/main/{SECRET}/message"
        self.host: Host

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """From the start of the daemon to its stop."""
        super().__init__(self.store, self.clock, TERMS)
        self.host = self._new_host()
        reconciler = Reconciler(self.store, self.clock, self.parts, self.way_in, self.terms, Random(1))
        self.host.on_ready(lambda name: self.engine.open(self.host.carriers[name]))
        self.host.on_ready(lambda name: reconciler.open(self.host.carriers[name]))
        self.hooks.carrier = self
        await self.engine.start()
        await self.host.start()
        try:
            await self.until(lambda: self.host.carriers["main"].ready)
            yield
        finally:
            await reconciler.stop()
            await self.engine.stop()
            await self.host.stop()

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """As the daemon's listener does it."""
        return await self.host.webhook("main", request)

    async def arrives_there(self, body: str, sender: str = PARTY) -> Called:
        """A text arrives at the service, which calls back once."""
        return await self.bring(self.far_side.text(sender, OWN, body))

    async def bring(self, sms: Any) -> Called:
        """The service calls back with a text."""
        called: Called = await self.far_side.deliver(sms, self.sms_url)
        return called

    async def until(self, true: Callable[[], object | Awaitable[object]], *, turning: float = 0.0) -> None:
        """Wait for sockets and threads. The clock stands still, or is turned by so many seconds again and again."""
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = true()
                if await answer if isinstance(answer, Awaitable) else answer:
                    return
                await (self.clock.advance(turning) if turning else settle())

    async def becomes(self, who: Any, message: Any, status: str, *, turning: float = 0.0) -> None:
        """Wait until a message stands so."""

        async def stands() -> bool:
            return (await self.messages.detail(who, int(message.id))).status == status

        await self.until(stands, turning=turning)

    async def shows(self, who: Any, conversation_id: str, *bodies: str, turning: float = 0.0) -> None:
        """Wait until a thread holds exactly these texts."""

        async def holds() -> bool:
            return await self.bodies(who, conversation_id) == list(bodies)

        await self.until(holds, turning=turning)

    def _new_host(self) -> Host:
        around = Surroundings(
            clock=self.clock,
            public_url=self.hooks.url,
            default_country="DE",
            config_dir=Path(),
            way_in=self.way_in,
        )
        table = Section(section(self.service, self.far_side.base_url))
        return Host(
            {"main": CarrierSection(name="main", type="restcomm", table=table)},
            around=around,
            parts=self.parts,
            keep=lambda name: PluginValues(self.store, name),
            chance=Random(1),
        )


@asynccontextmanager
async def open_line(service: str, folder: Path) -> AsyncIterator[Line]:
    """A line at rest."""
    clock = FakeClock()
    put_blank(folder / "sidetone.db")
    store = WatchedStore(folder / "sidetone.db", clock)
    await store.open()
    try:
        async with SERVICES[service].far_side(clock) as far_side, HookServer() as hooks:  # type: ignore[call-arg]
            yield Line(service, store, clock, far_side, hooks)
    finally:
        await store.close()
