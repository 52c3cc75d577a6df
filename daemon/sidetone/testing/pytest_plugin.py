"""For the tests of a plugin: `pytest_plugins = ["sidetone.testing.pytest_plugin"]` in their conftest.

Lets the suites' assertions explain themselves, and gives the fixtures `clock`, `workbench` and `hooks`.
"""

from collections.abc import AsyncIterator

import pytest

for _suite in ("contract_incoming", "contract_life", "contract_sending", "carrier_rig", "directory_contract"):
    pytest.register_assert_rewrite(f"sidetone.testing.{_suite}")

from sidetone.testing.clock import FakeClock  # noqa: E402 - what is imported before it is registered is not rewritten
from sidetone.testing.context import Workbench  # noqa: E402
from sidetone.testing.hook_server import HookServer  # noqa: E402


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until it is advanced."""
    return FakeClock()


@pytest.fixture
async def hooks() -> AsyncIterator[HookServer]:
    """A server that brings call-backs to one carrier, as the daemon does."""
    async with HookServer() as server:
        yield server


@pytest.fixture
def workbench(clock: FakeClock, hooks: HookServer) -> Workbench:
    """Everything around one plugin under test; its call-back addresses lead to `hooks`."""
    return Workbench(clock=clock, public_url=hooks.url)
