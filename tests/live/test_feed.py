"""The feed: everything once, in order, to whoever may see it, and again from where a screen left off."""

import asyncio
import json
from random import Random

import pytest

from delivery.stage import OWN, PARTY, Stage
from live.screen import seqs, told, types
from sidetone.directory.contacts import Contacts
from sidetone.domain.status import ReceiptStatus
from sidetone.live import feed as feed_module
from sidetone.live.feed import Feed, Subscription
from sidetone.live.frames import Frame as Rendered
from sidetone.people.viewer import Viewer
from sidetone.store import journal
from sidetone.store.connection import Txn
from sidetone.store.journal import Audience, EventType
from sidetone.testing.clock import settle
from sidetone.views import ConversationChange, NewContact, NewContactNumber


async def test_a_screen_hears_of_everything_in_order(stage: Stage) -> None:
    ada = await stage.people()
    feed = Feed(stage.store, "DE")
    screen = await feed.subscribe(ada, None)
    stage.engine.open(stage.carrier)
    message = await stage.text(ada, key="k")
    await stage.store.calm()
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    frames = await told(screen, stage.store)
    assert types(frames)[:3] == ["hello", "conversation.created", "message.created"]
    assert set(types(frames)[3:]) == {"message.updated"}
    assert seqs(frames) == sorted(set(seqs(frames)))
    assert frames[0]["seq"] == f"{stage.store.epoch}:0"
    assert {frame["data"]["client_id"] for frame in frames[2:]} == {"k"}
    assert (frames[-1]["data"]["id"], frames[-1]["data"]["status"]) == (message.id, "delivered")


async def _write(stage: Stage, ada: Viewer, chance: Random) -> None:
    """Something that a screen must hear of."""
    match chance.randrange(5):
        case 0:
            await stage.text(ada, "x", f"+4915112345{chance.randrange(5)}00")
        case 1:
            await stage.arrives(f"{chance.random()}", sender=f"+4915112345{chance.randrange(5)}00")
        case 2:
            await stage.conversations.mark_read(ada, 1, 1 << 40)
        case 3:
            await stage.conversations.change(ada, 1, ConversationChange(muted=chance.random() < 0.5))
        case 4:
            batch = [stage.arrives(f"{chance.random()}") for _ in range(chance.randrange(6))]
            await asyncio.gather(*batch)


async def _whole(feed: Feed, ada: Viewer, stage: Stage) -> list[int]:
    """What the journal holds for a user, by reading it anew."""
    return seqs(await told(await feed.subscribe(ada, f"{stage.store.epoch}:0"), stage.store))


@pytest.mark.parametrize("seed", range(12))
async def test_cut_anywhere_and_resumed_nothing_is_missed_doubled_or_out_of_order(stage: Stage, seed: int) -> None:
    chance = Random(seed)
    ada = await stage.people()
    await stage.text(ada, "first")
    feed = Feed(stage.store, "DE")
    since = f"{stage.store.epoch}:0"
    heard: list[int] = []
    writing = asyncio.create_task(_many(stage, ada, Random(seed)))
    screen = await feed.subscribe(ada, since)
    writing.add_done_callback(lambda _: screen.close())
    while not writing.done():
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        enough = chance.randrange(1, 8)
        async for frame in screen:
            decoded = json.loads(frame)
            since = decoded["seq"]
            heard += seqs([decoded])
            enough -= 1
            if enough <= 0:
                break
        screen.close()
        screen = await feed.subscribe(ada, since)
        if writing.done():
            break
    screen.close()
    rest = await feed.subscribe(ada, since)
    heard += seqs(await told(rest, stage.store))
    assert heard == await _whole(feed, ada, stage)


async def _many(stage: Stage, ada: Viewer, chance: Random) -> None:
    for _ in range(25):
        await _write(stage, ada, chance)


