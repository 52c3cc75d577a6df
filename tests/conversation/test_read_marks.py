"""How far someone has read, on every screen of theirs."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.book import Book, arrival
from delivery.stage import Stage
from sidetone.live.feed import Feed
from sidetone.store import conversations, inbound
from sidetone.views import ConversationChange

COUNT = """
    SELECT count(*) AS n FROM message m JOIN participant p ON p.conversation_id = m.conversation_id
    WHERE m.direction = 'inbound' AND m.id > p.read_up_to AND m.id > p.cleared_up_to
"""


async def test_what_comes_in_counts_until_it_is_read(stage: Stage) -> None:
    ada = await stage.people()
    for n in range(3):
        await stage.arrives(f"{n}")
    message = await stage.text(ada, "answer")
    conversation_id = int(message.conversation_id)
    assert (await stage.conversations.get(ada, conversation_id)).unread == 3
    read = await stage.conversations.mark_read(ada, conversation_id, 2)
    assert (read.read_up_to, read.unread) == ("2", 1)
    read = await stage.conversations.mark_read(ada, conversation_id, 4)
    assert (read.read_up_to, read.unread) == ("4", 0)


async def test_the_mark_never_goes_back_or_beyond_what_there_is(stage: Stage) -> None:
    ada = await stage.people()
    for n in range(3):
        await stage.arrives(f"{n}")
    for up_to, expected in [(2, "2"), (1, "2"), (1 << 62, "3")]:
        assert (await stage.conversations.mark_read(ada, 1, up_to)).read_up_to == expected
    await stage.arrives("later")
    assert (await stage.conversations.get(ada, 1)).unread == 1


async def test_messages_of_other_threads_do_not_count(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives("here")
    await stage.arrives("there", sender="+4915112345679")
    await stage.arrives("there again", sender="+4915112345679")
    assert (await stage.conversations.mark_read(ada, 1, 3)).read_up_to == "1"
    assert (await stage.conversations.get(ada, 2)).unread == 2


async def test_it_reaches_all_screens_of_the_user_once(stage: Stage) -> None:
    ada, eve = await stage.people(), await stage.person("eve", "+4930901820199")
    await stage.arrives("hi")
    feed = Feed(stage.store, "DE")
    screens = [await feed.subscribe(who, None) for who in (ada, ada, eve)]
    for _ in range(2):
        await stage.conversations.mark_read(ada, 1, 1)
    await stage.store.calm()
    told = []
    for screen in screens:
        screen.close()
        told.append([json.loads(frame) for frame in [frame async for frame in screen][1:]])
    event = {"type": "read.updated", "data": {"conversation_id": "1", "read_up_to": "1", "unread": 0}}
    assert [[{**frame, "seq": None} for frame in each] for each in told] == [
        [{"seq": None, **event}],
        [{"seq": None, **event}],
        [],
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["in", "out", "read", "clear"]), st.integers(0, 20)), max_size=20))
def test_the_count_is_always_what_a_recount_gives(steps: list[tuple[str, int]]) -> None:
    book = Book()
    for place, (step, n) in enumerate(steps):
        if step == "in":
            book.do(inbound.keep, [arrival(f"{place}")])
        elif step == "out":
            book.queue()
        elif step == "read":
            book.do(conversations.mark_read, book.user_id, book.conversation_id, n)
        else:
            book.do(conversations.clear, book.user_id, book.conversation_id)
        state = book.sql.execute("SELECT unread FROM participant").fetchone()["unread"]
        assert state == book.sql.execute(COUNT).fetchone()["n"]
    book.sql.close()


@pytest.mark.parametrize("mark", ["favourite", "muted"])
async def test_marks_are_the_users_own_and_reach_their_screens(stage: Stage, mark: str) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    screen = await Feed(stage.store, "DE").subscribe(ada, None)
    changed = await stage.conversations.change(ada, int(message.conversation_id), ConversationChange(**{mark: True}))
    assert (changed.favourite, changed.muted) == (mark == "favourite", mark == "muted")
    await stage.store.calm()
    screen.close()
    _, frame = [json.loads(frame) async for frame in screen]
    assert (frame["type"], frame["data"][mark]) == ("conversation.updated", True)
