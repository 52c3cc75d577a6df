"""Whose a report is, while references wrap at 256; and what a second try may send."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.gsm.pdus import EPOCH
from sidetone.domain.status import ReceiptStatus, Status, whole_status
from sidetone_gsm.pdu.addresses import Address, NumberKind, address_of
from sidetone_gsm.pdu.fates import receipt_status
from sidetone_gsm.pdu.messages import StatusReport
from sidetone_gsm.pdu.times import decode_stamp, encode_stamp
from sidetone_gsm.sent import PartOutcome, SentPart, guessed_reference, next_reference, resending, whose

NOW = round(EPOCH.timestamp()) * 1000
HOUR = 3_600_000
A, R, N, U = PartOutcome.ACCEPTED, PartOutcome.REFUSED, PartOutcome.UNTRIED, PartOutcome.UNKNOWN


def report(mr: int = 5, number: str = "+491701234567", after: int = 10) -> StatusReport:
    stamp = encode_stamp(EPOCH + timedelta(seconds=after))
    return StatusReport(reference=mr, recipient=address_of(number), stamp=stamp, discharge=stamp, status=0)


def part(**changes: object) -> SentPart:
    plain = SentPart("p", "sim-1", 5, "+491701234567", NOW, NOW + 24 * HOUR)
    return replace(plain, **changes)  # type: ignore[arg-type]


def found(told: StatusReport, *parts: SentPart, now: int = NOW + 60_000, rubbish: bool = False) -> str | None:
    match = whose(told, "sim-1", now, parts, numbers_are_rubbish=rubbish)
    return match.id if match else None


@pytest.mark.parametrize("number", ["+491701234567", "01701234567", "00491701234567", "1701234567"])
def test_a_number_is_the_same_however_it_is_written(number: str) -> None:
    assert found(report(number=number), part()) == "p"


@pytest.mark.parametrize(
    "other", [part(mr=6), part(sim="sim-2"), part(recipient="+491709999999"), part(sent_at=NOW + 7 * 60_000)]
)
def test_what_differs_is_not_it(other: SentPart) -> None:
    assert found(report(), other) is None


def test_after_its_validity_no_report_is_its_own() -> None:
    assert found(report(after=2 * 3600), part(valid_until=NOW + HOUR), now=NOW + 3 * HOUR) is None


def test_after_a_wrap_the_newest_that_was_sent_before_is_meant() -> None:
    old, new, later = part(id="old"), part(id="new", sent_at=NOW + HOUR), part(id="later", sent_at=NOW + 3 * HOUR)
    assert found(report(after=3700), old, new, later, now=NOW + 4 * HOUR) == "new"


def test_a_part_that_has_its_report_leaves_the_next_to_another() -> None:
    assert (
        found(
            report(after=3700), part(id="open"), part(id="done", sent_at=NOW + HOUR, reported=True), now=NOW + 2 * HOUR
        )
        == "open"
    )
    assert found(report(), part(reported=True)) == "p", "a second report about the same part"


def test_a_stick_that_spoils_the_number_is_matched_by_the_reference_alone() -> None:
    spoilt = replace(report(), recipient=Address("+11#08427", NumberKind.INTERNATIONAL))
    assert found(spoilt, part()) is None
    assert found(spoilt, part(), rubbish=True) == "p"


def test_a_report_without_a_date_counts_from_its_arrival() -> None:
    dateless = replace(report(), stamp=decode_stamp(b"\xff" * 7))
    assert found(dateless, part()) == "p"
    assert found(dateless, part(sent_at=NOW + HOUR)) is None


def test_references_wrap() -> None:
    assert (guessed_reference(None), guessed_reference(4), guessed_reference(255)) == (None, 5, 0)
    assert (next_reference(None), next_reference(4), next_reference(255)) == (1, 5, 0)


@pytest.mark.parametrize(
    ("outcomes", "after", "numbers", "same", "repeats"),
    [
        ([R], 0, (1,), False, False),
        ([N, N], 0, (1, 2), False, False),
        ([A, R, N], 60_000, (2, 3), True, False),
        ([A, R, A], 300_000, (2,), True, False),
        ([A, R, N], 300_001, (1, 2, 3), False, True),
        ([A, U, N], 60_000, (1, 2, 3), False, True),
        ([U], 60_000, (1,), False, True),
    ],
)
def test_what_a_second_try_sends(
    outcomes: list[PartOutcome], after: int, numbers: tuple[int, ...], same: bool, repeats: bool
) -> None:
    again = resending(outcomes, NOW, NOW + after)
    assert (again.numbers, again.same_reference, again.repeats) == (numbers, same, repeats)


@given(st.lists(st.sampled_from(PartOutcome), min_size=1, max_size=10), st.integers(0, HOUR))
def test_nothing_is_sent_twice_without_saying_so(outcomes: list[PartOutcome], after: int) -> None:
    again = resending(outcomes, NOW, NOW + after)
    twice = [number for number in again.numbers if outcomes[number - 1] in (A, U)]
    assert again.repeats or not twice
    assert not (again.same_reference and again.repeats)
    assert set(again.numbers) >= {number for number, outcome in enumerate(outcomes, 1) if outcome is not A}


@given(st.lists(st.lists(st.integers(0, 255), max_size=4), min_size=1, max_size=4), st.randoms())
def test_reports_in_any_order_end_the_same(told: list[list[int]], random: object) -> None:
    parts = [[receipt_status(status) for status in statuses] for statuses in told]
    ends = {whole_status(parts), whole_status([list(reversed(receipts)) for receipts in reversed(parts)])}
    assert len(ends) == 1


def test_one_status_comes_of_the_reports_of_all_parts() -> None:
    delivered, trying, failed = receipt_status(0x00), receipt_status(0x20), receipt_status(0x43)
    assert whole_status([{delivered}, {delivered}]) is Status.DELIVERED
    assert whole_status([{delivered}, {trying}]) is Status.SENT
    assert whole_status([{delivered}, {failed}]) is Status.UNDELIVERED
    assert whole_status([{trying, delivered}]) is Status.DELIVERED
    assert receipt_status(0x46) is ReceiptStatus.EXPIRED
