"""What modems answer, in the shapes that are about; and that no line breaks the reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone.domain import alphabet
from sidetone_gsm.at import answers, causes, deadlines
from sidetone_gsm.at.answers import Filling, Place, Signal, Stat, StoredHead
from sidetone_gsm.at.causes import Remedy, Verdict
from sidetone_gsm.at.commands import ask, tell
from sidetone_gsm.at.quirks import MAKES, PLAIN, quirks_of
from sidetone_gsm.at.unsolicited import Table, Told
from sidetone_gsm.at.ussd import Ussd, UssdMode, decode_ussd
from sidetone_gsm.pdu import septets

PACKED = septets.pack(alphabet.encode("Balance 1:3")).hex().upper()
READERS = [
    answers.registration,
    answers.listed,
    answers.read,
    answers.reference,
    answers.place,
    answers.signal,
    answers.sim_state,
    answers.service_centre,
    answers.stores,
    answers.fillings,
    answers.offered,
    decode_ussd,
    causes.cms,
    causes.cme,
    Table().match,
]


@given(
    st.text(max_size=60)
    | st.builds(
        lambda name, rest: f"{name}: {rest}",
        st.sampled_from(["+CREG", "+CMGL", "+CPMS", "+CUSD", "+CNMI"]),
        st.text('0123456789,"()- ABCDEFSM\u00b2', max_size=40),
    )
)
def test_no_line_breaks_the_reading(line: str) -> None:
    for read in READERS:
        read(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("+CREG: 0,1", Stat.HOME),
        ("+CREG: 2,5", Stat.ROAMING),
        ("+CREG: 5", Stat.ROAMING),
        ('+CREG: 1,"000B","0000A1B2",7', Stat.HOME),
        ("+CREG: 3,000B,0000A1B2", Stat.DENIED),
        ('+CEREG: 2,1,"1A2B","01A2B301",7', Stat.HOME),
        ("+CGREG: 0, 6", Stat.SMS_ONLY_HOME),
        ("+CREG: 77", None),
        ("+CREG:", None),
    ],
)
def test_registration(line: str, expected: Stat | None) -> None:
    assert answers.registration(line) is expected


def test_where_texts_pass() -> None:
    assert [int(stat) for stat in Stat if stat.can_send] == [1, 5, 6, 7, 9, 10]
    assert [int(stat) for stat in Stat if stat.is_roaming] == [5, 7, 10]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("+CMGL: 0,1,,23", StoredHead(0, 1, 23)),
        ('+CMGL: 12,0,"",159', StoredHead(12, 0, 159)),
        ('+CMGL: 3,1,"Ann, at home",44', StoredHead(3, 1, 44)),
        ('+CMGL: 1,"REC READ","+1555",,"x"', StoredHead(1, None, None, text_mode=True)),
        ("+CMGL:", StoredHead(None, None, None)),
    ],
)
def test_the_head_of_an_entry(line: str, expected: StoredHead) -> None:
    assert answers.listed(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("+CMGR: 1,,23", StoredHead(None, 1, 23)),
        ("+CMGR: 0,,0", StoredHead(None, 0, 0)),
        ('+CMGR: "REC UNREAD","+1555"', StoredHead(None, None, None, text_mode=True)),
    ],
)
def test_the_head_of_a_message(line: str, expected: StoredHead) -> None:
    assert answers.read(line) == expected


def test_small_answers() -> None:
    assert [answers.reference(line) for line in ("+CMGS: 12", '+CMGS: 0,"x"', "+CMGS: 256", "+CMGS:")] == [
        12,
        0,
        None,
        None,
    ]
    assert answers.place('+CMTI: "SM",0') == Place("SM", 0)
    assert answers.place("+CDSI: SR,7") == Place("SR", 7)
    assert answers.place('+CMTI: "SM"') is None
    assert answers.signal("+CSQ: 17,99") == Signal(-79, 17)
    assert answers.signal("+CSQ: 99,99") == Signal(None, 99)
    assert [answers.sim_state(line) for line in ("+CPIN: READY", '+CPIN: "SIM PIN"', "+CPIN:SIM PUK")] == [
        "READY",
        "SIM PIN",
        "SIM PUK",
    ]
    assert [answers.service_centre(line) for line in ('+CSCA: "+491710760000",145', '+CSCA: "",129')] == [
        "+491710760000",
        None,
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('+CPMS: ("SM","ME"),("SM","ME"),("SM")', (("SM", "ME"), ("SM", "ME"), ("SM",))),
        ('+CPMS: ( "ME" , "MT" ),("ME")', (("ME", "MT"), ("ME",))),
        ('+CPMS: "SM","SM","SM"', (("SM",), ("SM",), ("SM",))),
        ('+CPMS: (("SM","BM","SR"),("SM"))', (("SM", "BM", "SR"), ("SM",))),
        ("+CPMS: (),(),()", ((), (), ())),
        ('+CPMS: ("SM_P","ME_P")', (("SM_P", "ME_P"),)),
        ("", ()),
    ],
)
def test_stores_in_every_shape(line: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert answers.stores(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("+CPMS: 3,20,3,20,3,20", (Filling(3, 20),) * 3),
        ('+CPMS: "SM",3,20,"SM",3,20,"ME",0,255', (Filling(3, 20), Filling(3, 20), Filling(0, 255))),
        ("+CPMS:", ()),
    ],
)
def test_how_full_the_stores_are(line: str, expected: tuple[Filling, ...]) -> None:
    assert answers.fillings(line) == expected


def test_indications_are_those_that_are_offered() -> None:
    plain = answers.indications()
    assert plain == ("AT+CNMI=2,1,0,1,0", "AT+CNMI=2,1,0,2,0", "AT+CNMI=2,1,0,0,0")
    offer = answers.offered("+CNMI: (0-2),(0,1),(0,2),(0,2),(1)")
    assert offer[0] == {0, 1, 2}
    assert answers.indications(offer) == (
        "AT+CNMI=2,1,0,2,1",
        "AT+CNMI=2,1,0,0,1",
        "AT+CNMI=1,1,0,2,1",
        "AT+CNMI=1,1,0,0,1",
    )
    assert answers.indications(answers.offered("+CNMI: (7),(7),(7),(7),(0)")) == plain


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('+CUSD: 0,"Balance: 12,50 EUR",15', Ussd(UssdMode.DONE, "Balance: 12,50 EUR", 15)),
        ("+CUSD: 0,Balance 3,15", Ussd(UssdMode.DONE, "Balance 3", 15)),
        ('+CUSD: 1,"1 yes"', Ussd(UssdMode.ANSWER_WANTED, "1 yes", None)),
        ("+CUSD: 2", Ussd(UssdMode.ENDED, None, None)),
        ('+CUSD: 0,"00420061006C0061006E00630065",72', Ussd(UssdMode.DONE, "Balance", 72)),
        ('+CUSD: 0,"0411043004300043",72', Ussd(UssdMode.DONE, "\u0411\u0430\u0430C", 72)),
        (f'+CUSD: 0,"{PACKED}",15', Ussd(UssdMode.DONE, "Balance 1:3", 15)),
        ('+CUSD: 0,"00420061"', Ussd(UssdMode.DONE, "Ba", None)),
        ('+CUSD: 0,"1234",15', Ussd(UssdMode.DONE, "1234", 15)),
        ('+CUSD: 0,"a "quoted" word",15', Ussd(UssdMode.DONE, 'a "quoted" word', 15)),
        ("+CUSD: 9", None),
        ("+CUSD: 0042", None),
        ("+CUSD: x", None),
    ],
)
def test_ussd(line: str, expected: Ussd | None) -> None:
    assert decode_ussd(line) == expected


@pytest.mark.parametrize(
    ("told", "verdict", "tries"),
    [
        ("1", Verdict.DESTINATION, None),
        ("38", Verdict.LATER, 2),
        ("21", Verdict.LATER, 1),
        ("197", Verdict.ACCEPTED, None),
        ("304", Verdict.LATER, 1),
        ("332", Verdict.UNKNOWN, None),
        ("340", Verdict.IGNORE, None),
        ("500", Verdict.LATER, 2),
        ("513", Verdict.UNKNOWN, None),
        ("999", Verdict.LATER, 2),
        ("7", Verdict.LATER, 2),
        ("network out of order", Verdict.LATER, 2),
        (" SIM not inserted ", Verdict.ROUTE, None),
        ("Memory Full", Verdict.ROUTE, None),
        ("something else", Verdict.LATER, 2),
    ],
)
def test_message_errors(told: str, verdict: Verdict, tries: int | None) -> None:
    cause = causes.cms(told)
    assert (cause.verdict, cause.tries) == (verdict, tries)


@pytest.mark.parametrize(
    ("told", "verdict", "remedy"),
    [
        ("16", Verdict.ROUTE, Remedy.STOP_PIN),
        ("14", Verdict.LATER, Remedy.WAIT),
        ("515", Verdict.LATER, Remedy.WAIT),
        ("4", Verdict.CAPABILITY, Remedy.NONE),
        ("111", Verdict.IGNORE, Remedy.NONE),
        ("20", Verdict.ROUTE, Remedy.DRAIN),
        ("sim busy", Verdict.LATER, Remedy.WAIT),
        ("Incorrect password", Verdict.ROUTE, Remedy.STOP_PIN),
    ],
)
def test_equipment_errors(told: str, verdict: Verdict, remedy: Remedy) -> None:
    cause = causes.cme(told)
    assert (cause.verdict, cause.remedy) == (verdict, remedy)


def test_no_number_has_two_causes() -> None:
    for rows in (causes._CMS_ROWS, causes._CME_ROWS):
        numbers = [row.number for row in rows]
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("manufacturer", "model", "make"),
    [
        ("huawei", "E173", "Huawei"),
        ("Huawei Technologies Co., Ltd.", "ME909s-120", "Huawei"),
        ("ZTE CORPORATION", "MF190", "ZTE"),
        ("Quectel", "EC25", "Quectel"),
        ("Quectel", "BG96", "Quectel BG"),
        ("SIMCOM_Ltd", "SIMCOM_SIM800L", "SIMCom 2G"),
        ("SIMCOM INCORPORATED", "SIM7600E-H", "SIMCom"),
        ("Sierra Wireless, Incorporated", "MC7455", "Sierra"),
        ("WAVECOM MODEM", "MULTIBAND  900E  1800", "Wavecom"),
        ("Teltonika", "TRM240", "Teltonika"),
        ("Teltonika", "TRM250", "Teltonika TRM250"),
        ("Nokia", "Nokia 6021", "other"),
        ("", "", "other"),
    ],
)
def test_the_make_is_told_by_its_answers(manufacturer: str, model: str, make: str) -> None:
    assert quirks_of(manufacturer, model).make == make


def test_what_the_makes_say_is_in_the_table() -> None:
    ready = [quirks.sms_ready for quirks in MAKES if quirks.sms_ready]
    found = [Table().match(line) for line in ready]
    assert [pattern.told if pattern else None for pattern in found] == [Told.SMS_READY] * len(ready)
    assert not PLAIN.is_of("a", "b") or PLAIN not in MAKES


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("AT", 5.0),
        ("AT+CPIN?", 10.0),
        ('AT+CPIN="0000"', 30.0),
        ("AT+COPS?", 40.0),
        ("AT+COPS=?", 180.0),
        ("at+cmgs=23", 10.0),
        ("AT+CFUN=1,1", 15.0),
        ("AT+CMGL=4", 60.0),
    ],
)
def test_deadlines(text: str, seconds: float) -> None:
    assert deadlines.deadline(tell(text)) == seconds


def test_pauses_grow() -> None:
    assert [deadlines.pause_before_retry(tries) for tries in range(1, 8)] == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]
    assert [deadlines.listing_deadline(slots) for slots in (None, 0, 20, 255)] == [60.0, 20.0, 20.0, 120.0]
    assert ask("+CREG").name == "+CREG"
    assert tell('AT+CPMS="SM"').name == "+CPMS"
