"""What is taken as a password, and how it is kept."""

import asyncio

import pytest

from people.town import Town
from sidetone.people.passwords import AT_ONCE, MOST_WAITING, Passwords, SignInBusy, WeakPassword


@pytest.mark.parametrize(
    "password",
    [
        "seven77",
        "x" * 257,
        "password123",
        "PassWord1",
        "aaaaaaaaaaaa",
        "abababababab",
        "ada.lovelace",
        "lone \ud800 surrogate",
    ],
)
async def test_a_weak_password_is_refused_in_words(town: Town, password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        await town.passwords.hash(password, name="Ada.Lovelace")
    assert refused.value.message.endswith(".")
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["vier leise", "☂" * 5 + "abc", "a\0 b\0 c\0d", "x y" * 85])
async def test_any_other_is_kept_as_argon2id(town: Town, password: str) -> None:
    stored = await town.passwords.hash(password)
    assert stored.startswith("$argon2id$v=19$")
    assert await town.passwords.verify(password, stored)
    assert not await town.passwords.verify(password + "x", stored)
    assert stored != await town.passwords.hash(password)


async def test_two_keyboards_type_the_same_umlaut(town: Town) -> None:
    stored = await town.passwords.hash("für immer")
    assert await town.passwords.verify("fu\u0308r immer", stored)


async def test_without_a_hash_the_answer_is_no(town: Town) -> None:
    assert not await town.passwords.verify("three quiet words", None)


async def test_the_real_strength_is_what_owasp_asks_for() -> None:
    passwords = Passwords()
    stored = await passwords.hash("three quiet words")
    passwords.close()
    assert "$m=65536,t=2,p=1$" in stored


async def test_whoever_comes_when_too_many_wait_is_sent_away(town: Town) -> None:
    crowd = [asyncio.create_task(town.passwords.verify("x", None)) for _ in range(AT_ONCE + MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(SignInBusy):
        await town.passwords.verify("x", None)
    assert await asyncio.gather(*crowd) == [False] * len(crowd)
    assert not await town.passwords.verify("x", None)
