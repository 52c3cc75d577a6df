"""Whom a user has blocked is heard by nobody, until the block is undone; their STOP counts all the same."""

from collections.abc import AsyncIterator

import pytest

from delivery.conftest import TERMS
from delivery.stage import OWN, PARTY, WatchedStore
from delivery.words import Ears
from sidetone.config.shapes import MessagingSettings
from sidetone.domain.phone import InvalidNumber
from sidetone.errors import NotFound
from sidetone.people.viewer import Viewer
from sidetone.store import conversations
from sidetone.testing.clock import FakeClock
from sidetone.views import NewBlock

OTHER = "+4915112345679"
AMERICAN = "+12125550123"
AMERICAN_PARTY = "+12125550199"


@pytest.fixture
async def ears(store: WatchedStore, clock: FakeClock) -> AsyncIterator[Ears]:
    made = Ears(store, clock, TERMS)
    await made.engine.start()
    yield made
    made.carrier.let_go()
    await made.engine.stop()


async def events(ears: Ears) -> list[str]:
    heard: list[str] = []
    ears.store.listen(lambda entries: heard.extend(entry.type for entry in entries))
    return heard


async def test_a_blocked_party_is_not_listed_not_unread_and_no_event(ears: Ears) -> None:
    ada = await ears.people()
    await ears.block(ada)
    heard = await events(ears)
    await ears.say("buy now")
    assert (await ears.listed(ada), heard) == ([], [])
    assert [(row["body"], row["hidden"]) for row in await ears.stored()] == [("buy now", 1)]
    conversation = await ears.conversation(ada)
    assert (conversation.blocked, conversation.unread, conversation.last_message) == (True, 0, None)
    assert await ears.bodies(ada, conversation.id) == []


async def test_what_was_said_before_stays_and_what_comes_is_hidden(ears: Ears) -> None:
    ada = await ears.people()
    await ears.say("hello")
    await ears.block(ada)
    await ears.say("buy now")
    await ears.say("fine", sender=OTHER)
    assert await ears.listed(ada) == [(OTHER, 1), (PARTY, 1)]
    conversation = await ears.conversation(ada)
    assert await ears.bodies(ada, conversation.id) == ["hello"]
    assert conversation.last_message
    assert conversation.last_message.body == "hello"
    read = await ears.conversations.mark_read(ada, int(conversation.id), 999)
    assert read.unread == 0


async def test_undone_it_shows_what_came_as_unread(ears: Ears) -> None:
    ada = await ears.people()
    id_ = await ears.block(ada)
    for body in ("one", "two"):
        await ears.say(body)
    heard = await events(ears)
    await ears.blocks.remove(ada, int(id_))
    assert heard == ["conversation.created", "message.created", "message.created"]
    assert await ears.listed(ada) == [(PARTY, 2)]
    conversation = await ears.conversation(ada)
    assert await ears.bodies(ada, conversation.id) == ["one", "two"]
    assert not conversation.blocked
    await ears.say("three")
    assert await ears.listed(ada) == [(PARTY, 3)]
    with pytest.raises(NotFound):
        await ears.blocks.remove(ada, int(id_))


async def test_it_does_not_bring_back_what_the_user_had_cleared_away(ears: Ears) -> None:
    ada = await ears.people()
    await ears.say("old")
    id_ = await ears.block(ada)
    await ears.say("hidden")
    conversation = await ears.conversation(ada)
    await ears.conversations.remove(ada, int(conversation.id))
    await ears.blocks.remove(ada, int(id_))
    assert await ears.listed(ada) == []
    assert await ears.bodies(ada, conversation.id) == []


async def test_it_is_the_users_own_and_reaches_all_their_numbers(ears: Ears) -> None:
    ada = await ears.person("ada", OWN, "+4930901820101")
    ben = await ears.person("ben", "+4930901820102")
    await ears.block(ada)
    for recipient in (OWN, "+4930901820101", "+4930901820102"):
        await ears.say("buy now", recipient=recipient)
    assert (await ears.listed(ada), await ears.listed(ben)) == ([], [(PARTY, 1)])
    page = await ears.blocks.page(ben, after=None, limit=9)
    assert page.items == []