@pytest.mark.parametrize("seed", range(6))
async def test_screens_that_come_while_others_write_agree(stage: Stage, seed: int) -> None:
    chance = Random(seed)
    ada = await stage.people()
    await stage.text(ada, "first")
    feed = Feed(stage.store, "DE")
    screens: list[Subscription] = []
    writing = asyncio.create_task(_many(stage, ada, Random(seed)))
    while not writing.done():
        screens.append(await feed.subscribe(ada, f"{stage.store.epoch}:0"))
        for _ in range(chance.randrange(40)):
            await asyncio.sleep(0)
    await writing
    expected = await _whole(feed, ada, stage)
    for screen in screens:
        assert seqs(await told(screen, stage.store)) == expected


async def test_a_frame_that_the_past_holds_already_does_not_come_again(stage: Stage) -> None:
    """The commit is heard and its rendering still waits for its reader while the past is read by another."""
    ada = await stage.people()
    feed = Feed(stage.store, "DE")
    first = await feed.subscribe(ada, None)
    await stage.text(ada)
    await settle()
    screens = [await feed.subscribe(ada, f"{stage.store.epoch}:0") for _ in range(3)]
    for screen in (first, *screens):
        assert seqs(await told(screen, stage.store)) == [1, 2]


@pytest.mark.parametrize(
    ("since", "kinds"),
    [
        ("{epoch}:0", ["hello", "conversation.created", "message.created"]),
        ("{epoch}:1", ["hello", "message.created"]),
        ("{epoch}:2", ["hello"]),
        ("{epoch}:3", ["hello", "resync"]),
        ("{epoch}:999999999999999999", ["hello", "resync"]),
        ("{epoch}:9999999999999999999999", ["hello", "resync"]),
        ("00000000:1", ["hello", "resync"]),
        ("{epoch}:-1", ["hello", "resync"]),
        ("{epoch}:\uff11", ["hello", "resync"]),
        ("{epoch}:", ["hello", "resync"]),
        ("{epoch}", ["hello", "resync"]),
        ("", ["hello", "resync"]),
        (":", ["hello", "resync"]),
        (":1", ["hello", "resync"]),
    ],
)
async def test_where_a_screen_may_go_on_from(stage: Stage, since: str, kinds: list[str]) -> None:
    ada = await stage.people()
    await stage.text(ada)
    screen = await Feed(stage.store, "DE").subscribe(ada, since.format(epoch=stage.store.epoch))
    frames = await told(screen, stage.store)
    assert types(frames) == kinds
    if "resync" in kinds:
        assert (frames[0]["seq"], frames[1]["seq"]) == (f"{stage.store.epoch}:2", None)


async def test_after_a_resync_it_goes_on_live(stage: Stage) -> None:
    ada = await stage.people()
    await stage.text(ada)
    screen = await Feed(stage.store, "DE").subscribe(ada, "gone:7")
    await stage.arrives("new")
    frames = await told(screen, stage.store)
    assert types(frames) == ["hello", "resync", "message.created"]
    assert frames[2]["seq"] == f"{stage.store.epoch}:3"


async def test_what_was_trimmed_is_loaded_anew(stage: Stage) -> None:
    ada = await stage.people()
    feed = Feed(stage.store, "DE")
    for _ in range(3):
        await stage.text(ada)
    week = {"before": stage.clock.now() + 1, "most": 2}
    await stage.store.write(lambda txn: txn.run(journal.TRIM, week))
    wanted = {0: "resync", 1: "resync", 2: "message.created", 3: "message.created", 4: None}
    for since, first in wanted.items():
        frames = await told(await feed.subscribe(ada, f"{stage.store.epoch}:{since}"), stage.store)
        assert [frame["type"] for frame in frames[1:2]] == ([first] if first else [])
    await stage.store.write(lambda txn: txn.run(journal.TRIM, {**week, "most": 99}))
    for since, kinds in ((3, ["hello", "resync"]), (4, ["hello"])):
        assert types(await told(await feed.subscribe(ada, f"{stage.store.epoch}:{since}"), stage.store)) == kinds


async def _events(stage: Stage, count: int, user_id: int) -> None:
    def emit(txn: Txn) -> None:
        for _ in range(count):
            txn.emit(EventType.READ_UPDATED, Audience.USER, user_id, 1)

    await stage.store.write(emit)


