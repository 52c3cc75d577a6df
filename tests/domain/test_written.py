"""What stands in a field of an address book: one number, several, an extension, or none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidetone.domain.phone import InvalidNumber, NumberFault
from sidetone.domain.written import MOST_IN_A_FIELD, written_numbers


@pytest.mark.parametrize(
    ("text", "country", "found"),
    [
        ("020 7946 0958", "GB", [("+442079460958", "")]),
        ("\ufeff020 7946 0958", "GB", [("+442079460958", "")]),
        ("+44 (0)20 7946 0958", "DE", [("+442079460958", "")]),
        ("030/901820150", "DE", [("+4930901820150", "")]),
        ("020 7946 0958 / 020 7946 0959", "GB", [("+442079460958", ""), ("+442079460959", "")]),
        ("020 7946 0958; 020 7946 0958", "GB", [("+442079460958", "")]),
        ("+44 20 7946 0000 x204", "GB", [("+442079460000", "204")]),
        ("020 7946 0000 ext. 5; 07700 900123", "GB", [("+442079460000", "5"), ("+447700900123", "")]),
        ("tel:+44-20-7946-0000;ext=12", "GB", [("+442079460000", "12")]),
        ("07700 900123 (mobile)", "GB", [("+447700900123", "")]),
        ("0044 7700 900123", "GB", [("+447700900123", "")]),
        ("+52 1 55 1234 5678", "MX", [("+525512345678", "")]),
        ("\u0660\u0662\u0660 7946 0958", "GB", [("+442079460958", "")]),
    ],
)
def test_numbers_are_found(text: str, country: str, found: list[tuple[str, str]]) -> None:
    assert written_numbers(text, country) == found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", NumberFault.EMPTY),
        ("1001", NumberFault.TOO_SHORT),
        ("ask Grace", NumberFault.NOT_DIGITS),
        ("4.42079E+11", NumberFault.ROUNDED),
        ("4,42E11", NumberFault.ROUNDED),
        ("x204", NumberFault.NOT_DIGITS),
    ],
)
def test_what_is_none_is_refused_with_the_reason(text: str, fault: NumberFault) -> None:
    with pytest.raises(InvalidNumber) as refused:
        written_numbers(text, "GB")
    assert refused.value.reason is fault


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=300), st.sampled_from(["GB", "DE", "US", ""]))
def test_anything_may_stand_there(text: str, country: str) -> None:
    try:
        found = written_numbers(text, country)
    except InvalidNumber:
        return
    assert 0 < len(found) <= MOST_IN_A_FIELD
    assert all(number.value.startswith("+") for number in found)
