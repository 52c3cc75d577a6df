"""A desk over a real store, behind a real socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cli.stage import configured
from control.stage import Office
from sidetone.cli.asking import alone
from sidetone.cli.settings import load_settings
from sidetone.control.services import Services


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """What a command without a daemon works with."""
    async with alone(load_settings(configured(tmp_path))) as found:
        yield found


@pytest.fixture
async def office(tmp_path: Path, services: Services) -> AsyncIterator[Office]:
    """Those services behind a control socket."""
    async with Office(services, tmp_path / "data") as made:
        yield made
