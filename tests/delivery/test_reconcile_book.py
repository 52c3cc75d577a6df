"""What is asked for and what is believed, one transaction at a time."""

from delivery.book import DAY, Book
from sidetone.domain.outcome import Accepted, Rejected, RejectKind
from sidetone.domain.status import ReceiptStatus, Status
from sidetone.store import outbox, reconcile
from sidetone.store.connection import Snapshot
from sidetone.store.outbox import Claimed
from sidetone.store.reconcile import Doubt

PARTS = "SELECT r.carrier_id FROM part r ORDER BY r.id"


def doubtful(book: Book, body: str = "hello") -> Claimed:
    """A message whose fate is not known."""
    book.queue(body)
    (claim,) = book.claim(1)
    book.do(outbox.unknown, claim, "no_answer", "", "", book.now + DAY)
    return claim


def open_doubts(book: Book) -> list[Doubt]:
    return reconcile.unknown(Snapshot(book.sql), "main", (0, 0), book.now + DAY, 10)


def parts(book: Book) -> list[str]:
    return [row["carrier_id"] for row in Snapshot(book.sql).all(PARTS)]


def test_a_doubt_is_the_claim_that_was_made() -> None:
    book = Book()
    claim = doubtful(book)
    (doubt,) = open_doubts(book)
    assert (doubt.claim.message_id, doubt.claim.attempt_id, doubt.id) == (
        claim.message_id,
        claim.attempt_id,
        claim.attempt_id,
    )
    same = ("reference", "carrier", "sender", "party_kind", "party_value", "body", "round", "correlation")
    assert [getattr(doubt.claim, name) for name in same] == [getattr(claim, name) for name in same]
    assert doubt.deadline_at == book.now + DAY


def test_only_what_is_unknown_with_this_carrier_is_in_doubt() -> None:
    book = Book()
    book.queue("waits")
    (sent,) = book.claim(1)
    book.accept(sent, "SM1")
    doubtful(book)
    assert len(open_doubts(book)) == 1
    assert reconcile.unknown(Snapshot(book.sql), "other", (0, 0), book.now + DAY, 10) == []
    assert reconcile.unknown(Snapshot(book.sql), "main", (0, 0), book.now + DAY - 1, 10) == []


def test_many_of_one_deadline_are_read_in_steps() -> None:
    book = Book()
    claims = [doubtful(book, f"{n}") for n in range(5)]
    seen: list[int] = []
    after = (0, 0)
    while found := reconcile.unknown(Snapshot(book.sql), "main", after, book.now + DAY, 2):
        seen += [doubt.id for doubt in found]
        after = (found[-1].deadline_at, found[-1].id)
    assert seen == [claim.attempt_id for claim in claims]


def test_what_is_believed_is_believed_once() -> None:
    book = Book()
    claim = doubtful(book)
    assert book.do(reconcile.settle, claim, Accepted(("SM1",)), book.now + DAY)
    assert not book.do(reconcile.settle, claim, Accepted(("SM2",)), book.now + DAY)
    assert not book.do(reconcile.settle, claim, Rejected(RejectKind.MESSAGE), book.now + DAY)
    assert (parts(book), book.status(claim.message_id)) == (["SM1"], Status.SENT)


def test_the_carriers_own_late_answer_adds_nothing_to_what_was_found() -> None:
    book = Book()
    claim = doubtful(book)
    book.do(reconcile.settle, claim, Accepted(("SM1",)), book.now + DAY)
    book.accept(claim, "SM1")
    book.do(outbox.rejected, claim, "message", "", "")
    book.do(outbox.unknown, claim, "no_answer", "", "", book.now + DAY)
    assert (parts(book), book.status(claim.message_id)) == (["SM1"], Status.SENT)


def test_an_id_of_another_attempt_is_not_believed() -> None:
    book = Book()
    first, second = doubtful(book), doubtful(book)
    assert book.do(reconcile.settle, first, Accepted(("SM1",)), book.now + DAY)
    assert not book.do(reconcile.settle, second, Accepted((None, "SM1")), book.now + DAY)
    assert book.status(second.message_id) is Status.UNKNOWN
    assert book.do(reconcile.settle, second, Accepted((None, "SM2")), book.now + DAY)


def test_parts_without_a_final_word_are_untold() -> None:
    book = Book()
    book.queue()
    (claim,) = book.claim(1)
    book.accept(claim, "SM1", None, "SM2", "SM3")
    book.receive("SM1", ReceiptStatus.SENT)
    book.receive("SM3", ReceiptStatus.DELIVERED)
    untold = reconcile.untold(Snapshot(book.sql), "main", (0, 0), book.now + DAY, 10)
    assert [part.carrier_id for part in untold] == ["SM1", "SM2"]
    book.receive("SM1", ReceiptStatus.DELIVERED)
    book.receive("SM2", ReceiptStatus.FAILED)
    assert reconcile.untold(Snapshot(book.sql), "main", (0, 0), book.now + DAY, 10) == []


def test_a_carriers_list_is_marked_for_its_own_numbers() -> None:
    book = Book()
    assert [row["at"] for row in reconcile.numbers(Snapshot(book.sql), "main")] == [None]
    book.do(reconcile.mark, "main", 7)
    book.do(reconcile.mark, "other", 8)
    book.do(reconcile.mark, "main", 9)
    assert [row["at"] for row in reconcile.numbers(Snapshot(book.sql), "main")] == [9]
    assert reconcile.numbers(Snapshot(book.sql), "other") == []
