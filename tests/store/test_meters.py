"""What the store counts of its commits."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sidetone.errors import StoreError
from sidetone.metrics.meters import Meters
from sidetone.store import migrate
from sidetone.store.connection import Store, Txn
from sidetone.testing.clock import FakeClock


@pytest.fixture
def meters() -> Meters:
    return Meters()


@pytest.fixture
async def counted(tmp_path: Path, clock: FakeClock, meters: Meters) -> AsyncIterator[Store]:
    migrate.prepare(tmp_path / "sidetone.db")
    store = Store(tmp_path / "sidetone.db", clock, meters)
    await store.open()
    yield store
    await store.close()


def nothing(_txn: Txn) -> None: ...


def give_up(txn: Txn) -> None:
    txn.run("ROLLBACK", {})
    raise RuntimeError("the transaction is gone")


async def test_commits_and_how_many_shared_one(counted: Store, meters: Meters) -> None:
    await asyncio.gather(*(counted.write(nothing) for _ in range(5)))
    sample = meters.registry.get_sample_value
    assert sample("sidetone_store_commit_transactions_sum") == 5
    commits = sample("sidetone_store_commit_transactions_count")
    assert commits is not None
    assert commits <= 2
    assert sample("sidetone_store_commit_seconds_count") == commits
    assert 0 < (sample("sidetone_store_commit_seconds_sum") or 0) < 10
    assert sample("sidetone_store_commit_failures_total") == 0


async def test_a_commit_that_is_lost(counted: Store, meters: Meters) -> None:
    with pytest.raises(StoreError):
        await counted.write(give_up)
    assert meters.registry.get_sample_value("sidetone_store_commit_failures_total") == 1
    assert meters.registry.get_sample_value("sidetone_store_commit_seconds_count") == 0
