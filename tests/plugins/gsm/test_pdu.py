"""What goes wrong in other codecs, case by case (3GPP TS 23.038 and 23.040)."""

from datetime import timedelta

import pytest

from plugins.gsm.network import write_deliver
from sidetone_gsm.pdu.addresses import Address, NumberKind, address_of
from sidetone_gsm.pdu.coding import Alphabet, Coding, coding_for, decode_coding
from sidetone_gsm.pdu.content import Content, content_of
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.header import Concat, Header, Ports, decode_header
from sidetone_gsm.pdu.kinds import Kind, kind_of, replaces
from sidetone_gsm.pdu.messages import Deliver, StatusReport, Submit
from sidetone_gsm.pdu.octets import Octets
from sidetone_gsm.pdu.push import PictureWaiting, picture_waiting
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.pdu.times import ValidityForm, decode_stamp, decode_validity, validity_of
from sidetone_gsm.pdu.writing import submits, write_submit

STAMP = decode_stamp(bytes.fromhex("62304050607040"))
SENDER = Address("+15551230000", NumberKind.INTERNATIONAL)
GSM7 = coding_for(Alphabet.GSM7)


def deliver(content: Content, *, pid: int = 0, sender: Address = SENDER) -> Deliver:
    message = read_pdu(write_deliver(Deliver(sender=sender, pid=pid, content=content, stamp=STAMP)), strict=True)
    assert isinstance(message, Deliver)
    return message


@pytest.mark.parametrize("text", ["@", "1234567", "123456@", "12345678", "1234567@", "a" * 15, "a" * 16, "@" * 160])
def test_an_at_sign_at_the_end_is_there_when_it_was_sent_and_only_then(text: str) -> None:
    assert deliver(content_of(text, GSM7)).content.text == text


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("length", [1, 7, 8, 100, 152])
def test_a_part_keeps_its_first_character(bits: int, length: int) -> None:
    header = Header(Concat(bits, 200, 3, 2))
    read = deliver(content_of("S" + "x" * (length - 1), GSM7, header)).content
    assert (read.text, read.header) == ("S" + "x" * (length - 1), header)


@pytest.mark.parametrize(
    ("body", "why"),
    [("0003050002", "total below sequence"), ("000305 00 01", "nought of none"), ("0003050200", "number nought")],
)
def test_a_part_of_nonsense_is_a_message_by_itself(body: str, why: str) -> None:
    header = decode_header(bytes.fromhex(body))
    assert header is not None
    assert header.concat is None, why


def test_a_header_that_does_not_fit_is_ignored_and_the_text_kept() -> None:
    whole = write_deliver(
        Deliver(sender=SENDER, content=content_of("hello", GSM7, Header(Concat(8, 1, 2, 1))), stamp=STAMP)
    )
    message = read_pdu(whole.replace("0500030102", "0500090102"))
    assert isinstance(message, Deliver)
    assert message.content.header == Header()
    assert message.content.text == "hello"
    assert message.content.damage


@pytest.mark.parametrize(
    "date", ["62134050607040", "62304099607040", "FFFFFFFFFFFFFF", "00000000000000", "620392000000FF"]
)
def test_an_impossible_date_costs_nothing_but_the_date(date: str) -> None:
    whole = write_deliver(Deliver(sender=SENDER, content=content_of("still here", GSM7), stamp=STAMP))
    message = read_pdu(whole.replace(STAMP.raw.hex().upper(), date), strict=True)
    assert isinstance(message, Deliver)
    assert message.content.text == "still here"
    assert message.stamp.moment is None
    assert message.stamp.raw == bytes.fromhex(date)


@pytest.mark.parametrize(
    ("octet", "expected"),
    [
        (0x00, Coding(0x00, Alphabet.GSM7)),
        (0x0C, Coding(0x0C, Alphabet.GSM7)),
        (0x10, Coding(0x10, Alphabet.GSM7, 0)),
        (0x18, Coding(0x18, Alphabet.UCS2, 0)),
        (0x28, Coding(0x28, Alphabet.OCTETS, compressed=True)),
        (0x55, Coding(0x55, Alphabet.OCTETS, 1, auto_delete=True)),
        (0x8C, Coding(0x8C, Alphabet.GSM7)),
        (0xB8, Coding(0xB8, Alphabet.GSM7)),
        (0xFB, Coding(0xFB, Alphabet.GSM7, 3)),
        (0xF6, Coding(0xF6, Alphabet.OCTETS, 2)),
    ],
)
def test_a_coding(octet: int, expected: Coding) -> None:
    assert decode_coding(octet) == expected


@pytest.mark.parametrize(
    ("pid", "coding", "header", "expected"),
    [
        (0x00, 0x00, Header(), Kind.TEXT),
        (0x00, 0x10, Header(), Kind.FLASH),
        (0x00, 0x18, Header(), Kind.FLASH),
        (0x40, 0x00, Header(), Kind.SILENT),
        (0x7F, 0xF6, Header(), Kind.SIM_DATA),
        (0x00, 0xC8, Header(), Kind.WAITING),
        (0x00, 0xD8, Header(), Kind.TEXT),
        (0x00, 0xF5, Header(ports=Ports(16, 2948, 9200)), Kind.PUSH),
        (0x00, 0x04, Header(ports=Ports(16, 9204, 0)), Kind.BINARY),
        (0x00, 0x20, Header(), Kind.UNREADABLE),
        (0x39, 0x00, Header(), Kind.TEXT),
    ],
)
def test_what_is_to_be_done_with_it(pid: int, coding: int, header: Header, expected: Kind) -> None:
    assert kind_of(deliver(Content(decode_coding(coding), b"abcd", header), pid=pid)) is expected


