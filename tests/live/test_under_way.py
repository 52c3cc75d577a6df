"""How much screens hear of a text on its way: what lasts."""

from delivery.stage import Stage
from live.screen import told, types
from sidetone.live.feed import Feed


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
