"""What each answer to a send means for the message: the whole table."""

import json

import pytest

from sidetone.plugin import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone_restcomm.answers import Answer, read_answer
from sidetone_restcomm.faults import FaultTable
from sidetone_restcomm.outcomes import LIMIT, NEEDS_A_PERSON, REDIRECTED
from sidetone_restcomm.outcomes import outcome_of as outcome_with
from sidetone_restcomm.profiles import PROFILES

SID = "SM" + "0" * 32
BODY = "Good morning"
TAKEN = {"sid": SID, "status": "sending", "body": BODY}


def outcome_of(answer: Answer, body: str, service: str = "restcomm") -> Outcome:
    return outcome_with(answer, body, PROFILES[service], FaultTable())


def answered(status: int, body: object = "", *, retry_after: float | None = None) -> Answer:
    raw = body if isinstance(body, str) else json.dumps(body)
    return read_answer(status, raw.encode(), retry_after=retry_after)


@pytest.mark.parametrize("status", [200, 201])
def test_yes_with_an_id_is_accepted(status: int) -> None:
    assert outcome_of(answered(status, TAKEN), BODY) == Accepted((SID,))


def test_yes_in_xml_is_accepted() -> None:
    page = f"<RestcommResponse><SMSMessage><Sid>{SID}</Sid><Body>{BODY}</Body></SMSMessage></RestcommResponse>"
    assert outcome_of(answered(200, page), BODY) == Accepted((SID,))


def test_an_answer_without_the_text_says_nothing_about_the_text() -> None:
    assert outcome_of(answered(200, {"sid": SID}), BODY) == Accepted((SID,))


def test_a_cut_text_is_noted() -> None:
    outcome = outcome_of(answered(200, {"sid": SID, "body": "x" * 159}), "x" * 200)
    assert isinstance(outcome, Accepted)
    assert "cut the text to 159 of 200" in outcome.note


def test_a_changed_text_is_noted() -> None:
    outcome = outcome_of(answered(200, {"sid": SID, "body": "Gr??e"}), "Grüße")
    assert isinstance(outcome, Accepted)
    assert "differs" in outcome.note


def test_another_spelling_of_line_ends_is_no_change() -> None:
    assert outcome_of(answered(200, {"sid": SID, "body": "a\r\nb"}), "a\nb") == Accepted((SID,))


@pytest.mark.parametrize(
    "body", ["", "ok", "<html>Welcome</html>", "{}", "[]", '{"sid": ', "<RestcommResponse>", '{"sid": "two words"}']
)
def test_yes_without_a_readable_id_is_unknown(body: str) -> None:
    assert isinstance(outcome_of(answered(200, body), BODY), Unknown)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("30001", Deferred("The carrier's queue is full", code="30001", whole_carrier=True)),
        ("30002", Deferred("The carrier has suspended the account", code="30002", whole_carrier=True)),
        ("30003", Rejected(RejectKind.RECIPIENT, "30003", "The phone is off or out of reach")),
        ("30007", Rejected(RejectKind.MESSAGE, "30007", "The network filtered the message as spam")),
        (30005, Rejected(RejectKind.RECIPIENT, "30005", "Nobody has this number any more")),
        ("CARRIER_VIOLATION", Rejected(RejectKind.MESSAGE, "30007", "The network filtered the message as spam")),
        ("99999", Rejected(RejectKind.MESSAGE, "99999", "Something new")),
    ],
)
def test_yes_that_failed_at_once_is_judged_by_its_error(code: object, expected: object) -> None:
    answer = answered(200, {"sid": SID, "status": "failed", "error_code": code, "error_message": "Something new."})
    assert outcome_of(answer, BODY) == expected


