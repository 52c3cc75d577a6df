"""Parts of long messages: any order, twice, again next week, or never (3GPP TS 23.040, 9.2.3.24.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.gsm.pdus import EPOCH
from sidetone_gsm.joining import EXPIRES_AFTER_MS, GAP, Piece, PieceSet, join, piece_of
from sidetone_gsm.pdu.addresses import address_of
from sidetone_gsm.pdu.coding import Alphabet, coding_for
from sidetone_gsm.pdu.content import content_of
from sidetone_gsm.pdu.header import Concat, Header
from sidetone_gsm.pdu.messages import Deliver
from sidetone_gsm.pdu.times import encode_stamp
from sidetone_gsm.pdu.writing import submits

MINUTE = 60_000
WEEK = 7 * 24 * 60 * MINUTE
NOW = round(EPOCH.timestamp()) * 1000


def pieces(text: str, *, reference: int = 7, at: int = 0, sender: str = "+15551230000") -> list[Piece]:
    """The parts of a text, stamped and read at `at` (ms after the epoch of these tests)."""
    moment = EPOCH + timedelta(milliseconds=at)
    found = []
    for message in submits(text, sender, reference=reference):
        received = Deliver(sender=message.recipient, content=message.content, stamp=encode_stamp(moment))
        piece = piece_of(received, "sim-1", NOW + at)
        assert piece is not None
        found.append(piece)
    return found


LONG = "".join(f"{number:04}" for number in range(150))


@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=5))
def test_in_any_order_and_any_number_it_is_one_message(order: list[int], again: list[int]) -> None:
    parts = pieces(LONG)
    come = [replace(parts[number], arrived=NOW + index) for index, number in enumerate([*order, *again])]
    (whole,) = join(come)
    assert (whole.text, whole.missing, len(whole.repeats)) == (LONG, (), len(again))


@given(st.sets(st.integers(0, 3), min_size=1, max_size=3))
def test_what_is_missing_is_told_and_marked(here: set[int]) -> None:
    parts = pieces(LONG)
    (found,) = join([parts[number] for number in here])
    assert set(found.missing) == {number + 1 for number in range(4)} - {number + 1 for number in here}
    assert found.text is not None
    assert found.text.count(GAP) == len([n for n in range(4) if n not in here and (n - 1 in here or n == 0)])
    assert found.text.replace(GAP, "") == "".join(parts[number].content.text or "" for number in sorted(here))


def test_a_pair_that_is_split_over_two_parts_is_whole() -> None:
    octets = ("ж" * 66 + "😀").encode("utf-16-be")
    coding = coding_for(Alphabet.UCS2)
    stamp = encode_stamp(EPOCH)
    halves = []
    for number, data in enumerate((octets[:134], octets[134:]), 1):
        content = replace(content_of("", coding, Header(Concat(8, 9, 2, number))), data=data)
        piece = piece_of(Deliver(sender=address_of("+1555"), content=content, stamp=stamp), "sim-1", NOW)
        assert piece is not None
        halves.append(piece)
    (whole,) = join(reversed(halves))
    assert whole.text == "ж" * 66 + "😀"


def test_the_same_reference_next_week_is_another_message() -> None:
    first, second = pieces(LONG), pieces(LONG.replace("0", "x"), at=WEEK)
    assert [found.text for found in join([*second, *first])] == [LONG, LONG.replace("0", "x")]


def test_the_same_text_with_the_same_reference_an_hour_later_is_another_message() -> None:
    assert [found.text for found in join([*pieces(LONG), *pieces(LONG, at=60 * MINUTE)])] == [LONG, LONG]


def test_a_part_goes_to_the_message_it_was_stamped_with() -> None:
    early, late = pieces(LONG), pieces(LONG.upper().replace("0", "y"), at=30 * MINUTE)
    found = join([*early[:3], late[3], late[0], replace(early[3], arrived=NOW + 40 * MINUTE), *late[1:3]])
    assert [(one.text, one.missing) for one in found] == [(LONG, ()), (LONG.upper().replace("0", "y"), ())]


def test_messages_of_different_senders_sims_and_alphabets_never_meet() -> None:
    ours = pieces(LONG)[:2]
    others = [
        *pieces(LONG, sender="+15559990000")[2:],
        *(replace(piece, key=replace(piece.key, sim="sim-2")) for piece in pieces(LONG)[2:]),
        *(replace(piece, key=replace(piece.key, alphabet=Alphabet.UCS2)) for piece in pieces(LONG)[2:]),
        *(replace(piece, key=replace(piece.key, bits=16)) for piece in pieces(LONG)[2:]),
    ]
    assert len(join([*ours, *others])) == 5


def test_it_is_shown_incomplete_soon_and_filed_after_a_day() -> None:
    (found,) = join(pieces(LONG)[:3])
    states = [
        (found.is_shown_incomplete(NOW + after), found.is_expired(NOW + after))
        for after in (0, 2 * MINUTE, EXPIRES_AFTER_MS)
    ]
    assert states == [(False, False), (True, False), (True, True)]
    (whole,) = join(pieces(LONG))
    assert not whole.is_shown_incomplete(NOW + WEEK)
    assert not whole.is_expired(NOW + WEEK)


def test_a_part_that_comes_after_a_day_begins_anew() -> None:
    parts = pieces(LONG)
    found = join([*parts[:3], replace(parts[3], arrived=NOW + EXPIRES_AFTER_MS)])
    assert [one.missing for one in found] == [(4,), (1, 2, 3)]


def test_a_message_in_one_part_is_no_piece() -> None:
    (message,) = submits("short", "123", reference=1)
    received = Deliver(sender=message.recipient, content=message.content, stamp=encode_stamp(EPOCH))
    assert piece_of(received, "sim-1", NOW) is None
    alone = replace(message.content, header=Header(Concat(8, 1, 1, 1)))
    assert piece_of(replace(received, content=alone), "sim-1", NOW) is None


def test_octets_of_parts_are_put_together() -> None:
    (whole,) = join(
        [
            replace(piece, content=replace(piece.content, coding=coding_for(Alphabet.OCTETS)))
            for piece in pieces("a" * 200)
        ]
    )
    assert whole.text is None
    assert whole.data == b"a" * 200


@pytest.mark.parametrize("parts", [2, 54, 255])
def test_many_parts(parts: int) -> None:
    text = "b" * (153 * parts)
    (whole,) = join(reversed(pieces(text)))
    assert isinstance(whole, PieceSet)
    assert whole.text == text