async def test_a_hidden_conversation_is_not_swept_away(ears: Ears) -> None:
    ada = await ears.people()
    await ears.block(ada)
    await ears.say("buy now")
    swept = await ears.store.write(lambda txn: txn.run(conversations.SWEEP, {"before": txn.now + 1, "most": 9}))
    assert swept == 0


async def test_dropped_it_is_not_stored_and_never_comes_back(ears: Ears) -> None:
    ada = await ears.people()
    ears.hold_to(MessagingSettings(blocked="drop"))
    id_ = await ears.block(ada)
    await ears.arrives("buy now", carrier_id="in-1")
    assert await ears.stored() == []
    await ears.blocks.remove(ada, int(id_))
    await ears.arrives("buy now", carrier_id="in-1")  # the carrier's list still has it
    assert await ears.stored() == []
    await ears.arrives("hello", carrier_id="in-2")
    assert await ears.listed(ada) == [(PARTY, 1)]


@pytest.mark.parametrize("policy", ["hide", "drop"])
async def test_their_stop_counts_and_its_answer_is_hidden_too(ears: Ears, policy: str) -> None:
    ada = await ears.people()
    ears.hold_to(MessagingSettings(blocked=policy))  # type: ignore[arg-type]
    await ears.block(ada)
    ears.engine.open(ears.carrier)
    await ears.say("STOP")
    (view,) = await ears.listed_opt_outs(ada)
    assert (view.message_id is None) == (policy == "drop")
    assert len(ears.carrier.sent) == 1
    assert await ears.listed(ada) == []
    assert await ears.bodies(ada, (await ears.conversation(ada)).id) == []


# The two directions of STOP


@pytest.fixture
async def joe(ears: Ears) -> Viewer:
    """Has a number in the United States."""
    return await ears.person("joe", AMERICAN)


async def test_our_own_stop_from_the_united_states_blocks_whom_it_goes_to(ears: Ears, joe: Viewer) -> None:
    ears.engine.open(ears.carrier)
    await ears.say("BIG SALE", sender=AMERICAN_PARTY, recipient=AMERICAN)
    message = await ears.text(joe, "Stop", AMERICAN_PARTY)
    assert await ears.status(joe, message) == "sent", "the far side hears it as well"
    page = await ears.blocks.page(joe, after=None, limit=9)
    assert [(view.party.value, view.source) for view in page.items] == [(AMERICAN_PARTY, "word")]
    await ears.say("BIG SALE AGAIN", sender=AMERICAN_PARTY, recipient=AMERICAN)
    assert await ears.listed(joe) == [(AMERICAN_PARTY, 1)], "the one from before"
    assert await ears.listed_opt_outs(joe) == [], "who we do not want to hear has not opted out of us"


async def test_their_stop_blocks_nobody(ears: Ears, joe: Viewer) -> None:
    await ears.say("STOP", sender=AMERICAN_PARTY, recipient=AMERICAN)
    assert (await ears.blocks.page(joe, after=None, limit=9)).items == []
    assert len(await ears.listed_opt_outs(joe)) == 1


async def test_elsewhere_our_stop_is_a_word_like_any_other(ears: Ears) -> None:
    ada = await ears.people()
    await ears.text(ada, "Stop")
    assert (await ears.blocks.page(ada, after=None, limit=9)).items == []
    ears.hold_to(MessagingSettings(stop_blocks=("DE",)))
    await ears.text(ada, "stopp it")
    await ears.text(ada, "stopp", OTHER)
    assert [view.party.value for view in (await ears.blocks.page(ada, after=None, limit=9)).items] == [OTHER]


async def test_the_list_is_paged_and_takes_names(ears: Ears) -> None:
    ada = await ears.people()
    for party in (PARTY, "72345", "ACME"):
        await ears.blocks.add(ada, NewBlock(party=party), None)
    first = await ears.blocks.page(ada, after=None, limit=2)
    rest = await ears.blocks.page(ada, after=int(first.next or 0), limit=2)
    assert [view.party.kind for view in first.items + rest.items] == ["e164", "short", "alpha"]
    again, made = await ears.blocks.add(ada, NewBlock(party="0151 1234 5678"), None)
    assert (again.party.value, made) == (PARTY, False)
    with pytest.raises(InvalidNumber):
        await ears.blocks.add(ada, NewBlock(party="0151"), None)
