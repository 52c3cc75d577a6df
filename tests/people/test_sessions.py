"""How long a session lasts, and what ends it."""

import asyncio

import pytest

from people.town import PASSWORD, Town
from sidetone.people.sessions import ABSOLUTE, IDLE, KEPT, SEEN_EVERY, NotSignedIn
from sidetone.store.connection import Snapshot
from sidetone.views import SettingsChange, UserChange

DAY = 24 * 60 * 60


def stored(look: Snapshot) -> list[dict[str, object]]:
    return [dict(row) for row in look.all("SELECT * FROM session ORDER BY id")]


async def test_a_token_is_stored_as_a_hash_alone(town: Town) -> None:
    await town.add("ada")
    opened = await town.sign_in("ada")
    assert len(opened.token) == 43
    assert opened.token not in str(await town.store.read(stored))
    assert (await town.sessions.viewer(opened.token)).name == "ada"


@pytest.mark.parametrize("token", ["", "x", "\ud800", "x" * 43, "../../etc"])
async def test_a_wrong_token_is_nobody(town: Town, token: str) -> None:
    await town.add("ada")
    await town.sign_in("ada")
    with pytest.raises(NotSignedIn):
        await town.sessions.viewer(token)


async def test_it_survives_a_restart(town: Town) -> None:
    await town.add("ada")
    opened = await town.sign_in("ada")
    assert await town.reopened().viewer(opened.token) == opened.viewer


async def test_it_ends_after_thirty_idle_days(town: Town) -> None:
    await town.add("ada")
    opened = await town.sign_in("ada")
    await town.clock.advance(30 * DAY - 1)
    await town.sessions.viewer(opened.token)
    await town.sessions.close()
    await town.clock.advance(29 * DAY)
    await town.sessions.viewer(opened.token)
    await town.sessions.close()
    await town.clock.advance(30 * DAY)
    for sessions in (town.sessions, town.reopened()):
        with pytest.raises(NotSignedIn):
            await sessions.viewer(opened.token)


async def test_it_ends_after_ninety_days_in_any_case(town: Town) -> None:
    await town.add("ada")
    opened = await town.sign_in("ada")
    for _ in range(89):
        await town.clock.advance(DAY)
        await town.sessions.viewer(opened.token)
        await town.sessions.close()
    await town.clock.advance(DAY)
    for sessions in (town.sessions, town.reopened()):
        with pytest.raises(NotSignedIn):
            await sessions.viewer(opened.token)


async def test_its_use_is_noted_every_few_minutes_and_not_at_each_request(town: Town) -> None:
    await town.add("ada")
    opened = await town.sign_in("ada")
    first = (await town.store.read(stored))[0]["seen_at"]
    for _ in range(3):
        await town.sessions.viewer(opened.token)
    await town.sessions.close()
    assert (await town.store.read(stored))[0]["seen_at"] == first
    await town.clock.advance(SEEN_EVERY / 1000)
    await town.sessions.viewer(opened.token)
    await town.sessions.close()
    assert (await town.store.read(stored))[0]["seen_at"] == town.clock.now()


async def test_signing_out_ends_this_session_and_no_other(town: Town) -> None:
    await town.add("ada")
    here, there = await town.sign_in("ada"), await town.sign_in("ada")
    wake = asyncio.Event()
    with town.sessions.watch(here.viewer, wake.set):
        await town.sessions.end(here.viewer)
        assert wake.is_set()
    with pytest.raises(NotSignedIn):
        await town.sessions.viewer(here.token)
    assert await town.sessions.viewer(there.token) == there.viewer


@pytest.mark.parametrize("change", [UserChange(password="four even quieter words"), UserChange(disabled=True)])
async def test_a_new_password_or_being_disabled_ends_every_session_at_once(town: Town, change: UserChange) -> None:
    ada = await town.add("ada")
    await town.add("ben")
    mine, others = [await town.sign_in("ada"), await town.sign_in("ada")], await town.sign_in("ben")
    wake = asyncio.Event()
    with town.sessions.watch(mine[0].viewer, wake.set):
        await town.users.change(int(ada.id), change)
        assert wake.is_set()
    for opened in mine:
        with pytest.raises(NotSignedIn):
            await town.sessions.viewer(opened.token)
    assert await town.sessions.viewer(others.token) == others.viewer


async def test_other_rights_count_from_the_next_request(town: Town) -> None:
    ada = await town.add("ada")
    opened = await town.sign_in("ada")
    await town.users.change(int(ada.id), UserChange(rights=["handset"], country="AT"))
    viewer = await town.sessions.viewer(opened.token)
    assert "handset" in viewer.rights
    assert viewer.country == "AT"
    await town.users.change_settings(viewer, SettingsChange(drop_trunk_zero=False))
    assert not (await town.sessions.viewer(opened.token)).drop_trunk_zero


async def test_a_change_that_overtakes_a_reading_is_not_lost(town: Town) -> None:
    ada = await town.add("ada")
    opened = await town.sign_in("ada")
    for turn in range(20):
        town.sessions.renew(int(ada.id))
        change = UserChange(rights=["handset"] if turn % 2 else [])
        await asyncio.gather(town.sessions.viewer(opened.token), town.users.change(int(ada.id), change))
        viewer = await town.sessions.viewer(opened.token)
        assert ("handset" in viewer.rights) == bool(turn % 2)


async def test_a_cancelled_change_still_ends_the_sessions(town: Town) -> None:
    ada = await town.add("ada")
    opened = await town.sign_in("ada")
    change = asyncio.create_task(town.users.change(int(ada.id), UserChange(disabled=True)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    change.cancel()
    await asyncio.gather(change, return_exceptions=True)
    await town.store.write(lambda _: None)  # whatever was under way is done
    with pytest.raises(NotSignedIn):
        await town.sessions.viewer(opened.token)


async def test_a_password_that_changed_meanwhile_opens_nothing(town: Town) -> None:
    ada = await town.add("ada")
    with pytest.raises(NotSignedIn):
        await town.sessions.open(int(ada.id), kind="cookie", password_hash="what it was before")


async def test_of_too_many_sessions_the_oldest_ends(town: Town) -> None:
    ada = await town.add("ada")
    await town.sign_in("ada")
    hashed = await town.store.read(lambda look: look.one('SELECT password_hash FROM "user"')["password_hash"])
    opened = []
    for _ in range(KEPT + 1):
        await town.clock.advance(1)
        opened.append(await town.sessions.open(int(ada.id), kind="bearer", password_hash=hashed))
    assert len(await town.store.read(stored)) == KEPT
    with pytest.raises(NotSignedIn):
        await town.sessions.viewer(opened[0].token)
    await town.sessions.viewer(opened[-1].token)


async def test_what_is_over_is_swept(town: Town) -> None:
    await town.add("ada")
    await town.sign_in("ada", PASSWORD)
    assert await town.sessions.sweep() == 0
    await town.clock.advance(IDLE / 1000)
    assert await town.sessions.sweep() == 1
    assert ABSOLUTE > IDLE
