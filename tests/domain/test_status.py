"""Which way statuses go, and what receipts say together."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.domain.status import (
    CANCELLABLE,
    RANK,
    RETRYABLE,
    ReceiptStatus,
    Status,
    advance,
    is_bad,
    part_status,
    whole_status,
)

LADDER = [
    ("queued scheduled held", 0),
    ("sending", 10),
    ("unknown", 20),
    ("sent", 30),
    ("failed expired cancelled undelivered", 40),
    ("delivered received", 50),
]
RECEIPTS = st.lists(st.sampled_from(ReceiptStatus), max_size=6)
PARTS = st.lists(RECEIPTS, min_size=1, max_size=4)


def test_every_status_has_the_rank_of_the_table() -> None:
    assert {Status(name): rank for names, rank in LADDER for name in names.split()} == RANK


@pytest.mark.parametrize("current", Status)
@pytest.mark.parametrize("proposed", Status)
def test_only_a_higher_rank_moves(current: Status, proposed: Status) -> None:
    moved = advance(current, proposed)
    assert moved is (proposed if RANK[proposed] > RANK[current] else current)


def test_what_came_to_nothing_can_be_retried_and_what_has_not_left_can_be_cancelled() -> None:
    assert {status.value for status in RETRYABLE} == {"failed", "undelivered", "expired", "unknown", "cancelled"}
    assert {status.value for status in CANCELLABLE} == {"queued", "scheduled", "held"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("", "sent"),
        ("sent", "sent"),
        ("other", "sent"),
        ("delivered", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "undelivered"),
        ("expired", "undelivered"),
        ("failed delivered", "delivered"),
        ("delivered failed", "delivered"),
        ("undelivered failed", "undelivered"),
        ("failed undelivered", "undelivered"),
    ],
)
def test_a_part(said: str, status: str) -> None:
    assert part_status([ReceiptStatus(word) for word in said.split()]) == status


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([], "sent"),
        ([[], []], "sent"),
        ([["delivered"], []], "sent"),
        ([["delivered"], ["sent"]], "sent"),
        ([["delivered"], ["delivered"]], "delivered"),
        ([["delivered"], ["failed"]], "undelivered"),
        ([["undelivered", "delivered"], []], "undelivered"),
        ([["undelivered", "delivered"], ["delivered"]], "delivered"),
    ],
)
def test_a_whole(parts: list[list[str]], status: str) -> None:
    assert whole_status([[ReceiptStatus(word) for word in said] for said in parts]) == status


@given(PARTS, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_counts(parts: list[list[ReceiptStatus]], chance: object) -> None:
    shuffled = [sorted(said * 2, key=lambda _: chance.random()) for said in parts]  # type: ignore[attr-defined]
    assert whole_status(shuffled) is whole_status(parts)
    assert [part_status(said) for said in shuffled] == [part_status(said) for said in parts]


@given(PARTS, st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ReceiptStatus)), max_size=8))
def test_one_more_receipt_never_lowers_a_message(
    parts: list[list[ReceiptStatus]], more: list[tuple[int, ReceiptStatus]]
) -> None:
    standing = [whole_status(parts)]
    for place, receipt in more:
        parts[place % len(parts)].append(receipt)
        standing.append(whole_status(parts))
    assert all(RANK[before] <= RANK[after] for before, after in pairwise(standing))


@pytest.mark.parametrize("word", ["", "accepted", "DELIVERED", "☃", "queued"])
def test_a_word_that_we_do_not_know_is_other(word: str) -> None:
    assert ReceiptStatus(word) is ReceiptStatus.OTHER


def test_bad_news() -> None:
    assert {receipt.value for receipt in ReceiptStatus if is_bad(receipt)} == {"undelivered", "failed", "expired"}
