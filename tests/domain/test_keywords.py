"""STOP, START and HELP: which texts act at once in which country, and which a person has to read."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.any_text import characters, countries
from sidetone.domain.consent_texts import ENGLISH, confirmation
from sidetone.domain.consent_texts import LANGUAGES as TEXTS
from sidetone.domain.keyword_sets import COUNTRIES, COURTESIES, LANGUAGES, PHRASES
from sidetone.domain.keywords import (
    LONGEST_KEYWORD,
    LONGEST_LOOK,
    Keyword,
    compact,
    keyword,
    may_be_stop,
    plain_words,
    words_of,
)
from sidetone.domain.segments import Encoding, segment

UNIVERSAL = {"stop": ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE"], "start": ["START", "UNSTOP"], "help": ["HELP"]}
# The words that carriers, regulators and people of a country use, as they write them.
TABLE: dict[str, dict[str, list[str]]] = {
    "US": {
        "stop": ["END", "CANCEL", "QUIT", "REVOKE", "OPTOUT", "OPT OUT", "opt-out", "ALTO", "BAJA", "Parar"],
        "start": ["YES"],
        "help": ["INFO", "AYUDA"],
    },
    "CA": {"stop": ["END", "CANCEL", "QUIT", "REVOKE", "OPTOUT", "ARRET", "Arrêt"], "start": ["YES"], "help": ["Aide"]},
    "GB": {"stop": ["END", "QUIT", "OPT OUT"], "start": [], "help": []},
    "IE": {"stop": ["END"], "start": [], "help": []},
    "AU": {"stop": ["UNSUB"], "start": [], "help": []},
    "DE": {"stop": ["STOPP", "Abmelden", "ABBESTELLEN", "Widerruf"], "start": ["Anmelden"], "help": ["HILFE"]},
    "AT": {"stop": ["STOPP"], "start": [], "help": ["Hilfe"]},
    "CH": {"stop": ["STOPP", "ARRÊT", "disiscrivi"], "start": [], "help": ["Hilfe", "AIDE", "aiuto"]},
    "FR": {"stop": ["ARRET", "Arrêt", "ARRÊTER", "désabonner"], "start": ["Réabonner"], "help": ["AIDE"]},
    "BE": {"stop": ["STOPPEN", "ARRET", "Abmelden"], "start": ["Aanmelden"], "help": ["HULP"]},
    "ES": {"stop": ["ALTO", "BAJA", "Parar", "Cancelar"], "start": ["ALTA"], "help": ["AYUDA"]},
    "MX": {"stop": ["ALTO", "BAJA"], "start": [], "help": []},
    "IT": {"stop": ["Disiscrivi", "CANCELLAMI"], "start": ["Inizia"], "help": ["AIUTO"]},
    "NL": {"stop": ["AFMELDEN", "Stoppen"], "start": [], "help": ["Hulp"]},
    "BR": {"stop": ["SAIR", "Parar"], "start": [], "help": ["Ajuda"]},
    "PL": {"stop": ["Rezygnuję", "WYPISZ"], "start": ["Wznów"], "help": ["Pomoc"]},
    "SE": {"stop": ["STOPP", "Avsluta"], "start": [], "help": ["HJÄLP"]},
    "NO": {"stop": ["STOPP", "Avslutt"], "start": [], "help": ["Hjelp"]},
    "DK": {"stop": ["AFMELD"], "start": [], "help": ["Hjælp", "Hjaelp"]},
    "FI": {"stop": ["LOPETA", "Avsluta"], "start": [], "help": ["Ohje"]},
    "CZ": {"stop": ["ODHLÁSIT"], "start": [], "help": ["Pomoc"]},
    "JP": {"stop": [], "start": [], "help": []},
}
CASES = [
    (country, text, kind)
    for country, words in TABLE.items()
    for kind, texts in words.items()
    for text in [*UNIVERSAL[kind], *texts]
]


@pytest.mark.parametrize(("country", "text", "kind"), CASES)
def test_the_words_of_each_country_act(country: str, text: str, kind: str) -> None:
    for spelling in (text, text.lower(), f"  {text.title()}!! ", f"“{text}.”\n", f"\u200b{text}\u00a0"):
        assert keyword(spelling, country) == kind, spelling
        assert not may_be_stop(spelling, country)


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("DE", "END"),
        ("DE", "CANCEL"),
        ("GB", "CANCEL"),
        ("DE", "YES"),
        ("GB", "YES"),
        ("DE", "INFO"),
        ("US", "STOPP"),
        ("US", "ABMELDEN"),
        (None, "STOPP"),
        ("US", ""),
        ("US", "!!!"),
        ("US", "STOP1"),
        ("US", "don't stop"),
        ("US", "stop" + " " * LONGEST_KEYWORD),
    ],
)
def test_what_no_word_of_the_country_is_does_nothing(country: str | None, text: str) -> None:
    assert keyword(text, country) is None


@pytest.mark.parametrize(
    "text", ["STOP", "\uff33\uff34\uff2f\uff30", "S T O P", "s.t.o.p", "Stop 🛑", "•STOP•", "ˢᵗᵒᵖ", "sto\u00adp"]
)
def test_a_stop_is_found_in_any_dress(text: str) -> None:
    assert keyword(text, None) is Keyword.STOP


SOFT = [
    "Stop. Thank you",
    "STOP PLEASE",
    "please stop",
    "Stop texting me",
    "stop it now",
    "Please remove me from your list.",
    "Don\u2019t text me again",
    "do not contact me",
    "Take me off this list",
    "I'd like to opt out",
    "Stop\nSent from my phone",
    "QUIT",
    "ARRET",
    "STOPP bitte",
    "Bitte keine SMS mehr!",
    "Hören Sie auf, mir zu schreiben",
    "Löschen Sie meine Nummer",
    "Arrêtez de m'écrire",
    "Je ne veux plus recevoir ça: ne m'envoyez plus rien",
    "No me escriban más",
    "Por favor, quiero darme de baja",
    "Non voglio più messaggi",
    "geen berichten meer aub",
]
ORDINARY = [
    "The bus stop is over there",
    "bus stop",
    "I'll stop by at five",
    "Can you stop the car?",
    "This will end well",
    "Yes please",
    "thanks",
    "ok",
    "Wann hört das auf?",
    "Start your engines",
    "Let us know when to stop",
    "Alta calidad",
    "",
    "🛑",
]


@pytest.mark.parametrize("text", SOFT)
def test_a_softer_wish_is_left_to_a_person(text: str) -> None:
    for country in ("DE", "JP", None):
        assert keyword(text, country) is None
        assert may_be_stop(text, country)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_are_left_alone(text: str) -> None:
    for country in ("DE", "JP", "GB"):
        assert not may_be_stop(text, country)


def test_of_a_long_text_only_the_beginning_is_looked_at() -> None:
    assert may_be_stop("x " * 100 + "please remove me", "DE")
    assert not may_be_stop("x" * LONGEST_LOOK + " please remove me", "DE")


@given(text=st.text(alphabet=characters, max_size=200), country=countries | st.none())
@example(text="\ud800" * 40, country="\ud800")
@example(text="\u0130\u1e9e\ufdfa\u0345", country="US")
@example(text="\0" * 700, country="DE")
def test_every_text_has_an_answer(text: str, country: str | None) -> None:
    found = keyword(text, country)
    assert found is None or found in Keyword
    assert may_be_stop(text, country) in (True, False)
    assert not (found and may_be_stop(text, country))
    assert keyword(f" {text[:40]}.\n", country) == keyword(text[:40], country)


@given(text=st.text(alphabet=characters, max_size=80))
def test_what_is_compact_stays_so(text: str) -> None:
    assert compact(compact(text)) == compact(text)


@given(word=st.sampled_from(sorted(words_of("US").stop)), dress=st.sampled_from([" ", ".", "!\n", "'", "\u3000", "*"]))
def test_blanks_and_marks_between_letters_do_not_count(word: str, dress: str) -> None:
    assert keyword(dress.join(word)[:LONGEST_KEYWORD], "US") is Keyword.STOP


def test_the_sets_are_written_as_they_are_compared() -> None:
    for words in (words_of(country) for country in [None, *COUNTRIES]):
        for word in words.stop | words.start | words.help:
            assert compact(word) == word
        assert words.stop.isdisjoint(words.start | words.help)
        assert words.start.isdisjoint(words.help)
    assert {word for word in COURTESIES if compact(word) != word} == set()
    assert COURTESIES.isdisjoint(frozenset().union(*(words.stop for words in LANGUAGES.values())))
    assert [phrase for phrase in PHRASES if " ".join(plain_words(phrase)) != phrase] == []


def test_every_language_is_spoken_somewhere() -> None:
    assert {language for spoken in COUNTRIES.values() for language in spoken} == LANGUAGES.keys()
    assert TEXTS.keys() == LANGUAGES.keys() - {"american", "en"}


@pytest.mark.parametrize("texts", [ENGLISH, *TEXTS.values()], ids=["en", *TEXTS])
def test_each_answer_is_one_segment_and_no_keyword(texts: tuple[str, str, str]) -> None:
    for text in texts:
        cut = segment(f"Example Ltd: {text}")
        assert (cut.encoding, len(cut.parts)) == (Encoding.GSM7, 1), text
        assert all(keyword(text, country) is None for country in [None, *COUNTRIES])
    assert "START" in texts[0]
    assert "STOP" in texts[1]
    assert "STOP" in texts[2]


@pytest.mark.parametrize(
    ("country", "language"), [("US", "en"), ("CA", "en"), ("DE", "de"), ("CH", "de"), ("BE", "nl"), ("JP", "en")]
)
def test_the_answer_speaks_the_numbers_language(country: str, language: str) -> None:
    assert confirmation(Keyword.STOP, country) == TEXTS.get(language, ENGLISH).stop
    assert confirmation(Keyword.HELP, country, "Example") == f"Example: {TEXTS.get(language, ENGLISH).help}"


def test_a_number_of_no_country_answers_in_english() -> None:
    assert confirmation(Keyword.START, None) == ENGLISH.start