@pytest.mark.parametrize(("pid", "expected"), [(0x40, None), (0x41, 1), (0x47, 7), (0x48, None)])
def test_what_it_stands_for(pid: int, expected: int | None) -> None:
    assert replaces(deliver(content_of("newer", GSM7), pid=pid)) == expected


def test_a_name_that_fills_its_octets_has_no_at_sign_behind_it() -> None:
    message = read_pdu("00040ED04F78D92D9C0E0100006230405060704005D4F29C2E03")
    assert isinstance(message, Deliver)
    assert (message.sender.value, message.sender.answerable) == ("OpenBSC", False)


@pytest.mark.parametrize(
    ("dialled", "field"),
    [("+491701234567", "0C91947110325476"), ("0170123", "0781100721F3"), ("71234", "05811732F4")],
)
def test_a_short_number_is_never_international(dialled: str, field: str) -> None:
    (message,) = submits("hi", dialled, reference=0)
    assert write_submit(message).text[6:].startswith(field)


@pytest.mark.parametrize("dialled", ["", "+", "Sidetone", "1" * 21, "+49 170", "\uff11\uff12", "1\n"])
def test_what_is_no_number_is_refused(dialled: str) -> None:
    with pytest.raises(PduError):
        address_of(dialled)


def test_reports_centre_and_period_are_asked_for() -> None:
    (message,) = submits("hi", "123", reference=0, smsc="+491710760000", validity=timedelta(hours=1))
    assert write_submit(message).text == "07919471016700003100038121F300000B02E834"


@pytest.mark.parametrize(
    ("asked", "octet"),
    [
        (timedelta(0), 0),
        (timedelta(minutes=9), 0),
        (timedelta(hours=1), 11),
        (timedelta(hours=12), 143),
        (timedelta(hours=24), 167),
        (timedelta(days=2), 168),
        (timedelta(days=30), 196),
        (timedelta(weeks=99), 255),
    ],
)
def test_a_period_is_never_longer_than_asked(asked: timedelta, octet: int) -> None:
    period = validity_of(asked)
    assert period.raw == bytes((octet,))
    assert period.lasts is not None
    assert period.lasts <= max(asked, timedelta(minutes=5))


@pytest.mark.parametrize(
    ("raw", "lasts", "single_shot"),
    [
        ("01A70000000000", timedelta(hours=24), False),
        ("421E0000000000", timedelta(seconds=30), True),
        ("03103254000000", timedelta(hours=1, minutes=23, seconds=45), False),
        ("03FF0000000000", None, False),
        ("00000000000000", None, False),
        ("82003C00000000", timedelta(seconds=60), False),
    ],
)
def test_an_enhanced_period(raw: str, lasts: timedelta | None, single_shot: bool) -> None:
    period = decode_validity(ValidityForm.ENHANCED, Octets.from_hex(raw))
    assert period is not None
    assert (period.lasts, period.single_shot) == (lasts, single_shot)


def test_an_absolute_period_is_a_stamp() -> None:
    period = decode_validity(ValidityForm.ABSOLUTE, Octets(STAMP.raw))
    assert period is not None
    assert period.until == STAMP


def test_a_text_of_too_many_parts_is_refused() -> None:
    with pytest.raises(PduError):
        submits("ä" * 40_000, "123", reference=0)


def test_a_report_of_a_stick_that_spoils_the_number_keeps_reference_and_status() -> None:
    message = read_pdu("0297F1061C0F910B487228297020F5317062419272803170624192138000")
    assert isinstance(message, StatusReport)
    assert (message.reference, message.status) == (0x1C, 0)


def test_user_data_that_ends_too_early_is_kept() -> None:
    message = read_pdu("0041010C910661345542F60008A0050003000301306F3044")
    assert isinstance(message, Submit)
    assert (message.content.text, message.content.damage) == ("はい", "150 octets are missing")
    assert message.content.header.concat == Concat(8, 0, 3, 1)


def test_a_picture_message_that_waits() -> None:
    notification = (
        b"\x8c\x82\x98T1\x00\x8d\x90"
        b"\x89\x15\x80\x13\x83+155512300/TYPE=P\x00"
        b"\x8e\x02\x27\x10\x88\x05\x81\x03\x03\xf4\x80\x83http://x/1\x00"
    )
    push = b"\x01\x06\x03\xbe\xaf\x84" + notification
    assert picture_waiting(push, Ports(16, 2948, 9200)) == PictureWaiting(
        transaction="T1", sender="+155512300", size=10_000, expires_in=timedelta(days=3), location="http://x/1"
    )


def test_other_pushes_are_none() -> None:
    assert picture_waiting(b"\x01\x06\x01\xae\x02\x05", Ports(16, 2948, 9200)) is None
    assert picture_waiting(b"", None) is None
