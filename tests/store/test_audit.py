"""Rows of the audit are only ever added; nothing but the clean-up lets old ones go, and a month always stays."""

import sqlite3
from pathlib import Path

import pytest

from sidetone.domain.retention import DAY
from sidetone.store import audit
from sidetone.store.acting import Actor, acting
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.testing.clock import FakeClock

ALL = {"who": "", "what": "", "since": 0, "until": 1 << 62, "before": 1 << 62, "limit": 100}


async def wrote(store: Store, *acts: Act) -> None:
    for act in acts:
        await store.write(audit.note, act)


def acts(look: Snapshot) -> list[str]:
    return [row["act"] for row in audit.page(look, ALL)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET words = 'x'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE at < 0 OR id = 1",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "INSERT INTO audit_gate (id, before) VALUES (1, 9000000000000)",
        "INSERT INTO audit_gate (id, before) SELECT 1, at - 1000 FROM audit WHERE id = 2",
    ],
)
async def test_it_is_only_added_to(store: Store, statement: str) -> None:
    await wrote(store, Act.USER_ADDED, Act.USER_CHANGED)
    with pytest.raises(sqlite3.IntegrityError):
        await store.write(lambda txn: txn.run(statement, {}))
    assert await store.read(acts) == ["user.changed", "user.added"]


async def test_the_gate_is_not_moved_and_shut_again(store: Store, clock: FakeClock) -> None:
    await wrote(store, Act.USER_ADDED)
    await clock.advance(31 * DAY / 1000)
    await wrote(store, Act.USER_CHANGED)

    def moved(txn: Txn) -> None:
        txn.run(audit.OPEN_GATE, {"before": 1})
        txn.run("UPDATE audit_gate SET before = 9000000000000", {})

    with pytest.raises(sqlite3.IntegrityError):
        await store.write(moved)
    assert await store.write(audit.forget, clock.now() - 30 * DAY, 10) == 1
    assert await store.read(acts) == ["user.changed"]
    with pytest.raises(sqlite3.IntegrityError):
        await store.write(lambda txn: txn.run("DELETE FROM audit", {}))


async def test_it_names_who_asked_and_whoever_shares_their_commit_keeps_their_own_name(store: Store) -> None:
    with acting(Actor(user_id=7, name="ada", address="192.0.2.7")):
        first = store.write(audit.note, Act.HOLD_ADDED, About("hold", 3), "x" * 900)
        await first
    await store.write(audit.note, Act.HOLD_LIFTED)
    last, before = await store.read(audit.page, ALL)
    assert (before["user_id"], before["name"], before["address"], len(before["words"])) == (7, "ada", "192.0.2.7", 500)
    assert (last["user_id"], last["name"], last["uid"], last["address"]) == (None, "", None, "")


async def test_a_row_goes_with_what_it_is_about(store: Store) -> None:
    def failing(txn: Txn) -> None:
        audit.note(txn, Act.USER_ADDED)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(failing)
    assert await store.read(acts) == []


async def test_what_a_program_does_with_each_request_is_written_some_times_an_hour(
    store: Store, clock: FakeClock
) -> None:
    here, there = (Actor(user_id=1, name="ada", address=address) for address in ("192.0.2.1", "192.0.2.2"))
    for _ in range(audit.MOST_AN_HOUR + 5):
        await store.write(audit.note_seldom, Act.SESSION_OPENED, About(), by=here)
    assert len(await store.read(acts)) == audit.MOST_AN_HOUR
    await store.write(audit.note_seldom, Act.SESSION_OPENED, About(), by=there)
    await store.write(audit.note_seldom, Act.SESSION_ENDED, About(), by=here)
    await clock.advance(3601)
    await store.write(audit.note_seldom, Act.SESSION_OPENED, About(), by=here)
    assert len(await store.read(acts)) == audit.MOST_AN_HOUR + 3


async def test_a_command_writes_beside_the_daemon(store: Store, tmp_path: Path) -> None:
    by = Actor(uid=0, name="root")
    assert audit.note_beside(tmp_path / "sidetone.db", Act.STORE_BACKED_UP, "to x.zip", now=5, by=by)
    assert not audit.note_beside(tmp_path / "nothing.db", Act.STORE_BACKED_UP, "to x.zip", now=5, by=by)
    (row,) = await store.read(audit.page, ALL)
    assert (row["at"], row["uid"], row["name"], row["words"]) == (5, 0, "root", "to x.zip")
