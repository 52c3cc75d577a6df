"""What a message tells of itself, in the words that people read, for each way it can go."""

from collections.abc import Awaitable, Callable

import pytest

from delivery.stage import OWN, Stage, viewer
from sidetone.domain.outcome import Accepted, Deferred, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus

MINUTE = 60


async def told(stage: Stage, plot: Callable[[Stage], Awaitable[None]]) -> list[str]:
    """`mm:ss sentence` of the one message of a plot."""
    ada = await stage.people()
    start = stage.clock.now()
    assert start % 3_600_000 == 0
    await stage.text(ada)
    await plot(stage)
    detail = await stage.detail(ada, "1")
    return [f"{step.at[14:19]} {step.text}" for step in detail.history]


async def waits(stage: Stage) -> None:
    """No carrier is there."""
    await stage.passes(30)


async def is_under_way(stage: Stage) -> None:
    stage.carrier.hold()
    stage.engine.open(stage.carrier)
    await stage.passes(5)


async def is_delivered(stage: Stage) -> None:
    stage.engine.open(stage.carrier)
    await stage.passes(3)
    await stage.receipt("id-1-0", ReceiptStatus.SENT)
    await stage.passes(4)
    for _ in range(2):
        await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)


async def is_put_off_first(stage: Stage) -> None:
    stage.carrier.in_turn(Deferred("busy", code="429"), Deferred("no credit", whole_carrier=True))
    stage.engine.open(stage.carrier)
    await stage.passes(20)


async def is_refused_and_sent_again(stage: Stage) -> None:
    stage.carrier.in_turn(Rejected(RejectKind.RECIPIENT, "30005", "Unknown handset."))
    stage.engine.open(stage.carrier)
    await stage.passes(MINUTE)
    await stage.sending.retry(viewer("ada", 1), 1, None)
    await stage.passes(1)


async def is_lost_and_sent_again(stage: Stage) -> None:
    stage.carrier.in_turn(Unknown("connection reset"))
    stage.engine.open(stage.carrier)
    await stage.passes(MINUTE)
    await stage.sending.retry(viewer("ada", 1), 1, None)
    await stage.passes(1)


async def hangs(stage: Stage) -> None:
    stage.carrier.hold()
    stage.engine.open(stage.carrier)
    await stage.passes(31)


async def expires(stage: Stage) -> None:
    stage.carrier.always(Deferred("busy", after=300))
    stage.engine.open(stage.carrier)
    await stage.passes(6 * MINUTE)


async def is_cancelled(stage: Stage) -> None:
    await stage.passes(2)
    await stage.sending.cancel(viewer("ada", 1), 1)


async def is_not_delivered(stage: Stage) -> None:
    stage.carrier.always(Accepted(("id",), note="queued there"))
    stage.engine.open(stage.carrier)
    await stage.receipt("id", ReceiptStatus.FAILED, code="27", text="Absent subscriber")
    await stage.passes(1)


async def gets_no_receipt(stage: Stage) -> None:
    stage.engine.open(stage.carrier)
    await stage.passes(6 * MINUTE)


async def gets_a_strange_receipt(stage: Stage) -> None:
    stage.engine.open(stage.carrier)
    await stage.passes(1)
    await stage.receipt("id-1-0", ReceiptStatus.OTHER, text="Teleported")


