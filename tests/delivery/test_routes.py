"""A text goes by the first carrier of its route that works, and its answer finds the way back."""

from dataclasses import replace

import pytest

from delivery.stage import OWN, PARTY, ScriptedCarrier, Stage, viewer
from sidetone.delivery.explain import explain
from sidetone.delivery.opt_outs import OptOuts
from sidetone.delivery.way_in import WayIn
from sidetone.delivery.word_replies import WordReplies
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone.domain.route import Rule
from sidetone.domain.status import ReceiptStatus
from sidetone.plugin.carrier import Limits, Outgoing
from sidetone.views import NewOptOut, RouteAsk

CARD = "+4915799900000"
DOWN = Deferred("closed", 600, whole_carrier=True)
FALLBACK = Rule(name="fallback", carriers=("home", "modem"), other_number=True)


class Modem(ScriptedCarrier):
    """A carrier whose texts leave from its card's number."""

    own_number = CARD


@pytest.fixture
async def modem(stage: Stage) -> Modem:
    made = Modem("modem")
    stage.engine.reroute((FALLBACK,))
    stage.engine.open(stage.carrier)
    stage.engine.open(made)
    return made


async def test_the_first_that_works_sends(stage: Stage, modem: Modem) -> None:
    ada = await stage.people()
    assert await stage.status(ada, await stage.text(ada)) == "sent"
    assert (stage.carrier.bodies, modem.bodies) == (["hello"], [])


async def test_a_fault_of_the_whole_carrier_moves_the_queue_on_at_once(stage: Stage, modem: Modem) -> None:
    stage.carrier.always(DOWN)
    ada = await stage.people()
    texts = [await stage.text(ada, body) for body in ("one", "two", "three")]
    await stage.passes(1)
    assert [await stage.status(ada, text) for text in texts] == ["sent"] * 3
    assert modem.bodies == ["one", "two", "three"]
    detail = await stage.detail(ada, texts[1])
    assert (detail.carrier, detail.from_number) == ("modem", CARD)
    assert stage.parts.get("queue main").state is State.DEGRADED


async def test_a_fault_of_one_message_does_not(stage: Stage, modem: Modem) -> None:
    stage.carrier.in_turn(Deferred("busy"), Rejected(RejectKind.RECIPIENT, "30005", "unknown"))
    ada = await stage.people()
    one = await stage.text(ada)
    assert await stage.status(ada, one) == "queued"
    await stage.passes(60)
    assert (await stage.status(ada, one), modem.bodies) == ("failed", [])


async def test_what_may_have_left_is_never_sent_by_another(stage: Stage, modem: Modem) -> None:
    stage.carrier.always(Unknown("silence"))
    ada = await stage.people()
    one = await stage.text(ada)
    await stage.passes(300)
    assert (await stage.status(ada, one), modem.bodies) == ("unknown", [])


async def test_a_carrier_that_comes_back_gets_its_traffic_back(stage: Stage, modem: Modem) -> None:
    stage.carrier.in_turn(Deferred("closed", 5, whole_carrier=True))
    ada = await stage.people()
    await stage.text(ada, "one")
    await stage.passes(1)
    assert modem.bodies == ["one"]
    await stage.passes(30)
    await stage.text(ada, "two")
    await stage.text(ada, "three")
    await stage.passes(1)
    assert (stage.carrier.bodies, modem.bodies) == (["one", "two", "three"], ["one"])


async def test_one_message_finds_out_whether_it_is_back_and_the_others_go_on(stage: Stage, modem: Modem) -> None:
    stage.carrier.always(Deferred("closed", 5, whole_carrier=True))
    ada = await stage.people()
    for n in range(12):
        await stage.text(ada, f"{n}", f"+49151123456{n:02}")
        await stage.passes(5)
    assert len(modem.bodies) == 12
    assert 2 <= len(stage.carrier.bodies) <= 12


