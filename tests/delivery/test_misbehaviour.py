"""A carrier that raises, hangs, refuses to end or answers nonsense: the message has a fate, and the lane goes on."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from delivery.stage import Stage
from sidetone.delivery.untrusted import usable_outcome
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus
from sidetone.plugin.carrier import Limits, Outgoing

OTHER = "+4915112345679"


@pytest.mark.parametrize(
    "raised",
    [ValueError("x"), OSError("+4915112345678 refused"), SystemExit(3), asyncio.CancelledError(), TimeoutError()],
)
async def test_one_that_raises(stage: Stage, raised: BaseException) -> None:
    ada = await stage.people()
    stage.carrier.always(raised)
    stage.engine.open(stage.carrier)
    detail = await stage.detail(ada, await stage.text(ada))
    assert detail.status == "unknown"
    assert "+49" not in detail.status_text
    stage.carrier.answer = stage.carrier.take
    assert await stage.status(ada, await stage.text(ada, to=OTHER)) == "sent"


async def test_one_that_hangs_is_cut_off_at_its_deadline(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(deadline=5, concurrency=1)
    stage.carrier.hold()
    stage.engine.open(stage.carrier)
    message, other = await stage.text(ada), await stage.text(ada, to=OTHER)
    await stage.passes(4.9)
    assert [await stage.status(ada, message), stage.carrier.under_way] == ["sending", 1]
    stage.carrier.answer = stage.carrier.take
    await stage.passes(0.1)
    assert [await stage.status(ada, message), await stage.status(ada, other)] == ["unknown", "sent"]
    assert (await stage.detail(ada, message)).attempts[0].text == "no answer in time"


async def test_an_outcome_that_waits_for_the_disk_past_its_deadline_holds_nobody_up(stage: Stage) -> None:
    """It has been answered, so no deadline of it is left to wake up for."""
    ada = await stage.people()
    stage.carrier.limits = Limits(deadline=5, concurrency=1)
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    stage.store.no_room = True
    gate.set()
    await stage.passes(20)
    stage.store.no_room = False
    await stage.passes(2)
    assert (await stage.status(ada, message), len(stage.carrier.sent)) == ("sent", 1)


class Stubborn:
    """Does not end when it is cancelled; later it answers."""

    def __init__(self, answer: Outcome) -> None:
        self.gate = asyncio.Event()
        self.cancelled = 0
        self._answer = answer

    async def __call__(self, _message: Outgoing) -> Outcome:
        while not self.gate.is_set():
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
        return self._answer


async def test_one_that_will_not_be_cancelled_is_asked_once_and_keeps_only_its_place(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(deadline=5, concurrency=2)
    stubborn = Stubborn(Accepted(("late",)))
    stage.carrier.answer = stubborn
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(6)
    assert (stubborn.cancelled, await stage.status(ada, message)) == (1, "sending")
    stage.carrier.answer = stage.carrier.take
    assert await stage.status(ada, await stage.text(ada, to=OTHER)) == "sent"
    await stage.passes(90)
    assert (stubborn.cancelled, await stage.status(ada, message)) == (1, "unknown")
    assert stage.parts.get("queue main").state is State.DEGRADED

    stubborn.gate.set()
    assert await stage.status(ada, message) == "sent"
    await stage.receipt("late", ReceiptStatus.DELIVERED)
    detail = await stage.detail(ada, message)
    assert (detail.status, detail.attempts[0].outcome) == ("delivered", "accepted")
    assert stage.parts.get("queue main").state is State.OK


LATE: list[tuple[Outcome, str]] = [
    (Accepted(("late",)), "accepted"),
    (Rejected(RejectKind.RECIPIENT), "rejected"),
    (Deferred("busy"), "unknown"),
    (Unknown("cut"), "unknown"),
]


@pytest.mark.parametrize(("answer", "attempt"), LATE)
async def test_a_late_answer_leaves_a_newer_round_alone(stage: Stage, answer: Outcome, attempt: str) -> None:
    """By then the message may be queued or in hand again: its new claim is not the late answer's to settle."""
    ada = await stage.people()
    stage.carrier.limits = Limits(deadline=5, concurrency=2)
    first = Stubborn(answer)
    stage.carrier.answer = first
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(90)
    assert await stage.status(ada, message) == "unknown"

    gate = stage.carrier.hold()
    await stage.sending.retry(ada, int(message.id), None)
    assert await stage.status(ada, message) == "sending"
    first.gate.set()
    assert await stage.status(ada, message) == "sending"
    assert len(stage.carrier.sent) == 2
    gate.set()
    detail = await stage.detail(ada, message)
    assert (detail.status, [each.outcome for each in detail.attempts]) == ("sent", [attempt, "accepted"])
    await stage.passes(120)
    assert len(stage.carrier.sent) == 2


