"""Messages of any kind, for property tests."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from sidetone.domain import alphabet, shift_tables
from sidetone_gsm.pdu.addresses import Address, NumberKind
from sidetone_gsm.pdu.coding import Alphabet, coding_for
from sidetone_gsm.pdu.content import Content, content_of
from sidetone_gsm.pdu.header import Concat, Header, Ports, encode_header
from sidetone_gsm.pdu.messages import Deliver, StatusReport, Submit
from sidetone_gsm.pdu.times import encode_stamp, validity_of

DEFAULT = "".join(char for char in map(chr, range(0x2100)) if alphabet.septets(char))
TABLES = [0, *range(1, 14)]
_PLAIN = alphabet.decode(bytes(code for code in range(128) if code != alphabet.ESCAPE))
_MAIN = _PLAIN[: alphabet.ESCAPE] + "\x1b" + _PLAIN[alphabet.ESCAPE :]
LOCKING = {0: _MAIN, **shift_tables.locking(_MAIN)}

octet = st.integers(0, 255)
zones = st.integers(-79, 79).map(lambda quarters: timezone(quarters * timedelta(minutes=15)))
stamps = st.datetimes(datetime(1990, 1, 2), datetime(2089, 12, 30), timezones=zones).map(  # noqa: DTZ001 zones follow
    lambda moment: encode_stamp(moment.replace(microsecond=0))
)
digits = st.text("0123456789*#abc", min_size=1, max_size=20)
names = st.text(_PLAIN, min_size=1, max_size=11).filter(
    lambda name: (alphabet.septets(name) or 12) <= 11 and not name.endswith("@")
)


@st.composite
def numbers(draw: st.DrawFn) -> Address:
    kind = draw(st.sampled_from([kind for kind in NumberKind if kind is not NumberKind.ALPHANUMERIC]))
    value = draw(digits)
    return Address(f"+{value}" if kind is NumberKind.INTERNATIONAL else value, kind, draw(st.integers(0, 15)))


addresses = numbers() | names.map(lambda name: Address(name, NumberKind.ALPHANUMERIC, 0))
centres = st.none() | numbers()


@st.composite
def headers(draw: st.DrawFn) -> Header:
    bits = draw(st.sampled_from([8, 16]))
    total = draw(st.integers(1, 255))
    concat = Concat(bits, draw(st.integers(0, 2**bits - 1)), total, draw(st.integers(1, total)))
    port = st.integers(0, 2**bits - 1)
    return Header(
        concat=draw(st.none() | st.just(concat)),
        ports=draw(st.none() | st.builds(Ports, st.just(bits), port, port)),
        locking=draw(st.sampled_from([number for number in TABLES if number != 2])),
        single=draw(st.sampled_from(TABLES)),
        others=tuple(draw(st.lists(st.tuples(st.integers(0x30, 0x9F), st.binary(max_size=8)), max_size=2))),
    )


@st.composite
def contents(draw: st.DrawFn) -> Content:
    header = draw(st.just(Header()) | headers())
    room = 140 - len(encode_header(header))
    match draw(st.sampled_from(Alphabet)):
        case Alphabet.GSM7:
            codes = draw(st.lists(st.integers(0, 127), max_size=room * 8 // 7 - 1))
            return Content(coding_for(Alphabet.GSM7), bytes(codes), header)
        case Alphabet.UCS2:
            text = draw(st.text(max_size=room // 4))
            return content_of(text, coding_for(Alphabet.UCS2, flash=draw(st.booleans())), header)
    return Content(coding_for(Alphabet.OCTETS), draw(st.binary(max_size=room)), header)


delivers = st.builds(
    Deliver,
    smsc=centres,
    sender=addresses,
    pid=octet,
    content=contents(),
    stamp=stamps,
    more=st.booleans(),
    report_wanted=st.booleans(),
    reply_path=st.booleans(),
)
submits = st.builds(
    Submit,
    smsc=centres,
    reference=octet,
    recipient=numbers(),
    pid=octet,
    content=contents(),
    validity=st.none() | st.timedeltas(timedelta(), timedelta(weeks=80)).map(validity_of),
    report_wanted=st.booleans(),
    reject_duplicates=st.booleans(),
    reply_path=st.booleans(),
)
reports = st.builds(
    StatusReport,
    smsc=centres,
    reference=octet,
    recipient=numbers(),
    stamp=stamps,
    discharge=stamps,
    status=octet,
)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
