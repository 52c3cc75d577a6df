"""Phone numbers: any spelling in, E.164 inside, a spelling for people out (ITU-T E.164, RFC 3966)."""

import re
import unicodedata
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    shortnumberinfo,
)

from sidetone.domain.fault import SidetoneError
from sidetone.domain.party import Party, PartyKind

LONGEST_SPELLING = 64
LONGEST_ALPHA = 32
_LONGEST_SENDER = 256  # what is looked at of a sender that a carrier gives
_LONGEST_E164 = 15
_LONGEST_SENT_SHORT = 8
_LONGEST_SHORT = 6  # among typed digits; the shortest whole number with its country code has 7
_QUOTED = 6
_MEXICO, _MEXICO_DIGITS = 52, 10
_CACHED = 8192

_SEPARATORS = frozenset("()[]./\t\u2212\uff08\uff09\uff0e\uff0f")
_SEPARATING = frozenset({"Zs", "Pd", "Cf"})  # spaces, dashes, and the invisible marks that come along with a paste
_EMERGENCY = frozenset({"000", "110", "112", "118", "119", "911", "999"})  # 3GPP TS 22.101, 10.1.1: on any phone
_TYPED_SHORT = re.compile(r"[1-9][0-9]{2,5}")
_SENT_SHORT = re.compile(r"\+?[0-9]{3,8}")
_SENT_E164 = re.compile(r"\+[1-9][0-9]{6,14}")  # also where our plan of that country is out of date


class NumberFault(StrEnum):
    """Why something is not a number that can be used."""

    EMPTY = "empty"
    NOT_DIGITS = "not-digits"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NOT_IN_PLAN = "not-in-plan"
    UNKNOWN_CODE = "unknown-code"
    UNKNOWN_COUNTRY = "unknown-country"
    TRUNK_ZERO = "trunk-zero"
    EMERGENCY = "emergency"
    ROUNDED = "rounded"


_WORDS = {
    NumberFault.EMPTY: ("There is no number.", "Type a phone number with its area code."),
    NumberFault.NOT_DIGITS: ("{typed} is not a phone number.", "Write digits alone, with no letters or extension."),
    NumberFault.TOO_SHORT: ("{typed} is too short for a number in {place}.", "Is the area code missing?"),
    NumberFault.TOO_LONG: ("{typed} is too long for a number in {place}.", "Write one number, with no extension."),
    NumberFault.NOT_IN_PLAN: ("{typed} is not a number in {place}.", "Check its digits."),
    NumberFault.UNKNOWN_CODE: ("No country has the code that {typed} begins with.", "Check the digits after the +."),
    NumberFault.UNKNOWN_COUNTRY: (
        "How numbers are written in {place} is not known.",
        "Write the number with + and its country code.",
    ),
    NumberFault.TRUNK_ZERO: (
        "{typed} has a leading zero, which is not dialled after a country code.",
        "Write it with + and the country code and without that zero, or let the zero be dropped in your settings.",
    ),
    NumberFault.EMERGENCY: ("{typed} is an emergency number and takes no texts.", "In an emergency, call it."),
    NumberFault.ROUNDED: (
        "{typed} is what a spreadsheet has made of a number.",
        "Let the spreadsheet treat the column as text, type the number again, and export once more.",
    ),
}


class InvalidNumber(SidetoneError):
    """What was given is not a phone number or short code that can be used; `reason` says why.

    The message quotes a few characters of what was given, never a whole number.
    """

    code = "invalid-number"
    status = 422

    def __init__(self, reason: NumberFault, typed: str, place: str = "") -> None:
        message, hint = _WORDS[reason]
        super().__init__(message.format(typed=_quote(typed), place=place), hint=hint)
        self.reason = reason


