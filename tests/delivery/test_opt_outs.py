"""Nobody who asked for no more texts gets one: however they asked, and whichever way a text would take."""

from collections.abc import AsyncIterator

import pytest

from delivery.conftest import TERMS
from delivery.stage import OWN, PARTY, WatchedStore
from delivery.words import Ears, refused
from sidetone.delivery.opt_outs import Search
from sidetone.delivery.opted_out import OptedOut
from sidetone.domain.outcome import Deferred, Rejected, RejectKind
from sidetone.errors import Invalid, NotFound
from sidetone.store import outbox
from sidetone.store.connection import Txn
from sidetone.store.idempotency import Once
from sidetone.testing.clock import FakeClock
from sidetone.views import ImportedOptOuts, NewOptOut

OTHER = "+4915112345679"
OTHER_OWN = "+4930901820101"
EVERYTHING = Search(state="all")
SERVICE = "UPDATE number SET owner_kind = 'service', owner_id = 9 WHERE e164 = :e164"


@pytest.fixture
async def ears(store: WatchedStore, clock: FakeClock) -> AsyncIterator[Ears]:
    made = Ears(store, clock, TERMS)
    await made.engine.start()
    yield made
    made.carrier.let_go()
    await made.engine.stop()


# How one comes onto the list


async def test_a_stop_by_the_party(ears: Ears) -> None:
    ada = await ears.people()
    await ears.say(" Stop. ")
    (view,) = await ears.listed_opt_outs(ada)
    assert (view.party.value, view.source, view.wording, view.carrier) == (PARTY, "keyword", "Stop.", "main")
    assert (view.number and view.number.number, view.made_by, view.lifted_at) == (OWN, None, None)
    (incoming,) = [row for row in await ears.stored() if row["direction"] == "inbound"]
    assert incoming["flags"] == "opt_out"
    error = await refused(ears, ada)
    assert error is not None
    assert (error.code, error.status) == ("opted-out", 409)
    assert "asked for no more texts from this number on 20" in error.message
    assert "START" in error.hint
    assert PARTY[3:] not in str(error)


async def test_a_refusal_by_a_carrier(ears: Ears) -> None:
    ada = await ears.people()
    ears.carrier.always(Rejected(RejectKind.OPTED_OUT, "21610", "unsubscribed recipient"))
    ears.engine.open(ears.carrier)
    message = await ears.text(ada)
    assert await ears.status(ada, message) == "failed"
    (view,) = await ears.listed_opt_outs(ada)
    assert (view.source, view.carrier, view.wording) == ("carrier", "main", "unsubscribed recipient 21610")
    assert view.message_id == message.id
    error = await refused(ears, ada)
    assert error is not None
    assert "Carrier “main” said" in error.message
    with pytest.raises(OptedOut):
        await ears.sending.retry(ada, int(message.id), None)
    assert len(ears.carrier.sent) == 1


async def test_an_admin(ears: Ears) -> None:
    ada = await ears.people()
    view = await ears.forbid(ada, wording="by letter\nof May")
    assert (view.source, view.wording, view.number, view.made_by and view.made_by.name) == (
        "admin",
        "by letter of May",
        None,
        "ada",
    )
    error = await refused(ears, ada)
    assert error is not None
    assert error.message.startswith("ada noted that the recipient wants no texts from this company on ")


async def test_a_participant_who_was_told_otherwise(ears: Ears) -> None:
    ada = await ears.people()
    conversation = await ears.decide(ada, "opted_out")
    assert conversation.opted_out
    (view,) = await ears.listed_opt_outs(ada)
    assert (view.source, view.number and view.number.number) == ("user", OWN)
    assert await refused(ears, ada)


