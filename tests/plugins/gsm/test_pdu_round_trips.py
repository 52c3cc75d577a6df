"""What is written is read again, for any message; and nothing but PduError comes of anything else."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.gsm import pdus
from plugins.gsm.network import write_deliver, write_status_report
from sidetone.domain.segments import segment
from sidetone_gsm.pdu import septets
from sidetone_gsm.pdu.addresses import Address
from sidetone_gsm.pdu.coding import decode_coding
from sidetone_gsm.pdu.content import Content, joined_text
from sidetone_gsm.pdu.fates import Fate, fate, receipt_status
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.header import Ports
from sidetone_gsm.pdu.kinds import kind_of, replaces
from sidetone_gsm.pdu.messages import Deliver, StatusReport, Submit
from sidetone_gsm.pdu.push import picture_waiting
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.pdu.writing import submits, write_submit

if TYPE_CHECKING:
    from _typeshed import TraceFunction

few = settings(max_examples=40)  # a whole message is slow to draw, and `make fuzz` tries a million


@few
@given(pdus.delivers)
def test_a_message_to_us(message: Deliver) -> None:
    assert read_pdu(write_deliver(message), strict=True) == message


@few
@given(pdus.submits)
def test_a_message_from_us(message: Submit) -> None:
    written = write_submit(message)
    assert read_pdu(written.text, strict=True) == message
    centre = 1 + int(written.text[:2], 16)
    assert written.length == len(written.text) // 2 - centre, "AT+CMGS counts without the centre's field"


@few
@given(pdus.submits)
def test_a_message_without_the_centres_field(message: Submit) -> None:
    text = write_submit(message).text
    bare = read_pdu(text[2 * (1 + int(text[:2], 16)) :], smsc=False, strict=True)
    assert isinstance(bare, Submit)
    assert (bare.smsc, bare.content, bare.recipient) == (None, message.content, message.recipient)


@few
@given(pdus.reports, st.sampled_from(["", "FF" * 20, "00", "0300"]))
def test_a_report_whatever_follows_it(report: StatusReport, rest: str) -> None:
    assert read_pdu(write_status_report(report) + rest) == report


@few
@given(pdus.delivers, st.binary(max_size=9))
def test_octets_behind_the_user_data_are_let_be(message: Deliver, rest: bytes) -> None:
    assert read_pdu(write_deliver(message) + rest.hex()) == message


@few
@given(pdus.delivers, st.data())
def test_cut_anywhere_it_is_refused_or_kept_as_damaged(message: Deliver, data: st.DataObject) -> None:
    whole = write_deliver(message)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(PduError):
        read_pdu(cut, strict=True)
    try:
        kept = read_pdu(cut)
    except PduError:
        return
    assert isinstance(kept, Deliver)
    assert kept.content.damage
    assert (kept.sender, kept.stamp) == (message.sender, message.stamp)
    if kept.content.header == message.content.header:
        assert message.content.data.startswith(kept.content.data)


@given(st.text("0123456789abcdefABCDEF", max_size=400) | st.text(max_size=40) | st.binary(max_size=200).map(bytes.hex))
def test_anything_is_a_message_or_a_pdu_error(text: str) -> None:
    for smsc in (True, False):
        try:
            message = read_pdu(text, smsc=smsc)
        except PduError:
            continue
        if isinstance(message, Deliver):
            kind_of(message)
            replaces(message)
            picture_waiting(message.content.data, message.content.header.ports)


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\x01\x06\x01\xbe\x8c\x82", b"\x01\x06\x03\xbe\xaf\x84\x8c\x82"])
)
def test_any_push_is_read(rest: bytes, beginning: bytes) -> None:
    picture_waiting(beginning + rest, Ports(16, 2948, 9200))


@given(st.lists(st.integers(0, 127), max_size=160), st.integers(0, 6))
def test_septets_are_packed_and_unpacked(codes: list[int], fill: int) -> None:
    packed = septets.pack(codes, fill)
    assert len(packed) == (7 * len(codes) + fill + 7) // 8
    assert septets.unpack(packed, len(codes), fill) == bytes(codes)


@given(st.integers(0, 140))
def test_text_behind_a_header_begins_on_a_septet(header: int) -> None:
    fill = septets.fill_bits(header)
    assert (8 * header + fill) % 7 == 0
    assert 0 <= fill < 7


@given(st.text(max_size=700), st.integers(0, 255), st.booleans())
def test_a_text_is_whole_again_after_its_parts(text: str, reference: int, flash: bool) -> None:
    messages = submits(text, "+491701234567", reference=reference, flash=flash)
    parts: list[Content] = []
    for number, message in enumerate(messages, 1):
        read = read_pdu(write_submit(message).text, strict=True)
        assert isinstance(read, Submit)
        concat = read.content.header.concat
        assert (len(messages) == 1) == (concat is None)
        assert concat is None or (concat.reference, concat.total, concat.sequence) == (reference, len(messages), number)
        parts.append(read.content)
    assert joined_text(parts) == text
    assert len(parts) == len(segment(text).parts), "what the composer counted is what leaves"


@given(st.text(st.characters(min_codepoint=0x80, exclude_categories=["Cs"]), min_size=1, max_size=200), st.data())
def test_parts_that_split_a_pair_are_joined_before_they_are_read(text: str, data: st.DataObject) -> None:
    octets = text.encode("utf-16-be")
    cut = 2 * data.draw(st.integers(0, len(octets) // 2))
    coding = decode_coding(0x08)
    assert joined_text([Content(coding, octets[:cut]), Content(coding, octets[cut:])]) == text


@given(st.sampled_from(sorted(pdus.LOCKING)), st.data())
def test_escapes_that_are_split_over_parts_are_joined(locking: int, data: st.DataObject) -> None:
    codes = bytes(data.draw(st.lists(st.integers(0, 127), max_size=60)))
    cut = data.draw(st.integers(0, len(codes)))
    whole = Content(decode_coding(0), codes)
    halves = [Content(decode_coding(0), codes[:cut]), Content(decode_coding(0), codes[cut:])]
    assert joined_text(halves) == whole.text


@given(pdus.octet)
def test_every_coding_is_read(octet: int) -> None:
    assert decode_coding(octet).octet == octet


def test_every_status_has_one_fate_by_its_range() -> None:
    told = [fate(status) for status in range(256)]
    assert set(told[0x00:0x20]) == {Fate.DELIVERED, Fate.UNCONFIRMED, Fate.REPLACED}
    assert set(told[0x20:0x40]) == {Fate.TRYING}
    assert set(told[0x40:0x60]) == {Fate.FAILED, Fate.EXPIRED}
    assert set(told[0x60:0x80]) == {Fate.GAVE_UP}
    assert set(told[0x80:]) == {Fate.UNKNOWN}
    assert {receipt_status(status) for status in range(0x80, 0x100)} == {"other"}


@given(pdus.addresses)
def test_only_numbers_can_be_answered(address: Address) -> None:
    assert not (address.answerable and address.kind == "alphanumeric")


@pytest.mark.parametrize("octets", [64, 256, 1024])
@pytest.mark.parametrize(
    "make", [lambda n: "00" * n, lambda n: "0041000081000000FF" + "01" * (n - 9), lambda n: "F" * 2 * n]
)
def test_work_is_bounded_by_the_length(octets: int, make: Callable[[int], str]) -> None:
    steps = 0

    def count(frame: FrameType, event: str, argument: object) -> "TraceFunction":
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        read_pdu(make(octets))
    except PduError:
        pass
    finally:
        sys.settrace(before)
    assert steps < 400 + 12 * octets
