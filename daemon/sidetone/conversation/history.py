"""What happened to a message, line by line: in plain words, and as a code with its values for other languages."""

from collections.abc import Iterator
from typing import Any

from sidetone.domain.status import ReceiptStatus, Status
from sidetone.domain.words import (
    FOR_LATER,
    PUSHED,
    SENT_AGAIN,
    SHOWN,
    STORED,
    TIME_CAME,
    arrived_words,
    flag_words,
    outcome_words,
    receipt_words,
    received_words,
    stamped_words,
    status_words,
    wait_words,
)
from sidetone.people.render import time_text
from sidetone.views import Step, WaitView


def history(row: Any, attempts: list[Any], receipts: list[Any], waits: WaitView | None) -> list[Step]:  # noqa: ANN401
    """What happened in the order it happened, and at the end how things stand."""
    created = row["message_created_at"]
    if row["direction"] == "inbound":
        return list(_stages(row))
    steps = [(created, _stored(row)), *_attempt_steps(attempts), *map(_receipt_step, receipts)]
    steps.sort(key=lambda step: step[0])
    last = max(row["updated_at"], steps[-1][0])
    return [*(step for _, step in steps), *_marks(row, last), *_now(row, last, waits)]


def _stages(row: Any) -> Iterator[Step]:  # noqa: ANN401 - a row
    """The stages of a text that came in, in their order, whatever the carrier's clock says."""
    carrier, created = row["carrier"], row["message_created_at"]
    if row["carrier_at"] is not None:
        yield _step(row["carrier_at"], "stamped", stamped_words(carrier), carrier=carrier)
    if row["received_at"] is not None:
        yield _step(row["received_at"], "arrived", arrived_words(carrier), carrier=carrier)
    yield _step(created, "received", received_words(carrier), carrier=carrier)
    yield from _marks(row, created)
    if row["pushed_at"] is not None:
        yield _step(row["pushed_at"], "pushed", PUSHED)
    if row["shown_at"] is not None:
        yield _step(row["shown_at"], "shown", SHOWN)


def _stored(row: Any) -> Step:  # noqa: ANN401 - a row
    created = row["message_created_at"]
    if row["scheduled_id"]:
        return _step(created, "time_came", TIME_CAME)
    if row["status"] == Status.SCHEDULED:
        return _step(created, "for_later", FOR_LATER)
    return _step(created, "stored", STORED)


def _step(at: int, code: str, text: str, /, **values: str) -> Step:
    return Step(at=time_text(at), text=text, code=code, values={name: value for name, value in values.items() if value})


def _marks(row: Any, at: int) -> Iterator[Step]:  # noqa: ANN401 - a row
    for flag in row["flags"].split():
        if words := flag_words(flag):
            yield _step(at, f"flag.{flag}", words)


def _attempt_steps(attempts: list[Any]) -> Iterator[tuple[int, Step]]:
    round_ = 1
    for attempt in attempts:
        if attempt["round"] > round_:
            round_ = attempt["round"]
            yield attempt["started_at"], _step(attempt["started_at"], "again", SENT_AGAIN)
        at, carrier, said = attempt["finished_at"] or attempt["started_at"], attempt["carrier"], _said(attempt)
        words = outcome_words(carrier, attempt["outcome"], **said)
        yield at, _step(at, f"attempt.{attempt['outcome'] or 'under_way'}", words, carrier=carrier, **said)


def _receipt_step(receipt: Any) -> tuple[int, Step]:  # noqa: ANN401 - a row
    status, carrier, said, times = (
        ReceiptStatus(receipt["status"]),
        receipt["carrier"],
        _said(receipt),
        receipt["times"],
    )
    words = receipt_words(carrier, status, **said, times=times)
    values = {"carrier": carrier, **said, "times": str(times) if times > 1 else ""}
    return receipt["received_at"], _step(receipt["received_at"], f"receipt.{status}", words, **values)


def _now(row: Any, at: int, waits: WaitView | None) -> Iterator[Step]:  # noqa: ANN401 - a row
    words = status_words(Status(row["status"]), row["problem_kind"], row["problem_code"], row["problem_text"])
    yield _step(at, "now", f"Now: {words}")
    if waits is not None and waits.reason != "turn":
        values = {"carrier": waits.carrier, "text": waits.sentence, "at": waits.next_try_at or ""}
        yield _step(at, f"wait.{waits.reason}", wait_words(waits.reason, **values), **values)


def _said(row: Any) -> dict[str, str]:  # noqa: ANN401 - a row
    return {"text": row["text"], "code": row["code"]}
