"""The list of conversations and the pages of a thread: order, cursors, filters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.stage import Stage
from sidetone.conversation.seek import patterns
from sidetone.directory.contacts import Contacts
from sidetone.people.viewer import Viewer
from sidetone.views import ConversationChange, NewContact, NewContactNumber


async def seeking(stage: Stage, who: Viewer, words: str) -> list[str]:
    page = await stage.conversations.page(who, before=None, limit=50, unread=False, words=words)
    return [item.title for item in page.items]


async def save(stage: Stage, who: Viewer, name: str, number: str) -> None:
    await Contacts(stage.store).add(who, NewContact(name=name, numbers=[NewContactNumber(number=number)]), None)


async def test_the_newest_activity_stands_first_and_pages_follow(stage: Stage) -> None:
    ada = await stage.people()
    for n in range(7):
        await stage.text(ada, "x", f"+49151123456{n}0")
    await stage.text(ada, "again", "+4915112345620")
    found, before = [], None
    while True:
        page = await stage.conversations.page(ada, before=before, limit=3, unread=False, words="")
        found += [item.party.value[-2] for item in page.items]
        if page.next is None:
            break
        before = int(page.next)
    assert found == ["2", "6", "5", "4", "3", "1", "0"]


async def test_a_thread_is_read_in_both_directions(stage: Stage) -> None:
    ada = await stage.people()
    for n in range(7):
        message = await stage.text(ada, f"{n}")
    at = int(message.conversation_id)
    newest = await stage.messages.page(ada, at, before=None, after=None, limit=3)
    assert ([item.body for item in newest.items], newest.next) == (["4", "5", "6"], "5")
    older = await stage.messages.page(ada, at, before=5, after=None, limit=3)
    assert ([item.body for item in older.items], older.next) == (["1", "2", "3"], "2")
    oldest = await stage.messages.page(ada, at, before=2, after=None, limit=3)
    assert ([item.body for item in oldest.items], oldest.next) == (["0"], None)
    newer = await stage.messages.page(ada, at, before=None, after=2, limit=3)
    assert ([item.body for item in newer.items], newer.next) == (["2", "3", "4"], "5")
    last = await stage.messages.page(ada, at, before=None, after=5, limit=3)
    assert ([item.body for item in last.items], last.next) == (["5", "6"], None)


async def test_only_the_unread_ones(stage: Stage) -> None:
    ada = await stage.people()
    await stage.text(ada, "x", "+4915112345670")
    await stage.arrives("hi", sender="+4915112345680")
    page = await stage.conversations.page(ada, before=None, limit=9, unread=True, words="")
    assert [item.party.value for item in page.items] == ["+4915112345680"]


async def test_only_the_favourites_however_old(stage: Stage) -> None:
    ada = await stage.people()
    old, _ = [await stage.text(ada, "x", f"+4915112345{each}70") for each in (6, 7)]
    await stage.conversations.change(ada, int(old.conversation_id), ConversationChange(favourite=True))
    page = await stage.conversations.page(ada, before=None, limit=1, unread=False, words="", favourite=True)
    assert ([item.id for item in page.items], page.next) == ([old.conversation_id], None)


FINDS = [
    ("", ["Ärztin Östermann", "Bob 3com", "0151 12345690", "SUPPORT"]),
    ("ärztin", ["Ärztin Östermann"]),
    ("ÄRZTIN", ["Ärztin Östermann"]),
    ("östermann", ["Ärztin Östermann"]),
    ("Östermann", ["Ärztin Östermann"]),
    ("bob", ["Bob 3com"]),
    ("3com", ["Bob 3com"]),
    ("support", ["SUPPORT"]),
    ("0151 123456 7", ["Ärztin Östermann"]),
    ("+49 (0) 151 12345690", ["0151 12345690"]),
    ("0049151123456", ["Ärztin Östermann", "Bob 3com", "0151 12345690"]),
    ("%", []),
    ("_", []),
    ("!", []),
    ("  bob  ", ["Bob 3com"]),
    ("nobody", []),
]


@pytest.mark.parametrize(("words", "titles"), FINDS)
async def test_names_and_numbers_are_found_as_people_write_them(stage: Stage, words: str, titles: list[str]) -> None:
    ada = await stage.people()
    await stage.arrives("1", sender="SUPPORT")
    for number in ("+4915112345690", "+4915112345680", "+4915112345670"):
        await stage.arrives(number, sender=number)
    await save(stage, ada, "Ärztin Östermann", "+4915112345670")
    await save(stage, ada, "Bob 3com", "+4915112345680")
    assert await seeking(stage, ada, words) == _shown(titles)


def _shown(titles: list[str]) -> list[str]:
    return ["01511 2345690" if title == "0151 12345690" else title for title in titles]


@given(st.text(max_size=30))
def test_any_words_make_patterns_that_match_them_alone(words: str) -> None:
    made = patterns(words)
    assert made["words"] == words.strip()
    for name, pattern in made.items():
        if name != "words":
            assert (pattern[0], pattern[-1]) == ("%", "%")
            inner = pattern[1:-1].replace("!!", "").replace("!%", "").replace("!_", "")
            assert not set("%_!") & set(inner)
