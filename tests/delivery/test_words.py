"""STOP, START and HELP are confirmed once, by us or by the carrier; softer wishes wait for a person."""

from collections.abc import AsyncIterator

import pytest

from delivery.conftest import TERMS
from delivery.stage import OWN, PARTY, WatchedStore
from delivery.words import Ears, refused
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.opted_out import OptedOut
from sidetone.domain.outcome import Rejected, RejectKind
from sidetone.domain.segments import segment
from sidetone.jobs.holds import LegalHolds
from sidetone.testing.clock import FakeClock
from sidetone.views import NewHold


@pytest.fixture
async def ears(store: WatchedStore, clock: FakeClock) -> AsyncIterator[Ears]:
    made = Ears(store, clock, TERMS)
    await made.engine.start()
    yield made
    made.carrier.let_go()
    await made.engine.stop()


async def test_a_stop_is_confirmed_once(ears: Ears) -> None:
    ada = await ears.people()
    ears.engine.open(ears.carrier)
    for body in ("STOP", "stop", "Stopp!"):
        await ears.say(body)
    (reply,) = ears.carrier.sent
    assert (reply.sender, reply.recipient.value) == (OWN, PARTY)
    assert reply.body.startswith("Sie erhalten von dieser Nummer keine Nachrichten mehr.")
    (row,) = [row for row in await ears.stored() if row["direction"] == "outbound"]
    assert (row["status"], row["flags"], row["author_id"]) == ("sent", "word_reply", None)
    page = await ears.messages.page(ada, int((await ears.conversation(ada)).id), before=None, after=None, limit=9)
    assert [item.author for item in page.items if item.direction == "outbound"] == [None]
    assert len(await ears.listed_opt_outs(ada)) == 1


async def test_the_same_text_again_does_nothing_again(ears: Ears) -> None:
    ada = await ears.people()
    ears.engine.open(ears.carrier)
    for _ in range(3):
        await ears.arrives("STOP", carrier_id="in-1")
    await ears.store.calm()
    assert len(ears.carrier.sent) == 1
    await ears.say("START")
    await ears.arrives("STOP", carrier_id="in-1")  # brought once more, long after
    assert await ears.listed_opt_outs(ada) == []


async def test_where_the_carrier_answers_we_keep_the_list_and_our_peace(ears: Ears) -> None:
    ada = await ears.people()
    ears.answers = "carrier"
    ears.engine.open(ears.carrier)
    for body in ("HELP", "STOP", "START", "STOP"):
        await ears.say(body)
    assert ears.carrier.sent == []
    assert len(await ears.listed_opt_outs(ada)) == 1


async def test_help_is_answered_also_to_who_has_opted_out(ears: Ears) -> None:
    ada = await ears.people()
    await ears.forbid(ada)
    ears.engine.open(ears.carrier)
    await ears.say("Hilfe")
    assert [body.startswith("Rufen Sie diese Nummer an") for body in ears.carrier.bodies] == [True]


async def test_start_undoes_it_and_is_confirmed(ears: Ears) -> None:
    ada = await ears.people()
    ears.engine.open(ears.carrier)
    await ears.say("STOP")
    await ears.say("Start")
    assert await refused(ears, ada) is None
    (view,) = await ears.listed_opt_outs(ada, "all")
    assert (view.lifted_at is not None, view.lifted_by, view.lift_wording) == (True, None, "Start")
    assert [flags for _, _, flags in await ears.thread()] == ["opt_out", "word_reply", "opt_in", "word_reply", ""]
    assert ears.carrier.bodies[1].startswith("Sie erhalten wieder Nachrichten")


async def test_a_start_that_undoes_nothing_is_an_ordinary_text(ears: Ears) -> None:
    ada = await ears.people()
    ears.engine.open(ears.carrier)
    await ears.say("START")
    assert (await ears.thread(), ears.carrier.sent) == ([("inbound", "START", "")], [])
    await ears.forbid(ada)
    await ears.say("START")
    assert len(await ears.listed_opt_outs(ada)) == 1, (
        "what an admin forbade the whole company is not the party's to lift"
    )
    assert ears.carrier.sent == []


async def test_a_start_under_a_ban_of_the_company_lifts_its_own_and_promises_nothing(ears: Ears) -> None:
    ada = await ears.people()
    ears.engine.open(ears.carrier)
    await ears.say("STOP")
    await ears.forbid(ada)
    await ears.say("START")
    assert [view.number for view in await ears.listed_opt_outs(ada)] == [None]
    assert len(ears.carrier.sent) == 1
    assert await refused(ears, ada)


async def test_start_lifts_what_a_carrier_or_an_admin_noted_for_that_number(ears: Ears) -> None:
    ada = await ears.people()
    await ears.forbid(ada, number=OWN)
    await ears.say("UNSTOP")
    assert await ears.listed_opt_outs(ada) == []


async def test_two_machines_do_not_answer_each_other_for_ever(ears: Ears) -> None:
    await ears.people()
    for _ in range(20):
        for body in ("HELP", "STOP", "START"):
            await ears.say(body)
        await ears.clock.advance(120)
    assert [direction for direction, _, _ in await ears.thread()].count("outbound") == 3, "each word once an hour"
    for _ in range(40):
        await ears.say("HELP")
        await ears.clock.advance(1800)
    assert [direction for direction, _, _ in await ears.thread()].count("outbound") == 4, "and four a day"