async def test_a_list_from_elsewhere(ears: Ears) -> None:
    ada = await ears.people()
    await ears.forbid(ada, OTHER)
    rows = [
        NewOptOut(party=PARTY, number=OWN, wording="sheet 1"),
        NewOptOut(party="0151 1234 5679"),
        NewOptOut(party="nobody"),
        NewOptOut(party=PARTY, number="+4930901820177"),
        NewOptOut(party=PARTY, number=OWN),
    ]
    result = await ears.opt_outs.bring_in(ada, ImportedOptOuts(rows=rows))
    assert (result.added, result.known) == (1, 2)
    assert [row.row for row in result.refused] == [3, 4]
    assert "no number of ours" in result.refused[1].reason
    assert await refused(ears, ada)


# What it means


async def test_the_scope_is_the_number_and_the_party(ears: Ears) -> None:
    ada = await ears.person("ada", OWN, OTHER_OWN)
    await ears.say("STOP")
    assert await refused(ears, ada, number=OWN)
    assert not await refused(ears, ada, number=OTHER_OWN)
    assert not await refused(ears, ada, OTHER, number=OWN)
    await ears.forbid(ada)
    assert await refused(ears, ada, number=OTHER_OWN)
    assert not await refused(ears, ada, OTHER, number=OWN)


async def test_the_numbers_of_a_service_are_one_sender(ears: Ears) -> None:
    ada = await ears.person("ada", OWN, OTHER_OWN)
    talk, _ = await ears.conversations.open_sms(ada, to=PARTY, number=OTHER_OWN)
    await ears.say("STOP")
    assert not (await ears.conversations.get(ada, int(talk.id))).opted_out
    for e164 in (OWN, OTHER_OWN):
        await ears.store.write(_to_service, e164)
    assert (await ears.conversations.get(ada, int(talk.id))).opted_out
    await ears.say("START", recipient=OTHER_OWN)
    assert not (await ears.conversations.get(ada, int(talk.id))).opted_out


async def test_it_outlives_the_owner_of_the_number(ears: Ears) -> None:
    ada = await ears.people()
    await ears.say("STOP")
    ben = await ears.person("ben")
    await ears.give(OWN, ben)
    assert await refused(ears, ben)
    assert [view.party.value for view in await ears.listed_opt_outs(ada)] == [PARTY]


async def test_every_screen_that_shows_the_conversation_is_told(ears: Ears) -> None:
    ada = await ears.people()
    await ears.text(ada)
    heard: list[str] = []
    ears.store.listen(lambda entries: heard.extend(entry.type for entry in entries))
    await ears.say("STOP")
    assert "conversation.updated" in heard
    assert (await ears.conversation(ada)).opted_out
    heard.clear()
    await ears.say("START")
    assert "conversation.updated" in heard
    assert not (await ears.conversation(ada)).opted_out


# The engine's own look


async def test_a_stop_between_acceptance_and_claim(ears: Ears) -> None:
    ada = await ears.people()
    message, other = await ears.text(ada, "too late"), await ears.text(ada, "fine", OTHER)
    await ears.say("STOP")
    ears.answers = "carrier"
    ears.engine.open(ears.carrier)
    detail = await ears.detail(ada, message)
    assert (detail.status, detail.problem and detail.problem.kind) == ("failed", "opted_out")
    assert "does not want texts from this number" in detail.status_text
    assert detail.attempts == []
    assert await ears.status(ada, other) == "sent"
    assert "too late" not in ears.carrier.bodies


async def test_a_stop_while_it_waits_for_its_next_try(ears: Ears) -> None:
    ada = await ears.people()
    ears.answers = "carrier"
    ears.carrier.in_turn(Deferred("busy", after=30))
    ears.engine.open(ears.carrier)
    message = await ears.text(ada)
    assert await ears.status(ada, message) == "queued"
    await ears.say("STOP")
    await ears.passes(60)
    assert await ears.status(ada, message) == "failed"
    assert len(ears.carrier.sent) == 1


async def test_a_start_before_the_claim_lets_it_go(ears: Ears) -> None:
    ada = await ears.people()
    message = await ears.text(ada)
    await ears.say("STOP")
    await ears.say("START")
    ears.engine.open(ears.carrier)
    assert await ears.status(ada, message) == "sent"