@pytest.mark.parametrize(
    ("remark", "kind"),
    [
        ("To can not be null.", RejectKind.RECIPIENT),
        ("From can not be null.", RejectKind.SENDER),
        ("Body can not be null.", RejectKind.MESSAGE),
        ("The string supplied did not seem to be a phone number.", RejectKind.RECIPIENT),
        ("The string supplied is too short to be a phone number.", RejectKind.RECIPIENT),
        ("Something else", RejectKind.MESSAGE),
        ("", RejectKind.MESSAGE),
        ("<html><body>Bad Request</body></html>", RejectKind.MESSAGE),
    ],
)
def test_a_bad_request_is_rejected_for_the_field_it_names(remark: str, kind: RejectKind) -> None:
    outcome = outcome_of(answered(400, remark), BODY)
    assert isinstance(outcome, Rejected)
    assert (outcome.kind, outcome.code) == (kind, "400")
    assert outcome.text


@pytest.mark.parametrize("status", [413, 418, 422])
def test_what_the_server_cannot_take_is_the_messages_fault(status: int) -> None:
    outcome = outcome_of(answered(status), BODY)
    assert isinstance(outcome, Rejected)
    assert outcome.kind is RejectKind.MESSAGE


@pytest.mark.parametrize("status", [401, 403, 404, 405, 407, 410, 415, 501])
def test_a_refused_account_or_address_waits_for_a_person(status: int) -> None:
    outcome = outcome_of(answered(status), BODY)
    assert isinstance(outcome, Deferred)
    assert outcome.whole_carrier
    assert outcome.code == str(status)
    assert outcome.code in NEEDS_A_PERSON


def test_a_suspended_account_says_so() -> None:
    outcome = outcome_of(answered(403, "Account is suspended"), BODY)
    assert isinstance(outcome, Deferred)
    assert "Account is suspended" in outcome.reason


def test_a_call_that_the_server_does_not_like_is_no_fault_of_the_message() -> None:
    outcome = outcome_of(answered(400, "StatusCallback is not a valid URI"), BODY)
    assert isinstance(outcome, Deferred)
    assert outcome.whole_carrier
    assert outcome.code in NEEDS_A_PERSON


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"message": "Limit", "error": LIMIT}),
        f"<RestcommResponse><Message>Limit</Message><Error>{LIMIT}</Error></RestcommResponse>",
        LIMIT,
    ],
)
def test_a_limit_that_is_reached_holds_the_whole_carrier(body: str) -> None:
    outcome = outcome_of(answered(403, body), BODY)
    assert isinstance(outcome, Deferred)
    assert (outcome.code, outcome.whole_carrier) == (LIMIT, True)
    assert outcome.code not in NEEDS_A_PERSON


@pytest.mark.parametrize(("status", "whole"), [(408, False), (425, False), (429, True), (503, True)])
def test_not_now_is_deferred_for_as_long_as_was_asked(status: int, whole: bool) -> None:
    outcome = outcome_of(answered(status, retry_after=12.0), BODY)
    assert isinstance(outcome, Deferred)
    assert (outcome.after, outcome.whole_carrier) == (12.0, whole)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_sent_nothing(status: int) -> None:
    outcome = outcome_of(answered(status), BODY)
    assert isinstance(outcome, Deferred)
    assert (outcome.code, outcome.whole_carrier) == (REDIRECTED, True)


@pytest.mark.parametrize("status", [202, 204, 206, 299, 300, 303, 304, 500, 502, 504, 507, 599, 999])
@pytest.mark.parametrize("body", ["", "Internal error", "<html>Bad gateway</html>", '{"message": "x"}'])
def test_what_does_not_say_whether_it_was_taken_is_unknown(status: int, body: str) -> None:
    assert isinstance(outcome_of(answered(status, body), BODY), Unknown)


def test_a_session_that_never_was_took_nothing() -> None:
    outcome = outcome_of(answered(500, "Futures timed out after [10000 milliseconds]"), BODY)
    assert isinstance(outcome, Deferred)
    assert outcome.whole_carrier


def test_an_error_by_number_outside_a_taken_message_counts_too() -> None:
    outcome = outcome_of(answered(400, {"code": 30004, "message": "Blocked"}), BODY)
    assert isinstance(outcome, Rejected)
    assert (outcome.kind, outcome.code) == (RejectKind.RECIPIENT, "30004")
