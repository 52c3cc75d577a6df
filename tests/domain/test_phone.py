"""Phone numbers: tables of spellings, hard cases, and what must hold for any text."""

from collections.abc import Iterator
from typing import NamedTuple

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.any_text import anything, countries
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.phone import (
    InvalidNumber,
    NumberFault,
    country_of,
    display,
    inbound_party,
    parse_number,
    parse_party,
)

E164, SHORT, ALPHA = PartyKind.E164, PartyKind.SHORT, PartyKind.ALPHA


class Plan(NamedTuple):
    """How a country dials: abroad, itself from abroad, out of its area, and some of its numbers in groups."""

    country: str
    abroad: str
    code: str
    trunk: str
    numbers: tuple[str, ...]


PLANS = (
    Plan("DE", "00", "49", "0", ("1512 3456789", "30 901820", "89 12345678", "800 3301000")),
    Plan("AT", "00", "43", "0", ("664 1234567", "1 5123456", "316 872 2000")),
    Plan("CH", "00", "41", "0", ("79 123 45 67", "44 668 18 00", "22 730 51 11")),
    Plan("FR", "00", "33", "0", ("6 12 34 56 78", "1 42 68 53 00", "7 56 78 90 12")),
    Plan("IT", "00", "39", "", ("06 6982 1234", "02 1234 5678", "347 123 4567", "011 562 1234")),
    Plan("ES", "00", "34", "", ("612 345 678", "91 123 45 67", "744 123 456")),
    Plan("GB", "00", "44", "0", ("7480 123456", "20 7946 0958", "1632 960123", "161 496 0123", "7700 900123")),
    Plan("US", "011", "1", "1", ("202 555 0123", "415 555 2671", "800 555 0199")),
    Plan("MX", "00", "52", "", ("55 1234 5678", "33 1234 5678", "998 123 4567")),
    Plan("AR", "00", "54", "0", ("11 4321 5678", "351 421 2345", "261 420 1234")),
    Plan("RU", "810", "7", "8", ("912 345 67 89", "495 123 45 67", "812 234 56 78")),
    Plan("HU", "00", "36", "06", ("20 123 4567", "1 234 5678", "70 123 4567")),
)
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WIDE = str.maketrans("+0123456789", "\uff0b\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")


def spellings(plan: Plan, number: str) -> Iterator[str]:
    """What people write for one number, dialled at home."""
    area, *rest = number.split()
    digits = number.replace(" ", "")
    yield plan.trunk + digits
    yield plan.trunk + number
    yield f"({plan.trunk}{area}) {' '.join(rest)}"
    yield f"{plan.trunk}{area}/{'-'.join(rest)}"
    yield f"  {plan.trunk}{number.replace(' ', '.')}\n"
    yield f"{plan.trunk}{number}".translate(ARABIC)
    yield f"+{plan.code}{digits}"
    yield f"+{plan.code} {number}"
    yield f"+{plan.code}-{number.replace(' ', '-')}"
    yield f"(+{plan.code}) {number.replace(' ', chr(0xA0))}"
    yield f"+{plan.code} (0){number.removeprefix('0')}" if plan.trunk in ("0", "") else f"+{plan.code}.{digits}"
    yield f"+{plan.code}{digits}".translate(WIDE)
    yield f"\u202a+{plan.code} {number}\u202c"
    yield f"tel:+{plan.code}-{number.replace(' ', '-')}"
    yield f"00{plan.code}{digits}"
    yield f"00 {plan.code} {number}"
    yield f"+00{plan.code} {number}"
    yield f"{plan.abroad} {plan.code} {number}"
    yield f"{plan.abroad}-{plan.code}-{number.replace(' ', chr(0x2013))}"


