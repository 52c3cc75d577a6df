"""The way of a message cut between any two of its steps; what the next life makes of it."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.book import DAY, Book, arrival
from delivery.stage import viewer
from sidetone.config.shapes import MessagingSettings
from sidetone.delivery.deadlines import end_overdue
from sidetone.delivery.send import _retry
from sidetone.domain.status import ReceiptStatus
from sidetone.store import inbound, outbox
from sidetone.store.outbox import Claimed

CHECKS = {
    "a row waits for every message that waits, and for no other": """
        SELECT m.id FROM message m LEFT JOIN outbox o ON o.message_id = m.id
        WHERE (m.status IN ('queued', 'sending')) <> (o.message_id IS NOT NULL) AND m.direction = 'outbound'""",
    "what is in hand is claimed, and nothing else is": """
        SELECT m.id FROM message m JOIN outbox o ON o.message_id = m.id
        WHERE (m.status = 'sending') <> (o.attempt_id IS NOT NULL)""",
    "a claim has an attempt without an outcome, of its own message": """
        SELECT o.message_id FROM outbox o LEFT JOIN attempt t ON t.id = o.attempt_id AND t.message_id = o.message_id
        WHERE o.attempt_id IS NOT NULL AND (t.id IS NULL OR t.outcome IS NOT NULL)""",
    "only a claim's attempt has no outcome": """
        SELECT t.id FROM attempt t LEFT JOIN outbox o ON o.attempt_id = t.id
        WHERE t.outcome IS NULL AND o.message_id IS NULL""",
    "whatever waits has a deadline": """
        SELECT m.id FROM message m WHERE m.deadline_at IS NULL
          AND m.status IN ('queued', 'scheduled', 'held', 'sending')""",
    "every message has its text": """
        SELECT m.id FROM message m LEFT JOIN message_body b ON b.message_id = m.id WHERE b.message_id IS NULL""",
    "the list stands at the newest message": """
        SELECT c.id FROM conversation c
        WHERE c.activity <> (SELECT coalesce(max(m.id), 0) FROM message m WHERE m.conversation_id = c.id)""",
}

TERMS = MessagingSettings(unknown_wait_hours=24)


def check(book: Book) -> None:
    """What must hold after every transaction."""
    for words, query in CHECKS.items():
        assert book.sql.execute(query).fetchall() == [], words


Step = Callable[[Book, dict[str, Claimed]], object]


def _claim(book: Book, held: dict[str, Claimed]) -> None:
    (held["claim"],) = book.claim()


OUT: list[tuple[str, Step, str]] = [
    # a step, and the standing that the next life finds after it
    ("stored", lambda book, _: book.queue(), "queued"),
    ("claimed", _claim, "unknown"),
    ("accepted", lambda book, held: book.accept(held["claim"], "id"), "sent"),
    ("passed on", lambda book, _: book.receive("id", ReceiptStatus.SENT), "sent"),
    ("delivered", lambda book, _: book.receive("id", ReceiptStatus.DELIVERED), "delivered"),
]


@pytest.mark.parametrize("cut", range(1, len(OUT) + 1))
def test_a_text_out(tmp_path: Path, cut: int) -> None:
    book, held = Book(tmp_path / "book.db"), dict[str, Claimed]()
    for _, step, _ in OUT[:cut]:
        book.reopen()
        step(book, held)
        check(book)
    book.reopen()
    book.do(outbox.strand, book.now + DAY)
    check(book)
    assert book.status(1) == OUT[cut - 1][2]
    assert [claim.message_id for claim in book.claim()] == ([1] if cut == 1 else [])


def test_the_answer_of_the_life_before_still_counts(tmp_path: Path) -> None:
    """The carrier took it, the daemon died, and the receipts come to the next life."""
    book, held = Book(tmp_path / "book.db"), dict[str, Claimed]()
    book.queue()
    _claim(book, held)
    book.receive("id", ReceiptStatus.DELIVERED)
    book.reopen()
    book.do(outbox.strand, book.now + DAY)
    assert book.status(1) == "unknown"
    book.accept(held["claim"], "id")
    assert book.status(1) == "delivered"
    check(book)


def test_a_text_in_is_there_once_however_often_the_carrier_was_cut_off(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.db")
    for life in range(3):
        stored = book.do(inbound.keep, [arrival()])
        assert (stored == [None]) == (life > 0)
        check(book)
        book.reopen()


def test_a_dead_lifes_answers_leave_a_newer_claim_alone(tmp_path: Path) -> None:
    """The message was tried again by hand meanwhile: its new claim waits for its own answer."""
    book, held = Book(tmp_path / "book.db"), dict[str, Claimed]()
    book.queue()
    _claim(book, held)
    dead = held["claim"]
    book.do(outbox.strand, book.now + DAY)
    book.do(_retry, viewer("ada", book.user_id), 1, None, DAY)
    _claim(book, held)
    for answer in ("defer", "lose", "reject", "accept"):
        _answer(book, answer, dead, 0)
        assert (book.status(1), book.claim()) == ("sending", [])
        check(book)
    book.accept(held["claim"], "id")
    assert book.status(1) == "sent"


def everything(book: Book) -> dict[str, list[object]]:
    """All rows of all tables, but for those that hold no rows themselves."""
    made = book.sql.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    return {name: [tuple(row) for row in book.sql.execute(f'SELECT * FROM "{name}"')] for (name,) in made.fetchall()}


@pytest.mark.parametrize("statements", range(1, 11))
def test_a_transaction_that_is_cut_anywhere_leaves_nothing(tmp_path: Path, statements: int) -> None:
    """A text that comes in, stopped at each of its statements in turn, and brought again."""
    book = Book(tmp_path / "book.db")
    before = everything(book)
    left = [statements]

    def count(_statement: str) -> None:
        left[0] -= 1

    book.sql.set_trace_callback(count)
    book.sql.set_progress_handler(lambda: int(left[0] <= 0), 1)
    with suppress(sqlite3.OperationalError):
        book.do(inbound.keep, [arrival()])
    book.reopen()
    whole = book.status_or_none(1) is not None
    assert whole or everything(book) == before
    check(book)
    assert book.do(inbound.keep, [arrival()]) == [None if whole else 1]
    assert whole == (statements > 8)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["queue", "claim", "accept", "reject", "defer", "lose", "receipt", "die", "wait"]),
        st.integers(0, 5),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(STEPS)
def test_any_mix_of_steps_and_deaths_keeps_the_books_right(steps: list[tuple[str, int]]) -> None:
    book = Book()
    held: list[Claimed] = []
    dead: list[Claimed] = []
    for step, n in steps:
        if step == "queue":
            book.queue(conversation_id=book.conversation(f"+4915112345{n}00"))
        elif step == "claim":
            held += book.claim(most=1 + n % 3)
        elif step == "receipt":
            book.receive(f"id-{n}", list(ReceiptStatus)[n])
        elif step == "die":
            book.do(outbox.strand, book.now + DAY)
            dead += held
            held = []
        elif step == "wait":
            book.now += n * DAY // 4
            book.do(end_overdue, TERMS)
        elif held or dead:
            hands = held if held and (n % 2 or not dead) else dead  # an answer may come to a life that is over
            _answer(book, step, hands.pop(n % len(hands)), n)
        check(book)
    book.sql.close()


def _answer(book: Book, step: str, claim: Claimed, n: int) -> None:
    if step == "accept":
        book.accept(claim, f"id-{n}")
    elif step == "reject":
        book.do(outbox.rejected, claim, "recipient", "", "")
    elif step == "defer":
        book.do(outbox.deferred, claim, book.now + n, "deferred", "", "")
    else:
        book.do(outbox.unknown, claim, "no_answer", "", "", book.now + DAY)
