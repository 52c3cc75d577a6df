"""The audit goes by its own period, behind its gate."""

import pytest

from delivery.stage import WatchedStore
from jobs.cleaning import House
from sidetone.config.shapes import RetentionSettings
from sidetone.domain.retention import DAY
from sidetone.store import audit
from sidetone.store.audit import Act
from sidetone.store.connection import Snapshot
from sidetone.testing.clock import FakeClock


@pytest.fixture
def house(store: WatchedStore, clock: FakeClock) -> House:
    return House(store, clock)


def acts(look: Snapshot) -> list[str]:
    values = {"who": "", "what": "user.", "since": 0, "until": 1 << 62, "before": 1 << 62, "limit": 500}
    return [row["act"] for row in audit.page(look, values)]


async def test_old_rows_of_the_audit_go_and_a_dry_run_counts_them(house: House) -> None:
    house.terms = RetentionSettings(audit_days=100, grace_days=0)
    for _ in range(120):
        await house.store.write(audit.note, Act.USER_ADDED)
    for _ in range(101):
        await house.clock.advance(DAY / 1000)
        await house.retention.work()
        if len(await house.store.read(acts)) < 120:
            break
        await house.store.write(audit.note, Act.USER_CHANGED)
    assert await house.store.read(acts) == ["user.changed"] * 100
    assert (await house.ask(dry=True)).audit == 0


async def test_a_month_stays_whatever_is_asked(house: House) -> None:
    await house.store.write(audit.note, Act.USER_ADDED)
    dry, real = await house.ask(dry=True), await house.ask(dry=False)
    assert (dry.audit, real.audit) == (0, 0)
    assert await house.store.read(acts) == ["user.added"]
