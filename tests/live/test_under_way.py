"""How much screens hear of a text on its way: what lasts, and each thing once."""

from delivery.stage import Stage
from live.screen import told, types
from sidetone.domain.status import ReceiptStatus
from sidetone.live.feed import Feed
from sidetone.live.frames import EVERY_TYPE, render


async def test_a_send_is_shown_under_way_only_when_it_takes_its_time(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    gate = stage.carrier.hold()
    feed = Feed(stage.store, "DE")
    screen = await feed.subscribe(ada, None)
    await stage.text(ada)
    await stage.store.calm()
    assert types(await told(screen, stage.store)) == ["hello", "conversation.created", "message.created"]
    screen = await feed.subscribe(ada, None)
    await stage.passes(1)
    frames = await told(screen, stage.store)
    assert [frame["data"]["status"] for frame in frames[1:]] == ["sending"]
    gate.set()


async def test_what_a_message_went_through_at_once_is_told_once(stage: Stage) -> None:
    ada = await stage.people()
    feed = Feed(stage.store, "DE")
    stage.engine.open(stage.carrier)
    await stage.text(ada)
    await stage.store.calm()
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    frames = await told(await feed.subscribe(ada, f"{stage.store.epoch}:0"), stage.store)
    assert [(frame["type"], frame["data"]["status"]) for frame in frames[2:]] == [("message.created", "delivered")]


async def test_who_comes_back_in_the_middle_of_a_stretch_learns_its_end(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    await stage.text(ada)
    await stage.store.calm()
    before = await stage.store.read(lambda look: look.one("SELECT seq FROM journal_counter")["seq"])
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    whole = await stage.store.read(render, stage.store.epoch, "DE", EVERY_TYPE, 0, before + 9)
    assert [frame.seq > before for frame in whole if b'"message.' in frame.bytes] == [True]
    frames = await told(await Feed(stage.store, "DE").subscribe(ada, f"{stage.store.epoch}:{before}"), stage.store)
    assert [frame["data"]["status"] for frame in frames[1:]] == ["delivered"]
