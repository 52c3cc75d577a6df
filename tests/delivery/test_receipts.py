"""Receipts, in any order and number, before and after the answer, over several parts and rounds."""

from itertools import pairwise, permutations
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.book import Book
from delivery.stage import Stage, WatchedStore, viewer
from sidetone.delivery.send import _retry
from sidetone.domain.incoming import Receipt
from sidetone.domain.outcome import Accepted
from sidetone.domain.status import RANK, ReceiptStatus, Status, whole_status
from sidetone.jobs.housekeeping import sweep
from sidetone.store.outbox import Claimed
from sidetone.testing.clock import FakeClock

Said = tuple[int, ReceiptStatus, str]  # part, receipt, the carrier's code

SAID = st.tuples(st.integers(0, 2), st.sampled_from(ReceiptStatus), st.sampled_from(["", "7"]))
DAY = 24 * 60 * 60  # seconds
COUNT = "SELECT count(*) AS n FROM receipt"
CHANCE = st.randoms(use_true_random=False)


def play(parts: int, said: list[Said], answer_at: int) -> list[Status]:
    """Every standing of a message whose answer comes after so many of its receipts."""
    book = Book()
    message_id = book.queue()
    (claim,) = book.claim()
    standing = [book.status(message_id)]
    for place, event in enumerate([*said[:answer_at], None, *said[answer_at:]]):
        if event is None:
            book.accept(claim, *(f"id-{part}" for part in range(parts)))
        else:
            part, receipt, code = event
            book.receive(f"id-{part % parts}", receipt, code)
        standing.append(book.status(message_id))
        assert (standing[-1] is Status.SENDING) == (place < min(answer_at, len(said)))
    book.sql.close()
    return standing


