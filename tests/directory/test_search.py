"""Searching: what is found, by whom, where, and what happens while the index is behind."""

import asyncio

import pytest

from delivery.stage import OWN, PARTY, Stage, WatchedStore
from directory.searching import found, indexed, search, thread
from sidetone.directory.contacts import Contacts
from sidetone.directory.search import AT_ONCE, Query, Search
from sidetone.errors import Invalid, NotFound, SearchBusy
from sidetone.testing.clock import FakeClock
from sidetone.views import NewBlock, NewContact, NewContactNumber

OTHER = "+4915112345699"


@pytest.fixture
def stage(store: WatchedStore, clock: FakeClock) -> Stage:
    """Nothing is sent by itself, so that days may pass."""
    return Stage(store, clock)


async def test_texts_are_found_newest_first_with_their_place(stage: Stage) -> None:
    ada = await stage.people()
    talk = await thread(stage, ada, "Grüße aus Köln", "nothing of it", "morgen in Koeln?")
    await stage.arrives("Köln? Gern!")
    await indexed(stage)
    page = await search(stage, ada, "koln")
    assert [item.message.body for item in page.items] == ["Köln? Gern!", "morgen in Koeln?", "Grüße aus Köln"]
    assert (page.next, page.complete, page.behind, page.contacts) == (None, True, 0, [])
    last = page.items[-1]
    assert (last.title, last.party.value, last.number.number) == ("01511 2345678", PARTY, OWN)
    assert [(piece.text, piece.hit) for piece in last.snippet] == [("Grüße aus ", False), ("Köln", True)]
    around = await stage.messages.page(
        ada, int(talk), before=None, after=None, around=int(page.items[1].message.id), limit=2
    )
    assert [item.body for item in around.items] == ["morgen in Koeln?", "Köln? Gern!"]


@pytest.mark.parametrize(
    ("at", "limit", "bodies", "more"),
    [
        (5, 4, ["4", "5", "6", "7"], True),
        (1, 4, ["1", "2", "3"], False),
        (9, 4, ["6", "7", "8", "9"], True),
        (99, 3, ["7", "8", "9"], True),
        (3, 1, ["3"], True),
    ],
)
async def test_a_thread_opens_around_a_message(
    stage: Stage, at: int, limit: int, bodies: list[str], more: bool
) -> None:
    ada = await stage.people()
    talk = await thread(stage, ada, *"123456789")
    page = await stage.messages.page(ada, int(talk), before=None, after=None, around=at, limit=limit)
    assert ([item.body for item in page.items], page.next is not None) == (bodies, more)


async def test_nobody_finds_what_is_not_theirs_to_read(stage: Stage) -> None:
    ada, eve = await stage.people(), await stage.person("eve", "+4930901820199")
    talk = await thread(stage, ada, "the secret of Ada")
    await thread(stage, eve, "Eve has none", to=OTHER)
    await indexed(stage)
    for words in ("secret", "Ada", "sec", "s", "the secret of Ada"):
        page = await search(stage, eve, words)
        assert (page.items, page.next, page.complete) == ([], None, True)
        assert await found(stage, eve, words, conversation_id=int(talk)) == []
    assert await found(stage, ada, "secret", conversation_id=int(talk)) == ["the secret of Ada"]
    with pytest.raises(NotFound):
        await stage.messages.page(eve, int(talk), before=None, after=None, around=1, limit=5)


async def test_the_access_function_decides_though_the_index_says_otherwise(stage: Stage) -> None:
    """A text that the index wrongly has under another's name is read through a participant's row, and there is none."""
    ada, eve = await stage.people(), await stage.person("eve", "+4930901820199")
    await thread(stage, ada, "the secret of Ada")
    await indexed(stage)
    forged = {"terms": f"__u{eve.user_id} sec ecr cre ret _s _se"}
    await stage.store.write(lambda txn: txn.run("INSERT INTO message_terms (rowid, terms) VALUES (1, :terms)", forged))
    assert await found(stage, eve, "secret") == []


async def test_what_was_cleared_away_or_blocked_is_not_found(stage: Stage) -> None:
    from sidetone.conversation.blocks import Blocks

    ada = await stage.people()
    talk = await thread(stage, ada, "before")
    await stage.conversations.remove(ada, int(talk))
    await stage.arrives("after before")
    blocks = Blocks(stage.store)
    block, _ = await blocks.add(ada, NewBlock(party=OTHER), None)
    await stage.arrives("before the block", sender=OTHER)
    await indexed(stage)
    assert await found(stage, ada, "before") == ["after before"]
    await blocks.remove(ada, int(block.id))
    assert await found(stage, ada, "before") == ["before the block", "after before"]


