"""The sentences that people read about a message, each as it stands."""

import pytest

from sidetone.domain.outcome import RejectKind
from sidetone.domain.status import ReceiptStatus, Status
from sidetone.domain.words import (
    arrived_words,
    flag_words,
    outcome_words,
    receipt_words,
    received_words,
    stamped_words,
    status_words,
)

STATUSES = {
    "queued": "Waiting to be sent.",
    "scheduled": "Scheduled.",
    "held": "Held back.",
    "sending": "Being handed to the carrier.",
    "unknown": "Not known whether it was sent. It is not sent again by itself.",
    "sent": "Sent.",
    "failed": "Not sent.",
    "expired": "Not sent in time.",
    "cancelled": "Cancelled before it left.",
    "undelivered": "Not delivered.",
    "delivered": "Delivered.",
    "received": "Received.",
}
PROBLEMS = [
    ("queued", "deferred", "busy", "", "Waiting to be sent: the carrier could not take it yet (busy)."),
    ("queued", "carrier_down", "", "401", "Waiting to be sent: the carrier is not working (code 401)."),
    (
        "failed",
        "recipient",
        "unknown handset",
        "30005",
        "Not sent: the recipient cannot be reached (unknown handset, code 30005).",
    ),
    ("failed", "message", "Too long.", "", "Not sent: the carrier refuses this text (Too long)."),
    ("failed", "sender", "", "", "Not sent: the carrier refuses this sender number."),
    ("failed", "opted_out", "", "21610", "Not sent: the recipient does not want texts from this number (code 21610)."),
    (
        "unknown",
        "no_answer",
        "no answer in time",
        "",
        "Not known whether it was sent: the carrier gave no usable answer (no answer in time). "
        "It is not sent again by itself.",
    ),
    (
        "unknown",
        "stopped",
        "",
        "",
        "Not known whether it was sent: Sidetone was stopped while the carrier had it. It is not sent again by itself.",
    ),
    ("sent", "no_receipt", "", "", "Sent: no receipt came in time."),
    ("undelivered", "undelivered", "", "27", "Not delivered: the carrier could not deliver it (code 27)."),
    ("expired", "validity", "busy", "", "Not sent in time: no carrier took it while it was valid (busy)."),
]


@pytest.mark.parametrize("status", Status)
def test_each_status_alone(status: Status) -> None:
    assert status_words(status) == STATUSES[status]


@pytest.mark.parametrize(("status", "kind", "text", "code", "words"), PROBLEMS)
def test_whose_fault(status: str, kind: str, text: str, code: str, words: str) -> None:
    assert status_words(Status(status), kind, code, text) == words


@pytest.mark.parametrize("kind", RejectKind)
def test_each_refusal_has_words(kind: RejectKind) -> None:
    assert status_words(Status.FAILED, kind) != status_words(Status.FAILED)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (None, "Handing it to carrier “main”."),
        ("accepted", "Carrier “main” took it."),
        ("rejected", "Carrier “main” refused it."),
        ("deferred", "Carrier “main” could not take it yet."),
        ("unknown", "Carrier “main” gave no answer we can be sure of."),
    ],
)
def test_each_outcome(outcome: str | None, words: str) -> None:
    assert outcome_words("main", outcome, "", "") == words


def test_an_outcome_with_the_carriers_own_words() -> None:
    assert outcome_words("main", "rejected", "Bad number.", "21211") == (
        "Carrier “main” refused it (Bad number, code 21211)."
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("sent", "Carrier “main” passed it on."),
        ("delivered", "Carrier “main” delivered it."),
        ("undelivered", "Carrier “main” could not deliver it."),
        ("failed", "Carrier “main” failed to send it."),
        ("expired", "Carrier “main” gave up delivering it."),
        ("other", "Carrier “main” said something we do not know."),
    ],
)
def test_each_receipt(status: str, words: str) -> None:
    assert receipt_words("main", ReceiptStatus(status), "", "", 1) == words


def test_a_receipt_that_came_often() -> None:
    assert receipt_words("main", ReceiptStatus.OTHER, "Teleported", "7", 3) == (
        "Carrier “main” said something we do not know (Teleported, code 7, 3 times)."
    )


def test_what_came_in() -> None:
    assert received_words("main") == "Received through carrier “main” and stored."
    assert arrived_words("main") == "Arrived from carrier “main”."
    assert stamped_words("main") == "The time that carrier “main” gives it."


@pytest.mark.parametrize("flag", ["possibly_received_twice", "other_carrier", "shortened", "repeated"])
def test_each_mark_has_words(flag: str) -> None:
    words = flag_words(flag)
    assert words is not None
    assert words.endswith(".")


def test_a_mark_of_a_later_version_needs_none() -> None:
    assert flag_words("from_the_future") is None
