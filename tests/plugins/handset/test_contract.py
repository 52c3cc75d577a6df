"""The virtual phones keep the contract of all carriers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

import sidetone_handset
from sidetone.domain.fault import SidetoneError
from sidetone.errors import StoreError
from sidetone.plugin import BadConfig, Carrier, HasPhones
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, CarrierContract, CarrierRig, exempt
from sidetone.testing.context import Workbench

NO_WIRE = "virtual phones have no wire"


class HandsetRig(CarrierRig):
    plugin = sidetone_handset
    table: Mapping[str, Any] = {"phones": [f"{THEIR_NUMBER} Ada"], "deadline": 0.5}

    def loaded(self, carrier: Carrier) -> None:
        assert isinstance(carrier, HasPhones)
        self.phones = carrier

    async def refuse_next(self) -> None:
        await self._behave(reject="message")

    async def defer_next(self) -> None:
        await self._behave(defer=True)

    async def never_answer_next(self) -> None:
        await self._behave(silent=True, reject="", defer=False)

    async def lose_next(self) -> None:
        exempt(NO_WIRE)

    async def garble_next(self) -> None:
        exempt(NO_WIRE)

    async def go_away(self) -> None:
        exempt(NO_WIRE)

    async def hang(self) -> None:
        await self.never_answer_next()

    async def come_back(self) -> None:
        await self._behave(silent=False)

    async def report_early(self) -> None:
        await self._behave(receipts="early")

    async def report_twice(self) -> None:
        await self._behave(receipts="repeated")

    async def report_backwards(self) -> None:
        await self._behave(receipts="reordered")

    async def report(self, carrier_id: str) -> bool:
        exempt("the phones keep a receipt that was not stored, and bring it again by themselves")

    async def text_in(self, body: str) -> bool:
        self.last = body
        try:
            await self.phones.text_from(THEIR_NUMBER, OUR_NUMBER, body)
        except StoreError:
            return False
        return True

    async def text_again(self) -> bool:
        exempt("a phone sends a text once")

    def bad_setups(self) -> Mapping[type[SidetoneError], Callable[[], Awaitable[Mapping[str, Any]]]]:
        async def no_number() -> Mapping[str, Any]:
            return {"phones": ["0151 Ada"]}

        return {BadConfig: no_number}

    async def _behave(self, **changes: object) -> None:
        await self.phones.behave(THEIR_NUMBER, changes)


class TestHandset(CarrierContract):
    @pytest.fixture
    async def rig(self) -> CarrierRig:
        return HandsetRig(Workbench())