async def test_who_missed_too_much_loads_anew(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "LONGEST_CATCH_UP", 10)
    ada = await stage.people()
    await stage.text(ada)
    await _events(stage, 9, ada.user_id)
    feed = Feed(stage.store, "DE")
    assert types(await told(await feed.subscribe(ada, f"{stage.store.epoch}:0"), stage.store)) == ["hello", "resync"]
    assert len(await told(await feed.subscribe(ada, f"{stage.store.epoch}:1"), stage.store)) == 11


async def test_who_is_too_slow_is_cut_off_and_comes_back_to_all_of_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "ROOM", 5)
    ada = await stage.people()
    await stage.text(ada)
    feed = Feed(stage.store, "DE")
    screen = await feed.subscribe(ada, f"{stage.store.epoch}:2")
    assert (await anext(screen)).startswith(b'{"type":"hello"')
    await _events(stage, 3, ada.user_id)
    await stage.store.calm()
    assert json.loads(await anext(screen))["seq"] == f"{stage.store.epoch}:3"
    await _events(stage, 8, ada.user_id)
    await stage.store.calm()
    assert (screen.overrun, [frame async for frame in screen]) == (True, [])
    again = await told(await feed.subscribe(ada, f"{stage.store.epoch}:3"), stage.store)
    assert seqs(again) == list(range(4, 14))


async def test_who_catches_up_is_not_too_slow_for_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "ROOM", 5)
    ada = await stage.people()
    await stage.text(ada)
    await _events(stage, 20, ada.user_id)
    feed = Feed(stage.store, "DE")
    screen = await feed.subscribe(ada, f"{stage.store.epoch}:0")
    await _events(stage, 4, ada.user_id)
    frames = await told(screen, stage.store)
    assert (seqs(frames), screen.overrun) == (list(range(1, 27)), False)


async def test_what_comes_while_the_past_is_read_is_bounded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "ROOM", 5)
    ada = await stage.people()
    await stage.text(ada)
    feed = Feed(stage.store, "DE")
    screen = Subscription(feed, ada)
    for seq in range(3, 20):
        screen.put(Rendered(seq, ada.user_id, b"%d" % seq))
    screen.begin([b"hello"], 2)
    assert (screen.overrun, [frame async for frame in screen]) == (True, [b"hello"])


async def test_what_comes_while_the_past_is_read_follows_it_once(stage: Stage) -> None:
    ada = await stage.people()
    screen = Subscription(Feed(stage.store, "DE"), ada)
    for seq in (3, 4):
        screen.put(Rendered(seq, ada.user_id, b"%d" % seq))
    screen.begin([b"hello", b"1", b"2"], 2)
    for seq in (2, 5):
        screen.put(Rendered(seq, ada.user_id, b"%d" % seq))
    screen.close()
    assert [frame async for frame in screen] == [b"hello", b"1", b"2", b"3", b"4", b"5"]


async def test_a_fault_while_rendering_is_a_resync_and_not_a_gap(stage: Stage) -> None:
    ada = await stage.people()
    feed = Feed(stage.store, "DE")
    screen = await feed.subscribe(ada, None)
    message = await stage.text(ada)
    await stage.store.calm()
    await stage.store.write(lambda txn: txn.run("UPDATE message SET status = 'nonsense'", {}))
    with pytest.raises(ValueError, match="nonsense"):
        await _rendered(stage, feed, message.id)
    await stage.store.write(lambda txn: txn.run("UPDATE message SET status = 'queued'", {}))
    await stage.arrives("after")
    frames = await told(screen, stage.store)
    assert types(frames)[-2:] == ["resync", "message.created"]


async def _rendered(stage: Stage, feed: Feed, message_id: str) -> None:
    def emit(txn: Txn) -> None:
        txn.emit(EventType.MESSAGE_UPDATED, Audience.CONVERSATION, 1, int(message_id))

    await stage.store.write(emit)
    assert feed._rendering is not None
    await feed._rendering