def parse_number(text: str, country: str, *, drop_trunk_zero: bool = True) -> str:
    """The E.164 form of a full phone number in any spelling, as dialled in `country` (ISO 3166 alpha-2).

    National, with 00 or the country's own international prefix, with +, with (0), tel: URIs, digits of any script;
    Italy keeps its zero. A number counts if the country's plan knows it, or if it is as long as a mobile number
    there: ranges open before the plan is updated, and those set aside for examples are in no plan.

    With `drop_trunk_zero` off, a number from which a leading zero had to be dropped is refused.

    Raises InvalidNumber, whatever the text.
    """
    if len(text) > LONGEST_SPELLING:
        raise InvalidNumber(NumberFault.TOO_LONG, text, place=_place(country))
    return _parse(text, country.upper(), drop_trunk_zero)


def parse_party(text: str, country: str) -> Party:
    """The outside party that someone typed: a phone, or a short code of 3 to 6 digits.

    Digits that are a full number in `country` are a phone; emergency numbers are refused. Never alphanumeric.

    Raises InvalidNumber, whatever the text.
    """
    if len(text) > LONGEST_SPELLING:
        raise InvalidNumber(NumberFault.TOO_LONG, text, place=_place(country))
    return _typed_party(text, country.upper())


def inbound_party(text: str, country: str) -> Party:
    """The sender of a text as a carrier gives it; `country` is the one the carrier's own numbers are in.

    A phone with or without its +, else in its national spelling; else a short code of 3 to 8 digits; else an
    alphanumeric sender without control characters, of which 32 characters are kept. Digits without + that could be
    either are read as E.164: a carrier that gives national numbers must have them completed by its plugin.

    Raises InvalidNumber only where nothing is left to show.
    """
    return _sender(text[:_LONGEST_SENDER], country.upper())


def display(e164: str, country: str) -> str:
    """How someone in `country` writes the number: nationally if it is at home there, else internationally.

    What is no number comes back as it was given.
    """
    return _display(e164, country.upper()) if len(e164) <= LONGEST_SPELLING else e164


def country_of(e164: str) -> str | None:
    """The country (ISO 3166 alpha-2) of a number; the first of those that share a code where the plan cannot tell.

    None for a number of no country (satellites, international freephone) and for what is no number.
    """
    return _country(e164) if len(e164) <= LONGEST_SPELLING else None


@lru_cache(maxsize=_CACHED)
def _parse(text: str, country: str, drop_trunk_zero: bool) -> str:
    compact = _compact(text)
    readings = [compact]
    if compact.startswith("00"):
        readings.append("+" + compact[2:])  # after the country's own plan, where a carrier's code may follow the 00
    elif compact.startswith("+") and "(0)" in text and drop_trunk_zero:
        readings.append(_compact(text.replace("(0)", "", 1)))  # written even where no trunk zero exists
    elif compact.startswith(_own_code(country)) and _trunk(country).startswith("0"):
        readings.insert(0, "+" + compact)  # the + forgotten is likelier than the zero
    for reading in readings[:-1]:
        with suppress(InvalidNumber):
            return _read(reading, text, country, drop_trunk_zero)
    return _read(readings[-1], text, country, drop_trunk_zero)


def _compact(text: str) -> str:
    """The ASCII digits of a spelling, with the + before them if there is one; InvalidNumber if it holds more."""
    spelling = text.strip()
    if spelling[:4].lower() == "tel:":
        spelling = _local_part(unquote(spelling[4:]))
    kept: list[str] = []
    for char in spelling:
        digit = unicodedata.decimal(char, None)
        if digit is not None:
            kept.append(str(digit))
        elif char in "+\uff0b" and not kept:
            kept.append("+")
        elif char not in _SEPARATORS and unicodedata.category(char) not in _SEPARATING:
            raise InvalidNumber(NumberFault.NOT_DIGITS, text)
    compact = "".join(kept)
    if compact in ("", "+"):
        raise InvalidNumber(NumberFault.NOT_DIGITS if text.strip() else NumberFault.EMPTY, text)
    return "+" + compact[3:] if compact.startswith("+00") else compact


