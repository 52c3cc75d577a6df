"""Every row of the table of statuses: what happens, how the message stands, and what comes then."""

from collections.abc import Awaitable, Callable

import pytest

from delivery.stage import Stage
from sidetone.domain.outcome import Accepted, Deferred, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus

MINUTE = 60.0


async def _waits(stage: Stage) -> None:
    stage.carrier.ready = False


async def _is_under_way(stage: Stage) -> None:
    stage.carrier.hold()


async def _is_deferred(stage: Stage) -> None:
    stage.carrier.always(Deferred("busy"))


async def _is_unknown(stage: Stage) -> None:
    stage.carrier.always(Unknown("cut off"))


async def _is_accepted(stage: Stage) -> None:
    stage.carrier.always(Accepted(("id",)))


async def _is_rejected(stage: Stage) -> None:
    stage.carrier.always(Rejected(RejectKind.RECIPIENT, "30005", "unknown handset"))


NOW: list[tuple[Callable[[Stage], Awaitable[None]], str, str, bool, bool]] = [
    # what the carrier does, status, problem, retryable, cancellable
    (_waits, "queued", "", False, True),
    (_is_under_way, "sending", "", False, False),
    (_is_deferred, "queued", "deferred", False, True),
    (_is_unknown, "unknown", "no_answer", True, False),
    (_is_accepted, "sent", "", False, False),
    (_is_rejected, "failed", "recipient", True, False),
]


@pytest.mark.parametrize(("happens", "status", "problem", "retryable", "cancellable"), NOW)
async def test_at_once(
    stage: Stage,
    happens: Callable[[Stage], Awaitable[None]],
    status: str,
    problem: str,
    retryable: bool,
    cancellable: bool,
) -> None:
    ada = await stage.people()
    await happens(stage)
    stage.engine.open(stage.carrier)
    detail = await stage.detail(ada, await stage.text(ada))
    assert (detail.status, detail.problem.kind if detail.problem else "") == (status, problem)
    assert (detail.retryable, detail.cancellable) == (retryable, cancellable)
    if status == "sending":
        stage.carrier.ready = False
        await stage.passes(31)  # let the test end without waiting


LATER = [
    # what the carrier does, minutes, status and problem then
    (_waits, 6, "expired", "validity"),
    (_is_deferred, 6.3, "expired", "validity"),
    (_is_under_way, 0.6, "unknown", "no_answer"),
    (_is_under_way, 7, "unknown", "no_answer"),
    (_is_unknown, 6.3, "unknown", "no_answer"),
    (_is_accepted, 6.3, "sent", "no_receipt"),
    (_is_rejected, 6.3, "failed", "recipient"),
]


@pytest.mark.parametrize(("happens", "minutes", "status", "problem"), LATER)
async def test_at_its_deadline(
    stage: Stage, happens: Callable[[Stage], Awaitable[None]], minutes: float, status: str, problem: str
) -> None:
    ada = await stage.people()
    await happens(stage)
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(minutes * MINUTE)
    detail = await stage.detail(ada, message)
    assert (detail.status, detail.problem.kind if detail.problem else "") == (status, problem)
    still_waits = 1 if minutes < 1 else 0
    assert await stage.store.read(lambda look: look.one(WAITING)["n"]) == still_waits


WAITING = "SELECT count(*) AS n FROM message WHERE deadline_at IS NOT NULL"


@pytest.mark.parametrize(
    ("receipt", "status"),
    [
        ("sent", "sent"),
        ("other", "sent"),
        ("delivered", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "undelivered"),
        ("expired", "undelivered"),
    ],
)
async def test_receipts(stage: Stage, receipt: str, status: str) -> None:
    ada = await stage.people()
    await _is_accepted(stage)
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    await stage.receipt("id", ReceiptStatus(receipt), code="7")
    detail = await stage.detail(ada, message)
    assert detail.status == status
    assert (detail.problem.code if detail.problem else "") == ("7" if status == "undelivered" else "")


async def test_taken_back_before_it_left(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    assert (await stage.sending.cancel(ada, int(message.id))).status == "cancelled"
    stage.engine.open(stage.carrier)
    await stage.passes(MINUTE)
    assert stage.carrier.sent == []


@pytest.mark.parametrize("kind", RejectKind)
async def test_whoever_is_at_fault_a_refusal_is_final(stage: Stage, kind: RejectKind) -> None:
    ada = await stage.people()
    stage.carrier.always(Rejected(kind, "1", "no"))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(MINUTE)
    detail = await stage.detail(ada, message)
    assert (detail.status, detail.problem and detail.problem.kind) == ("failed", kind)
    assert len(stage.carrier.sent) == 1


async def test_the_one_step_back_clears_when_it_is_sent(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(Deferred("busy", code="429"))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    assert (await stage.detail(ada, message)).status_text == (
        "Waiting to be sent: the carrier could not take it yet (busy, code 429)."
    )
    await stage.passes(10)
    detail = await stage.detail(ada, message)
    assert (detail.status, detail.problem) == ("sent", None)
    assert [attempt.outcome for attempt in detail.attempts] == ["deferred", "accepted"]


async def test_a_late_receipt_still_counts_after_none_came_in_time(stage: Stage) -> None:
    ada = await stage.people()
    await _is_accepted(stage)
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.passes(6.3 * MINUTE)
    assert (await stage.detail(ada, message)).status_text == "Sent: no receipt came in time."
    await stage.receipt("id", ReceiptStatus.DELIVERED)
    detail = await stage.detail(ada, message)
    assert (detail.status_text, detail.problem) == ("Delivered.", None)


async def test_the_clock_set_back_makes_no_change_look_older(stage: Stage) -> None:
    ada = await stage.people()
    await _is_accepted(stage)
    stage.engine.open(stage.carrier)
    before = await stage.detail(ada, await stage.text(ada))
    stage.clock._now -= 3_600_000
    await stage.receipt("id", ReceiptStatus.DELIVERED)
    after = await stage.detail(ada, before.id)
    assert (before.status, after.status, after.updated_at) == ("sent", "delivered", before.updated_at)
