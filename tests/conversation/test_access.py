"""Who sees what: every public way to a conversation, for each kind of person."""

from collections.abc import Awaitable, Callable

import pytest

from delivery.stage import OWN, PARTY, Stage
from sidetone.domain.outcome import Rejected, RejectKind
from sidetone.errors import NotFound
from sidetone.live.feed import Feed, Subscription
from sidetone.people.viewer import Viewer
from sidetone.views import ConversationChange, NewMessage

Way = Callable[[Stage, Viewer, int, int], Awaitable[object]]  # of a conversation and a message in it

WAYS: dict[str, Way] = {
    "conversation": lambda stage, who, at, _: stage.conversations.get(who, at),
    "marks": lambda stage, who, at, _: stage.conversations.change(who, at, ConversationChange(favourite=True)),
    "read mark": lambda stage, who, at, message: stage.conversations.mark_read(who, at, message),
    "thread": lambda stage, who, at, _: stage.messages.page(who, at, before=None, after=None, limit=9),
    "older": lambda stage, who, at, _: stage.messages.page(who, at, before=99, after=None, limit=9),
    "newer": lambda stage, who, at, _: stage.messages.page(who, at, before=None, after=0, limit=9),
    "message": lambda stage, who, _, message: stage.messages.get(who, message),
    "detail": lambda stage, who, _, message: stage.messages.detail(who, message),
    "send": lambda stage, who, at, _: stage.sending.send(who, at, NewMessage(body="x"), None, ""),
    "retry": lambda stage, who, _, message: stage.sending.retry(who, message, None),
    "cancel": lambda stage, who, _, message: stage.sending.cancel(who, message),
    "clear": lambda stage, who, at, _: stage.conversations.remove(who, at),
}
OF_A_MESSAGE = {"message", "detail", "retry", "cancel"}


async def scene(stage: Stage) -> tuple[Viewer, Viewer, int, int]:
    """Ada's thread with a text that came in and one that was refused; Eve, who has nothing to do with it."""
    ada, eve = await stage.people(), await stage.person("eve", "+4930901820199")
    stage.carrier.always(Rejected(RejectKind.MESSAGE))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada, "secret")
    await stage.arrives("secret answer")
    await stage.store.calm()
    return ada, eve, int(message.conversation_id), int(message.id)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "cancel"])
async def test_a_participant_has_every_way(stage: Stage, way: str) -> None:
    ada, _, conversation_id, message_id = await scene(stage)
    await WAYS[way](stage, ada, conversation_id, message_id)


@pytest.mark.parametrize("way", WAYS)
async def test_a_stranger_hears_that_there_is_no_such_thing(stage: Stage, way: str) -> None:
    ada, eve, conversation_id, message_id = await scene(stage)
    with pytest.raises(NotFound) as theirs:
        await WAYS[way](stage, eve, conversation_id, message_id)
    with pytest.raises(NotFound) as nobodys:
        await WAYS[way](stage, eve, 999, 999)
    assert str(theirs.value) == str(nobodys.value)
    assert (await stage.conversations.get(ada, conversation_id)).unread == 1


@pytest.mark.parametrize("words", ["", "0151", PARTY, "secret", "%", "_"])
async def test_a_stranger_finds_nothing(stage: Stage, words: str) -> None:
    _, eve, _, _ = await scene(stage)
    for unread in (False, True):
        page = await stage.conversations.page(eve, before=None, limit=9, unread=unread, words=words)
        assert page.items == []


async def frames(subscription: Subscription, stage: Stage) -> bytes:
    """Everything that a screen has been told."""
    await stage.store.calm()
    subscription.close()
    return b"\n".join([frame async for frame in subscription])


async def test_a_stranger_is_told_nothing_live_or_later(stage: Stage) -> None:
    feed = Feed(stage.store, "DE")
    eve = await stage.person("eve", "+4930901820199")
    screen = await feed.subscribe(eve, None)
    ada = await stage.people()
    await stage.text(ada, "secret")
    await stage.arrives("secret answer")
    told = await frames(screen, stage)
    resumed = await frames(await feed.subscribe(eve, f"{stage.store.epoch}:0"), stage)
    assert told.count(b"\n") == resumed.count(b"\n") == 0
    assert b"secret" not in told + resumed
    again = await frames(await feed.subscribe(ada, f"{stage.store.epoch}:0"), stage)
    assert again.count(b'"secret') >= 2


async def test_who_owned_the_number_before_keeps_what_was_and_sees_nothing_new(stage: Stage) -> None:
    ada, eve, conversation_id, message_id = await scene(stage)
    await stage.give(OWN, eve)
    screen = await Feed(stage.store, "DE").subscribe(ada, None)
    await stage.arrives("for eve")
    assert (await stage.conversations.get(ada, conversation_id)).read_only
    assert await stage.bodies(ada, str(conversation_id)) == ["secret", "secret answer"]
    assert (await stage.messages.detail(ada, message_id)).body == "secret"
    assert await stage.listed(ada) == [(PARTY, 1)]
    assert b"for eve" not in await frames(screen, stage)
    for way in WAYS:
        with pytest.raises(NotFound):
            await WAYS[way](stage, eve, conversation_id, message_id)
    page = await stage.conversations.page(eve, before=None, limit=9, unread=False, words="")
    assert [(item.last_message and item.last_message.body, item.unread) for item in page.items] == [("for eve", 1)]


@pytest.mark.parametrize("way", sorted(OF_A_MESSAGE))
async def test_what_was_cleared_away_is_gone(stage: Stage, way: str) -> None:
    ada, _, conversation_id, message_id = await scene(stage)
    await stage.conversations.remove(ada, conversation_id)
    with pytest.raises(NotFound):
        await WAYS[way](stage, ada, conversation_id, message_id)


async def test_a_cleared_conversation_is_empty_unlisted_and_comes_back_with_what_is_new(stage: Stage) -> None:
    ada, _, conversation_id, message_id = await scene(stage)
    await stage.conversations.remove(ada, conversation_id)
    feed = Feed(stage.store, "DE")
    assert await stage.listed(ada) == []
    assert await stage.bodies(ada, str(conversation_id)) == []
    read = await stage.conversations.mark_read(ada, conversation_id, message_id)
    assert read.unread == 0
    assert b"secret" not in await frames(await feed.subscribe(ada, f"{stage.store.epoch}:0"), stage)
    empty = await stage.conversations.get(ada, conversation_id)
    assert (empty.last_message, empty.unread, empty.favourite) == (None, 0, False)
    await stage.arrives("new")
    assert await stage.bodies(ada, str(conversation_id)) == ["new"]
    assert await stage.listed(ada) == [(PARTY, 1)]
