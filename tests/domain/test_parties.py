"""Parties: who can be texted, and senders as carriers give them."""

import unicodedata

import pytest
from hypothesis import given

from domain.any_text import anything, countries
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.phone import LONGEST_ALPHA, InvalidNumber, NumberFault, inbound_party, parse_party

E164, SHORT, ALPHA = PartyKind.E164, PartyKind.SHORT, PartyKind.ALPHA


@pytest.mark.parametrize(
    ("text", "country", "party"),
    [
        ("12345", "DE", Party(SHORT, "12345")),
        ("72 345", "FI", Party(SHORT, "72345")),  # a number of the plan only with its zero
        ("30303", "US", Party(SHORT, "30303")),
        ("123", "GB", Party(SHORT, "123")),
        ("555444", "US", Party(SHORT, "555444")),
        ("712345", "AD", Party(E164, "+376712345")),
        ("+44 7480 123456", "US", Party(E164, "+447480123456")),
        ("12345", "XX", Party(SHORT, "12345")),
    ],
)
def test_typed_parties(text: str, country: str, party: Party) -> None:
    assert parse_party(text, country) == party


@pytest.mark.parametrize("text", ["112", "911", "999", "110", "000", "1-1-2", " 112 ", "\uff11\uff11\uff12"])
@pytest.mark.parametrize("country", ["DE", "GB", "US", "XX"])
def test_emergency_numbers_take_no_texts(text: str, country: str) -> None:
    with pytest.raises(InvalidNumber, match="emergency number") as caught:
        parse_party(text, country)
    assert caught.value.reason is NumberFault.EMERGENCY


@pytest.mark.parametrize(("text", "country"), [("15", "FR"), ("113", "IT"), ("101", "BY"), ("190", "BR")])
def test_emergency_numbers_of_one_country(text: str, country: str) -> None:
    with pytest.raises(InvalidNumber, match="emergency number"):
        parse_party(text, country)


@pytest.mark.parametrize("text", ["0748", "12", "1234567", "12345678", "+12345", "anna", "", "A1", "1" * 65])
def test_what_no_typed_party_is(text: str) -> None:
    with pytest.raises(InvalidNumber):
        parse_party(text, "GB")


@pytest.mark.parametrize(
    ("text", "country", "party"),
    [
        ("+12025550123", "DE", Party(E164, "+12025550123")),
        ("12025550123", "DE", Party(E164, "+12025550123")),
        ("447700900123", "DE", Party(E164, "+447700900123")),
        ("+1 (202) 555-0123", "DE", Party(E164, "+12025550123")),
        ("2025550123", "US", Party(E164, "+12025550123")),
        ("07480123456", "GB", Party(E164, "+447480123456")),
        ("+07480123456", "GB", Party(E164, "+447480123456")),
        ("00447480123456", "DE", Party(E164, "+447480123456")),
        ("41234567", "NO", Party(E164, "+4741234567")),
        ("+15550100", "US", Party(E164, "+15550100")),  # an area code that is missing is the carrier's doing
        ("+999123456789", "US", Party(E164, "+999123456789")),
        ("12345", "US", Party(SHORT, "12345")),
        ("+12345", "US", Party(SHORT, "12345")),
        ("72345", "FI", Party(SHORT, "72345")),
        ("112", "DE", Party(SHORT, "112")),
        ("0123", "DE", Party(SHORT, "0123")),
        ("5676712", "IN", Party(SHORT, "5676712")),
        ("56767123", "DE", Party(SHORT, "56767123")),
        ("SUPPORT", "US", Party(ALPHA, "SUPPORT")),
        ("24-7", "DE", Party(ALPHA, "24-7")),
        ("12", "DE", Party(ALPHA, "12")),
        ("123456789012345678", "DE", Party(ALPHA, "123456789012345678")),
        ("  My \t  Bank \u202e\x00\x07 ", "DE", Party(ALPHA, "My Bank")),
        ("a\nb", "DE", Party(ALPHA, "a b")),
        ("\ud83dShop", "DE", Party(ALPHA, "Shop")),
        ("Čedok a.s.", "CZ", Party(ALPHA, "Čedok a.s.")),
        ("x" * 500, "DE", Party(ALPHA, "x" * LONGEST_ALPHA)),
        ("unknown", "XX", Party(ALPHA, "unknown")),
    ],
)
def test_senders(text: str, country: str, party: Party) -> None:
    assert inbound_party(text, country) == party


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1f", "\u200b\u202e", "\ud800"])
def test_a_sender_of_nothing(text: str) -> None:
    with pytest.raises(InvalidNumber) as caught:
        inbound_party(text, "DE")
    assert caught.value.reason is NumberFault.EMPTY


def test_only_phones_and_short_codes_can_be_answered() -> None:
    senders = ["+12025550123", "12345", "SUPPORT"]
    assert [inbound_party(sender, "US").answerable for sender in senders] == [True, True, False]


@given(anything, countries)
def test_any_text_is_a_typed_party_or_refused(text: str, country: str) -> None:
    try:
        party = parse_party(text, country)
    except InvalidNumber:
        return
    assert party.kind is not ALPHA
    assert parse_party(party.value, country) == party


@given(anything, countries)
def test_any_sender_is_a_party_or_nothing(text: str, country: str) -> None:
    try:
        party = inbound_party(text, country)
    except InvalidNumber as err:
        assert err.reason is NumberFault.EMPTY  # noqa: PT017
        return
    assert 1 <= len(party.value) <= LONGEST_ALPHA
    assert party.value == party.value.strip()
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in party.value)
    assert inbound_party(party.value, country) == party