async def test_a_probe_moves_one_text_and_not_the_queue(stage: Stage, modem: Modem) -> None:
    stage.engine.reroute((Rule(name="other", carriers=("main", "modem"), other_number=True),))
    stage.carrier.always(Deferred("closed", 5, whole_carrier=True))
    modem.limits = Limits(rate=0.5)
    ada = await stage.people()
    for n in range(40):
        await stage.text(ada, f"{n}", f"+49151123456{n:02}")
    await stage.passes(4)
    moved: list[int] = []
    stage.store.listen(lambda entries: moved.extend(e.subject_id for e in entries if e.type == "message.updated"))
    await stage.passes(12)
    assert len(stage.carrier.bodies) >= 2
    assert len(moved) < 60


async def test_what_routes_have_spread_goes_home_when_there_are_none(stage: Stage, modem: Modem) -> None:
    stage.carrier.ready = False
    gate = modem.hold()
    ada = await stage.people()
    await stage.text(ada, "one")
    two = await stage.text(ada, "two")
    await stage.passes(1)
    gate.set()
    modem.ready = False
    stage.carrier.ready = True
    stage.engine.reroute(())
    await stage.passes(40)
    assert await stage.status(ada, two) == "sent"


async def test_a_text_that_has_to_wait_waits_on_and_keeps_its_carrier(stage: Stage, modem: Modem) -> None:
    stage.engine.reroute((replace(FALLBACK, longest_wait=60_000),))
    stage.carrier.always(Deferred("the phone is off", 200))
    ada = await stage.people()
    await stage.text(ada)
    await stage.passes(150)
    assert (len(stage.carrier.bodies), modem.bodies) == (1, [])


async def test_two_carriers_that_cannot_keep_up_share_without_passing_on_and_back(stage: Stage, modem: Modem) -> None:
    stage.engine.reroute((replace(FALLBACK, longest_wait=30_000),))
    stage.carrier.limits = modem.limits = Limits(rate=0.1)
    ada = await stage.people()
    for n in range(60):
        await stage.text(ada, f"{n}", f"+49151123456{n:02}")
    told: list[int] = []
    stage.store.listen(lambda entries: told.extend(e.subject_id for e in entries))
    await stage.passes(200)
    assert len(stage.carrier.bodies) + len(modem.bodies) >= 25
    assert len(told) < 250


async def test_a_stop_to_the_card_counts_for_all_who_would_leave_from_it(stage: Stage, modem: Modem) -> None:
    words = WordReplies(stage.terms, lambda _: "us")
    stage.way_in = WayIn(stage.store, stage.parts, "DE", words=words)
    stage.carrier.always(DOWN)
    ada, bob = await stage.people(), await stage.person("bob", "+4930901820101")
    for who in (bob, ada):
        await stage.text(who)
        await stage.passes(1)
    await stage.arrives("STOP", carrier="modem", recipient=CARD)
    again = await stage.text(bob, "again")
    await stage.passes(1)
    assert await stage.status(bob, again) == "failed"
    await stage.arrives("START", carrier="modem", recipient=CARD)
    later = await stage.text(bob, "later")
    await stage.passes(1)
    assert await stage.status(bob, later) == "sent"


async def test_a_carrier_that_is_not_there_is_passed_over(stage: Stage) -> None:
    modem = Modem("modem")
    stage.engine.reroute((FALLBACK,))
    stage.engine.open(modem)
    ada = await stage.people()
    one = await stage.text(ada)
    await stage.passes(1)
    assert (await stage.status(ada, one), modem.bodies) == ("sent", ["hello"])


async def test_another_number_is_used_only_where_the_route_allows_it(stage: Stage, modem: Modem) -> None:
    stage.engine.reroute((Rule(name="strict", carriers=("home", "modem")),))
    stage.carrier.always(DOWN)
    ada = await stage.people()
    one = await stage.text(ada)
    await stage.passes(60)
    assert (await stage.status(ada, one), modem.bodies) == ("queued", [])


async def test_the_order_of_a_conversation_holds_over_carriers(stage: Stage, modem: Modem) -> None:
    gate = stage.carrier.hold()
    ada = await stage.people()
    for body in ("one", "two", "three"):
        await stage.text(ada, body)
    await stage.store.calm()
    stage.carrier.ready = False
    stage.engine.ring()
    await stage.store.calm()
    assert modem.bodies == []
    gate.set()
    await stage.store.calm()
    await stage.passes(20)
    assert (stage.carrier.bodies, modem.bodies) == (["one"], ["two", "three"])


