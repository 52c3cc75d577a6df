"""The stages of a text that came in are written down behind it."""

from delivery.stage import Stage
from sidetone.live.feed import Feed
from sidetone.metrics.meters import Meters
from sidetone.people.viewer import Viewer


async def history(stage: Stage, who: Viewer, message_id: str = "1") -> list[tuple[str, str]]:
    detail = await stage.detail(who, message_id)
    return [(step.at[17:23], step.text) for step in detail.history]


async def test_each_stage_has_its_time_and_the_first_one_counts(stage: Stage) -> None:
    ada = await stage.people()
    feed = Feed(stage.store, "DE", Meters(stage.clock))
    screens = [await feed.subscribe(ada, None) for _ in range(2)]
    await stage.arrives("hi", carrier_time=stage.clock.now() - 5_000)
    await stage.passes(4)
    await stage.conversations.mark_read(ada, 1, 1)
    await stage.passes(4)
    await stage.conversations.mark_read(ada, 1, 1)
    told = await history(stage, ada)
    assert told[0] == ("55.000", "The time that carrier “main” gives it.")
    assert told[2:] == [
        ("00.000", "Received through carrier “main” and stored."),
        ("00.000", "Given to a screen that was open."),
        ("04.000", "Read for the first time."),
    ]
    for screen in screens:
        screen.close()


async def test_without_a_screen_nothing_is_pushed(stage: Stage) -> None:
    ada = await stage.people()
    meters = Meters(stage.clock)
    feed = Feed(stage.store, "DE", meters)
    await stage.arrives("hi")
    await stage.passes(4)
    assert [text for _, text in await history(stage, ada)][1:] == ["Received through carrier “main” and stored."]
    assert feed.screens == 0
    assert not meters.registry.get_sample_value(
        "sidetone_inbound_stage_seconds_count", {"carrier": "main", "stage": "push"}
    )


async def test_what_we_write_ourselves_has_no_such_stages(stage: Stage) -> None:
    ada = await stage.people()
    meters = Meters(stage.clock)
    feed = Feed(stage.store, "DE", meters)
    screen = await feed.subscribe(ada, None)
    message = await stage.text(ada)
    await stage.passes(4)
    assert [text for _, text in await history(stage, ada, message.id)] == [
        "Stored and queued.",
        "Now: Waiting to be sent.",
    ]
    assert feed.screens == 1
    assert not meters.registry.get_sample_value(
        "sidetone_inbound_stage_seconds_count", {"carrier": "main", "stage": "push"}
    )
    screen.close()
