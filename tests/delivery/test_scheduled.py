"""Texts for later: listed, changed, taken back, and sent once at their time, whatever happens until then."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from delivery.stage import OWN, PARTY, Stage
from delivery.test_stop_and_restart import another_life
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.send import NotCancellable, NotScheduled
from sidetone.errors import Invalid, NotFound
from sidetone.people.viewer import Viewer
from sidetone.store import blocks, conversations
from sidetone.store.idempotency import Once
from sidetone.store.restore import DOUBT_SCHEDULED
from sidetone.testing.clock import FakeClock
from sidetone.views import MessageChange, MessageView, NewMessage

DAY = 24 * 3600
BERLIN_WINTER, BERLIN_SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def moment(stage: Stage, seconds: float) -> datetime:
    return datetime.fromtimestamp(stage.clock.now() / 1000 + seconds, UTC)


async def later(stage: Stage, who: Viewer, seconds: float, body: str = "later", key: str | None = None) -> MessageView:
    talk, _ = await stage.conversations.open_sms(who, to=PARTY, number=None)
    once = None if key is None else Once(who.user_id, key, body)
    ask = NewMessage(body=body, send_at=moment(stage, seconds))
    return await stage.sending.send(who, int(talk.id), ask, once, "c0ffee")


async def waiting(stage: Stage, who: Viewer) -> list[str]:
    return [each.body for each in (await stage.messages.scheduled(who, conversation_id=0, after=0, limit=50)).items]


async def test_it_waits_outside_the_thread_and_goes_at_its_time(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    told: list[str] = []
    stage.store.listen(lambda entries: told.extend(entry.type for entry in entries))
    text = await later(stage, ada, 3600)
    assert (text.status, text.cancellable, text.retryable, told) == ("scheduled", True, False, ["message.created"])
    assert text.send_at is not None
    now = await stage.text(ada, "now")
    assert await waiting(stage, ada) == ["later"]
    assert await stage.bodies(ada, text.conversation_id) == ["now"]
    await stage.passes(3599)
    assert stage.carrier.bodies == ["now"]
    await stage.passes(2)
    assert stage.carrier.bodies == ["now", "later"]
    assert (await waiting(stage, ada), await stage.bodies(ada, text.conversation_id)) == ([], ["now", "later"])
    sent = await stage.detail(ada, text)  # by the id it waited under
    assert (sent.status, sent.scheduled_id, sent.send_at) == ("sent", text.id, None)
    assert int(sent.id) > int(now.id)
    assert sent.history[0].text == "Written earlier for this time, and queued now."
    assert sent.created_at == sent.history[0].at > now.created_at
    with pytest.raises(NotCancellable):
        await stage.sending.cancel(ada, int(text.id))


async def test_one_that_waits_holds_nothing_back_and_lists_nothing(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    await later(stage, ada, DAY)
    assert await stage.listed(ada) == []
    await stage.arrives("hi")
    assert await stage.listed(ada) == [(PARTY, 1)]
    for n in range(3):
        await stage.text(ada, f"{n}")
    await stage.store.calm()
    assert stage.carrier.bodies == ["0", "1", "2"]


async def test_the_same_key_waits_once_and_is_sent_once(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    first, again = [await later(stage, ada, 600, key="k") for _ in range(2)]
    assert first.id == again.id
    await stage.passes(700)
    sent = await later(stage, ada, -100, key="k")
    assert (sent.client_id, sent.scheduled_id, sent.status) == ("k", first.id, "sent")
    assert stage.carrier.bodies == ["later"]


async def test_who_deletes_a_conversation_cancels_what_they_planned_in_it(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    first, second = [await later(stage, ada, 600) for _ in range(2)]
    entries: list[tuple[str, int]] = []
    stage.store.listen(lambda told: entries.extend((entry.type, entry.subject_id) for entry in told))
    await stage.conversations.remove(ada, int(first.conversation_id))
    talk = int(first.conversation_id)
    assert entries == [
        ("conversation.removed", talk),
        ("message.updated", int(first.id)),
        ("message.updated", int(second.id)),
    ]
    assert await waiting(stage, ada) == []
    assert (await stage.detail(ada, second)).status == "cancelled"
    await stage.passes(700)
    assert stage.carrier.bodies == []
    with pytest.raises(NotFound):
        await stage.conversations.remove(ada, talk + 1)


async def test_words_and_time_can_be_changed_while_it_waits(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    text = await later(stage, ada, 600)
    changed = await stage.sending.change(ada, int(text.id), MessageChange(body="łódka", send_at=moment(stage, 1200)))
    assert (changed.id, changed.body, changed.encoding, changed.status) == (text.id, "łódka", "ucs2", "scheduled")
    kept = await stage.sending.change(ada, int(text.id), MessageChange(body="boat"))
    assert (kept.send_at, kept.encoding) == (changed.send_at, "gsm7")
    await stage.passes(1100)
    assert stage.carrier.bodies == []
    await stage.passes(101)
    assert stage.carrier.bodies == ["boat"]
    with pytest.raises(NotScheduled):
        await stage.sending.change(ada, int(text.id), MessageChange(body="too late"))


async def test_it_can_be_sent_now_or_taken_back(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    text, gone = await later(stage, ada, 600, "now"), await later(stage, ada, 600, "never")
    sent = await stage.sending.change(ada, int(text.id), MessageChange(send_at=None))
    assert (sent.status, sent.scheduled_id) == ("queued", text.id)
    assert (await stage.sending.cancel(ada, int(gone.id))).status == "cancelled"
    assert await waiting(stage, ada) == []
    await stage.passes(700)
    assert stage.carrier.bodies == ["now"]
    assert (await stage.status(ada, gone), await stage.bodies(ada, gone.conversation_id)) == ("cancelled", ["now"])
    with pytest.raises(NotFound):  # it never stood in the thread, so there is nothing to send once more
        await stage.sending.retry(ada, int(gone.id), None)


async def test_it_is_nobody_elses(stage: Stage) -> None:
    ada = await stage.people()
    text = await later(stage, ada, 600)
    bob = await stage.person("bob", "+4930901820101")
    assert await waiting(stage, bob) == []
    with pytest.raises(NotFound):
        await stage.sending.cancel(bob, int(text.id))
    with pytest.raises(NotFound):
        await stage.sending.change(bob, int(text.id), MessageChange(send_at=None))
    with pytest.raises(NotFound):
        await stage.detail(bob, text)


TIMES = [(-301, ""), (-299, "queued"), (0, "queued"), (1, "scheduled"), (366 * DAY, "scheduled"), (367 * DAY, "")]


@pytest.mark.parametrize(("seconds", "taken"), TIMES)
async def test_which_times_are_taken(stage: Stage, seconds: float, taken: str) -> None:
    ada = await stage.people()
    if taken:
        assert (await later(stage, ada, seconds)).status == taken
    else:
        with pytest.raises(Invalid):
            await later(stage, ada, seconds)


async def test_a_time_is_a_moment_whatever_the_clocks_show(stage: Stage) -> None:
    """In the night of 31 October 2027 half past two comes twice in Berlin: an offset says which is meant."""
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    first = datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN_SUMMER)
    second = datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN_WINTER)
    await stage.clock.advance(first.timestamp() - stage.clock.now() / 1000 - 60)
    talk, _ = await stage.conversations.open_sms(ada, to=PARTY, number=None)
    for body, at in (("second", second), ("first", first)):
        await stage.sending.send(ada, int(talk.id), NewMessage(body=body, send_at=at), None, "c")
    await stage.passes(62)
    assert stage.carrier.bodies == ["first"]
    await stage.passes(3540)
    assert stage.carrier.bodies == ["first"]
    await stage.passes(60)
    assert stage.carrier.bodies == ["first", "second"]


@pytest.mark.parametrize(("late", "status"), [(60, "sent"), (480, "expired")])
async def test_a_restart_sends_it_once_unless_it_is_too_late(
    stage: Stage, tmp_path: Path, clock: FakeClock, late: float, status: str
) -> None:
    ada = await stage.people()
    text = await later(stage, ada, 600)
    await stage.engine.stop()
    await clock.advance(600 + late)  # nothing runs at its time; a text is valid for six minutes here
    for _ in range(2):
        life, store = await another_life(stage, tmp_path / "sidetone.db", clock)
        await life.engine.start()
        life.engine.open(life.carrier)
        await life.passes(30)
        assert await life.status(ada, text) == status
        stage.carrier.sent += life.carrier.sent
        await life.engine.stop()
        await store.close()
    assert stage.carrier.bodies == (["later"] if status == "sent" else [])


async def test_one_that_may_have_gone_before_a_restore_is_not_sent_again(stage: Stage, tmp_path: Path) -> None:
    ada = await stage.people()
    text, other = await later(stage, ada, 600), await later(stage, ada, 1200, "other")
    with closing(sqlite3.connect(tmp_path / "sidetone.db")) as sql, sql:
        assert sql.execute(DOUBT_SCHEDULED, {"now": stage.clock.now() + 700_000}).rowcount == 1
    stage.engine.open(stage.carrier)
    await stage.passes(1300)
    assert (await stage.status(ada, text), await stage.status(ada, other)) == ("unknown", "sent")
    assert stage.carrier.bodies == ["other"]
    assert await stage.bodies(ada, text.conversation_id) == ["later", "other"]


async def test_it_fails_in_words_when_its_number_is_gone(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    text = await later(stage, ada, 600)
    await stage.give(OWN, None)
    await stage.passes(700)
    detail = await stage.detail(ada, text)
    assert (detail.status, stage.carrier.bodies) == ("failed", [])
    assert detail.status_text == "Not sent: the number it was to leave by has another owner now."
    assert await stage.listed(ada) == [(PARTY, 0)]


async def test_it_heeds_an_opt_out_that_came_meanwhile(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    text = await later(stage, ada, 600)
    await stage.arrives("STOP")
    await stage.passes(700)
    detail = await stage.detail(ada, text)
    assert (detail.status, detail.problem and detail.problem.kind) == ("failed", "opted_out")
    assert "later" not in stage.carrier.bodies


async def test_a_stop_of_ones_own_blocks_when_it_is_sent(stage: Stage) -> None:
    stage.engine.adopt(MessagingSettings(stop_blocks=("DE",)))
    ada = await stage.people()
    await later(stage, ada, 600, "STOP")
    shown = {"user_id": ada.user_id, "after": 0, "limit": 9}
    assert await stage.store.read(lambda look: look.all(blocks.PAGE, shown)) == []
    await stage.passes(700)
    assert len(await stage.store.read(lambda look: look.all(blocks.PAGE, shown))) == 1


async def test_what_waits_keeps_its_conversation(stage: Stage) -> None:
    ada = await stage.people()
    text = await later(stage, ada, 40 * DAY)
    swept = {"before": stage.clock.now() + 1, "most": 10}
    assert await stage.store.write(lambda txn: txn.run(conversations.SWEEP, swept)) == 0
    await stage.sending.cancel(ada, int(text.id))
    assert await stage.store.write(lambda txn: txn.run(conversations.SWEEP, swept)) == 1