@given(st.integers(1, 3), st.lists(SAID, max_size=6), CHANCE)
def test_any_order_is_monotone_and_ends_the_same(parts: int, said: list[Said], chance: Random) -> None:
    expected = whole_status([[receipt for at, receipt, _ in said if at % parts == part] for part in range(parts)])
    again = [*said, *chance.sample(said, len(said) // 2)]
    chance.shuffle(again)
    for order in (said, again):
        standing = play(parts, order, chance.randint(0, len(order)))
        assert all(RANK[before] <= RANK[after] for before, after in pairwise(standing))
        assert standing[-1] is expected


@pytest.mark.parametrize("order", list(permutations(["answer", "sent", "undelivered", "delivered"])))
def test_every_permutation_around_the_answer(order: tuple[str, ...]) -> None:
    said = [(0, ReceiptStatus(word), "") for word in order if word != "answer"]
    assert play(1, said, order.index("answer"))[-1] is Status.DELIVERED


@given(st.lists(st.tuples(st.integers(1, 2), SAID), max_size=8), CHANCE)
def test_receipts_belong_to_their_round(said: list[tuple[int, Said]], chance: Random) -> None:
    book = Book()
    message_id = book.queue()
    first = _sent(book, 1)
    book.receive("1-0", ReceiptStatus.UNDELIVERED)
    book.do(_retry, viewer("ada", book.user_id), message_id, None, 1000)
    assert book.status(message_id) is Status.QUEUED
    second = _sent(book, 2)
    assert (first.round, second.round) == (1, 2)
    standing = [book.status(message_id)]
    for round_, (part, receipt, code) in said:
        book.receive(f"{round_}-{part}", receipt, code)
        standing.append(book.status(message_id))
    expected = whole_status(
        [[receipt for round_, (at, receipt, _) in said if round_ == 2 and at == part] for part in range(3)]
    )
    book.sql.close()
    assert all(RANK[before] <= RANK[after] for before, after in pairwise(standing))
    assert standing[-1] is expected


def _sent(book: Book, round_: int) -> Claimed:
    (claim,) = book.claim()
    book.accept(claim, *(f"{round_}-{part}" for part in range(3)))
    return claim


async def test_a_part_without_an_id_holds_nothing_back(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.always(Accepted(("id-a", None, None)))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    assert await stage.status(ada, message) == "sent"
    await stage.receipt("id-a", ReceiptStatus.DELIVERED)
    assert await stage.status(ada, message) == "delivered"


async def test_an_id_for_all_parts_together_counts_once(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.always(Accepted(("same", "same", "same")))
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    assert await stage.status(ada, message) == "sent"
    await stage.receipt("same", ReceiptStatus.DELIVERED)
    assert await stage.status(ada, message) == "delivered"


async def test_an_id_that_a_carrier_gives_again_belongs_to_the_newer_message(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.always(Accepted(("again",)))
    stage.engine.open(stage.carrier)
    for _ in range(2):
        message = await stage.text(ada)
        assert await stage.status(ada, message) == "sent"
        await stage.receipt("again", ReceiptStatus.DELIVERED)
        detail = await stage.detail(ada, message)
        assert (detail.status, [receipt.times for receipt in detail.receipts]) == ("delivered", [1])


async def test_a_retry_that_has_not_left_is_spared_when_the_first_round_turns_out_delivered(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    await stage.receipt("id-1-0", ReceiptStatus.UNDELIVERED)
    stage.carrier.ready = False
    await stage.sending.retry(ada, int(message.id), None)
    assert await stage.status(ada, message) == "queued"
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    assert await stage.status(ada, message) == "delivered"
    stage.carrier.ready = True
    stage.engine.open(stage.carrier)
    await stage.passes(60)
    assert len(stage.carrier.sent) == 1


async def test_repeated_receipts_are_counted_and_announced_once(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    seen: list[int] = []
    stage.store.listen(lambda entries: seen.append(len(entries)))
    for _ in range(5):
        await stage.receipt("id-1-0", ReceiptStatus.DELIVERED, code="0")
    detail = await stage.detail(ada, message)
    assert [(receipt.status, receipt.times) for receipt in detail.receipts] == [("delivered", 5)]
    assert seen == [1]


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt(carrier_id="id-1-0", status=ReceiptStatus.UNDELIVERED, code="\ud800" * 99, text="\0no\udc00" * 500),
        Receipt(carrier_id="id-1-0", status=ReceiptStatus.UNDELIVERED, carrier_time=1 << 80),
        Receipt(carrier_id="id-1-0", status=ReceiptStatus.UNDELIVERED, carrier_time=-5),
        Receipt(carrier_id="  id-1-0 ", status=ReceiptStatus.UNDELIVERED),
        Receipt(carrier_id="id-1-0", status="undelivered"),  # type: ignore[arg-type]
    ],
)
async def test_odd_receipts_still_count(stage: Stage, receipt: Receipt) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    message = await stage.text(ada)
    await stage.store.calm()
    await stage.way_in.receipt("main", receipt)
    detail = await stage.detail(ada, message)
    assert detail.status == "undelivered"
    assert msgspec.json.encode(detail)


@pytest.mark.parametrize("carrier_id", ["", " ", "nobody's", "\ud800", "x" * 10_000])
async def test_receipts_for_nothing_known_are_taken(stage: Stage, carrier_id: str) -> None:
    await stage.receipt(carrier_id, ReceiptStatus.DELIVERED)
    await stage.receipt(carrier_id, "accepted by moon base")  # type: ignore[arg-type]


async def test_unmatched_receipts_wait_a_day_for_their_message_and_are_then_forgotten(
    store: WatchedStore, clock: FakeClock
) -> None:
    stage = Stage(store, clock)  # its engine rests: only the sweep counts
    await stage.receipt("early", ReceiptStatus.DELIVERED)
    await clock.advance(DAY)
    await sweep(store, clock)
    assert await store.read(lambda look: look.one(COUNT)["n"]) == 1
    await clock.advance(1)
    await sweep(store, clock)
    assert await store.read(lambda look: look.one(COUNT)["n"]) == 0
