"""What is made of a file: whichever program wrote it, in whatever form, and what is said of what is wrong."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidetone.plugin import BadConfig, NotReady, SyncAnew
from sidetone.testing.context import Workbench
from sidetone_csv.decoding import NotText, decoded
from sidetone_csv.directory import LARGEST, CsvDirectory
from sidetone_csv.people import NoTable, Reading, read_people
from sidetone_csv.settings import Settings
from sidetone_csv.table import MOST_COLUMNS, rows, separator_of

HEAD = "Id,Name,Company,Mobile\n"


def read(text: str, *said: str, separator: str = "auto", country: str = "GB") -> Reading:
    return read_people(text, separator, said, country)


def shown(reading: Reading) -> list[tuple[str, ...]]:
    return [(record.name, *(f"{number.label} {number.raw}" for number in record.numbers)) for record in reading.records]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "latin-1"]
)
def test_every_usual_encoding_is_found_out(encoding: str) -> None:
    text = "Name;Telefon\r\nZoë Müller;0151 12345678\r\n"
    assert decoded(text.encode(encoding), "auto") == text


@pytest.mark.parametrize(("raw", "encoding"), [(b"\xff", "utf-8"), (b"\xff\xfe\x00", "auto"), (b"a", "utf-16")])
def test_what_is_no_text_is_refused(raw: bytes, encoding: str) -> None:
    with pytest.raises(NotText, match="It is no text in UTF-"):
        decoded(raw, encoding)


@pytest.mark.parametrize("text", ["\x81\x8d", "\x00\x80"])
def test_bytes_that_stand_for_nothing_are_no_fault_of_western_text(text: str) -> None:
    assert decoded(text.encode("latin-1"), "windows-1252")


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b,c", ","),
        ("a;b;c,d", ";"),
        ("a\tb", "\t"),
        ("a|b|c", "|"),
        ('"a,b,c";d', ";"),
        ("sep=;\na,b;c", ";"),
        ("a", ","),
        ("", ","),
    ],
)
def test_the_separator_is_found_out(text: str, separator: str) -> None:
    assert separator_of(text) == separator


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\rc,d\n\n,\n", [["a", "b"], ["c", "d"]]),
        ('"a,""b""",c', [['a,"b"', "c"]]),
        ('"a\nb",c\nd,e', [["a\nb", "c"], ["d", "e"]]),
        ('"a"x,b', [["ax", "b"]]),
        ('a "b",c', [['a "b"', "c"]]),
        ('"a,b\nc,d', [["a", "b"], ["c", "d"]]),
        ("sep=,\na,b", [["a", "b"]]),
    ],
)
def test_rows_are_read_however_they_are_quoted(text: str, cells: list[list[str]]) -> None:
    assert [row.cells for row in rows(text, ",")] == cells


def test_rows_stay_within_bounds() -> None:
    (wide,) = rows("a," * 5000, ",")
    assert (len(wide.cells), wide.fault) == (MOST_COLUMNS, "it has too many columns")
    (long,) = rows("x" * 100_000, ",")
    assert (len(long.cells[0]), long.fault) == (4096, "it is too long")


