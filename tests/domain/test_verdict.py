"""Where a message is, whose doing that is, and whom to ask (KU-48)."""

import pytest

from sidetone.domain.status import Status
from sidetone.domain.verdict import Fault, Ticket, Where, verdict, verdict_words
from sidetone.domain.words import _WHOSE


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (Status.SENT, "", (Where.CARRIER, Fault.CARRIER, Ticket.CARRIER)),
        (Status.DELIVERED, "", (Where.PHONE, Fault.NOBODY, Ticket.CARRIER)),
        (Status.RECEIVED, "", (Where.HERE, Fault.NOBODY, Ticket.OWN)),
        (Status.FAILED, "recipient", (Where.NOT_GONE, Fault.RECIPIENT, Ticket.NONE)),
        (Status.FAILED, "sender", (Where.NOT_GONE, Fault.SENDER, Ticket.CARRIER)),
        (Status.EXPIRED, "validity", (Where.NOT_GONE, Fault.CARRIER, Ticket.CARRIER)),
        (Status.UNKNOWN, "no_answer", (Where.LOST, Fault.CARRIER, Ticket.CARRIER)),
        (Status.UNDELIVERED, "undelivered", (Where.CARRIER, Fault.RECIPIENT, Ticket.CARRIER)),
        (Status.QUEUED, "", (Where.WAITING, Fault.NOBODY, Ticket.NONE)),
        (Status.CANCELLED, "", (Where.NOT_GONE, Fault.USER, Ticket.NONE)),
    ],
)
def test_whose_doing_it_is(status: Status, kind: str, expected: tuple[Where, Fault, Ticket]) -> None:
    assert verdict(status, kind) == expected


def test_what_came_in_may_be_hidden_from_its_owner() -> None:
    assert verdict(Status.RECEIVED, "", blocked=True).where is Where.BLOCKED
    assert verdict(Status.RECEIVED, "", owned=False).where is Where.NO_OWNER
    assert verdict(Status.QUEUED, "", down=True).ticket is Ticket.CARRIER


@pytest.mark.parametrize("status", list(Status))
def test_every_status_with_every_problem_has_words(status: Status) -> None:
    for kind in ("", "what no one knows yet", *_WHOSE):
        assert verdict_words(verdict(status, kind)).endswith(".")
