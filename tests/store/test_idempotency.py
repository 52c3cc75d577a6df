"""One effect for one key, however often and with whomever it comes at the same moment."""

import asyncio
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidetone.errors import Invalid
from sidetone.store import contacts, users
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.store.idempotency import FORGET, KEPT, KeyReused, Once, done_before, remember
from sidetone.testing.clock import FakeClock

# Who asks with which key for what; 0 is a change that fails after it began.
ASKED = st.lists(st.tuples(st.integers(0, 1), st.sampled_from("ab"), st.integers(0, 2)), min_size=1, max_size=8)
EXAMPLES = count()


@pytest.fixture
async def people(store: Store) -> list[int]:
    return [await store.write(_add_user, name) for name in ("ada", "bo")]


def _add_user(txn: Txn, name: str) -> int:
    named = {"name": name, "display_name": name, "password_hash": "", "role": "user", "rights": ""}
    return users.add(txn, {**named, "extension": None, "country": None})


def make(txn: Txn, user_id: int, once: Once | None, name: str = "Cy", *, fails: bool = False) -> int:
    """As every change that takes a key: look, make, remember."""
    before = done_before(txn, once)
    if before is not None:
        return before
    made = contacts.add(txn, user_id, name, [])
    remember(txn, once, made)
    if fails:
        raise Invalid("No.")
    return made


def names(look: Snapshot) -> list[tuple[int, str]]:
    return [(row["user_id"], row["name"]) for row in look.all("SELECT user_id, name FROM contact ORDER BY id")]


def by_id(look: Snapshot) -> dict[int, tuple[int, str]]:
    return {row["id"]: (row["user_id"], row["name"]) for row in look.all("SELECT id, user_id, name FROM contact")}


async def test_the_same_request_twice_has_one_effect(store: Store, people: list[int]) -> None:
    once = Once(people[0], "key", "what was asked")
    made = await store.write(make, people[0], once)
    assert await store.write(make, people[0], once) == made
    assert len(await store.read(names)) == 1


async def test_the_same_request_at_the_same_moment_has_one_effect(store: Store, people: list[int]) -> None:
    once = Once(people[0], "key", "what was asked")
    made = await asyncio.gather(*(store.write(make, people[0], once) for _ in range(20)))
    assert len(set(made)) == 1
    assert len(await store.read(names)) == 1


async def test_without_a_key_each_request_is_its_own(store: Store, people: list[int]) -> None:
    assert len(set(await asyncio.gather(*(store.write(make, people[0], None) for _ in range(3))))) == 3


async def test_another_request_with_the_same_key_is_refused(store: Store, people: list[int]) -> None:
    await store.write(make, people[0], Once(people[0], "key", "this"))
    with pytest.raises(KeyReused, match="another request"):
        await store.write(make, people[0], Once(people[0], "key", "that"))


async def test_a_key_is_its_users_own(store: Store, people: list[int]) -> None:
    made = [await store.write(make, user_id, Once(user_id, "key", str(user_id))) for user_id in people]
    assert len(set(made)) == 2


async def test_a_request_that_failed_did_not_use_its_key(store: Store, people: list[int]) -> None:
    once = Once(people[0], "key", "this")
    with pytest.raises(Invalid):
        await store.write(make, people[0], once, fails=True)
    assert await store.write(make, people[0], Once(people[0], "key", "that")) > 0


async def test_a_key_is_forgotten_with_its_time(store: Store, people: list[int], clock: FakeClock) -> None:
    once = Once(people[0], "key", "this")
    made = await store.write(make, people[0], once)
    await clock.advance(KEPT / 1000)
    await store.write(make, people[0], Once(people[0], "younger", "this"))
    forget = {"before": clock.now() - KEPT, "most": 10}
    assert await store.write(lambda txn: txn.run(FORGET, forget)) == 0
    await clock.advance(0.001)
    assert await store.write(lambda txn: txn.run(FORGET, {**forget, "before": clock.now() - KEPT})) == 1
    assert await store.write(make, people[0], once) != made


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ASKED)
async def test_any_crowd_is_answered_as_if_one_came_after_the_other(
    store: Store, people: list[int], asked: list[tuple[int, str, int]]
) -> None:
    example = next(EXAMPLES)  # their keys are their own
    before = await store.read(names)
    calls = []
    used: dict[tuple[int, str], int] = {}
    expected: list[tuple[int, str] | type[Exception]] = []
    for who, key, what in asked:
        user_id, used_for = people[who], used.get((who, key))
        once = Once(user_id, f"{example} {key}", str(what))
        calls.append(store.write(make, user_id, once, f"{key}{what}", fails=what == 0))
        if used_for not in (None, what):
            expected.append(KeyReused)
        elif what == 0:
            expected.append(Invalid)
        else:
            used[who, key] = what
            expected.append((user_id, f"{key}{what}"))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    made = await store.read(by_id)
    assert [made[answer] if isinstance(answer, int) else type(answer) for answer in answers] == expected
    effects = (await store.read(names))[len(before) :]
    assert sorted(effects) == sorted((people[who], f"{key}{what}") for (who, key), what in used.items())