@pytest.mark.slow
async def test_many_that_must_not_go_hold_up_nobody(ears: Ears) -> None:
    ada = await ears.people()
    count = 2 * outbox.MOST_STOPPED + 10
    for n in range(count):
        party = f"+4915112{n:06}"
        await ears.text(ada, f"{n}", party)
        await ears.forbid(ada, party)
    last = await ears.text(ada, "last", OTHER)
    ears.engine.open(ears.carrier)
    assert await ears.status(ada, last) == "sent"
    assert ears.carrier.bodies == ["last"]


@pytest.mark.parametrize("scope", [None, OWN])
async def test_the_claim_looks_at_the_conversations_number_too(ears: Ears, scope: str | None) -> None:
    """A text that leaves by another number is still one to who asked for none."""
    ada = await ears.person("ada", OWN, OTHER_OWN)
    message = await ears.text(ada, number=OWN)
    await ears.store.write(_leaves_by, int(message.id), OTHER_OWN)
    await ears.forbid(ada, number=scope)
    ears.engine.open(ears.carrier)
    assert await ears.status(ada, message) == "failed"
    assert ears.carrier.sent == []


# The list itself


async def test_the_list_is_searched_and_paged(ears: Ears) -> None:
    ada = await ears.people()
    for n in range(5):
        await ears.forbid(ada, f"+491511234560{n}")
    await ears.say("STOP")
    first = await ears.opt_outs.page(ada, EVERYTHING, before=None, limit=4)
    rest = await ears.opt_outs.page(ada, EVERYTHING, before=int(first.next or 0), limit=4)
    assert [len(first.items), len(rest.items), rest.next] == [4, 2, None]
    assert [view.source for view in first.items] == ["keyword", "admin", "admin", "admin"]
    assert [view.party.value for view in await ears.listed_opt_outs(ada, number=OWN)] == [PARTY]
    assert len(await ears.listed_opt_outs(ada, number="company")) == 5
    assert len(await ears.listed_opt_outs(ada, party="0151 12345603")) == 1
    assert await ears.listed_opt_outs(ada, party="+4915199999999") == []
    assert await ears.listed_opt_outs(ada, number="+4930999999999") == []
    assert len([view async for view in ears.opt_outs.all(ada)]) == 6


async def test_a_lift_is_kept_as_history(ears: Ears) -> None:
    ada = await ears.people()
    view = await ears.forbid(ada)
    await ears.opt_outs.lift(ada, int(view.id), "agreed by phone")
    await ears.opt_outs.lift(ada, int(view.id), "twice")
    assert await refused(ears, ada) is None
    (lifted,) = await ears.listed_opt_outs(ada, "lifted")
    assert (lifted.lifted_by and lifted.lifted_by.name, lifted.lift_wording) == ("ada", "agreed by phone")
    again = await ears.forbid(ada)
    assert again.id != view.id
    assert len(await ears.listed_opt_outs(ada, "all")) == 2
    with pytest.raises(NotFound):
        await ears.opt_outs.lift(ada, 999, "")


async def test_the_same_request_adds_once(ears: Ears) -> None:
    ada = await ears.people()
    once = Once(ada.user_id, "key", "print")
    first, made = await ears.opt_outs.add(ada, NewOptOut(party=PARTY), once)
    await ears.opt_outs.lift(ada, int(first.id), "")
    second, made_again = await ears.opt_outs.add(ada, NewOptOut(party=PARTY), once)
    assert (made, made_again, second.id) == (True, False, first.id)
    assert await ears.listed_opt_outs(ada) == []


async def test_a_number_that_is_not_ours_is_refused(ears: Ears) -> None:
    ada = await ears.people()
    with pytest.raises(Invalid, match="no number of ours"):
        await ears.forbid(ada, number="+4930901820177")


def _to_service(txn: Txn, e164: str) -> None:
    txn.run(SERVICE, {"e164": e164})


def _leaves_by(txn: Txn, message_id: int, e164: str) -> None:
    statement = "UPDATE message SET number_id = (SELECT id FROM number WHERE e164 = :e164) WHERE id = :id"
    txn.run(statement, {"e164": e164, "id": message_id})