ROWS = [
    (plan.country, spelling, f"+{plan.code}{number.replace(' ', '')}")
    for plan in PLANS
    for number in plan.numbers
    for spelling in spellings(plan, number)
]
HARD = [
    # Italy keeps its zero, wherever it is dialled from.
    ("DE", "+39 06 6982 1234", "+390669821234"),
    ("DE", "0039 06 6982 1234", "+390669821234"),
    ("US", "011 39 02 1234 5678", "+390212345678"),
    ("GB", "+39 (0)6 6982 1234", "+390669821234"),
    ("US", "+39 347 123 4567", "+393471234567"),
    # A zero after the country code, with brackets and without, and where no trunk zero exists.
    ("DE", "+44 (0)20 7946 0958", "+442079460958"),
    ("DE", "+44 020 7946 0958", "+442079460958"),
    ("GB", "0044 (0)20 7946 0958", "+442079460958"),
    ("DE", "+49 (0) 30 / 90 18 20", "+4930901820"),
    ("DE", "+34 (0)91 123 45 67", "+34911234567"),
    # The own country code without anything before it.
    ("GB", "442079460958", "+442079460958"),
    ("DE", "4915123456789", "+4915123456789"),
    ("US", "12025550123", "+12025550123"),
    # Argentina's 9 abroad is a 15 at home.
    ("AR", "011 15 2345-6789", "+5491123456789"),
    ("AR", "+54 9 11 2345-6789", "+5491123456789"),
    ("US", "+54 11 15 2345-6789", "+5491123456789"),
    ("AR", "0351 15 421-2345", "+5493514212345"),
    # Mexico's mobile 1, given up in 2019 and still in address books.
    ("MX", "+52 1 55 1234 5678", "+525512345678"),
    ("US", "011 52 1 55 1234 5678", "+525512345678"),
    ("DE", "0052 1 55 1234 5678", "+525512345678"),
    # Russia dials 8, and 8~10 to go abroad.
    ("RU", "8 (912) 345-67-89", "+79123456789"),
    ("RU", "8 10 49 30 901820", "+4930901820"),
    ("RU", "007 912 345 67 89", "+79123456789"),
    # Hungary dials 06.
    ("HU", "06 20/123-4567", "+36201234567"),
    ("HU", "(06 1) 234 5678", "+3612345678"),
    ("HU", "+36 (06) 20 123 4567", "+36201234567"),
    # 00 where another prefix leads abroad; a prefix in the middle of nothing else.
    ("US", "001 202 555 0123", "+12025550123"),
    ("US", "0049 30 901820", "+4930901820"),
    ("AU", "0011 44 20 7946 0958", "+442079460958"),
    ("AU", "0044 20 7946 0958", "+442079460958"),
    ("JP", "010 44 20 7946 0958", "+442079460958"),
    # tel: URIs (RFC 3966).
    ("US", "TEL:+44-20-7946-0958", "+442079460958"),
    ("US", "tel:%2B44%2020%207946%200958", "+442079460958"),
    ("US", "tel:30-901820;phone-context=+49", "+4930901820"),
    ("US", "tel:+4930901820;phone-context=example.com", "+4930901820"),
    # Small plans, numbers of no country, lengths at the edge, ranges for examples.
    ("AD", "712345", "+376712345"),
    ("DE", "+290 51234", "+29051234"),
    ("DE", "+683 4002", "+6834002"),
    ("DE", "+800 1234 5678", "+80012345678"),
    ("GB", "0800 1111", "+448001111"),
    ("GB", "07700 900123", "+447700900123"),
    ("US", "(555) 555-0100", "+15555550100"),
    ("de", "030 901820", "+4930901820"),
]
REFUSED = [
    ("GB", "0748", NumberFault.TOO_SHORT),
    ("GB", "020 1234", NumberFault.TOO_SHORT),
    ("DE", "758655", NumberFault.TOO_SHORT),  # known to the plan, but not dialled without its zero
    ("GB", "1001", NumberFault.TOO_SHORT),  # an extension
    ("US", "555-0100", NumberFault.TOO_SHORT),
    ("DE", "+1 555 0100", NumberFault.TOO_SHORT),
    ("DE", "+4", NumberFault.TOO_SHORT),
    ("DE", "7", NumberFault.TOO_SHORT),
    ("GB", "07480 123456 7", NumberFault.TOO_LONG),
    ("GB", "020 7946 0958 / 020 7946 0959", NumberFault.TOO_LONG),
    ("GB", "0" * 65, NumberFault.TOO_LONG),
    ("DE", "+49 1512 34567890123", NumberFault.TOO_LONG),
    ("IT", "061", NumberFault.TOO_SHORT),
    ("US", "+999 123 456 789", NumberFault.UNKNOWN_CODE),
    ("US", "00999 123 456 789", NumberFault.UNKNOWN_CODE),
    ("XX", "030 901820", NumberFault.UNKNOWN_COUNTRY),
    ("", "030 901820", NumberFault.UNKNOWN_COUNTRY),
    ("Germany" * 20, "030 901820", NumberFault.UNKNOWN_COUNTRY),
    ("DE", "anna", NumberFault.NOT_DIGITS),
    ("DE", "anna@example.com", NumberFault.NOT_DIGITS),
    ("US", "1-800-FLOWERS", NumberFault.NOT_DIGITS),
    ("GB", "020 7946 0958 x204", NumberFault.NOT_DIGITS),
    ("GB", "tel:+442079460958;ext=204", NumberFault.NOT_DIGITS),
    ("GB", "020 7946 0958, 020 7946 0959", NumberFault.NOT_DIGITS),
    ("GB", "*#06#", NumberFault.NOT_DIGITS),
    ("GB", "44+2079460958", NumberFault.NOT_DIGITS),
    ("GB", "\u00b2\u00b3", NumberFault.NOT_DIGITS),  # superscripts are digits to no phone
    ("GB", "\ud800", NumberFault.NOT_DIGITS),
    ("GB", "+", NumberFault.NOT_DIGITS),
    ("GB", "()", NumberFault.NOT_DIGITS),
    ("GB", "", NumberFault.EMPTY),
    ("GB", " \t\n", NumberFault.EMPTY),
]


