"""Which conversation a message belongs to (KU-18)."""

import pytest

from delivery.stage import OWN, PARTY, Stage, WatchedStore, viewer
from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid, NotFound
from sidetone.jobs.housekeeping import sweep
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock

DAY = 24 * 60 * 60
ROWS = "SELECT count(*) AS n FROM conversation"
US_OWN = "+12025550123"


async def count(store: Store) -> int:
    return int(await store.read(lambda look: look.one(ROWS)["n"]))


@pytest.mark.parametrize(
    "typed", [PARTY, "015112345678", "0049 151 12345678", "+49 (0) 151-12345678", "tel:+4915112345678"]
)
async def test_every_spelling_meets_in_one_thread(stage: Stage, typed: str) -> None:
    ada = await stage.people()
    first, made = await stage.conversations.open_sms(ada, to=PARTY, number=None)
    again, made_again = await stage.conversations.open_sms(ada, to=typed, number=None)
    assert (first.id, made, made_again) == (again.id, True, False)


@pytest.mark.parametrize("typed", ["+12125550100", "0012125550100", "212 555 0100", "1 212 555 0100", "(212) 555-0100"])
async def test_a_national_number_is_one_of_the_own_numbers_country(stage: Stage, typed: str) -> None:
    ada = await stage.person("ada", US_OWN)
    if typed.startswith("00"):
        typed = typed.replace("00", "011", 1)
    conversation, _ = await stage.conversations.open_sms(ada, to=typed, number=US_OWN)
    assert conversation.party.value == "+12125550100"


async def test_what_comes_in_and_what_goes_out_share_the_thread(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives("one", sender="4915112345678")
    message = await stage.text(ada, "two", "0151 12345678")
    await stage.arrives("three", sender="015112345678")
    assert await stage.bodies(ada, message.conversation_id) == ["one", "two", "three"]


async def test_two_of_our_numbers_are_two_threads(stage: Stage) -> None:
    ada = await stage.person("ada", OWN, US_OWN)
    threads = {(await stage.text(ada, "x", PARTY, number=number)).conversation_id for number in (OWN, US_OWN)}
    assert len(threads) == 2


async def test_without_a_number_the_one_used_last_serves(stage: Stage) -> None:
    ada = await stage.person("ada", OWN, US_OWN)
    opened, _ = await stage.conversations.open_sms(ada, to=PARTY, number=None)
    assert opened.number.number == OWN
    await stage.text(ada, "x", PARTY, number=US_OWN)
    opened, _ = await stage.conversations.open_sms(ada, to="+4915112345679", number=None)
    assert opened.number.number == US_OWN


async def test_a_number_that_was_anothers_is_not_the_one_used_last(stage: Stage) -> None:
    ada, eve = await stage.person("ada", OWN), await stage.person("eve", "+4930901820199")
    await stage.text(eve, "x")
    await stage.text(ada, "x")
    await stage.give(OWN, eve)
    opened, _ = await stage.conversations.open_sms(eve, to=PARTY, number=None)
    assert opened.number.number == "+4930901820199"


async def test_an_opened_window_is_listed_nowhere_until_its_first_message(stage: Stage) -> None:
    ada = await stage.people()
    opened, _ = await stage.conversations.open_sms(ada, to=PARTY, number=None)
    assert await stage.listed(ada) == []
    assert (await stage.conversations.get(ada, int(opened.id))).last_message is None
    await stage.text(ada)
    assert await stage.listed(ada) == [(PARTY, 0)]


async def test_an_empty_window_is_swept_after_a_day_and_others_are_not(store: WatchedStore, clock: FakeClock) -> None:
    stage = Stage(store, clock)
    ada = await stage.people()
    empty, _ = await stage.conversations.open_sms(ada, to="+4915112345679", number=None)
    await stage.text(ada)
    await clock.advance(DAY)
    await sweep(store, clock)
    assert await count(store) == 2
    await clock.advance(1)
    await sweep(store, clock)
    assert await count(store) == 1
    with pytest.raises(NotFound):
        await stage.conversations.get(ada, int(empty.id))


async def test_a_window_that_is_opened_again_has_another_day(store: WatchedStore, clock: FakeClock) -> None:
    stage = Stage(store, clock)
    ada = await stage.people()
    for _ in range(3):
        opened, _ = await stage.conversations.open_sms(ada, to=PARTY, number=None)
        await clock.advance(DAY - 1)
        await sweep(store, clock)
        assert opened.id == "1"
    assert (await stage.conversations.get(ada, 1)).created_at == "2027-01-17T07:59:58.000Z"


async def test_a_number_that_comes_back_finds_its_old_thread(stage: Stage) -> None:
    ada, eve = await stage.people(), await stage.person("eve")
    first = await stage.text(ada, "one")
    await stage.give(OWN, eve)
    assert (await stage.text(eve, "two")).conversation_id != first.conversation_id
    await stage.give(OWN, ada)
    assert (await stage.text(ada, "three")).conversation_id == first.conversation_id
    assert await stage.bodies(ada, first.conversation_id) == ["one", "three"]
    assert not (await stage.conversations.get(ada, int(first.conversation_id))).read_only


@pytest.mark.parametrize("typed", ["", "12", "hello", "110", "+49", "9" * 64])
async def test_what_is_no_number_opens_nothing(stage: Stage, typed: str) -> None:
    ada = await stage.people()
    with pytest.raises(InvalidNumber):
        await stage.conversations.open_sms(ada, to=typed, number=None)
    assert await count(stage.store) == 0


async def test_who_wants_to_be_told_of_a_leading_zero_is(stage: Stage) -> None:
    ada = await stage.people()
    strict = viewer("ada", ada.user_id, drop_trunk_zero=False)
    with pytest.raises(InvalidNumber):
        await stage.conversations.open_sms(strict, to="0151 12345678", number=None)
    opened, _ = await stage.conversations.open_sms(strict, to=PARTY, number=None)
    assert opened.party.value == PARTY
    short, _ = await stage.conversations.open_sms(strict, to="72345", number=None)
    assert short.party.kind == "short"


async def test_someone_without_a_number_opens_nothing(stage: Stage) -> None:
    await stage.people()
    eve = await stage.person("eve")
    for number in (None, OWN):
        with pytest.raises(Invalid) as refused:
            await stage.conversations.open_sms(eve, to=PARTY, number=number)
        assert refused.value.where == "from"
