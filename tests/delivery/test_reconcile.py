"""Carriers are asked for what they did not tell: by our clock, a few questions at once, and never believed blindly."""

# ruff: noqa: ANN401 - doubles pass on whatever they are given

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from random import Random
from typing import Any

import pytest

from delivery.stage import OWN, PARTY, ScriptedCarrier, Stage, WatchedStore
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.reconcile import AT_ONCE, LONGEST_WINDOW, NO_ANSWER, OVERLAP, Reconciler
from sidetone.domain.health import State
from sidetone.domain.incoming import InboundMessage, Receipt
from sidetone.domain.outcome import Accepted, Deferred, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus
from sidetone.people.viewer import Viewer
from sidetone.plugin import NotReady, Window
from sidetone.plugin.carrier import Limits, Outgoing
from sidetone.store.connection import Txn
from sidetone.testing.clock import FakeClock
from sidetone.views import MessageView

HOUR = 3600
TERMS = MessagingSettings(validity_hours=1, receipt_wait_hours=1.1, unknown_wait_hours=0.25)
ADD_NUMBER = "INSERT INTO number (e164, carrier, created_at) VALUES (:e164, :carrier, :at)"
Say = Callable[[Any], Awaitable[Any]]


async def nothing(_asked: object) -> None: ...


class AskedCarrier(ScriptedCarrier):
    """Never answers a send; what it is asked for it answers as the test says."""

    poll_every = 300.0

    def __init__(self, name: str = "main") -> None:
        super().__init__(name, Limits(deadline=0.2))
        self.always(Unknown("cut"))
        self.asked: list[tuple[int, Outgoing, int]] = []
        self.asked_status: list[str] = []
        self.windows: list[tuple[int, Sequence[Window]]] = []
        self.find_says: Say = nothing
        self.status_says: Say = nothing
        self.poll_says: Say = nothing
        self.clock: FakeClock
        self.asking = 0
        self.most_asking = 0

    async def find(self, message: Outgoing, since: int) -> Any:
        self.asked.append((self.clock.now(), message, since))
        self.asking += 1
        self.most_asking = max(self.most_asking, self.asking)
        try:
            await asyncio.sleep(0)
            return await self.find_says(message)
        finally:
            self.asking -= 1

    async def status(self, carrier_id: str) -> Any:
        self.asked_status.append(carrier_id)
        return await self.status_says(carrier_id)

    async def poll(self, windows: Sequence[Window]) -> None:
        self.windows.append((self.clock.now(), windows))
        await self.poll_says(windows)


