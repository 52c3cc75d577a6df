"""The reader of answers is total: any bytes give a value."""

import json
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.plugin import Accepted, Deferred, Rejected, Unknown
from sidetone_restcomm.answers import LARGEST_ANSWER, LONGEST_REMARK, LONGEST_WAIT, Form, read_answer, seconds_to_wait
from sidetone_restcomm.faults import FaultTable
from sidetone_restcomm.markup import leaves
from sidetone_restcomm.outcomes import outcome_of
from sidetone_restcomm.profiles import PROFILES

FAULTS = FaultTable()
NOW = 1_800_000_000_000
NAMES = st.sampled_from(["sid", "body", "status", "error_code", "message", "error", "code"])
DOCUMENTS = st.dictionaries(NAMES, st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([1]))
BYTES = (
    st.binary(max_size=300)
    | st.text().map(lambda text: text.encode("utf-8", "replace"))
    | DOCUMENTS.map(lambda document: json.dumps(document).encode())
    | st.text("<>/&;!DOCTYPE[]Sidx \"'=", max_size=80).map(lambda text: ("<" + text).encode())
)


@given(status=st.integers(100, 599), raw=BYTES, service=st.sampled_from(list(PROFILES)))
def test_any_answer_has_an_outcome(status: int, raw: bytes, service: str) -> None:
    answer = read_answer(status, raw)
    assert len(answer.words) <= LONGEST_REMARK
    outcome = outcome_of(answer, "hello", PROFILES[service], FAULTS)
    assert isinstance(outcome, Accepted | Rejected | Deferred | Unknown)


@given(raw=BYTES, cut=st.integers(0, 300))
def test_an_answer_that_breaks_off_is_never_accepted_with_another_id(raw: bytes, cut: int) -> None:
    whole = json.dumps({"sid": "SM" + "a" * 32, "body": "hello"}).encode()
    outcome = outcome_of(read_answer(200, whole[: cut % len(whole)]), "hello", PROFILES["restcomm"], FAULTS)
    assert isinstance(outcome, Unknown)
    assert leaves(raw[:cut]) is None or isinstance(leaves(raw[:cut]), dict)


@given(header=st.none() | st.text() | st.from_regex(r"[0-9]{1,12}", fullmatch=True))
def test_any_retry_after_is_bounded(header: str | None) -> None:
    seconds = seconds_to_wait(header, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("999999999999", LONGEST_WAIT),
        (formatdate(NOW / 1000 + 90, usegmt=True), 90),
        (formatdate(NOW / 1000 - 90, usegmt=True), 0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert seconds_to_wait(header, NOW) == seconds


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (b"", Form.NOTHING),
        (b" \r\n", Form.NOTHING),
        (b"To can not be null.", Form.TEXT),
        (b'\xef\xbb\xbf{"sid": "SM1"}', Form.FIELDS),
        (b"<RestcommResponse><Sid>SM1</Sid></RestcommResponse>", Form.FIELDS),
        (b"<!DOCTYPE html><html></html>", Form.PAGE),
        (b"<HTML>", Form.PAGE),
        (b"[1, 2]", Form.NONSENSE),
        (b'{"sid": "SM1"', Form.NONSENSE),
        (b"<Response>", Form.NONSENSE),
        (b"{" * 5000, Form.NONSENSE),
        (b"[" * 60000, Form.NONSENSE),
        (b'{"n": ' + b"9" * 5000 + b"}", Form.NONSENSE),
        (b"<a>" * 5000, Form.NONSENSE),
        (b"\xff\xfe\x00", Form.TEXT),
        (b" " * (LARGEST_ANSWER + 1), Form.NONSENSE),
    ],
)
def test_the_form_is_what_the_bytes_are(raw: bytes, form: Form) -> None:
    assert read_answer(200, raw).form is form


def test_the_accounts_token_is_not_read() -> None:
    for raw in (b'{"sid": "AC1", "auth_token": "t"}', b"<A><Sid>AC1</Sid><AuthToken>t</AuthToken></A>"):
        assert dict(read_answer(200, raw).fields) == {"sid": "AC1"}


def test_a_remark_is_one_short_line() -> None:
    answer = read_answer(400, b"one\r\n\x1b[31mtwo\x00 " + b"x" * 1000)
    assert answer.words.startswith("one [31mtwo x")
    assert answer.words.isprintable()


def test_nested_and_repeated_elements() -> None:
    page = b"<R><M><Sid>1</Sid><Error><ErrorCode>30008</ErrorCode></Error></M><M><Sid>2</Sid></M></R>"
    assert leaves(page) == {"sid": "1", "error_code": "30008"}


@pytest.mark.parametrize(
    "page",
    [
        b'<!DOCTYPE r [<!ENTITY a "x">]><r><Sid>&a;</Sid></r>',
        b'<!DOCTYPE r SYSTEM "http://example.com/x.dtd"><r><Sid>1</Sid></r>',
        b'<?xml version="1.0" encoding="no-such-thing"?><r/>',
        b"<r>&nothing;</r>",
        b"<r>" + b"<e/>" * 600 + b"</r>",
    ],
)
def test_entities_types_and_crowds_are_refused(page: bytes) -> None:
    assert leaves(page) is None


def test_words_name_no_phone_number() -> None:
    said = json.dumps({"code": 21211, "message": "The 'To' number +4915112345678 (0151 123-456-78) is not valid."})
    assert read_answer(400, said.encode()).words == "The 'To' number … (…) is not valid"