async def test_an_answer_to_the_card_comes_back_into_the_conversation(stage: Stage, modem: Modem) -> None:
    stage.carrier.always(DOWN)
    ada = await stage.people()
    one = await stage.text(ada, "one")
    await stage.passes(1)
    await stage.arrives("answer", carrier="modem", recipient=CARD)
    assert await stage.bodies(ada, one.conversation_id) == ["one", "answer"]
    page = await stage.messages.page(ada, int(one.conversation_id), before=None, after=None, limit=1)
    assert (page.items[0].from_number, page.items[0].flags) == (CARD, [])


async def test_an_answer_that_may_be_for_two_says_so(stage: Stage, modem: Modem) -> None:
    stage.carrier.always(DOWN)
    ada, bob = await stage.people(), await stage.person("bob", "+4930901820101")
    await stage.text(ada, "from ada")
    await stage.passes(1)
    two = await stage.text(bob, "from bob")
    await stage.passes(1)
    await stage.arrives("yes", carrier="modem", recipient=CARD)
    page = await stage.messages.page(bob, int(two.conversation_id), before=None, after=None, limit=1)
    assert (page.items[0].body, page.items[0].flags) == ("yes", ["unsure_conversation"])


async def test_after_three_days_it_is_no_answer_any_more(stage: Stage, modem: Modem) -> None:
    stage.carrier.always(DOWN)
    ada = await stage.people()
    one = await stage.text(ada, "one")
    await stage.passes(1)
    await stage.clock.advance(73 * 3600)
    await stage.arrives("late", carrier="modem", recipient=CARD)
    assert await stage.bodies(ada, one.conversation_id) == ["one"]


async def test_an_opt_out_holds_on_every_route(stage: Stage, modem: Modem) -> None:
    stage.carrier.always(DOWN)
    ada = await stage.people()
    await stage.text(ada, "one")
    await stage.passes(1)
    gate = modem.hold()
    modem.ready = False
    two = await stage.text(ada, "two")
    await opt_out(stage, CARD)
    modem.ready = True
    gate.set()
    stage.engine.ring()
    await stage.passes(1)
    assert (await stage.status(ada, two), modem.bodies) == ("failed", ["one"])


async def opt_out(stage: Stage, number: str) -> None:
    admin = viewer("root", 1)
    await OptOuts(stage.store).add(admin, NewOptOut(party=PARTY, number=number), None)


async def test_cheapest_and_fair_orders_are_heeded(stage: Stage, modem: Modem) -> None:
    stage.engine.reroute(
        (Rule(name="r", carriers=("home", "modem"), order="cost", prices={"home": 2, "modem": 1}, other_number=True),)
    )
    ada = await stage.people()
    await stage.text(ada)
    await stage.store.calm()
    assert (stage.carrier.bodies, modem.bodies) == ([], ["hello"])


async def test_a_carrier_that_cannot_keep_up_is_helped_out(stage: Stage, modem: Modem) -> None:
    stage.carrier.limits = Limits(rate=0.05)
    stage.engine.reroute((replace(FALLBACK, longest_wait=60_000),))
    ada = await stage.people()
    for n in range(10):
        await stage.text(ada, f"{n}", f"+49151123456{n:02}")
    await stage.passes(55)
    assert modem.bodies == []
    await stage.passes(60)
    assert sorted(stage.carrier.bodies + modem.bodies) == [f"{n}" for n in range(10)]


async def test_it_is_explained(stage: Stage, modem: Modem) -> None:
    stage.engine.reroute((Rule(name="france", carriers=("modem",), to=("FR",)), FALLBACK))
    stage.carrier.always(DOWN)
    ada = await stage.people()
    await stage.text(ada)
    await stage.store.calm()
    way = await explain(stage.store, stage.engine.ways(), RouteAsk(sender=OWN, to=PARTY, body="hi"), "DE")
    assert (way.route, [(each.route, each.why) for each in way.skipped]) == (
        "fallback",
        [("france", "it is for recipients in FR")],
    )
    assert [(each.name, each.taken, each.why, each.number) for each in way.carriers] == [
        ("main", False, "it failed, and is left alone for a moment", OWN),
        ("modem", True, "it works", CARD),
    ]


