"""Cutting texts: the table that the composer's counter shares, and what must hold for any text."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.domain.segments import Encoding, clusters, segment

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "segment_cases.json").read_text("utf-8"))
SINGLE = {Encoding.GSM7: 160, Encoding.UCS2: 70}
JOINED = {(Encoding.GSM7, 8): 153, (Encoding.GSM7, 16): 152, (Encoding.UCS2, 8): 67, (Encoding.UCS2, 16): 66}
PAIRS = frozenset("\f^{}\\[~]|€")

# Each is one grapheme cluster by UAX #29 and never merges with a neighbour of this list.
CLUSTERS = [
    "a", "ł", "€", "\t", "\n", "\r\n", "\u200b", "汉", "ß", "!", "😀", "❤", "❤\ufe0f", "1\ufe0f\u20e3", "e\u0301",
    "o\u0323\u0302", "👍🏽", "👩\u200d🚀", "👨\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "🏃🏾\u200d♀\ufe0f", "🇩🇪", "🇫🇷",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "한", "\u1112\u1161\u11ab", "कि", "क्ष", "ก\u0e33",
    "\u0600\u0661", "ｶﾞ", "שָׁ", "a\u200c", "b\u200d", "\ud83d", "Z" + "\u0335\u0317\u034a" * 5,
]  # fmt: skip

any_text = st.text(alphabet=st.characters()) | st.text(alphabet=st.characters(), min_size=60, max_size=400)
busy_text = st.lists(st.sampled_from(CLUSTERS), min_size=40, max_size=200)
reference = st.sampled_from([8, 16])


def size(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UCS2:
        return len(text.encode("utf-16-be", "surrogatepass")) // 2
    return sum(2 if char in PAIRS else 1 for char in text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_table(case: dict[str, Any]) -> None:
    cut = segment(case["text"])
    assert "".join(cut.parts) == case["text"]
    expected = {key: case[key] for key in ("encoding", "parts", "units", "room", "because")}
    assert {**asdict(cut), "parts": len(cut.parts)} == expected


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 150
    assert len({case["about"] for case in CASES}) == len(CASES)


def test_nothing_is_one_empty_part() -> None:
    cut = segment("")
    assert (cut.encoding, cut.parts, cut.units, cut.room) == (Encoding.GSM7, ("",), 0, 160)


@pytest.mark.parametrize(
    ("text", "bits", "sizes"),
    [
        ("a" * 160, 16, [160]),
        ("a" * 161, 8, [153, 8]),
        ("a" * 161, 16, [152, 9]),
        ("a" * 151 + "€" * 10, 16, [151, 20]),
        ("ł" * 70, 16, [70]),
        ("ł" * 71, 8, [67, 4]),
        ("ł" * 71, 16, [66, 5]),
        ("ł" * 65 + "😀" * 10, 16, [65, 20]),
    ],
)
def test_part_sizes(text: str, bits: int, sizes: list[int]) -> None:
    cut = segment(text, reference_bits=bits)
    assert [size(part, cut.encoding) for part in cut.parts] == sizes


@pytest.mark.parametrize("bits", [0, 7, 32])
def test_other_references_do_not_exist(bits: int) -> None:
    with pytest.raises(ValueError, match="8 or 16"):
        segment("a", reference_bits=bits)


@given(any_text, reference)
def test_any_text_is_cut_whole_and_fits(text: str, bits: int) -> None:
    cut = segment(text, reference_bits=bits)
    sizes = [size(part, cut.encoding) for part in cut.parts]
    limit = SINGLE[cut.encoding] if len(sizes) == 1 else JOINED[cut.encoding, bits]
    assert "".join(cut.parts) == text
    assert max(sizes) <= limit
    assert cut.units == size(text, cut.encoding) == sum(sizes)
    assert cut.room == limit - sizes[-1]
    assert all(sizes) or text == ""
    assert (cut.because is None) == (cut.encoding is Encoding.GSM7)
    assert cut.because is None or cut.because in text


@given(busy_text, reference)
def test_no_cluster_is_cut(pieces: list[str], bits: int) -> None:
    allowed = {0}
    for piece in pieces:
        allowed.add(max(allowed) + len(piece))
    end = 0
    for part in segment("".join(pieces), reference_bits=bits).parts:
        end += len(part)
        assert end in allowed


@given(busy_text)
def test_parts_are_as_full_as_they_can_be(pieces: list[str]) -> None:
    cut = segment("".join(pieces))
    for part, following in zip(cut.parts, cut.parts[1:], strict=False):
        first = next(clusters(following))
        assert size(part + first, cut.encoding) > JOINED[cut.encoding, 8]


@given(st.lists(st.sampled_from(CLUSTERS)))
def test_clusters(pieces: list[str]) -> None:
    assert list(clusters("".join(pieces))) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "🇩🇪|🇫🇷|🇮",
        "a|\n|\u0301",
        "\u1112\u1161|\u1112\u1161",
        "\uac00\u11a8|\uac00",
        "👩\u200d|a",
        "a\u200d|👩",
        "\n|\r\n|\r",
        "\u0600|\n",
        "क्\u200dष|ष",
    ],
)
def test_where_clusters_end(text: str) -> None:
    assert list(clusters(text.replace("|", ""))) == text.split("|")


@pytest.mark.parametrize("mark", ["\u0301", "\U000e0061"])
def test_a_cluster_longer_than_a_part_is_cut_between_code_points(mark: str) -> None:
    cut = segment("ł" + mark * 200)
    assert all(size(part, cut.encoding) >= 66 for part in cut.parts[:-1])


def test_halves_of_a_surrogate_pair_stay_together() -> None:
    halves = "\ud83d" + "\ude00"  # two characters to Python, one on the wire
    assert segment("ł" * 66 + halves + "b" * 20).parts[0] == "ł" * 66