TOLD: dict[Callable[[Stage], Awaitable[None]], list[str]] = {
    waits: [
        "00:00 Stored and queued.",
        "00:00 Now: Waiting to be sent.",
        "00:00 It waits for carrier “main”, which is not working (Messages that wait for a carrier that is not running: 1).",
    ],
    is_under_way: [
        "00:00 Stored and queued.",
        "00:00 Handing it to carrier “main”.",
        "00:00 Now: Being handed to the carrier.",
    ],
    is_delivered: [
        "00:00 Stored and queued.",
        "00:00 Carrier “main” took it.",
        "00:03 Carrier “main” passed it on.",
        "00:07 Carrier “main” delivered it (2 times).",
        "00:07 Now: Delivered.",
    ],
    is_put_off_first: [
        "00:00 Stored and queued.",
        "00:00 Carrier “main” could not take it yet (busy, code 429).",
        "00:01 Carrier “main” could not take it yet (no credit).",
        "00:03 Carrier “main” took it.",
        "00:03 Now: Sent.",
    ],
    is_refused_and_sent_again: [
        "00:00 Stored and queued.",
        "00:00 Carrier “main” refused it (Unknown handset, code 30005).",
        "01:00 Sent again by hand.",
        "01:00 Carrier “main” took it.",
        "01:00 Now: Sent.",
    ],
    is_lost_and_sent_again: [
        "00:00 Stored and queued.",
        "00:00 Carrier “main” gave no answer we can be sure of (connection reset).",
        "01:00 Sent again by hand.",
        "01:00 Carrier “main” took it.",
        "01:00 It was sent again by hand, so it may have arrived twice.",
        "01:00 Now: Sent.",
    ],
    hangs: [
        "00:00 Stored and queued.",
        "00:30 Carrier “main” gave no answer we can be sure of (no answer in time).",
        "00:30 Now: Not known whether it was sent: the carrier gave no usable answer (no answer in time). "
        "It is not sent again by itself.",
    ],
    expires: [
        "00:00 Stored and queued.",
        "00:00 Carrier “main” could not take it yet (busy).",
        "05:00 Carrier “main” could not take it yet (busy).",
        "06:00 Now: Not sent in time: no carrier took it while it was valid (busy).",
    ],
    is_cancelled: ["00:00 Stored and queued.", "00:02 Now: Cancelled before it left."],
    is_not_delivered: [
        "00:00 Stored and queued.",
        "00:00 Carrier “main” took it (queued there).",
        "00:00 Carrier “main” failed to send it (Absent subscriber, code 27).",
        "00:00 Now: Not delivered: the carrier could not deliver it (Absent subscriber, code 27).",
    ],
    gets_no_receipt: [
        "00:00 Stored and queued.",
        "00:00 Carrier “main” took it.",
        "06:00 Now: Sent: no receipt came in time.",
    ],
    gets_a_strange_receipt: [
        "00:00 Stored and queued.",
        "00:00 Carrier “main” took it.",
        "00:01 Carrier “main” said something we do not know (Teleported).",
        "00:01 Now: Sent.",
    ],
}


@pytest.mark.parametrize("plot", TOLD, ids=lambda plot: plot.__name__)
async def test_a_message_tells_its_story(stage: Stage, plot: Callable[[Stage], Awaitable[None]]) -> None:
    assert await told(stage, plot) == TOLD[plot]


async def test_of_a_long_story_the_end_is_told(stage: Stage) -> None:
    """A queue that a carrier put off for days: the attempt that counts is among those shown."""
    ada = await stage.people()
    message = await stage.text(ada)
    await stage.store.write(lambda txn: [txn.run(PUT_OFF, {"n": n}) for n in range(600)])
    stage.engine.open(stage.carrier)
    detail = await stage.detail(ada, message)
    assert len(detail.attempts) == 500
    assert detail.attempts[-1].outcome == "accepted"
    assert [int(attempt.id) for attempt in detail.attempts] == sorted(int(attempt.id) for attempt in detail.attempts)


PUT_OFF = """
    INSERT INTO attempt (message_id, round, carrier, reference, started_at, finished_at, outcome)
    VALUES (1, 1, 'main', 'r' || :n, 0, 0, 'deferred')
"""


async def test_what_a_detail_shows_of_parts(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    message = await stage.text(ada, "x" * 400)
    await stage.store.calm()
    await stage.receipt("id-1-1", ReceiptStatus.DELIVERED, carrier_time=1_800_000_000_000)
    detail = await stage.detail(ada, message)
    parts = [(part.position, part.carrier_id, part.status) for part in detail.attempts[0].parts]
    assert parts == [(1, "id-1-0", "sent"), (2, "id-1-1", "delivered"), (3, "id-1-2", "sent")]
    assert (detail.status, detail.segments, detail.from_number) == ("sent", 3, OWN)
    assert [receipt.carrier_at for receipt in detail.receipts] == ["2027-01-15T08:00:00.000Z"]
