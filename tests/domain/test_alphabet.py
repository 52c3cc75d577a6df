"""The GSM alphabet against the tables of 3GPP TS 23.038."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.domain import alphabet

# Codes that differ from ASCII, from 23.038, 6.2.1; between 0x20 and 0x7A all others are ASCII's own.
NATIONAL = {
    "@": 0x00, "£": 0x01, "$": 0x02, "¥": 0x03, "è": 0x04, "é": 0x05, "ù": 0x06, "ì": 0x07,
    "ò": 0x08, "Ç": 0x09, "\n": 0x0A, "Ø": 0x0B, "ø": 0x0C, "\r": 0x0D, "Å": 0x0E, "å": 0x0F,
    "Δ": 0x10, "_": 0x11, "Φ": 0x12, "Γ": 0x13, "Λ": 0x14, "Ω": 0x15, "Π": 0x16, "Ψ": 0x17,
    "Σ": 0x18, "Θ": 0x19, "Ξ": 0x1A, "Æ": 0x1C, "æ": 0x1D, "ß": 0x1E, "É": 0x1F,
    "¤": 0x24, "¡": 0x40, "Ä": 0x5B, "Ö": 0x5C, "Ñ": 0x5D, "Ü": 0x5E, "§": 0x5F,
    "¿": 0x60, "ä": 0x7B, "ö": 0x7C, "ñ": 0x7D, "ü": 0x7E, "à": 0x7F,
}  # fmt: skip
PLAIN = {chr(code): code for code in range(0x20, 0x7B) if code not in NATIONAL.values()}
PAIRS = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}

in_alphabet = st.text(alphabet=st.sampled_from(sorted(NATIONAL | PLAIN | PAIRS)))


def test_default_table_has_every_code_but_the_escape() -> None:
    assert sorted((NATIONAL | PLAIN).values()) == [code for code in range(128) if code != 0x1B]


@pytest.mark.parametrize(("char", "code"), sorted((NATIONAL | PLAIN).items()))
def test_default_table(char: str, code: int) -> None:
    assert alphabet.encode(char) == bytes([code])
    assert alphabet.decode(bytes([code])) == char
    assert alphabet.septets(char) == 1


@pytest.mark.parametrize(("char", "code"), sorted(PAIRS.items()))
def test_extension_table(char: str, code: int) -> None:
    assert alphabet.encode(char) == bytes([0x1B, code])
    assert alphabet.decode(bytes([0x1B, code])) == char
    assert alphabet.septets(char) == 2


@pytest.mark.parametrize(
    "char", ["`", "ç", "\t", "\u2019", "\u201c", "\u2013", "\u2014", "\xa0", "😀", "\x1b", "\0", "\ud800", "á", "ω"]
)
def test_what_is_not_in_it(char: str) -> None:
    assert alphabet.septets("a" + char) is None
    assert alphabet.misfit("a€" + char + "`") == char
    with pytest.raises(ValueError, match="does not fit"):
        alphabet.encode(char)


def test_nothing_takes_nothing() -> None:
    assert alphabet.septets("") == 0
    assert alphabet.misfit("") is None
    assert alphabet.encode("") == b""
    assert alphabet.decode(b"") == ""


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (b"\x1b\x41", "A"),  # not in the extension table: the default table's character shows
        (b"\x1b\x00", "@"),
        (b"\x41\x1b", "A"),  # an escape at the end
        (b"\x1b\x1b\x41", " A"),  # the escape to a table that does not exist yet
        (b"\xc1", "A"),  # eight bits
    ],
)
def test_decoding_what_no_one_should_send(codes: bytes, text: str) -> None:
    assert alphabet.decode(codes) == text


@given(in_alphabet)
def test_there_and_back(text: str) -> None:
    codes = alphabet.encode(text)
    assert alphabet.decode(codes) == text
    assert alphabet.septets(text) == len(codes)


@given(st.text(alphabet=st.characters()))
def test_counting_takes_any_text(text: str) -> None:
    assert (alphabet.septets(text) is None) == (alphabet.misfit(text) is not None)


@given(st.binary())
def test_decoding_takes_any_codes(codes: bytes) -> None:
    assert alphabet.misfit(alphabet.decode(codes)) is None