async def test_only_phones_are_answered_and_only_by_numbers_with_an_owner(ears: Ears) -> None:
    await ears.people()
    ears.engine.open(ears.carrier)
    for sender in ("72345", "ACME"):
        await ears.say("STOP", sender=sender)
    await ears.say("STOP", recipient="+4930901820155")
    assert ears.carrier.sent == []


async def test_an_answer_that_cannot_leave_in_time_expires(ears: Ears) -> None:
    ada = await ears.people()
    await ears.say("STOP")
    await ears.passes(3700)
    (row,) = [row for row in await ears.stored() if row["direction"] == "outbound"]
    assert row["status"] == "expired"
    ears.engine.open(ears.carrier)
    await ears.store.calm()
    assert ears.carrier.sent == []
    assert await refused(ears, ada)


async def test_a_person_cannot_send_an_answer_again(ears: Ears) -> None:
    ada = await ears.people()
    ears.carrier.always(Rejected(RejectKind.RECIPIENT))
    ears.engine.open(ears.carrier)
    await ears.say("STOP")
    page = await ears.messages.page(ada, int((await ears.conversation(ada)).id), before=None, after=None, limit=9)
    (reply,) = [item for item in page.items if item.direction == "outbound"]
    with pytest.raises(OptedOut):
        await ears.sending.retry(ada, int(reply.id), None)


async def test_configured_texts_go_out_as_they_stand(ears: Ears) -> None:
    await ears.people()
    ears.hold_to(MessagingSettings(company=" ACME ", help_text="ACME: call 030 1234. STOP ends this."))
    ears.engine.open(ears.carrier)
    await ears.say("HELP")
    await ears.say("STOP")
    assert ears.carrier.bodies[0] == "ACME: call 030 1234. STOP ends this."
    assert ears.carrier.bodies[1].startswith("ACME: Sie erhalten")
    assert ears.carrier.sent[1].segments == segment(ears.carrier.bodies[1])


# What only a person can tell


async def test_a_softer_wish_is_marked_and_stops_nobody(ears: Ears) -> None:
    ada = await ears.people()
    ears.engine.open(ears.carrier)
    await ears.say("Please stop texting me")
    assert await ears.thread() == [("inbound", "Please stop texting me", "maybe_opt_out")]
    conversation = await ears.conversation(ada)
    assert (conversation.opted_out, conversation.maybe_opt_out) == (False, True)
    assert await ears.status(ada, await ears.text(ada)) == "sent"
    assert (await ears.conversation(ada)).maybe_opt_out, "an answer decides nothing"


@pytest.mark.parametrize(("decision", "status"), [("not_meant", "sent"), ("opted_out", "failed")])
async def test_what_goes_by_itself_waits_for_the_decision(ears: Ears, decision: str, status: str) -> None:
    ada = await ears.people()
    await ears.say("Please remove me")
    message = await ears.by_itself(ada)
    ears.engine.open(ears.carrier)
    detail = await ears.detail(ada, message)
    assert (detail.status, detail.problem and detail.problem.kind) == ("held", "maybe_opt_out")
    assert "somebody should read it" in detail.status_text
    conversation = await ears.decide(ada, decision)  # type: ignore[arg-type]
    assert (conversation.maybe_opt_out, conversation.opted_out) == (False, decision == "opted_out")
    ears.engine.ring()
    assert await ears.status(ada, message) == status


async def test_what_waits_for_a_decision_that_nobody_makes_expires(ears: Ears) -> None:
    ada = await ears.people()
    await ears.say("Please remove me")
    message = await ears.by_itself(ada)
    ears.engine.open(ears.carrier)
    assert await ears.status(ada, message) == "held"
    await ears.passes(400)
    assert await ears.status(ada, message) == "expired"


async def test_a_clear_word_settles_the_question(ears: Ears) -> None:
    ada = await ears.people()
    await ears.say("Please remove me")
    message = await ears.by_itself(ada)
    ears.engine.open(ears.carrier)
    assert await ears.status(ada, message) == "held"
    await ears.say("STOP")
    assert await ears.status(ada, message) == "failed"
    assert not (await ears.conversation(ada)).maybe_opt_out


async def test_what_waits_for_an_owner_keeps_its_question_and_its_hold(ears: Ears) -> None:
    """A thread that joins another one takes both along."""
    ada = await ears.people()
    await ears.say("hello")
    await ears.give(OWN, None)
    await ears.say("please remove me")
    (row,) = await ears.store.read(lambda look: look.all("SELECT id FROM conversation WHERE owner_kind = 'none'"))
    hold = NewHold(conversation_id=str(row["id"]), reason="case")
    await LegalHolds(ears.store).add(hold, None, user_id=ada.user_id, country="DE")
    await ears.give(OWN, ada)
    conversation = await ears.conversation(ada)
    assert conversation.maybe_opt_out
    page = await LegalHolds(ears.store).page("DE", before=None, limit=9, state="in_force")
    assert [view.conversation_id for view in page.items] == [conversation.id]
