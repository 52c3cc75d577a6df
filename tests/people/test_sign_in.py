"""How often one may try to sign in."""

import asyncio

import pytest

from people.town import PASSWORD, Town
from sidetone.people.sign_in import SignInDesk, TooManyTries, WrongCredentials, network
from sidetone.views import UserChange

HOUR = 60 * 60


async def fail(town: Town, name: str = "ada", address: str = "192.0.2.1") -> float:
    """A wrong try; 0, or how many seconds one must wait."""
    try:
        await town.sign_in(name, "a wrong password", address)
    except TooManyTries as error:
        return error.retry_after
    except WrongCredentials:
        return 0
    raise AssertionError("a wrong password was right")


async def test_wrong_name_wrong_password_and_disabled_sound_the_same(town: Town) -> None:
    await town.add("ada")
    gone = await town.add("ben")
    await town.users.change(int(gone.id), UserChange(disabled=True))
    heard = set()
    for name, password in (("ada", "wrong"), ("nobody", PASSWORD), ("ben", PASSWORD), ("\0", "\ud800")):
        with pytest.raises(WrongCredentials) as refused:
            await town.sign_in(name, password, address=name)
        heard.add((str(refused.value), refused.value.code))
    assert len(heard) == 1


async def test_a_name_is_known_in_any_case(town: Town) -> None:
    await town.add("ada")
    assert (await town.sign_in(" ADA ")).viewer.name == "ada"


async def test_after_five_wrong_tries_each_next_one_waits_twice_as_long(town: Town) -> None:
    await town.add("ada")
    assert [await fail(town, address=f"192.0.2.{turn}") for turn in range(6)] == [0, 0, 0, 0, 0, 1]
    waits = []
    for turn in range(10):
        wait = await fail(town, address=f"198.51.100.{turn}")
        waits.append(wait)
        await town.clock.advance(wait)
        assert await fail(town, address=f"203.0.113.{turn}") == 0
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]


async def test_waiting_is_also_for_the_right_password(town: Town) -> None:
    await town.add("ada")
    for _ in range(5):
        await fail(town)
    with pytest.raises(TooManyTries) as refused:
        await town.sign_in("ada")
    assert "a second" in str(refused.value)
    await town.clock.advance(1)
    await town.sign_in("ada")


async def test_success_forgets_the_wrong_tries(town: Town) -> None:
    await town.add("ada")
    for _ in range(4):
        for _ in range(4):
            assert await fail(town) == 0
        await town.sign_in("ada")


async def test_one_address_may_not_try_many_names(town: Town) -> None:
    waits = [await fail(town, name=f"user{turn}") for turn in range(40)]
    assert waits[:30] == [0] * 30
    assert set(waits[30:]) == {1}
    assert await fail(town, name="another", address="198.51.100.9") == 0


async def test_a_whole_ipv6_line_is_one_address(town: Town) -> None:
    waits = [await fail(town, name=f"user{turn}", address=f"2001:db8::{turn:x}") for turn in range(31)]
    assert waits[-1] == 1
    assert network("::ffff:192.0.2.1") == network("192.0.2.1") == "192.0.2.1"
    assert network("not an address") == "not an address"


async def test_right_ones_do_not_use_up_the_address(town: Town) -> None:
    await town.add("ada")
    for _ in range(40):
        await town.sign_in("ada")


async def test_patience_is_rewarded(town: Town) -> None:
    await town.add("ada")
    for _ in range(5):
        await fail(town)
    await town.clock.advance(HOUR)
    assert [await fail(town) for _ in range(4)] == [0, 0, 0, 0]


async def test_many_at_once_are_counted_too(town: Town) -> None:
    await town.add("ada")
    waits = await asyncio.gather(*(fail(town) for _ in range(20)))
    assert sorted(waits) == [0] * 5 + [1] * 15


async def test_what_is_remembered_is_bounded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidetone.people.sign_in._MOST_KEPT", 10)
    desk = SignInDesk(town.store, town.passwords, town.sessions, town.clock)
    for turn in range(20):
        with pytest.raises(WrongCredentials):
            await desk.sign_in(f"user{turn}", "wrong", address=f"192.0.2.{turn}", token=False)
    assert len(desk._accounts._tries) == len(desk._addresses._tries) == 10