async def test_unjournaled_frames_have_no_place(stage: Stage) -> None:
    ada = await stage.people()
    screen = await Feed(stage.store, "DE").subscribe(ada, None)
    screen.push_unjournaled("typing", {"id": "1"})
    assert (await told(screen, stage.store))[1] == {"seq": None, "type": "typing", "data": {"id": "1"}}


async def test_a_screen_that_left_is_forgotten(stage: Stage) -> None:
    ada = await stage.people()
    feed = Feed(stage.store, "DE")
    for _ in range(3):
        screen = await feed.subscribe(ada, None)
        screen.close()
        screen.close()
    assert feed._screens == {}
    assert [frame async for frame in screen] != []
    with pytest.raises(StopAsyncIteration):
        await anext(screen)


async def test_saving_renaming_and_forgetting_a_contact_changes_titles_at_once(stage: Stage) -> None:
    """KU-31, KU-37: on every screen of the user, and on nobody else's."""
    ada, eve = await stage.people(), await stage.person("eve", "+4930901820199")
    await stage.text(ada)
    await stage.text(eve)
    feed, contacts = Feed(stage.store, "DE"), Contacts(stage.store)
    screens = [await feed.subscribe(who, None) for who in (ada, ada, eve)]
    number = NewContactNumber(number="0151 12345678")
    saved = await contacts.add(ada, NewContact(name="Grace", numbers=[number]), None)
    await contacts.change(ada, int(saved.id), NewContact(name="Grace H.", numbers=[number]))
    other = NewContactNumber(number="0151 12345679")
    await contacts.change(ada, int(saved.id), NewContact(name="Grace H.", numbers=[other]))
    await contacts.change(ada, int(saved.id), NewContact(name="Grace H.", numbers=[number]))
    await contacts.remove(ada, int(saved.id))
    everything = [await told(screen, stage.store) for screen in screens]
    assert everything[0] == everything[1]
    assert types(everything[2]) == ["hello"]
    titles = [frame["data"]["title"] for frame in everything[0] if frame["type"] == "conversation.updated"]
    assert titles[-1] == "01511 2345678"
    last = [frame["data"] for frame in everything[0] if frame["type"] == "contact.updated"][-1]
    assert last == {"id": saved.id, "removed": True}


async def test_a_title_follows_step_by_step(stage: Stage) -> None:
    ada = await stage.people()
    await stage.text(ada)
    contacts, number = Contacts(stage.store), NewContactNumber(number=PARTY)
    screen = await Feed(stage.store, "DE").subscribe(ada, None)
    saved = await contacts.add(ada, NewContact(name="Grace", numbers=[number]), None)
    await stage.store.calm()
    await contacts.change(ada, int(saved.id), NewContact(name="Hopper", numbers=[number]))
    await stage.store.calm()
    await contacts.remove(ada, int(saved.id))
    frames = await told(screen, stage.store)
    titles = [frame["data"]["title"] for frame in frames if frame["type"] == "conversation.updated"]
    assert list(dict.fromkeys(titles)) == ["Grace", "Hopper", "01511 2345678"]


async def test_clearing_reaches_the_users_other_screens(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    screen = await Feed(stage.store, "DE").subscribe(ada, None)
    await stage.conversations.remove(ada, int(message.conversation_id))
    await stage.arrives("new")
    frames = await told(screen, stage.store)
    assert types(frames) == ["hello", "conversation.removed", "conversation.created", "message.created"]
    assert frames[1]["data"] == {"id": message.conversation_id}


async def test_a_new_owner_sees_what_waited_at_once(stage: Stage) -> None:
    ada = await stage.person("ada")
    await stage.arrives("waiting")
    screen = await Feed(stage.store, "DE").subscribe(ada, None)
    await stage.give(OWN, ada)
    frames = await told(screen, stage.store)
    assert types(frames) == ["hello", "conversation.created"]
    assert frames[1]["data"]["last_message"]["body"] == "waiting"