def test_the_tables_are_wide_enough() -> None:
    assert len(ROWS) >= 500
    assert len(PLANS) == 12


@pytest.mark.parametrize(("country", "spelling", "e164"), ROWS + HARD)
def test_spellings(country: str, spelling: str, e164: str) -> None:
    assert parse_number(spelling, country) == e164
    assert parse_party(spelling, country) == Party(E164, e164)


@pytest.mark.parametrize(("country", "text", "reason"), REFUSED)
def test_refusals(country: str, text: str, reason: NumberFault) -> None:
    with pytest.raises(InvalidNumber) as caught:
        parse_number(text, country)
    assert caught.value.reason is reason
    assert (caught.value.code, caught.value.status) == ("invalid-number", 422)
    assert caught.value.hint


def test_a_refusal_speaks_plainly() -> None:
    with pytest.raises(InvalidNumber) as caught:
        parse_number("0748", "GB")
    assert str(caught.value) == "“0748” is too short for a number in GB. Is the area code missing?"


def test_a_refusal_names_the_country_that_was_dialled() -> None:
    with pytest.raises(InvalidNumber, match="in FR"):
        parse_number("+33 6 12", "GB")


def test_a_refusal_quotes_no_whole_number() -> None:
    with pytest.raises(InvalidNumber) as caught:
        parse_number("020 7946 0958 1234", "GB")
    assert str(caught.value).startswith("“020…” is too long")


@pytest.mark.parametrize(("country", "e164"), sorted({(country, e164) for country, _, e164 in ROWS}))
def test_shown_and_read_again(country: str, e164: str) -> None:
    assert parse_number(display(e164, country), country) == e164
    assert parse_number(display(e164, "NZ"), country) == e164
    assert display(e164, "NZ").startswith("+")


