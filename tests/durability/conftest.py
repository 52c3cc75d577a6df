"""A daemon with its carrier's far side, on a folder of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from durability.daemon import Daemon
from durability.pausing_far_side import PausingFarSide
from durability.small_disk import SmallDisk

NewDaemon = Callable[..., Daemon]


@pytest.fixture
async def far_side() -> AsyncIterator[PausingFarSide]:
    """A Restcomm server that takes every text."""
    async with PausingFarSide() as opened:
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """An HTTP client."""
    async with ClientSession() as opened:
        yield opened


@pytest.fixture
def new_daemon(tmp_path: Path) -> Iterator[NewDaemon]:
    """Makes daemons; none of their processes outlives the test."""
    made: list[Daemon] = []

    def make(far_side: str, **how: object) -> Daemon:
        folder = tmp_path / f"daemon{len(made)}"
        folder.mkdir()
        made.append(Daemon(folder, far_side, **how))  # type: ignore[arg-type]  # as its caller wrote them
        return made[-1]

    yield make
    for daemon in made:
        daemon.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk that is soon full."""
    small = SmallDisk(tmp_path / "disk")
    if not small.mounted():
        pytest.skip("mounting a small disk is not permitted here; it takes root")
    yield small
    small.unmount()
