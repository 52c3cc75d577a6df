"""The reader of lists is total: any bytes give a page or none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.plugin import ReceiptStatus
from sidetone_restcomm.faults import FaultTable
from sidetone_restcomm.pages import LARGEST_PAGE, LONGEST_LINK, count_of, moment, read_page, read_record
from sidetone_restcomm.statuses import receipt_of, with_note

NAMES = ["sid", "from", "to", "body", "status", "direction", "date_created", "date_sent", "error_code", "num_media"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner),
    max_leaves=12,
)
PAGES = st.dictionaries(st.sampled_from(["messages", "next_page_uri", "page"]), JSON)


@given(document=PAGES | JSON, cut=st.integers(0, 400))
def test_any_document_gives_a_page_or_none(document: object, cut: int) -> None:
    raw = json.dumps(document).encode()
    for some in (raw, raw[:cut]):
        page = read_page(some)
        if page is not None:
            assert len(page.records) <= page.listed
            assert all(record.sid and record.media >= 0 for record in page.records)
            assert len(page.more) <= LONGEST_LINK


@given(raw=st.binary(max_size=300))
def test_any_bytes_give_a_page_or_none(raw: bytes) -> None:
    assert read_page(raw) is None or b"messages" in raw


def test_a_page_beyond_all_bounds_is_none() -> None:
    assert read_page(b'{"messages": []}' + b" " * LARGEST_PAGE) is None


@pytest.mark.parametrize(
    ("link", "query"),
    [
        (None, ""),
        ("null", ""),
        ("", ""),
        (7, ""),
        (
            "/2010-04-01/Accounts/AC1/Messages.json?PageSize=2&Page=1&PageToken=PASM1",
            "PageSize=2&Page=1&PageToken=PASM1",
        ),
        ("https://evil.example/steal?To=%2B49", "To=%2B49"),
        ("http://[", ""),
        ("?" + "x" * LONGEST_LINK, ""),
    ],
)
def test_of_a_link_only_the_query_counts(link: object, query: str) -> None:
    page = read_page(json.dumps({"messages": [], "next_page_uri": link}).encode())
    assert page is not None
    assert page.more == query


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Thu, 5 Jul 2018 10:46:45 +0300", 1530776805000),
        ("Thu, 05 Jul 2018 07:46:45 GMT", 1530776805000),
        ("Thu, 05 Jul 2018 07:46:45 -0000", 1530776805000),
        ("2018-07-05T07:46:45.250+00:00", 1530776805250),
        ("2018-07-05T10:46:45.250+03:00", 1530776805250),
        ("2018-07-05T07:46:45Z", 1530776805000),
        ("yesterday", None),
        ("", None),
        ("Thu, 99 Jul 2018 10:46:45 +0300", None),
        ("Mon, 01 Jan 0001 00:00:00 +9999", None),
    ],
)
def test_dates_of_both_styles(text: str, at: int | None) -> None:
    assert moment(text) == at


@given(text=st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert moment(text) is None or isinstance(moment(text), int)
    assert 0 <= count_of(text) <= 9999


def test_numbers_and_texts_are_alike() -> None:
    for media, error in (("2", "30008"), (2, 30008)):
        raw = json.dumps({"messages": [{"sid": "1", "num_media": media, "error_code": error, "price": 0.005}]}).encode()
        page = read_page(raw)
        assert page is not None
        assert (page.records[0].media, page.records[0].error) == (2, "30008")


def test_directions() -> None:
    said = {word: read_record({"direction": word}).inbound for word in ("inbound", "incoming", "outbound-api", "")}
    assert said == {"inbound": True, "incoming": True, "outbound-api": False, "": False}


@given(word=st.text(max_size=80), error=st.text(max_size=80))
def test_any_status_becomes_a_receipt(word: str, error: str) -> None:
    receipt = receipt_of("1", word, error, FaultTable())
    assert receipt.status in ReceiptStatus
    assert len(receipt.code) <= 64


@pytest.mark.parametrize(
    ("word", "status", "text"),
    [
        ("read", ReceiptStatus.DELIVERED, "read"),
        ("canceled", ReceiptStatus.FAILED, "canceled"),
        ("partially_delivered", ReceiptStatus.OTHER, "partially_delivered"),
        ("accepted", ReceiptStatus.OTHER, "accepted"),
        ("scheduled", ReceiptStatus.OTHER, "scheduled"),
        ("delivered", ReceiptStatus.DELIVERED, ""),
    ],
)
def test_words_for_a_status(word: str, status: ReceiptStatus, text: str) -> None:
    receipt = receipt_of("1", word, "", FaultTable())
    assert (receipt.status, receipt.text) == (status, text)


def test_notes_of_attachments() -> None:
    assert with_note("hi", 0) == "hi"
    assert with_note("hi", 1) == "hi\n[1 attachment: not supported yet]"
    assert with_note("", 3) == "[3 attachments: not supported yet]"
