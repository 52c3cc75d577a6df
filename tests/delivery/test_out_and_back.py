"""A text out and back, over the store."""

from delivery.stage import OWN, PARTY, Stage
from sidetone.domain.incoming import InboundMessage, Receipt
from sidetone.domain.outcome import Deferred, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus
from sidetone.live.feed import Feed
from sidetone.plugin.carrier import Outgoing


async def test_a_text_is_sent_delivered_and_answered(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    feed = Feed(stage.store, "DE")
    screen = await feed.subscribe(ada, None)

    message = await stage.text(ada)
    assert message.status == "queued"
    await stage.until(ada, message.id, "sent")
    await stage.way_in.receipt("main", Receipt(carrier_id="id-1-0", status=ReceiptStatus.DELIVERED))
    detail = await stage.until(ada, message.id, "delivered")
    assert [part.carrier_id for part in detail.attempts[0].parts] == ["id-1-0"]

    answer = InboundMessage(carrier_id="in-1", sender=PARTY, recipient=OWN, body="hi")
    await stage.way_in.inbound("main", answer)
    await stage.way_in.inbound("main", answer)
    page = await stage.messages.page(ada, int(message.conversation_id), before=None, after=None, limit=50)
    assert [item.body for item in page.items] == ["hello", "hi"]
    listed = await stage.conversations.page(ada, before=None, limit=50, unread=True, words="")
    assert [(item.unread, item.title) for item in listed.items] == [(1, "01511 2345678")]

    seen = []
    async for frame in screen:
        seen.append(frame)
        if b'"hi"' in frame:
            break
    assert seen[0].startswith(b'{"type":"hello"')


async def test_refused(stage: Stage) -> None:
    ada = await stage.people()

    async def refuse(_message: Outgoing) -> Rejected:
        return Rejected(RejectKind.RECIPIENT, "30005", "unknown handset")

    stage.carrier.answer = refuse
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    detail = await stage.until(ada, message.id, "failed")
    assert detail.status_text == "Not sent: the recipient cannot be reached (unknown handset, code 30005)."
    stage.carrier.answer = stage.carrier.take
    again = await stage.sending.retry(ada, int(message.id), None)
    assert (again.status, again.round) == ("queued", 2)
    await stage.until(ada, message.id, "sent")


async def test_deferred_then_sent(stage: Stage) -> None:
    ada = await stage.people()
    tries = []

    async def first_not(message: Outgoing) -> object:
        tries.append(message.reference)
        return Deferred("busy") if len(tries) < 3 else await stage.carrier.take(message)

    stage.carrier.answer = first_not  # type: ignore[assignment]
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    for tried in (1, 2):
        while len(tries) < tried or (await stage.messages.detail(ada, int(message.id))).status != "queued":
            await stage.clock.advance(0)
        await stage.clock.until_asleep(2)
        await stage.clock.advance(10)
    detail = await stage.until(ada, message.id, "sent")
    assert [attempt.outcome for attempt in detail.attempts] == ["deferred", "deferred", "accepted"]


async def test_unknown_is_never_sent_again_by_itself(stage: Stage) -> None:
    ada = await stage.people()

    async def silence(_message: Outgoing) -> Unknown:
        return Unknown("cut in the middle")

    stage.carrier.answer = silence
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.until(ada, message.id, "unknown")
    await stage.clock.until_asleep(2)
    await stage.clock.advance(3600)
    assert len(stage.carrier.sent) == 1
