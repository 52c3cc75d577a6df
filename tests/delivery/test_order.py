"""Order within a conversation: what holds a message back, and what lets it go."""

from collections.abc import Awaitable, Callable
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.book import DAY, Book
from delivery.stage import OWN, ScriptedCarrier, Stage
from sidetone.domain.outcome import Deferred, Rejected, RejectKind, Unknown
from sidetone.plugin.carrier import Limits, Outgoing
from sidetone.store import outbox

OTHER = "+4915112345679"
SECOND_OWN = "+4930901820101"


async def test_a_thread_leaves_in_the_order_it_was_written(stage: Stage) -> None:
    ada = await stage.people()
    bodies = [f"{n}" for n in range(20)]
    for body in bodies:
        await stage.text(ada, body)
    stage.engine.open(stage.carrier)
    await stage.store.calm()
    assert stage.carrier.bodies == bodies
    assert stage.carrier.most_under_way == 1


async def test_a_deferred_head_holds_its_successors_and_nobody_else(stage: Stage) -> None:
    ada = await stage.people()
    head, tail, aside = await stage.text(ada, "head"), await stage.text(ada, "tail"), await stage.text(ada, "x", OTHER)

    async def busy(message: Outgoing) -> object:
        return Deferred("busy") if message.body == "head" else await stage.carrier.take(message)

    stage.carrier.answer = busy
    stage.engine.open(stage.carrier)
    await stage.passes(60)
    assert [await stage.status(ada, each) for each in (head, tail, aside)] == ["queued", "queued", "sent"]
    assert set(stage.carrier.bodies) == {"head", "x"}
    stage.carrier.answer = stage.carrier.take
    await stage.passes(100)
    assert stage.carrier.bodies[-2:] == ["head", "tail"]


@pytest.mark.parametrize("outcome", [Rejected(RejectKind.MESSAGE), Unknown("cut")])
async def test_a_head_that_came_to_nothing_lets_its_successor_go(stage: Stage, outcome: object) -> None:
    ada = await stage.people()
    await stage.text(ada, "head")
    tail = await stage.text(ada, "tail")
    stage.carrier.in_turn(outcome)
    stage.engine.open(stage.carrier)
    assert await stage.status(ada, tail) == "sent"


async def test_a_head_that_expires_lets_its_successor_go(stage: Stage) -> None:
    ada = await stage.people()
    head = await stage.text(ada, "head")
    stage.carrier.answer = _all_but(stage, "head")
    stage.engine.open(stage.carrier)
    await stage.passes(200)
    tail = await stage.text(ada, "tail")
    assert await stage.status(ada, tail) == "queued"
    await stage.passes(175)
    assert [await stage.status(ada, each) for each in (head, tail)] == ["expired", "sent"]


async def test_a_head_that_is_cancelled_lets_its_successor_go_at_once(stage: Stage) -> None:
    ada = await stage.people()
    head, tail = await stage.text(ada, "head"), await stage.text(ada, "tail")
    stage.carrier.answer = _all_but(stage, "head")
    stage.engine.open(stage.carrier)
    assert await stage.status(ada, tail) == "queued"
    await stage.sending.cancel(ada, int(head.id))
    assert [await stage.status(ada, each) for each in (head, tail)] == ["cancelled", "sent"]


