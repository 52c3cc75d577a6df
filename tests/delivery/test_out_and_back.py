"""A text out and back, over the store."""

from delivery.stage import PARTY, Stage
from sidetone.domain.status import ReceiptStatus
from sidetone.live.feed import Feed


async def test_a_text_is_sent_delivered_and_answered(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    feed = Feed(stage.store, "DE")
    screen = await feed.subscribe(ada, None)

    message = await stage.text(ada)
    assert message.status == "queued"
    assert await stage.status(ada, message) == "sent"
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    detail = await stage.detail(ada, message)
    assert (detail.status, [part.carrier_id for part in detail.attempts[0].parts]) == ("delivered", ["id-1-0"])

    await stage.arrives("hi")
    await stage.arrives("hi")
    assert await stage.bodies(ada, message.conversation_id) == ["hello", "hi"]
    assert await stage.listed(ada) == [(PARTY, 1)]

    seen = []
    async for frame in screen:
        seen.append(frame)
        if b'"hi"' in frame:
            break
    assert seen[0].startswith(b'{"type":"hello"')
