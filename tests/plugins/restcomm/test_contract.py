"""The carrier keeps the contract of all carriers with each service of the family, over real HTTP."""

from collections.abc import AsyncIterator

import pytest

from plugins.restcomm.rig import RestcommRig, wired_rig
from sidetone.testing.carrier_contract import CarrierContract


class TestRestcomm(CarrierContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[RestcommRig]:
        async with wired_rig() as rig:
            yield rig


class TestRestcommByGet(CarrierContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[RestcommRig]:
        async with wired_rig() as rig:
            rig.method = "GET"
            yield rig


class TestTwilio(CarrierContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[RestcommRig]:
        async with wired_rig("twilio") as rig:
            yield rig


class TestSignalWire(CarrierContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[RestcommRig]:
        async with wired_rig("signalwire") as rig:
            yield rig