@pytest.mark.parametrize(
    ("head", "line", "found"),
    [
        ("Name,Mobile", "Grace,07700 900123", ("Grace", "mobile 07700 900123")),
        ("First Name,Last Name,Mobile Phone", "Grace,Hopper,07700 900123", ("Grace Hopper", "mobile 07700 900123")),
        ("Vorname;Nachname;Handy", "Zoë;Müller;07700 900123", ("Zoë Müller", "mobile 07700 900123")),
        ("Firma;Telefon", "Acme;020 7946 0958", ("Acme", " 020 7946 0958")),
        ("Display Name,Business Phone,Home Phone,Business Fax", "G,020 7946 0958,,020 7946 0959",
         ("G", "work 020 7946 0958", "fax 020 7946 0959")),
        ("Name,Phone 1 - Value,Phone 2 - Value", "G,020 7946 0958,020 7946 0959",
         ("G", " 020 7946 0958", " 020 7946 0959")),
        ("\ufeffNAME , e-mail,Mobile", " G ,g@x,07700 900123", ("G", "mobile 07700 900123")),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(head: str, line: str, found: tuple[str, ...]) -> None:
    assert shown(read(f"{head}\n{line}\n")) == [found]


def test_columns_are_what_the_section_says() -> None:
    text = "Ansprechpartner;Handy 2;Name;Mobile\nGrace;07700 900123;other;07700 900124\n"
    reading = read(text, "name = Ansprechpartner", "mobile = handy 2")
    assert shown(reading) == [("Grace", "mobile 07700 900123", "mobile 07700 900124")]
    for said in ("mobile = Nothing", "shoe = Name"):
        with pytest.raises(BadConfig):
            read(text, said)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "It is empty"),
        ("\n\n", "It is empty"),
        ("Mobile\n1", "has not a column with names, such as Name"),
        ("Name\nGrace", "has not a column with phone numbers, such as Mobile"),
    ],
)
def test_what_is_no_table_of_people_is_refused(text: str, words: str) -> None:
    with pytest.raises(NoTable, match=words):
        read(text)


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("1,Grace,,4.42079E+11", "line 2, column 4: a spreadsheet has rounded it: format the column as text"),
        ("1,Grace,,7946", "line 2, column 4: too short: is the area code missing"),
        ("1,Grace,,ask her", "line 2, column 4: no phone number: write digits"),
        ("1,,,07700 900123", "line 2, there is no name"),
        ('1,"Grace,,07700 900123', "line 2, a quotation mark is not closed"),
        ("1,Grace,,\n1,Alan,,", "line 3, its id stands in an earlier line already"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_to_do(line: str, trouble: str) -> None:
    reading = read(HEAD + line + "\n")
    assert str(reading.troubles[0]).startswith(trouble)
    assert reading.count == 1


def test_lines_without_an_id_keep_theirs_while_they_move_and_their_numbers_change() -> None:
    before = read("Name,Mobile\nGrace,07700 900123\nGrace,07700 900124\nAlan,07700 900125\n")
    after = read("Name,Mobile\nAlan,07700 900129\nGrace,07700 900123\nGrace,07700 900124\n")
    assert {record.id for record in before.records} == {record.id for record in after.records}
    assert len({record.id for record in before.records}) == 3


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet='Name,;"\n\r\t|Mobile0+7sep=\ufeffü', max_size=200) | st.text(max_size=100))
def test_any_text_is_a_reading_or_no_table(text: str) -> None:
    try:
        reading = read("Name,Mobile\n" + text)
    except NoTable:
        return
    assert len({record.id for record in reading.records}) == len(reading.records)


def directory(file: Path, text: str) -> CsvDirectory:
    file.write_text(text, encoding="utf-8")
    return CsvDirectory(Settings(file=file), Workbench().context({}))


async def test_the_file_is_read_anew_when_it_has_changed_and_only_then(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    book = directory(file, "Name,Mobile\nGrace,0151 12345678\n")
    pages = [page async for page in book.sync(None)]
    token = pages[-1].token
    assert [page async for page in book.sync(token)] == []
    file.write_text("Name,Mobile\nGrace,0151 12345678\nAlan,7\n", encoding="utf-8")
    with pytest.raises(SyncAnew):
        _ = [page async for page in book.sync(token)]
    pages = [page async for page in book.sync(None)]
    assert [record.name for record in pages[0].records] == ["Grace", "Alan"]
    health = await book.health()
    assert health.sentence.startswith("The file can be read, but for some of it: line 3, column 2: too short")


async def test_what_is_no_file_holds_nothing_up(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    await asyncio.to_thread(os.mkfifo, pipe)
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    for path in (pipe, large, tmp_path):
        with pytest.raises(NotReady):
            await CsvDirectory(Settings(file=path), Workbench().context({})).start()
