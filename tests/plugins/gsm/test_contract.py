"""A modem keeps the contract of all carriers: the real process's parts, over the real socket, before a far modem."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import sidetone_gsm
from plugins.gsm.radio import Radio, at_work
from sidetone.clock import SystemClock
from sidetone.domain.fault import SidetoneError
from sidetone.plugin import BadConfig, Carrier, NotReady
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, CarrierContract, CarrierRig
from sidetone.testing.context import Workbench
from sidetone_gsm.station import Station

TABLE: Mapping[str, Any] = {
    "port": "/dev/serial/by-id/far",
    "number": OUR_NUMBER,
    "worker": "service",
    "deadline": 0.5,
    "pin": "7315",
}


class GsmRig(CarrierRig):
    plugin = sidetone_gsm
    table = TABLE
    secrets = ("7315",)

    def __init__(self, folder: Path) -> None:
        super().__init__(Workbench(clock=SystemClock()))
        self.workbench.data_dir = folder
        self.radio = Radio()
        self.radio.on_drop = lambda: self.station.part()
        self.last: list[str] = []
        self.station: Station
        self._stack = contextlib.AsyncExitStack()

    def loaded(self, carrier: Carrier) -> None:
        pass

    async def refuse_next(self) -> None:
        self.radio.error, self.radio.fates = "+CMS ERROR: 96", ["refuse"]

    async def defer_next(self) -> None:
        self.radio.error, self.radio.fates = "+CMS ERROR: 8", ["refuse"]

    async def never_answer_next(self) -> None:
        self.radio.fates = ["silent"]

    async def lose_next(self) -> None:
        self.radio.fates = ["drop"]

    async def garble_next(self) -> None:
        self.radio.fates = ["garble"]

    async def go_away(self) -> None:
        await self._stack.aclose()

    async def hang(self) -> None:
        self.radio.mute = True

    async def come_back(self) -> None:
        self.radio.mute = False
        await self._stack.aclose()
        self.station = await self._stack.enter_async_context(
            at_work(self.radio, self.workbench.data_dir, self.workbench.clock)
        )

    async def report_early(self) -> None:
        self.radio.early = [0]

    async def report_twice(self) -> None:
        self.radio.late = [0, 0]

    async def report_backwards(self) -> None:
        self.radio.late = [0, 0x21]

    async def report(self, carrier_id: str) -> bool:
        if self.station.spool.waiting():
            self.station.part()
        else:
            self.radio.report(int(carrier_id.split("-")[1]), THEIR_NUMBER)
        return await self._stored(lambda: len(self.workbench.way_in.receipts))

    async def text_in(self, body: str) -> bool:
        self.last = self.radio.text(THEIR_NUMBER, body)
        return await self.text_again()

    async def text_again(self) -> bool:
        if self.station.spool.waiting():
            self.station.part()  # the daemon tries again with each line, and else by the clock
        for pdu in self.last:
            self.radio.store(pdu)
        return await self._stored(lambda: len(self.workbench.way_in.texts))

    async def _stored(self, count: Callable[[], int]) -> bool:
        """Whether the daemon has all that the modem had; not, where the store is full: then the spool has it."""
        spool = self.station.spool
        before = count()
        for _ in range(15_000):  # half a minute at least
            await asyncio.sleep(0.002)
            if self.workbench.way_in.failure is not None and spool.waiting() and not self.radio.slots:
                return False
            if not self.radio.slots and not spool.waiting():
                return True
        assert count() >= before
        return False

    def bad_setups(self) -> Mapping[type[SidetoneError], Callable[[], Awaitable[Mapping[str, Any]]]]:
        async def no_number() -> Mapping[str, Any]:
            return {**TABLE, "number": "0151"}

        async def nobody_there() -> Mapping[str, Any]:
            await self.go_away()
            return TABLE

        return {BadConfig: no_number, NotReady: nobody_there}


class TestGsm(CarrierContract):
    @pytest.fixture
    async def rig(self, tmp_path: Path) -> AsyncIterator[CarrierRig]:
        rig = GsmRig(tmp_path)
        await rig.come_back()
        yield rig
        await rig.go_away()
