"""What every carrier must keep to. A plugin's tests derive a class from `CarrierContract` and give it a rig.

A rig is the plugin with its far side. The suite sends, receives and unloads through it and knows nothing of the wire.
"""

from typing import Any

import pytest

from sidetone.testing.carrier_rig import (
    OUR_NUMBER,
    PATIENCE,
    THEIR_NUMBER,
    Arrange,
    CarrierRig,
    Loaded,
    WiredRig,
    accepted,
    exempt,
    load,
    start,
)
from sidetone.testing.contract_incoming import IncomingContract
from sidetone.testing.contract_life import LifeContract
from sidetone.testing.contract_sending import BODIES, SendingContract

__all__ = [
    "BODIES",
    "OUR_NUMBER",
    "PATIENCE",
    "THEIR_NUMBER",
    "Arrange",
    "CarrierContract",
    "CarrierRig",
    "Loaded",
    "WiredRig",
    "accepted",
    "exempt",
    "load",
    "start",
]


class CarrierContract(LifeContract, SendingContract, IncomingContract):
    """Derive `class TestMine(CarrierContract)` and override the fixture `rig`. Each test has a rig of its own.

    Needs pytest-asyncio with `asyncio_mode = "auto"`.
    """

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
