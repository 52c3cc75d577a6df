"""The carrier keeps the contract of all carriers, over real HTTP."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

import sidetone_example
from example_far_side import KEY, TOKEN, FarSide
from sidetone.plugin import BadConfig, BadCredentials, Carrier, NotReady, SidetoneError, TakesWebhooks
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, Arrange, CarrierContract, WiredRig
from sidetone.testing.clock import FakeClock
from sidetone.testing.context import Workbench
from sidetone.testing.hook_server import HookServer
from sidetone.testing.wire import Wire


class ExampleRig(WiredRig):
    plugin = sidetone_example
    secrets = (TOKEN, KEY)

    def __init__(self, workbench: Workbench, far_side: FarSide, wire: Wire, hooks: HookServer) -> None:
        super().__init__(workbench)
        self.far_side, self.wire, self.hooks = far_side, wire, hooks
        self.table: Mapping[str, Any] = {
            "base_url": f"http://127.0.0.1:{wire.port}",
            "token": TOKEN,
            "signing_key": KEY,
            "deadline": 0.5,
        }

    def loaded(self, carrier: Carrier) -> None:
        assert isinstance(carrier, TakesWebhooks)
        self.hooks.carrier = carrier
        self.far_side.hook = f"{self.hooks.url}/hooks/test/events"

    async def refuse_next(self) -> None:
        self.far_side.fault = (422, {})

    async def defer_next(self) -> None:
        self.far_side.fault = (429, {"Retry-After": "7"})

    async def report_early(self) -> None:
        self.far_side.early = ("sent", "delivered")

    async def report_twice(self) -> None:
        self.far_side.after = ("delivered", "delivered")

    async def report_backwards(self) -> None:
        self.far_side.after = ("delivered", "sent")

    async def report(self, carrier_id: str) -> bool:
        return await self.far_side.call({"type": "report", "id": carrier_id, "status": "delivered"}) == 200

    async def text_in(self, body: str) -> bool:
        self.texts = getattr(self, "texts", 0) + 1
        self.last = {"type": "text", "id": f"t-{self.texts}", "from": THEIR_NUMBER, "to": OUR_NUMBER, "text": body}
        return await self.text_again()

    async def text_again(self) -> bool:
        return await self.far_side.call(self.last) == 200

    async def forge(self, body: str) -> int:
        event = {"type": "text", "id": "t-0", "from": THEIR_NUMBER, "to": OUR_NUMBER, "text": body}
        return await self.far_side.call(event, key="a guess")

    async def call_oddly(self) -> bool:
        return await self.far_side.call({"type": "weather"}) == 200

    def bad_setups(self) -> Mapping[type[SidetoneError], Arrange]:
        async def away() -> Mapping[str, Any]:
            await self.go_away()
            return self.table

        async def wrong_token() -> Mapping[str, Any]:
            return {**self.table, "token": "something else"}

        async def short_key() -> Mapping[str, Any]:
            return {**self.table, "signing_key": "short"}

        return {NotReady: away, BadCredentials: wrong_token, BadConfig: short_key}


class TestExample(CarrierContract):
    @pytest.fixture
    async def rig(self, clock: FakeClock, workbench: Workbench, hooks: HookServer) -> AsyncIterator[ExampleRig]:
        async with FarSide(clock) as far_side, Wire(far_side.port) as wire:
            yield ExampleRig(workbench, far_side, wire, hooks)
