"""The machine's clock is set: nobody waits for years, no session lives for ever, and none is lost for a while ahead."""

import pytest

from people.town import Town
from sidetone.people.sessions import NotSignedIn
from sidetone.people.sign_in import TooManyTries, WrongCredentials

HOUR, DAY = 3600, 86_400
YEARS = 3650 * DAY
JUMPS = [HOUR, -HOUR, DAY, -DAY, YEARS, -YEARS]


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_wait_after_wrong_tries_is_as_long_as_it_was_said_to_be(town: Town, jump: int) -> None:
    await town.add("ada")
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await town.sign_in("ada", "wrong")
    town.clock.jump(jump)
    with pytest.raises(TooManyTries) as caught:
        await town.sign_in("ada")
    assert caught.value.retry_after == 1
    await town.clock.advance(1)
    await town.sign_in("ada")


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_session_outlives_a_clock_that_was_wrong_for_a_while(town: Town, jump: int) -> None:
    await town.add("ada")
    opened = await town.sign_in("ada")
    town.clock.jump(jump)
    for sessions in (town.sessions, town.reopened()):
        if abs(jump) == YEARS:
            with pytest.raises(NotSignedIn):
                await sessions.viewer(opened.token)
        else:
            await sessions.viewer(opened.token)
            await sessions.close()
    town.clock.jump(-jump)
    for sessions in (town.sessions, town.reopened()):
        assert await sessions.viewer(opened.token) == opened.viewer


async def test_a_session_from_a_time_that_never_was_is_none(town: Town) -> None:
    await town.add("ada")
    town.clock.jump(YEARS)
    opened = await town.sign_in("ada")
    await town.sessions.viewer(opened.token)
    town.clock.jump(-YEARS)
    for sessions in (town.sessions, town.reopened()):
        with pytest.raises(NotSignedIn):
            await sessions.viewer(opened.token)


async def test_being_seen_ahead_makes_no_session_last_longer(town: Town) -> None:
    await town.add("ada")
    opened = await town.sign_in("ada")
    town.clock.jump(29 * DAY)
    await town.sessions.viewer(opened.token)
    await town.sessions.close()
    town.clock.jump(-29 * DAY)
    await town.sessions.viewer(opened.token)
    await town.sessions.close()
    await town.clock.advance(30 * DAY)
    for sessions in (town.sessions, town.reopened()):
        with pytest.raises(NotSignedIn):
            await sessions.viewer(opened.token)