def _local_part(uri: str) -> str:
    """The number in what follows tel:, completed by a phone-context that is a prefix; other parameters stay."""
    number, *parameters = uri.split(";")
    others: list[str] = []
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.lower() != "phone-context":
            others.append(parameter)
        elif value.startswith("+") and not number.startswith("+"):
            number = value + number
    return ";".join([number, *others])


def _read(reading: str, text: str, country: str, drop_trunk_zero: bool) -> str:
    """The E.164 form of one reading of `text`; InvalidNumber says why it has none."""
    try:
        number = phonenumbers.parse(reading, country)
    except NumberParseException as err:
        raise InvalidNumber(_unparsed(err, reading, country), text, _place(country)) from None
    number = _renewed(number)
    code = number.country_code or 0
    national = phonenumbers.national_significant_number(number)
    fault = _fault(number, code, national)
    if fault is None and len(national) <= _LONGEST_SHORT and _lacks_trunk(reading, number):
        fault = NumberFault.TOO_SHORT  # a number inside some town, or an extension
    if fault is None and not drop_trunk_zero and _zero_dropped(reading, code, national):
        fault = NumberFault.TRUNK_ZERO
    if fault is not None:
        sharers = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
        raise InvalidNumber(fault, text, _place(country if country in sharers else sharers[0]))
    return f"+{code}{national}"


def _renewed(number: PhoneNumber) -> PhoneNumber:
    """The number without the 1 before Mexico's mobile numbers, given up in 2019 and still in address books."""
    digits = str(number.national_number)
    if number.country_code != _MEXICO or len(digits) != _MEXICO_DIGITS + 1 or digits[0] != "1":
        return number
    return PhoneNumber(country_code=_MEXICO, national_number=int(digits[1:]))


def _fault(number: PhoneNumber, code: int, national: str) -> NumberFault | None:
    """What is wrong with a number by the plan of its country code."""
    lengths = _mobile_lengths(code)
    if len(national) in lengths and national[0] != "0":
        return None
    if len(national) + len(str(code)) > _LONGEST_E164:
        return NumberFault.TOO_LONG
    if phonenumbers.is_valid_number(number):
        return None
    if len(national) < min(lengths):
        return NumberFault.TOO_SHORT
    return NumberFault.TOO_LONG if len(national) > max(lengths) else NumberFault.NOT_IN_PLAN


@lru_cache(maxsize=256)
def _mobile_lengths(code: int) -> tuple[int, ...]:
    """How many digits a mobile number has after this country code; any number's where none is set apart."""
    plan = PhoneMetadata.metadata_for_region_or_calling_code(code, phonenumbers.region_code_for_country_code(code))
    kinds = (plan.mobile, plan.general_desc) if plan else ()
    return next((kind.possible_length for kind in kinds if kind and kind.possible_length), (_LONGEST_E164,))


def _unparsed(err: NumberParseException, reading: str, country: str) -> NumberFault:
    if err.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        known = reading.startswith("+") or country in phonenumbers.SUPPORTED_REGIONS
        return NumberFault.UNKNOWN_CODE if known else NumberFault.UNKNOWN_COUNTRY
    return NumberFault.TOO_LONG if err.error_type == NumberParseException.TOO_LONG else NumberFault.TOO_SHORT


def _lacks_trunk(reading: str, number: PhoneNumber) -> bool:
    """Whether few digits come without the trunk prefix that the same number shows when it is written nationally."""
    if reading.startswith(("+", "0")):
        return False
    return reading != phonenumbers.normalize_digits_only(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))


def _own_code(country: str) -> str:
    return str(phonenumbers.country_code_for_region(country))


def _trunk(country: str) -> str:
    plan = PhoneMetadata.metadata_for_region(country)
    return (plan.national_prefix or "") if plan else ""