async def test_filters(stage: Stage) -> None:
    ada = await stage.person("ada", OWN, "+4930901820101")
    start = stage.clock.now()
    await stage.text(ada, "one x-ray", number=OWN)
    await stage.clock.advance(24 * 3600)
    second = await stage.text(ada, "two x-ray", OTHER, number="+4930901820101")
    await stage.sending.cancel(ada, int(second.id))
    await stage.clock.advance(24 * 3600)
    await stage.arrives("three x-ray")
    await indexed(stage)
    assert start == 1_800_000_000_000  # 2027-01-15T08:00:00Z
    cases: list[tuple[dict[str, object], list[str]]] = [
        ({}, ["three", "two", "one"]),
        ({"direction": "inbound"}, ["three"]),
        ({"direction": "outbound"}, ["two", "one"]),
        ({"status": "cancelled"}, ["two"]),
        ({"status": "received"}, ["three"]),
        ({"number": "030 901820101"}, ["two"]),
        ({"conversation_id": int(second.conversation_id)}, ["two"]),
        ({"kind": "sms"}, ["three", "two", "one"]),
        ({"kind": "chat"}, []),
        ({"since": "2027-01-16"}, ["three", "two"]),
        ({"until": "2027-01-16"}, ["two", "one"]),
        ({"since": "2027-01-16T08:00:00Z", "until": "2027-01-17T08:00:00+00:00"}, ["two"]),
        ({"since": "2030-01-01"}, []),
        ({"until": "2020-01-01"}, []),
    ]
    for narrow, expected in cases:
        assert [body.split()[0] for body in await found(stage, ada, "x-ray", **narrow)] == expected, narrow
    for wrong in ("2027-13-01", "yesterday!", "2027-01-01T99:00"):
        with pytest.raises(Invalid) as refused:
            await search(stage, ada, "x", since=wrong)
        assert refused.value.where == "from"


async def test_pages_lead_to_everything_once(stage: Stage) -> None:
    ada = await stage.people()
    await thread(stage, ada, *(f"text {n:02}" if n % 3 else f"other {n:02}" for n in range(40)))
    await indexed(stage)
    seen: list[str] = []
    before: int | None = None
    while True:
        page = await search(stage, ada, "text", before=before, limit=4)
        seen += [item.message.body for item in page.items]
        if page.next is None:
            break
        before = int(page.next)
    assert seen == [f"text {n:02}" for n in reversed(range(40)) if n % 3]


async def test_contacts_are_found_beside_messages(stage: Stage) -> None:
    ada, eve = await stage.people(), await stage.person("eve", "+4930901820199")
    numbers = [NewContactNumber(number=PARTY)]
    await Contacts(stage.store).add(ada, NewContact(name="Jürgen Müller", numbers=numbers), None)
    await thread(stage, ada, "mueller was here")
    await indexed(stage)
    page = await search(stage, ada, "muller jur")
    assert ([contact.name for contact in page.contacts], page.items) == (["Jürgen Müller"], [])
    page = await search(stage, ada, "Mueller")
    assert [item.title for item in page.items] == ["Jürgen Müller"]
    assert (await search(stage, ada, "mueller", only="messages")).contacts == []
    assert (await search(stage, ada, "mueller", only="contacts")).items == []
    assert (await search(stage, ada, "mueller", direction="inbound")).contacts == []
    assert len((await search(stage, ada, "0151 12345678")).contacts) == 1
    assert (await search(stage, eve, "muller")).contacts == []


async def test_what_has_come_since_is_counted(stage: Stage) -> None:
    ada = await stage.people()
    await thread(stage, ada, "one text")
    await indexed(stage)
    await stage.arrives("another text")
    page = await search(stage, ada, "text")
    assert ([item.message.body for item in page.items], page.behind) == (["one text"], 1)


async def test_a_search_ends_with_its_time_and_says_where_to_go_on(stage: Stage) -> None:
    ada = await stage.people()
    await thread(stage, ada, *("look abc bcd" for _ in range(70)), "look abcd")
    await thread(stage, ada, *("look abc bcd" for _ in range(70)))
    await indexed(stage)
    page = await Search(stage.store, seconds=-1).find(ada, Query("look abcd"), before=None, limit=5)
    assert (page.items, page.complete) == ([], False)
    assert page.next is not None
    again = await search(stage, ada, "look abcd", before=int(page.next), limit=5)
    assert [item.message.body for item in again.items] == ["look abcd"]


async def test_a_query_that_takes_too_long_is_ended_and_nobody_waits_for_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidetone.store.connection.SEEK_STEPS", 1)
    ada = await stage.people()
    await thread(stage, ada, "look")
    await indexed(stage)
    with pytest.raises(SearchBusy, match="too long"):
        await Search(stage.store, seconds=-1).find(ada, Query("look"), before=None, limit=5)
    assert await found(stage, ada, "look") == ["look"]


async def test_so_many_at_once_and_no_more(stage: Stage) -> None:
    ada, desk = await stage.people(), Search(stage.store, seconds=30)
    done = await asyncio.gather(
        *(desk.find(ada, Query("x"), before=None, limit=5) for _ in range(AT_ONCE + 3)), return_exceptions=True
    )
    assert sum(isinstance(each, SearchBusy) for each in done) == 3
    await desk.find(ada, Query("x"), before=None, limit=5)