class TestTrunkZero:
    """KU-14: the leading zero may be left to the user."""

    @pytest.mark.parametrize(
        ("country", "text"),
        [
            ("GB", "07480 123456"),
            ("GB", "+44 (0)7480 123456"),
            ("DE", "0044 07480 123456"),
            ("DE", "030 901820"),
            ("HU", "06 20 123 4567"),
            ("ES", "+34 (0)91 123 45 67"),
            ("AR", "011 15 2345-6789"),
        ],
    )
    def test_off_the_number_as_typed_is_refused(self, country: str, text: str) -> None:
        with pytest.raises(InvalidNumber) as caught:
            parse_number(text, country, drop_trunk_zero=False)
        assert caught.value.reason in (NumberFault.TRUNK_ZERO, NumberFault.TOO_LONG)

    def test_off_the_reason_is_given(self) -> None:
        with pytest.raises(InvalidNumber, match="leading zero"):
            parse_number("07480 123456", "GB", drop_trunk_zero=False)

    @pytest.mark.parametrize(
        ("country", "text", "e164"),
        [
            ("GB", "7480 123456", "+447480123456"),
            ("GB", "+44 7480 123456", "+447480123456"),
            ("GB", "0044 7480 123456", "+447480123456"),
            ("US", "011 44 7480 123456", "+447480123456"),
            ("IT", "06 6982 1234", "+390669821234"),
            ("DE", "+39 06 6982 1234", "+390669821234"),
            ("US", "1 202 555 0123", "+12025550123"),
            ("RU", "8 912 345 67 89", "+79123456789"),
            ("EG", "+20 2 2794 0000", "+20227940000"),
            ("DE", "0090 532 123 45 67", "+905321234567"),
        ],
    )
    def test_off_what_drops_no_zero_is_taken(self, country: str, text: str, e164: str) -> None:
        assert parse_number(text, country, drop_trunk_zero=False) == e164


@pytest.mark.parametrize(
    ("e164", "country", "shown"),
    [
        ("+442079460958", "GB", "020 7946 0958"),
        ("+442079460958", "gb", "020 7946 0958"),
        ("+442079460958", "DE", "+44 20 7946 0958"),
        ("+12025550123", "US", "(202) 555-0123"),
        ("+14165550123", "US", "+1 416-555-0123"),
        ("+447700900123", "GB", "07700 900123"),
        ("+390669821234", "DE", "+39 06 6982 1234"),
        ("+80012345678", "DE", "+800 1234 5678"),
        ("+15550100", "US", "+1 5550100"),
        ("+999123456789", "DE", "+999123456789"),
        ("12345", "DE", "12345"),
        ("SUPPORT", "DE", "SUPPORT"),
        ("+" + "4" * 100, "DE", "+" + "4" * 100),
    ],
)
def test_display(e164: str, country: str, shown: str) -> None:
    assert display(e164, country) == shown


@pytest.mark.parametrize(
    ("e164", "country"),
    [
        ("+4930901820", "DE"),
        ("+14165550123", "CA"),
        ("+12025550123", "US"),
        ("+447700900123", "GB"),
        ("+447400123456", "GB"),
        ("+441534440000", "JE"),
        ("+77012345678", "KZ"),
        ("+80012345678", None),
        ("+999123456789", None),
        ("12345", None),
        ("SUPPORT", None),
        ("", None),
        ("+" + "4" * 100, None),
    ],
)
def test_country_of(e164: str, country: str | None) -> None:
    assert country_of(e164) == country


def test_every_country_is_read_as_its_plan_writes_it() -> None:
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        for number in filter(None, (phonenumbers.example_number_for_type(country, kind) for kind in kinds)):
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
            abroad = phonenumbers.format_out_of_country_calling_number(number, "DE")
            read = [
                parse_number(e164, "DE"),
                parse_number(national, country),
                parse_number(abroad, "DE"),
                inbound_party(e164, country).value,
                inbound_party(e164[1:], "DE").value,
            ]
            assert set(read) == {e164}, (country, national, abroad)


@given(anything, countries, st.booleans())
def test_any_text_is_a_number_or_refused_in_words(text: str, country: str, drop: bool) -> None:
    try:
        e164 = parse_number(text, country, drop_trunk_zero=drop)
    except InvalidNumber as err:
        assert err.message  # noqa: PT017
        assert err.hint  # noqa: PT017
        return
    assert e164[0] == "+"
    assert e164[1:].isascii()
    assert e164[1:].isdigit()
    assert len(e164) <= 16
    assert parse_number(e164, "NZ", drop_trunk_zero=False) == e164
    assert inbound_party(e164, country) == parse_party(e164, country) == Party(E164, e164)
    assert display(e164, country)


@given(st.text(alphabet="0123456789", min_size=5, max_size=15), countries)
def test_a_number_shown_is_read_again(digits: str, country: str) -> None:
    try:
        e164 = parse_number("+" + digits, country)
    except InvalidNumber:
        return
    assert parse_number(display(e164, country), country) == e164
