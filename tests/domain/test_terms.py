"""What is found by what: one table of texts and queries, and properties that hold for every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.domain.folding import folded, places, plain
from sidetone.domain.terms import snippet, sought, terms_of

FOUND = [
    ("Hello World", "world"),
    ("Hello World", "WORLD hello"),
    ("Hello World", "orl"),
    ("Hello World", "he wo"),
    ("Hello World", "h"),
    ("Grüße aus Köln", "gruesse"),
    ("Grüße aus Köln", "koln"),
    ("Gruesse aus Koeln", "köln"),
    ("Gruesse aus Koeln", "grüße"),
    ("Grusse aus Koln", "Grüße"),
    ("Herr Mueller", "muller"),
    ("Herr Mueller", "eller"),
    ("Gru\u0308ße", "grüße"),
    ("Café Ångström", "cafe angstrom"),
    ("Łódź, Smørrebrød", "lodz smorrebrod"),
    ("Αθήνα", "αθηνα"),
    ("Привет", "ивет"),
    ("\uff26\uff35\uff2c\uff2c width", "full"),
    ("明日東京で会いましょう", "東京"),
    ("明日東京で会いましょう", "会"),
    ("明日東京で会いましょう", "東京で会い"),
    ("안녕하세요 여러분", "안녕"),
    ("カタカナ", "タカ"),
    ("see you 👍 there", "👍"),
    ("0151 123-456 78", "+4915112345678"),
    ("+49 (0) 151 / 123 456 78", "0151 12345678"),
    ("call 004915112345678 now", "0151 123"),
    ("call 0151 12345678", "+49 151 123"),
    ("room 4711", "4711"),
    ("12.03.2026", "12032026"),
    ("١٢٣٤", "1234"),
    ("order A-1234", "a-1234"),
    ("order A 1234", "a-1234"),
]
NOT_FOUND = [
    ("Hello World", "worlds"),
    ("Hello World", "lo"),
    ("aller Anfang", "eller"),
    ("東京", "京東"),
    ("abc bcd", "abcd"),
    ("123 and 456", "123456"),
    ("hello", "hello world"),
]


def holds(text: str, query: str) -> bool:
    """As a search decides: the index leads there, and the text holds it all."""
    wanted = sought(query, "DE")
    known = terms_of(text)
    led = all(each.terms <= known for each in wanted)
    held = all(each.pattern.search(plain(text)) for each in wanted)
    assert led or not held, "the index must never hide what a text holds"
    return bool(wanted) and led and held


@pytest.mark.parametrize(("text", "query"), FOUND)
def test_it_is_found(text: str, query: str) -> None:
    assert holds(text, query)


@pytest.mark.parametrize(("text", "query"), NOT_FOUND)
def test_it_is_not_found(text: str, query: str) -> None:
    assert not holds(text, query)


@pytest.mark.parametrize("query", ["", " ", "!", "...", "%", "_", '"', "\u0308", "()", "' OR 1"])
def test_what_says_nothing_looks_for_nothing_or_a_word(query: str) -> None:
    assert all(
        term.strip() and '"' not in term and " " not in term for each in sought(query, "DE") for term in each.terms
    )


@given(st.text(max_size=80), st.data())
def test_the_index_leads_to_whatever_a_text_holds(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    query = text[start : start + data.draw(st.integers(0, 12))]
    known = terms_of(text)
    for each in sought(query, "DE"):
        if len(each.text) > 2 and each.pattern.search(plain(text)) and not query.strip(" 0+().-/").isdigit():
            assert each.terms <= known or each.text[0] == "e"


@given(st.text(max_size=80))
def test_folding_is_stable_and_keeps_its_places(text: str) -> None:
    assert folded(folded(text)) == folded(plain(text)) or "e" in folded(text)
    assert len(list(places(text))) == len(plain(text))


@given(st.text(max_size=300), st.text(max_size=20))
def test_a_snippet_is_a_stretch_of_the_text(text: str, query: str) -> None:
    pieces = snippet(text, sought(query, "DE"))
    shown = "".join(piece.text for piece in pieces)
    assert shown.strip("…") in text or shown.strip("…") == ""


def test_a_snippet_marks_each_match() -> None:
    pieces = snippet("x" * 100 + " Straße nach Köln, koeln! " + "y" * 300, sought("koln", "DE"))
    assert [piece.text for piece in pieces if piece.hit] == ["Köln", "koeln"]
    assert (pieces[0].text, pieces[-1].text) == ("…", "…")
    assert [piece.text for piece in snippet("Straße", sought("strasse", "DE")) if piece.hit] == ["Straße"]