def _zero_dropped(reading: str, code: int, national: str) -> bool:
    """Whether a zero of the reading is missing in the number: a trunk zero, with the country code or without."""
    if national.startswith("0"):
        return False
    if reading.startswith("+"):
        return reading.startswith(f"+{code}0")
    return reading.startswith("0") and not reading.endswith(f"{code}{national}")


@lru_cache(maxsize=_CACHED)
def _typed_party(text: str, country: str) -> Party:
    compact = _compact(text)
    if compact in _EMERGENCY or _is_emergency(compact, country):
        raise InvalidNumber(NumberFault.EMERGENCY, text)
    try:
        return Party(PartyKind.E164, _parse(text, country, True))
    except InvalidNumber:
        if not _TYPED_SHORT.fullmatch(compact):
            raise
        return Party(PartyKind.SHORT, compact)


def _is_emergency(compact: str, country: str) -> bool:
    return len(compact) <= _LONGEST_SHORT and shortnumberinfo.is_emergency_number(compact, country)


@lru_cache(maxsize=_CACHED)
def _sender(text: str, country: str) -> Party:
    shown = "".join(" " if char.isspace() else char for char in text if char.isspace() or _is_shown(char))
    name = " ".join(shown.split())
    if not name:
        raise InvalidNumber(NumberFault.EMPTY, text)
    number = _sender_number(name, country)
    if number is not None:
        return Party(PartyKind.E164, number)
    if _SENT_E164.fullmatch(name):
        return Party(PartyKind.E164, name)
    if _SENT_SHORT.fullmatch(name):
        return Party(PartyKind.SHORT, name.removeprefix("+"))
    return Party(PartyKind.ALPHA, name[:LONGEST_ALPHA].rstrip())


def _is_shown(char: str) -> bool:
    """False for control and format characters and lone surrogates, which have no place in a name."""
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs")


def _sender_number(name: str, country: str) -> str | None:
    """The E.164 number that a sender is, or None.

    Few digits are a number only if a plan knows it, or any short code that has a mobile number's length would be one.
    """
    try:
        compact = _compact(name) if len(name) <= LONGEST_SPELLING else ""
    except InvalidNumber:
        return None
    if compact.startswith("+"):
        readings = [compact, compact[1:]] if compact.startswith("+0") else [compact]
    elif compact.startswith("0") or len(compact) <= _LONGEST_SHORT:
        readings = [compact]
    elif _trunk(country).startswith("0"):
        readings = ["+" + compact]  # a national number would show its zero
    else:
        readings = ["+" + compact, compact]
    numbers = [number for reading in readings if (number := _number_or_none(reading, country))]
    few = compact.isdigit() and len(compact) <= _LONGEST_SENT_SHORT
    if few or len(numbers) > 1:
        known = [number for number in numbers if phonenumbers.is_valid_number(phonenumbers.parse(number))]
        numbers = known if few else known + numbers
    return numbers[0] if numbers else None


def _number_or_none(reading: str, country: str) -> str | None:
    try:
        return _parse(reading, country, True)
    except InvalidNumber:
        return None


@lru_cache(maxsize=_CACHED)
def _display(e164: str, country: str) -> str:
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    if _country(e164) == country:
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        if _number_or_none(national, country) == e164:  # not where the plan is unsure and leaves the zero out
            return national
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=_CACHED)
def _country(e164: str) -> str | None:
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return None
    region = phonenumbers.region_code_for_number(number)
    region = region or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


def _place(country: str) -> str:
    return country.upper() if re.fullmatch("[A-Za-z]{2}", country) else "this country"


def _quote(typed: str) -> str:
    """The start of what was typed, between quotation marks: enough to recognise, too little to be a number."""
    shown = "".join(char for char in typed[:LONGEST_SPELLING] if char.isprintable()).strip().removeprefix("tel:")
    if not shown:
        return "That"
    return f"“{shown}”" if len(shown) <= _QUOTED else f"“{shown[: _QUOTED - 2].rstrip()}…”"
