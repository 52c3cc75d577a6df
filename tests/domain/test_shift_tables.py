"""The national language tables: whole, of assigned characters, and what they write they read."""

import unicodedata

import pytest

from sidetone.domain import alphabet, shift_tables

DEFAULT = alphabet.decode(bytes(code for code in range(128) if code != alphabet.ESCAPE))
MAIN = DEFAULT[: alphabet.ESCAPE] + "\x1b" + DEFAULT[alphabet.ESCAPE :]
LOCKING = shift_tables.locking(MAIN)
SINGLE = shift_tables.single({0x65: "€"})

# Letters that Unicode has given these scripts since the tables were drawn up.
LATER = {"\u0c81", "\u0d01", "\u0d29", "\u0d3c", "\u0c34", "\u0c3c"}


def test_every_language_has_its_tables() -> None:
    assert sorted(LOCKING) == [1, *range(3, 14)], "Spanish has no locking table"
    assert sorted(SINGLE) == list(range(1, 14))


@pytest.mark.parametrize("number", sorted(LOCKING))
def test_a_locking_table_is_whole(number: int) -> None:
    table = LOCKING[number]
    letters = [char for char in table if char != " "]
    assert len(table) == 128
    assert [table[0x0A], table[0x0D], table[0x1B], table[0x20]] == ["\n", "\r", "\x1b", " "]
    assert len(letters) == len(set(letters))
    assert [char for char in table if unicodedata.category(char) == "Cn"] == []


@pytest.mark.parametrize("number", sorted(shift_tables._INDIC))
def test_a_script_has_gaps_just_where_it_has_no_letter(number: int) -> None:
    script = shift_tables._INDIC[number]
    gaps = {chr(script.block + gap) for gap in script.gaps}
    assert {char for char in gaps if unicodedata.category(char) != "Cn"} <= LATER


@pytest.mark.parametrize("number", sorted(SINGLE))
def test_a_single_table_has_the_euro_and_assigned_characters(number: int) -> None:
    table = SINGLE[number]
    assert table[0x65] == "€"
    assert [char for char in table.values() if unicodedata.category(char) == "Cn"] == []


@pytest.mark.parametrize("locking", [0, *sorted(LOCKING)])
@pytest.mark.parametrize("single", [0, *sorted(SINGLE)])
def test_what_two_tables_can_write_they_read(locking: int, single: int) -> None:
    text = "".join(char for char in LOCKING.get(locking, MAIN) if char != "\x1b")
    text += "".join(char for char in SINGLE.get(single, {}).values())
    codes = alphabet.encode(text, locking=locking, single=single)
    assert alphabet.decode(codes, locking=locking, single=single) == text


def test_a_code_that_neither_table_has_shows_the_main_one() -> None:
    assert alphabet.decode(b"\x1bA", locking=1, single=1) == "A"


def test_an_unknown_identifier_is_the_default() -> None:
    assert alphabet.decode(b"\x04\x1b\x65", locking=99, single=14) == "è€"


@pytest.mark.parametrize(("locking", "single"), [(2, 0), (14, 0), (0, 14)])
def test_there_is_no_writing_in_a_table_that_is_none(locking: int, single: int) -> None:
    with pytest.raises(ValueError, match="no national table"):
        alphabet.encode("a", locking=locking, single=single)


def test_hindi_fits_one_message_where_ucs2_would_take_two() -> None:
    text = "नमस्ते, आप कैसे हैं?"
    assert len(alphabet.encode(text, locking=6)) == len(text)