@pytest.mark.parametrize("answer", [Accepted(("late",)), Rejected(RejectKind.RECIPIENT), Deferred("busy")])
async def test_a_late_answer_does_not_take_a_waiting_retry_away(stage: Stage, answer: Outcome) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(deadline=5, concurrency=2)
    first = Stubborn(answer)
    stage.carrier.answer = first
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(90)
    stage.carrier.ready = False
    await stage.sending.retry(ada, int(message.id), None)
    first.gate.set()
    assert await stage.status(ada, message) == "queued"
    stage.carrier.ready = True
    stage.carrier.answer = stage.carrier.take
    stage.engine.open(stage.carrier)
    assert await stage.status(ada, message) == "sent"


async def test_putting_off_after_being_cut_off_is_no_promise(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(deadline=5)

    async def lie(_message: Outgoing) -> Outcome:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return Deferred("I was cut off")
        raise AssertionError

    stage.carrier.answer = lie
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(60)
    assert (await stage.status(ada, message), len(stage.carrier.sent)) == ("unknown", 1)


NONSENSE: list[tuple[object, str]] = [
    (None, "unknown"),
    ("ok", "unknown"),
    (Accepted, "unknown"),
    (Accepted(()), "sent"),
    (Accepted((1, 2)), "sent"),  # type: ignore[arg-type]
    (Accepted("abc"), "sent"),  # type: ignore[arg-type]
    (Accepted(("\ud800", "x" * 10_000)), "sent"),
    (Accepted(("a",) * 9_999, note="\0" * 999), "sent"),
    (Rejected("moon", 7, None), "failed"),  # type: ignore[arg-type]
    (Rejected(RejectKind.MESSAGE, "\ud800" * 100, "no\0" * 1000), "failed"),
    (Deferred(None, after="soon", code=3), "queued"),  # type: ignore[arg-type]
    (Deferred("later", after=float("inf")), "queued"),
    (Deferred("later", after=float("nan"), whole_carrier=True), "queued"),
    (Deferred("later", after=-1e300), "queued"),
    (Unknown(b"bytes"), "unknown"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("answer", "status"), NONSENSE)
async def test_one_that_answers_nonsense(stage: Stage, answer: object, status: str) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(answer)
    stage.engine.open(stage.carrier)
    detail = await stage.detail(ada, await stage.text(ada))
    assert detail.status == status
    assert msgspec.json.encode(detail)
    await stage.passes(5)
    assert await stage.status(ada, await stage.text(ada, to=OTHER)) == "sent"


def test_what_is_usable_stays_as_it_is() -> None:
    outcomes: list[Outcome] = [
        Accepted(("a", None, "b"), note="queued there"),
        Rejected(RejectKind.OPTED_OUT, "21610", "stopped"),
        Deferred("busy", after=3.5, code="429", whole_carrier=True),
        Unknown("cut", "reset"),
    ]
    assert [usable_outcome(outcome) for outcome in outcomes] == outcomes


async def test_a_text_that_is_too_long_for_the_carrier_is_refused_unsent(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.limits = Limits(longest_text=5)
    stage.engine.open(stage.carrier)
    detail = await stage.detail(ada, await stage.text(ada, "123456"))
    assert detail.status_text == "Not sent: the carrier refuses this text (this carrier takes 5 characters)."
    assert stage.carrier.sent == []
    assert await stage.status(ada, await stage.text(ada, "12345")) == "sent"


async def _raise_limits(stage: Stage) -> None:
    del stage.carrier.limits


async def _forbid_claims(stage: Stage) -> None:
    await stage.store.write(lambda txn: txn.run(BROKEN, {}))


BROKEN = "CREATE TRIGGER broken BEFORE INSERT ON attempt BEGIN SELECT RAISE(ABORT, 'broken'); END"


@pytest.mark.parametrize("fault", [_raise_limits, _forbid_claims])
async def test_a_fault_in_a_turn_ends_the_turn_and_not_the_lane(
    stage: Stage, fault: Callable[[Stage], Awaitable[None]]
) -> None:
    ada = await stage.people()
    await fault(stage)
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    assert stage.parts.get("queue main").state is State.DEGRADED
    await stage.store.write(lambda txn: txn.run("DROP TRIGGER IF EXISTS broken", {}))
    stage.carrier.limits = Limits()
    await stage.passes(60)
    assert await stage.status(ada, message) == "sent"
    assert stage.parts.get("queue main").state is State.OK


async def test_messages_for_a_carrier_that_never_came_up_are_told_of(stage: Stage) -> None:
    ada = await stage.people(carrier="gone")
    message = await stage.text(ada)
    await stage.passes(16)
    health = stage.parts.get("queue gone")
    assert (health.state, health.sentence) == (
        State.DEGRADED,
        "Messages that wait for a carrier that is not running: 1.",
    )
    await stage.sending.cancel(ada, int(message.id))
    await stage.passes(16)
    assert stage.parts.get("queue gone").state is State.OFF


async def test_an_outcome_that_cannot_be_written_leaves_the_message_to_the_clock(stage: Stage) -> None:
    ada = await stage.people()
    await stage.store.write(lambda txn: txn.run(BROKEN.replace("attempt", "part"), {}))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(120)
    assert await stage.status(ada, message) == "unknown"