async def test_what_routes_make_of_a_carrier_is_told(stage: Stage, modem: Modem) -> None:
    stage.carrier.always(Deferred("closed", 5, whole_carrier=True))
    ada = await stage.people()
    await stage.text(ada)
    await stage.passes(1)
    modem.ready = False
    ways = stage.engine.ways()
    assert (ways.standing("main"), ways.standing("modem")) == ("paused", "off")
    assert 3_000 < ways.paused["main"] - stage.clock.now() <= 5_000
    await stage.clock.advance(5)
    assert stage.engine.ways().standing("main") == "trial"
    stage.carrier.always(Accepted(("id-1",)))
    await stage.text(ada, "two")
    await stage.passes(1)
    assert stage.engine.ways().standing("main") == "sends"


async def waits(stage: Stage, seconds: float) -> None:
    """Time in which nothing but looks at the clock happen."""
    await stage.clock.advance(seconds)
    await stage.store.calm()


async def test_a_carrier_that_reports_on_nothing_any_more_is_passed_over(stage: Stage, modem: Modem) -> None:
    stage.engine.reroute((replace(FALLBACK, receipts_within=600_000),))
    ada = await stage.people()
    await stage.text(ada, "heard of")
    await stage.store.calm()
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    for _ in range(72):
        await waits(stage, 60)
    for n in range(5):
        await stage.text(ada, f"{n}", f"+49151123456{n:02}")
    await stage.passes(720)
    assert stage.engine.ways().standing("main") == "silent"
    await stage.text(ada, "by the other")
    await stage.store.calm()
    assert (modem.bodies, len(stage.carrier.bodies)) == (["by the other"], 6)
    way = await explain(stage.store, stage.engine.ways(), RouteAsk(sender=OWN, to=PARTY, body="hi"), "DE")
    assert [each.why for each in way.carriers] == ["it takes texts, and no receipts come for them", "it works"]
    modem.ready = False
    await stage.text(ada, "better than nothing")
    await stage.store.calm()
    assert stage.carrier.bodies[-1] == "better than nothing"
    await stage.receipt("id-2-0", ReceiptStatus.DELIVERED)
    await stage.passes(75)
    assert stage.engine.ways().standing("main") == "sends"


async def test_an_hour_without_receipts_is_told_whatever_the_routes_say(stage: Stage) -> None:
    stage.engine.open(stage.carrier)
    ada = await stage.people()
    await stage.text(ada, "heard of")
    await stage.store.calm()
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    for _ in range(61):
        await waits(stage, 60)
    for n in range(5):
        await stage.text(ada, f"{n}", f"+49151123456{n:02}")
    for _ in range(59):
        await waits(stage, 60)
    assert stage.parts.get("receipts main").state is State.OFF
    for _ in range(4):
        await waits(stage, 60)
    assert stage.parts.get("receipts main").state is State.DEGRADED


async def test_a_long_outage_keeps_order_and_loses_nothing(stage: Stage, modem: Modem) -> None:
    stage.carrier.ready = False
    modem.ready = False
    ada = await stage.people()
    for n in range(60):
        await stage.text(ada, f"{n}", f"+49151123456{n % 7:02}")
    await stage.passes(300)
    seen: list[tuple[str, str]] = []

    async def take(message: Outgoing) -> Outcome:
        seen.append((message.recipient.value, message.body))
        return Accepted((f"id-{message.reference}",))

    modem.answer = take
    modem.ready = True
    stage.engine.ring()
    await stage.passes(30)
    assert sorted(int(body) for _, body in seen) == list(range(60))
    for party in {party for party, _ in seen}:
        bodies = [int(body) for to, body in seen if to == party]
        assert bodies == sorted(bodies)