async def test_a_retry_takes_its_old_place(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(Rejected(RejectKind.MESSAGE))
    stage.engine.open(stage.carrier)
    head = await stage.text(ada, "head")
    assert await stage.status(ada, head) == "failed"
    stage.carrier.ready = False
    tail = await stage.text(ada, "tail")
    await stage.sending.retry(ada, int(head.id), None)
    stage.carrier.ready = True
    stage.engine.open(stage.carrier)
    assert await stage.status(ada, tail) == "sent"
    assert stage.carrier.bodies == ["head", "head", "tail"]


async def test_a_retry_waits_for_what_is_under_way(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(Rejected(RejectKind.MESSAGE))
    stage.engine.open(stage.carrier)
    head = await stage.text(ada, "head")
    assert await stage.status(ada, head) == "failed"
    gate = stage.carrier.hold()
    await stage.text(ada, "tail")
    await stage.store.calm()
    await stage.sending.retry(ada, int(head.id), None)
    await stage.store.calm()
    assert stage.carrier.bodies == ["head", "tail"]
    gate.set()
    await stage.store.calm()
    assert (stage.carrier.bodies, stage.carrier.most_under_way) == (["head", "tail", "head"], 1)


async def test_two_numbers_of_one_user_have_two_threads_with_one_party(stage: Stage) -> None:
    ada = await stage.person("ada", OWN, SECOND_OWN)
    await stage.text(ada, "stuck", number=OWN)
    stage.carrier.answer = _all_but(stage, "stuck")
    stage.engine.open(stage.carrier)
    message = await stage.text(ada, "free", number=SECOND_OWN)
    assert await stage.status(ada, message) == "sent"


async def test_order_holds_over_a_change_of_carrier(stage: Stage) -> None:
    ada = await stage.people()
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    head = await stage.text(ada, "head")
    await stage.store.calm()
    await stage.store.write(lambda txn: txn.run("UPDATE number SET carrier = 'second'", {}))
    tail = await stage.text(ada, "tail")
    second = ScriptedCarrier("second")
    stage.engine.open(second)
    await stage.passes(15)
    assert second.sent == []
    gate.set()
    await stage.passes(15)
    assert [await stage.status(ada, each) for each in (head, tail)] == ["sent", "sent"]
    assert (stage.carrier.bodies, second.bodies) == (["head"], ["tail"])


@pytest.mark.parametrize("order", list(permutations(["accept", "defer", "reject"])))
async def test_whatever_comes_of_them_nothing_overtakes(stage: Stage, order: tuple[str, ...]) -> None:
    ada = await stage.people()
    left = {"defer": 3}
    first: list[str] = []

    async def answer(message: Outgoing) -> object:
        if message.body not in first:
            first.append(message.body)
        if message.body == "defer" and left["defer"]:
            left["defer"] -= 1
            return Deferred("busy")
        return Rejected(RejectKind.MESSAGE) if message.body == "reject" else await stage.carrier.take(message)

    stage.carrier.answer = answer
    stage.engine.open(stage.carrier)
    for body in order:
        await stage.text(ada, body)
    await stage.passes(60)
    assert first == list(order)


def _all_but(stage: Stage, body: str) -> Callable[[Outgoing], Awaitable[object]]:
    async def answer(message: Outgoing) -> object:
        return Deferred("busy") if message.body == body else await stage.carrier.take(message)

    return answer


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["queue", "claim", "accept", "defer", "lose"]))))
def test_no_claim_ever_overtakes(steps: list[tuple[int, str]]) -> None:
    """Any mix of steps: one message of a thread in hand at most, and never one before an older one that waits."""
    book = Book()
    threads = [book.conversation(f"+49151123456{n}0") for n in range(3)]
    in_hand: list[outbox.Claimed] = []
    waiting: dict[int, list[int]] = {thread: [] for thread in threads}
    thread_of: dict[int, int] = {}
    for which, step in steps:
        if step == "queue":
            message_id = book.queue(conversation_id=threads[which])
            waiting[threads[which]].append(message_id)
            thread_of[message_id] = threads[which]
        elif step == "claim":
            for claim in book.claim(most=which + 1):
                thread = thread_of[claim.message_id]
                assert claim.message_id == min(waiting[thread])
                assert thread not in {thread_of[other.message_id] for other in in_hand}
                waiting[thread].remove(claim.message_id)
                in_hand.append(claim)
        elif in_hand:
            claim = in_hand.pop(which % len(in_hand))
            if step == "accept":
                book.accept(claim, f"id-{claim.attempt_id}")
            elif step == "lose":
                book.do(outbox.unknown, claim, "no_answer", "", "", book.now + DAY)
            else:
                book.do(outbox.deferred, claim, book.now, "deferred", "", "")
                waiting[thread_of[claim.message_id]].append(claim.message_id)
    book.sql.close()


async def test_many_threads_go_side_by_side(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(concurrency=4)
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    for n in range(10):
        await stage.text(ada, f"{n}", f"+4915112345{n}00")
    await stage.store.calm()
    assert stage.carrier.under_way == 4
    gate.set()
    await stage.store.calm()
    assert (len(stage.carrier.sent), stage.carrier.most_under_way) == (10, 4)
