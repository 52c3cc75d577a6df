"""Sending, trying again and taking back: what is stored, what is refused, and each request once."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.stage import OWN, PARTY, Stage, viewer
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.send import NotCancellable, NotRetryable, ReadOnly, Sending
from sidetone.domain.outcome import Deferred, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus
from sidetone.errors import Forbidden, Invalid, NotFound, StoreFull
from sidetone.store.idempotency import KeyReused, Once
from sidetone.views import NewMessage

MESSAGES = "SELECT count(*) AS n FROM message"


async def count(stage: Stage) -> int:
    return int(await stage.store.read(lambda look: look.one(MESSAGES)["n"]))


async def test_what_is_answered_is_stored_with_its_row_and_its_event(stage: Stage) -> None:
    ada = await stage.people()
    told: list[str] = []
    stage.store.listen(lambda entries: told.extend(entry.type for entry in entries))
    message = await stage.text(ada, "hello", key="k1")
    assert (message.status, message.client_id, message.from_number, message.author and message.author.name) == (
        "queued",
        "k1",
        OWN,
        "ada",
    )
    assert told == ["conversation.created", "message.created"]
    assert await stage.store.read(lambda look: look.one("SELECT message_id FROM outbox")["message_id"]) == 1


@pytest.mark.parametrize(
    "body",
    ["", " ", "\n\t", "a\0b", "\ud800", "x" * 671, "\u200b"[:0]],
    ids=["empty", "space", "lines", "nul", "half", "long", "none"],
)
async def test_a_text_that_cannot_be_sent_is_refused(stage: Stage, body: str) -> None:
    ada = await stage.people()
    with pytest.raises(Invalid) as refused:
        await stage.text(ada, body)
    assert refused.value.where == "body"
    assert await count(stage) == 0


async def test_the_right_to_send_is_needed(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    mute = viewer("ada", ada.user_id)
    object.__setattr__(mute, "rights", frozenset())
    for refused in (
        stage.sending.send(mute, int(message.conversation_id), NewMessage(body="x"), None, ""),
        stage.sending.retry(mute, int(message.id), None),
        stage.sending.cancel(mute, int(message.id)),
        stage.conversations.open_sms(mute, to=PARTY, number=None),
    ):
        with pytest.raises(Forbidden):
            await refused


async def test_the_same_key_twice_is_one_message(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    first = await stage.text(ada, "hello", key="k")
    await stage.store.calm()
    again = await stage.text(ada, "hello", key="k")
    assert (first.id, first.status, again.id, again.status) == ("1", "queued", "1", "sent")
    assert (await count(stage), len(stage.carrier.sent)) == (1, 1)


async def test_the_same_key_at_the_same_time_is_one_message(stage: Stage) -> None:
    ada = await stage.people()
    conversation, _ = await stage.conversations.open_sms(ada, to=PARTY, number=None)
    once = Once(ada.user_id, "k", "print")
    answers = await asyncio.gather(
        *(stage.sending.send(ada, int(conversation.id), NewMessage(body="hello"), once, "") for _ in range(20))
    )
    assert ({answer.id for answer in answers}, await count(stage)) == ({"1"}, 1)


async def test_the_same_key_for_other_words_is_refused(stage: Stage) -> None:
    ada = await stage.people()
    await stage.text(ada, "hello", key="k")
    with pytest.raises(KeyReused):
        await stage.text(ada, "other", key="k")
    eve = await stage.person("eve", "+4930901820199")
    assert (await stage.text(eve, "other", key="k")).client_id == "k"
    assert await count(stage) == 2


async def test_a_key_of_a_request_that_was_refused_is_still_good(stage: Stage) -> None:
    ada = await stage.people()
    with pytest.raises(NotFound):
        await stage.sending.send(ada, 99, NewMessage(body="hello"), Once(ada.user_id, "k", "hello"), "")
    assert (await stage.text(ada, "hello", key="k")).id == "1"


async def test_a_click_too_many_makes_one_round(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.always(Rejected(RejectKind.MESSAGE))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    gate = stage.carrier.hold()
    once = Once(ada.user_id, "retry-1", "retry")
    clicks = await asyncio.gather(
        *(stage.sending.retry(ada, int(message.id), once) for _ in range(5)),
        *(stage.sending.retry(ada, int(message.id), None) for _ in range(5)),
        return_exceptions=True,
    )
    assert [getattr(click, "round", type(click).__name__) for click in clicks] == [2] * 5 + ["NotRetryable"] * 5
    gate.set()
    detail = await stage.detail(ada, message)
    assert (detail.status, detail.round, [attempt.round for attempt in detail.attempts]) == ("sent", 2, [1, 2])


async def test_a_retry_and_a_receipt_at_once_end_well_either_way(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    for n in range(6):
        message = await stage.text(ada, f"{n}", f"+49151123456{n}0")
        await stage.store.calm()
        sent = len(stage.carrier.sent)
        await stage.receipt(f"id-{sent}-0", ReceiptStatus.UNDELIVERED)
        both = [
            stage.sending.retry(ada, int(message.id), None),
            stage.receipt(f"id-{sent}-0", ReceiptStatus.DELIVERED),
        ]
        await asyncio.gather(*both[:: 1 if n % 2 else -1], return_exceptions=True)
        detail = await stage.detail(ada, message)
        assert detail.status in ("delivered", "sent")
        assert len(stage.carrier.sent) - sent == (1 if detail.status == "sent" else 0)


@pytest.mark.parametrize(
    ("answer", "flags"),
    [(Rejected(RejectKind.MESSAGE), []), (Unknown("cut"), ["repeated"])],
    ids=["refused", "unknown"],
)
async def test_what_may_arrive_twice_is_marked(stage: Stage, answer: object, flags: list[str]) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(answer)
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    assert (await stage.sending.retry(ada, int(message.id), None)).flags == flags
    detail = await stage.detail(ada, message)
    assert (detail.status, detail.flags, detail.problem) == ("sent", flags, None)


async def test_what_is_under_way_or_done_is_neither_tried_again_nor_taken_back(stage: Stage) -> None:
    ada = await stage.people()
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    for step in ("sending", "sent", "delivered"):
        assert await stage.status(ada, message) == step
        with pytest.raises(NotRetryable):
            await stage.sending.retry(ada, int(message.id), None)
        with pytest.raises(NotCancellable):
            await stage.sending.cancel(ada, int(message.id))
        gate.set()
        if step == "sent":
            await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)


async def test_a_text_that_came_in_is_neither(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives()
    with pytest.raises(NotRetryable):
        await stage.sending.retry(ada, 1, None)
    with pytest.raises(NotCancellable):
        await stage.sending.cancel(ada, 1)


async def test_what_was_put_off_can_be_taken_back_and_sent_after_all(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(Deferred("busy"))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    cancelled = await stage.sending.cancel(ada, int(message.id))
    assert (cancelled.status, cancelled.problem) == ("cancelled", None)
    await stage.passes(60)
    assert len(stage.carrier.sent) == 1
    await stage.sending.retry(ada, int(message.id), None)
    assert await stage.status(ada, message) == "sent"


async def test_a_retry_has_its_own_validity(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    await stage.passes(375)
    assert await stage.status(ada, message) == "expired"
    await stage.sending.retry(ada, int(message.id), None)
    stage.engine.open(stage.carrier)
    assert await stage.status(ada, message) == "sent"
    assert stage.carrier.sent[0].valid_until == stage.clock.now() + stage.terms.validity


async def test_a_conversation_whose_number_moved_on_is_read_only(stage: Stage) -> None:
    ada = await stage.people()
    eve = await stage.person("eve")
    stage.carrier.always(Rejected(RejectKind.MESSAGE))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    await stage.give(OWN, eve)
    with pytest.raises(ReadOnly):
        await stage.sending.retry(ada, int(message.id), None)
    with pytest.raises(ReadOnly):
        await stage.sending.send(ada, int(message.conversation_id), NewMessage(body="x"), None, "")
    with pytest.raises(Invalid, match="no number to send from"):
        await stage.text(ada)
    with pytest.raises(Invalid, match="may not send from that number"):
        await stage.text(ada, number=OWN)
    await stage.give(OWN, ada)
    stage.carrier.answer = stage.carrier.take
    await stage.sending.retry(ada, int(message.id), None)
    assert await stage.status(ada, message) == "sent"


async def test_a_number_that_changes_its_carrier_is_retried_there(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.always(Rejected(RejectKind.SENDER))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    await stage.store.write(lambda txn: txn.run("UPDATE number SET carrier = 'second'", {}))
    assert (await stage.sending.retry(ada, int(message.id), None)).carrier == "second"


async def test_a_full_disk_stores_nothing_and_claims_nothing(stage: Stage) -> None:
    """Refused as a whole; nothing of it is there when the disk has room again."""
    ada = await stage.people()
    conversation, _ = await stage.conversations.open_sms(ada, to=PARTY, number=None)
    pages = await stage.store.read(lambda look: look.one("PRAGMA page_count")[0])
    await stage.store.write(lambda txn: txn.one(f"PRAGMA max_page_count = {pages}"))
    once = Once(ada.user_id, "k", "print")
    with pytest.raises(StoreFull):
        await asyncio.gather(
            *(stage.sending.send(ada, int(conversation.id), NewMessage(body="x" * 600), None, "") for _ in range(200))
        )
    stored = await count(stage)
    await stage.store.write(lambda txn: txn.one("PRAGMA max_page_count = 1073741823"))
    message = await stage.sending.send(ada, int(conversation.id), NewMessage(body="x"), once, "")
    assert (message.id, await count(stage)) == (str(stored + 1), stored + 1)


async def test_an_outcome_waits_for_room_on_the_disk(stage: Stage) -> None:
    ada = await stage.people()
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    stage.store.no_room = True
    gate.set()
    await stage.passes(200)
    assert await stage.status(ada, message) == "sending"
    stage.store.no_room = False
    await stage.passes(2)
    assert (await stage.status(ada, message), len(stage.carrier.sent)) == ("sent", 1)


async def test_a_queue_that_cannot_be_claimed_moves_again_when_there_is_room(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    stage.store.no_room = True
    stage.engine.open(stage.carrier)
    await stage.passes(30)
    assert stage.carrier.sent == []
    stage.store.no_room = False
    await stage.passes(2)
    assert await stage.status(ada, message) == "sent"


@given(st.text(max_size=50))
def test_any_body_is_taken_or_refused_in_words(body: str) -> None:
    sending = Sending(None, MessagingSettings(), lambda: None)  # type: ignore[arg-type]
    with suppress(Invalid):
        assert "".join(sending._measure(body).parts) == body