def says(answer: object) -> Say:
    async def say(_asked: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return say


class Asking(Stage):
    """A stage with a carrier that can be asked."""

    def __init__(self, store: WatchedStore, clock: FakeClock) -> None:
        super().__init__(store, clock, TERMS)
        self.asked = AskedCarrier()
        self.asked.clock = clock
        self.carrier = self.asked
        self.reconciler = self.new_reconciler()

    def new_reconciler(self) -> Reconciler:
        return Reconciler(self.store, self.clock, self.parts, self.way_in, self.terms, Random(1))

    async def unsure(self, body: str = "hello", to: str = PARTY) -> tuple[Viewer, MessageView]:
        """A text whose fate nobody knows; the asking has not begun."""
        who = await self.people()
        message = await self.text(who, body, to)
        assert await self.status(who, message) == "unknown"
        return who, message

    @property
    def state(self) -> State:
        return self.parts.get("reconcile main").state


@pytest.fixture
async def stage(store: WatchedStore, clock: FakeClock) -> AsyncIterator[Asking]:
    made = Asking(store, clock)
    await made.engine.start()
    made.engine.open(made.carrier)
    yield made
    await made.reconciler.stop()
    await made.engine.stop()


async def test_a_send_that_the_carrier_has_is_sent(stage: Asking) -> None:
    ada, message = await stage.unsure()
    stage.asked.find_says = says(Accepted(("SM1",), note="It was found."))
    await stage.receipt("SM1", ReceiptStatus.SENT)
    stage.reconciler.open(stage.asked)
    await stage.passes(15)
    detail = await stage.detail(ada, message)
    assert (detail.status, [part.carrier_id for part in detail.attempts[0].parts]) == ("sent", ["SM1"])
    await stage.receipt("SM1", ReceiptStatus.DELIVERED)
    assert await stage.status(ada, message) == "delivered"
    _, outgoing, since = stage.asked.asked[0]
    assert (outgoing.body, outgoing.sender, outgoing.recipient.value) == ("hello", OWN, PARTY)
    assert outgoing.reference == stage.asked.sent[0].reference
    assert since <= stage.asked.asked[0][0] - 15_000
    assert len(stage.asked.asked) == 1


async def test_a_receipt_that_came_first_counts(stage: Asking) -> None:
    ada, message = await stage.unsure()
    await stage.receipt("SM1", ReceiptStatus.DELIVERED)
    stage.asked.find_says = says(Accepted(("SM1",)))
    stage.reconciler.open(stage.asked)
    await stage.passes(15)
    assert await stage.status(ada, message) == "delivered"


async def test_a_send_that_failed_there_has_failed(stage: Asking) -> None:
    ada, message = await stage.unsure()
    stage.asked.find_says = says(Rejected(RejectKind.RECIPIENT, "30005", "nobody"))
    stage.reconciler.open(stage.asked)
    await stage.passes(15)
    detail = await stage.detail(ada, message)
    assert detail.status_text == "Not sent: the recipient cannot be reached (nobody, code 30005)."


@pytest.mark.parametrize("answer", [None, Unknown("x"), Deferred("x")])
async def test_without_a_word_it_stays_unknown_and_is_asked_for_with_growing_gaps(
    stage: Asking, answer: object
) -> None:
    stage.reconciler.open(stage.asked)
    ada, message = await stage.unsure()
    stage.asked.find_says = says(answer)
    began = stage.clock.now()
    await stage.passes(HOUR)
    assert await stage.status(ada, message) == "unknown"
    assert [round((at - began) / 1000) for at, _, _ in stage.asked.asked] == [15, 60, 300]
    assert len(stage.asked.sent) == 1


async def test_an_id_that_belongs_to_another_attempt_is_not_believed(stage: Asking) -> None:
    ada, first = await stage.unsure()
    stage.asked.find_says = says(Accepted(("SM1",)))
    stage.reconciler.open(stage.asked)
    await stage.passes(15)
    second = await stage.text(ada)
    await stage.passes(60)
    assert [await stage.status(ada, message) for message in (first, second)] == ["sent", "unknown"]
    stage.asked.find_says = says(Accepted(("SM2",)))
    await stage.passes(300)
    assert await stage.status(ada, second) == "sent"


async def test_after_a_restart_everything_open_is_asked_for_once_and_at_once(stage: Asking) -> None:
    await stage.queue_many(10)
    await stage.passes(700)  # a carrier that answers nothing is given one text a minute
    assert len(stage.asked.sent) == 10
    stage.reconciler.open(stage.asked)
    await stage.passes(1)
    assert sorted(message.body for _, message, _ in stage.asked.asked) == [f"{n}" for n in range(10)]
    assert 1 < stage.asked.most_asking <= AT_ONCE


async def test_an_answer_to_an_earlier_round_moves_no_later_one(stage: Asking) -> None:
    ada, message = await stage.unsure()
    gate = asyncio.Event()

    async def later(_asked: object) -> Accepted:
        await gate.wait()
        return Accepted(("SM1",))

    stage.asked.find_says = later
    stage.reconciler.open(stage.asked)
    await stage.passes(15)
    held = stage.asked.hold()
    await stage.sending.retry(ada, int(message.id), None)
    gate.set()
    assert await stage.status(ada, message) == "sending"
    held.set()
    detail = await stage.detail(ada, message)
    assert [(attempt.round, attempt.outcome) for attempt in detail.attempts] == [(1, "accepted"), (2, "accepted")]


@pytest.mark.parametrize("fault", [NotReady("main shows no list."), ValueError("x"), KeyError()])
async def test_a_carrier_that_cannot_be_asked_is_shown_and_asked_again(stage: Asking, fault: Exception) -> None:
    ada, message = await stage.unsure()
    stage.asked.find_says = says(fault)
    stage.reconciler.open(stage.asked)
    await stage.passes(15)
    health = stage.parts.get("reconcile main")
    assert health.state is State.DEGRADED
    assert "again" in health.sentence
    assert isinstance(fault, NotReady) is ("main shows no list." in health.sentence)
    stage.asked.find_says = says(Accepted(("SM1",)))
    await stage.passes(60)
    assert (await stage.status(ada, message), stage.state) == ("sent", State.OK)


async def test_a_carrier_that_takes_too_long_is_cut_off(stage: Asking) -> None:
    ada, message = await stage.unsure()

    async def hang(_asked: object) -> None:
        await asyncio.Event().wait()

    told = asyncio.Event()
    stage.parts.listen(lambda _name, health: told.set() if health.state is State.DEGRADED else None)
    stage.asked.find_says = hang
    stage.reconciler.open(stage.asked)
    await stage.passes(15)
    await asyncio.wait_for(told.wait(), 5)
    assert "takes too long" in stage.parts.get("reconcile main").sentence
    assert await stage.status(ada, message) == "unknown"


async def test_what_cannot_be_stored_is_asked_for_again(stage: Asking) -> None:
    ada, message = await stage.unsure()
    stage.asked.find_says = says(Accepted(("SM1",)))
    stage.reconciler.open(stage.asked)
    stage.store.no_room = True
    await stage.passes(15)
    assert stage.state is State.DEGRADED
    stage.store.no_room = False
    await stage.passes(60)
    assert await stage.status(ada, message) == "sent"


async def test_a_carrier_that_is_not_ready_is_left_alone(stage: Asking) -> None:
    await stage.unsure()
    stage.asked.ready = False
    stage.reconciler.open(stage.asked)
    await stage.passes(60)
    assert stage.asked.asked == []
    assert stage.asked.windows == []
    stage.asked.ready = True
    stage.reconciler.open(stage.asked)
    await stage.passes(1)
    assert len(stage.asked.asked) == 1


async def test_a_carrier_without_such_abilities_is_never_asked(stage: Asking) -> None:
    stage.reconciler.open(ScriptedCarrier("plain"))
    await stage.store.calm()
    assert "reconcile plain" not in stage.parts.all()


async def test_a_receipt_that_does_not_come_is_asked_for(stage: Asking) -> None:
    ada = await stage.people()
    stage.asked.in_turn(Accepted(("told",)), Accepted(("silent", "half")))
    stage.reconciler.open(stage.asked)
    told, silent = await stage.text(ada), await stage.text(ada)
    await stage.receipt("told", ReceiptStatus.DELIVERED)
    await stage.passes(9 * 60)
    assert stage.asked.asked_status == []
    await stage.passes(90)
    assert stage.asked.asked_status == ["silent", "half"]

    async def delivered(carrier_id: str) -> Receipt:
        return Receipt(carrier_id="someone else's", status=ReceiptStatus.DELIVERED, code="x" * 500)

    stage.asked.status_says = delivered
    await stage.passes(HOUR)
    assert [await stage.status(ada, message) for message in (told, silent)] == ["delivered", "delivered"]
    assert stage.asked.asked_status == ["silent", "half"] * 2


@pytest.mark.parametrize("answer", [None, "delivered", Accepted(("x",))])
async def test_nonsense_about_a_status_is_no_receipt(stage: Asking, answer: object) -> None:
    ada = await stage.people()
    stage.asked.always(Accepted(("a",)))
    stage.asked.status_says = says(answer)
    stage.reconciler.open(stage.asked)
    message = await stage.text(ada)
    await stage.passes(660)
    assert (await stage.status(ada, message), set(stage.asked.asked_status)) == ("sent", {"a"})
    assert (NO_ANSWER in stage.parts.get("reconcile main").sentence) is (answer is not None)


async def add_number(stage: Asking, e164: str, carrier: str, at: int) -> None:
    def add(txn: Txn) -> None:
        txn.run(ADD_NUMBER, {"e164": e164, "carrier": carrier, "at": at})

    await stage.store.write(add)


async def test_lists_are_read_from_where_they_were_read_up_to(stage: Asking) -> None:
    now = stage.clock.now()
    await add_number(stage, "+4930901820111", "main", 5)
    await add_number(stage, "+4930901820112", "main", now - 1000)
    await add_number(stage, "+4930901820113", "other", 5)
    stage.reconciler.open(stage.asked)
    await stage.passes(0)
    ((at, first),) = stage.asked.windows
    assert at == now
    assert {window.number: window.since for window in first} == {
        "+4930901820111": now - LONGEST_WINDOW,
        "+4930901820112": now - 1000,
    }
    await stage.passes(300)
    later, second = stage.asked.windows[1]
    assert later == now + 300_000
    assert {window.number: window.since for window in second} == {
        "+4930901820111": now - OVERLAP,
        "+4930901820112": now - 1000,
    }


async def test_a_list_that_could_not_be_read_to_its_end_is_read_from_the_same_place(stage: Asking) -> None:
    await add_number(stage, "+4930901820111", "main", 5)
    stage.asked.poll_says = says(NotReady("It broke off."))
    stage.reconciler.open(stage.asked)
    await stage.passes(1)
    states = [stage.state]
    stage.asked.poll_says = nothing
    await stage.passes(60)
    again, windows = stage.asked.windows[1]
    assert windows[0].since == again - LONGEST_WINDOW
    assert [*states, stage.state] == [State.DEGRADED, State.OK]


async def test_the_place_survives_a_restart_and_a_carriers_own_numbers_are_its_own(stage: Asking) -> None:
    await add_number(stage, "+4930901820111", "main", 5)
    stage.reconciler.open(stage.asked)
    await stage.passes(1)
    await stage.reconciler.stop()
    assert "reconcile main" not in stage.parts.all()
    read = stage.asked.windows[0][0]
    stage.reconciler = stage.new_reconciler()
    stage.reconciler.open(stage.asked)
    await stage.passes(1)
    assert stage.asked.windows[1][1][0].since == read - OVERLAP


async def test_a_carrier_that_must_not_be_polled_is_not(stage: Asking) -> None:
    stage.asked.poll_every = 0.0
    await add_number(stage, "+4930901820111", "main", 5)
    stage.reconciler.open(stage.asked)
    await stage.passes(600)
    assert stage.asked.windows == []


async def test_one_poll_at_a_time(stage: Asking) -> None:
    await add_number(stage, "+4930901820111", "main", 5)
    gate = asyncio.Event()

    async def slow(_windows: object) -> None:
        await gate.wait()

    stage.asked.poll_says = slow
    stage.reconciler.open(stage.asked)
    await stage.passes(900)
    stage.reconciler.open(stage.asked)
    await stage.passes(1)
    assert len(stage.asked.windows) == 1
    gate.set()
    await stage.passes(1)


async def test_a_text_from_the_list_is_the_one_that_the_call_back_brought(stage: Asking) -> None:
    ada = await stage.people()

    async def bring(_windows: object) -> None:
        for body in ("by both", "by list"):
            text = InboundMessage(carrier_id=f"in-{body}", sender=PARTY, recipient=OWN, body=body, carrier_time=7)
            await stage.way_in.inbound("main", text)

    stage.asked.poll_says = bring
    await stage.arrives("by both")
    stage.reconciler.open(stage.asked)
    await stage.passes(1200)
    assert await stage.listed(ada) == [(PARTY, 2)]
