"""The reader of forms: total, bounded, and fast enough for the way of every call-back."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.plugin import BadForm, parse_form
from sidetone.plugin.forms import LONGEST_NAME, LONGEST_VALUE, MOST_BYTES, MOST_FIELDS


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        (b"", {}),
        (b"&&", {}),
        (b"a", {"a": ""}),
        (b"a=", {"a": ""}),
        (b"=b", {"": "b"}),
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2", {"a": "1"}),
        (b"a=b=c", {"a": "b=c"}),
        (b"To=%2B49+151&Body=Gr%C3%BC%C3%9Fe+%F0%9F%91%8D", {"To": "+49 151", "Body": "Grüße 👍"}),
        ("Body=Grüße".encode(), {"Body": "Grüße"}),
        (b"a+b=1", {"a b": "1"}),
        (b"%61=1", {"a": "1"}),
        (b"a=100%25&b=100%&c=%zz", {"a": "100%", "b": "100%", "c": "%zz"}),
        (b"a=%00", {"a": "\0"}),
        (b"a;b=1", {"a;b": "1"}),
    ],
)
def test_forms(raw: bytes, fields: dict[str, str]) -> None:
    assert parse_form(raw) == fields
    assert parse_form(raw.decode()) == fields


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"a=\xff", "form"),
        (b"ok=1&a=%FF", "form, field 2"),
        (b"%C3=1", "form, field 1"),
        (b"&".join([b"a=1"] * (MOST_FIELDS + 1)), "form"),
        (b"ok=1&" + b"n" * (LONGEST_NAME + 1), "form, field 2"),
        (b"a=" + b"v" * (LONGEST_VALUE + 1), "form, field 1"),
        (b"a" * (MOST_BYTES + 1), "form"),
        ("a=\ud800", "form"),
        ("a=%41\ud800", "form"),
    ],
)
def test_what_is_no_form_is_told_by_place_and_without_its_content(raw: bytes | str, where: str) -> None:
    with pytest.raises(BadForm) as caught:
        parse_form(raw)
    assert caught.value.where == where
    assert caught.value.hint
    assert "n" * 20 not in str(caught.value)


def test_the_bounds_themselves_are_allowed() -> None:
    assert len(parse_form("&".join(f"f{number}=1" for number in range(MOST_FIELDS)))) == MOST_FIELDS
    assert parse_form(b"n" * LONGEST_NAME + b"=" + b"v" * LONGEST_VALUE)


@given(raw=st.binary(max_size=400) | st.text(max_size=200))
def test_any_bytes_give_fields_or_a_typed_error(raw: bytes | str) -> None:
    try:
        fields = parse_form(raw)
    except BadForm:
        return
    assert all(value.encode() is not None for value in fields.values())


@given(fields=st.dictionaries(st.text(max_size=10), st.text(max_size=50), max_size=20))
def test_what_was_encoded_comes_back(fields: dict[str, str]) -> None:
    raw = urlencode(fields)
    expected = dict(parse_qsl(raw, keep_blank_values=True)) if raw else {}
    assert parse_form(raw) == parse_form(raw.encode()) == expected == fields
