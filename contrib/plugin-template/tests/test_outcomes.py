"""What each answer means, and what is not read into it."""

from typing import Any

import pytest

from sidetone.plugin import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone_example.api import Answer, read_object
from sidetone_example.outcomes import outcome_of

NONSENSE = "Example Telecom's answer makes no sense."


@pytest.mark.parametrize(
    ("status", "fields", "outcome"),
    [
        (201, {"id": "m-1"}, Accepted(("m-1",))),
        (201, {}, Unknown(NONSENSE, "201")),
        (201, {"id": 7}, Unknown(NONSENSE, "201")),
        (200, {"id": "m-1"}, Unknown(NONSENSE, "200")),
        (422, {"error": "bad_recipient"}, Rejected(RejectKind.RECIPIENT, "bad_recipient")),
        (
            422,
            {"error": "opted_out", "message": "They said stop"},
            Rejected(RejectKind.OPTED_OUT, "opted_out", "They said stop"),
        ),
        (400, {"error": ["odd"]}, Rejected(RejectKind.MESSAGE)),
        (401, {}, Deferred("Example Telecom refuses our token.", code="401", whole_carrier=True)),
        (429, {}, Deferred("Example Telecom is busy.", after=7.0, code="429")),
        (302, {}, Unknown(NONSENSE, "302")),
        (500, {}, Unknown(NONSENSE, "500")),
    ],
)
def test_an_answer_has_one_meaning(status: int, fields: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(Answer(status=status, fields=fields, wait=7.0)) == outcome


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"7", b"\xff", b"[" * 60_000, b'"text"', b"null"])
def test_what_is_no_object_has_no_fields(raw: bytes) -> None:
    assert read_object(raw) == {}
