"""A port's octets, sorted: whatever comes in the middle of whatever, and however a read cuts it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidetone_gsm.at.causes import Verdict
from sidetone_gsm.at.commands import Command, ask, tell
from sidetone_gsm.at.dialogue import Dialogue, Event, Final, Info, Noise, Torn, Unsolicited
from sidetone_gsm.at.heads import fits, has_smsc
from sidetone_gsm.at.lines import LONGEST_LINE, LineReader, Prompt
from sidetone_gsm.at.unsolicited import Pattern, Table, Told

# 28 octets of TPDU behind eight of the centre's field.
PDU = "07912143658709F1040B918100551512F20000111010214365000AE8329BFD4697D9EC37"
LENGTH = len(PDU) // 2 - 8
LIST = Command("AT+CMGL=4", info=("+CMGL:",), entries=True)
READ = Command("AT+CMGR=3", info=("+CMGR:",), entries=True)
SEND = Command("AT+CMGS=28", info=("+CMGS:",), prompt=True)
OK = Final("OK")
URCS = [
    '+CMTI: "SM",3',
    "^RSSI:17",
    "+ZUSIMR:2",
    '+QIND: "csq",20,99',
    "RING",
    "+CREG: 1",
    "*PSUTTZ: 26,1,1",
    "+CEREG: 5",
]


def run(command: Command, *reads: bytes, table: Table | None = None) -> list[Event]:
    dialogue = Dialogue(table)
    dialogue.start(command)
    return [event for read in reads for event in dialogue.feed(read)]


def solicited(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, Unsolicited)]


def said(*lines: str) -> bytes:
    return b"".join(b"\r\n" + line.encode("latin-1") + b"\r\n" for line in lines)


@pytest.mark.parametrize("ending", [b"\r\n", b"\r", b"\n", b"\r\r\n", b"\n\r\n\r", b"\x00\r\n\xff", b" \r\n"])
def test_lines_end_in_any_way(ending: bytes) -> None:
    read = b"AT+CSQ\r" + ending + b"+CSQ: 17,99" + ending + b"OK" + ending
    assert run(ask("+CSQ", suffix=""), read) == [Info("+CSQ: 17,99"), OK]


@given(st.data())
def test_a_read_may_cut_anywhere(data: st.DataObject) -> None:
    stream = (
        b"AT+CMGL=4\r" + said(f"+CMGL: 0,1,,{LENGTH}", PDU, '+CMTI: "ME",4') + b"\x00\xff"
        + said("+CMT: ,28", PDU, f"+CMGL: 1,0,,{LENGTH}", PDU, "OK")
    )  # fmt: skip
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=12)) | {0, len(stream)})
    reads = [stream[start:end] for start, end in pairwise(cuts)]
    assert run(LIST, *reads) == [
        Info(f"+CMGL: 0,1,,{LENGTH}", PDU),
        Unsolicited(Told.MESSAGE_STORED, '+CMTI: "ME",4'),
        Unsolicited(Told.MESSAGE, "+CMT: ,28", PDU),
        Info(f"+CMGL: 1,0,,{LENGTH}", PDU),
        OK,
    ]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(URCS)), max_size=6))
def test_an_unsolicited_line_may_stand_anywhere(strangers: list[tuple[int, str]]) -> None:
    answer = ["AT+CMGL=4", f"+CMGL: 0,1,,{LENGTH}", PDU, f"+CMGL: 1,0,,{LENGTH}", PDU, "OK"]
    lines = [line for place, own in enumerate(answer) for line in [*(u for at, u in strangers if at == place), own]]
    events = run(LIST, said(*lines))
    entries = [Info(f"+CMGL: 0,1,,{LENGTH}", PDU), Info(f"+CMGL: 1,0,,{LENGTH}", PDU), OK]
    assert solicited(events) == entries
    assert len(events) == len(strangers) + len(entries)


@given(st.sampled_from([*URCS, '+CDSI: "SR",1', f"+CDS: {LENGTH}"]))
def test_between_the_command_and_the_prompt(stranger: str) -> None:
    between = said(stranger, PDU) if stranger.startswith("+CDS:") else said(stranger)
    events = run(SEND, b"AT+CMGS=28\r" + between, b"\r\n>", b" ", said("+CMGS: 12", "OK"))
    assert solicited(events) == [Prompt(), Info("+CMGS: 12"), OK]


@pytest.mark.parametrize("prompt", [[b"\r\n> "], [b"\r\n>", b" "], [b"\r\n>"], [b"\r", b"\n", b">", b" "], [b"> "]])
def test_a_prompt_in_any_shape(prompt: list[bytes]) -> None:
    assert run(SEND, *prompt) == [Prompt()]


def test_a_prompt_counts_only_while_it_is_awaited() -> None:
    assert run(tell("AT+CMGF=0"), b"\r\n> ", b"\r\nOK\r\n") == [Noise(">"), OK]
    dialogue = Dialogue()
    dialogue.start(SEND)
    assert dialogue.feed(b"\r\n> ") == [Prompt()]
    dialogue.payload(PDU)
    assert dialogue.feed(b"\r\n> \r\n") == [Noise(">")]


def test_what_is_written() -> None:
    dialogue = Dialogue()
    assert dialogue.start(SEND) == b"AT+CMGS=28\r"
    assert dialogue.payload("00AB") == b"00AB\x1a", "in one write, without a carriage return before Ctrl-Z"
    with pytest.raises(RuntimeError):
        dialogue.start(tell("AT"))


def test_echoes_are_stripped_with_garbage_before_and_after_the_payload() -> None:
    dialogue = Dialogue()
    dialogue.start(SEND)
    assert dialogue.feed(b"\xfe\xfdAT+CMGS=28\r\r\n> ") == [Prompt()]
    dialogue.payload(PDU)
    assert dialogue.feed(PDU.encode() + b"\x1a\r\n\r\n+CMGS: 7\r\n\r\nOK\r\n") == [Info("+CMGS: 7"), OK]


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("ERROR", Verdict.CAPABILITY),
        ("+CMS ERROR: 500", Verdict.LATER),
        ("+CMS ERROR: 332", Verdict.UNKNOWN),
        ("+CME ERROR: SIM busy", Verdict.LATER),
        ("+CMS ERROR:38", Verdict.LATER),
        ("COMMAND NOT SUPPORT", Verdict.CAPABILITY),
        ("TOO MANY PARAMETERS", Verdict.CAPABILITY),
        ("NA", Verdict.CAPABILITY),
        ("MODEM ERROR: 4", Verdict.LATER),
    ],
)
def test_every_end_is_an_end(line: str, verdict: Verdict) -> None:
    (end,) = run(tell("AT+CMGD=1"), said(line))
    assert isinstance(end, Final)
    assert end.cause is not None
    assert end.cause.verdict is verdict


def test_numeric_ends_count_only_where_they_are_expected() -> None:
    assert run(Command("AT", numeric=True), b"0\r") == [Final("0")]
    assert run(tell("AT"), b"0\r", b"OK\r") == [Noise("0"), OK]


@pytest.mark.parametrize("line", ["NO CARRIER", "BUSY", "NO ANSWER", "CONNECT 9600"])
def test_what_ends_a_call_ends_no_command(line: str) -> None:
    assert run(tell("AT+CMGF=0"), said(line, "OK")) == [Unsolicited(Told.CALL, line), OK]


REGISTRATION = [
    ("+CREG: 0,1", True),
    ("+CREG: 2,5", True),
    ('+CREG: 2,1,"81ED","1A9CEB"', True),
    ("+CREG: 2, 1, 81ED, 1A9CEB,7", True),
    ("+CREG: 1", False),
    ('+CREG: 1,"81ED","1A9CEB",2', False),
    ("+CREG: 1,81ED,1A9CEB", False),
    ('+CREG: 5,"0012","00000034"', False),
]


@pytest.mark.parametrize(("line", "is_answer"), REGISTRATION)
def test_a_registration_is_an_answer_by_its_fields(line: str, is_answer: bool) -> None:
    expected: Event = Info(line) if is_answer else Unsolicited(Told.REGISTRATION, line)
    assert run(ask("+CREG"), said(line, "OK")) == [expected, OK]
    assert run(tell("AT"), said(line, "OK")) == [Unsolicited(Told.REGISTRATION, line), OK]


@pytest.mark.parametrize("line", ["+CSQ: 17,99", "+CPIN: READY", "+CFUN: 1", '+COPS: 0,0,"X"', "+CUSD: 0"])
def test_other_words_are_an_answer_only_to_their_question(line: str) -> None:
    name = line.partition(":")[0]
    assert run(ask(name), said(line, "OK")) == [Info(line), OK]
    assert isinstance(run(tell("AT"), said(line, "OK"))[0], Unsolicited)


def test_an_answer_that_ends_without_ok() -> None:
    dialogue = Dialogue()
    dialogue.start(Command("AT+CPIN?", info=("+CPIN:",), ends_with_info=True))
    assert dialogue.feed(said("+CPIN: READY")) == [Info("+CPIN: READY"), Final("+CPIN: READY")]
    assert dialogue.command is None


def test_free_text_is_taken_as_it_comes_but_for_what_was_not_asked_for() -> None:
    events = run(Command("AT+CGMI", free_text=True), said("AT+CGMI", "Brand of \xe9", "^RSSI:3", "REVISION 1", "OK"))
    assert solicited(events) == [Info("Brand of é"), Info("REVISION 1"), OK]


def test_unknown_lines_are_noise_and_end_nothing() -> None:
    assert run(ask("+CSQ", suffix=""), said("^WHATEVER: 1", "+CSQ: 9,99", "OK")) == [
        Noise("^WHATEVER: 1"),
        Info("+CSQ: 9,99"),
        OK,
    ]


@pytest.mark.parametrize("head", ["+CMT: ,28", "+CDS: 28", '+CMT: "",28', "+CBM: 28"])
def test_the_second_line_belongs_to_the_first(head: str) -> None:
    (event,) = Dialogue().feed(said(head, PDU))
    assert isinstance(event, Unsolicited)
    assert (event.line, event.pdu) == (head, PDU)


@pytest.mark.parametrize("second", ["0791", PDU[:-2], "hello", PDU + "00"])
def test_a_pdu_that_is_none_is_dropped_with_its_head_and_the_stores_are_read(second: str) -> None:
    assert Dialogue().feed(said("+CMT: ,28", second, "RING")) == [
        Torn("+CMT: ,28"),
        Noise(second),
        Unsolicited(Told.CALL, "RING"),
    ]


def test_a_head_waits_for_its_pdu_through_a_few_lines_and_no_more() -> None:
    assert Dialogue().feed(said("+CMT: ,28", "^RSSI:1", PDU)) == [
        Unsolicited(Told.SIGNAL, "^RSSI:1"),
        Unsolicited(Told.MESSAGE, "+CMT: ,28", PDU),
    ]
    assert Torn("+CMT: ,28") in Dialogue().feed(said("+CMT: ,28", "^RSSI:1", "^RSSI:2", "^RSSI:3"))


def test_two_heads_in_a_row_lose_only_the_first() -> None:
    assert Dialogue().feed(said("+CMT: ,28", "+CDS: 28", PDU)) == [
        Torn("+CMT: ,28"),
        Unsolicited(Told.REPORT, "+CDS: 28", PDU),
    ]


def test_an_entry_whose_pdu_is_odd_is_told_all_the_same() -> None:
    broken = PDU[:40] + "7" + PDU[40:]
    assert run(READ, said(f"+CMGR: 1,,{LENGTH}", broken, "OK")) == [
        Info(f"+CMGR: 1,,{LENGTH}", broken, fits=False),
        OK,
    ]
    assert run(LIST, said(f"+CMGL: 1,1,,{LENGTH}", "+CMGL: 2,1,,28", PDU, "OK")) == [
        Info(f"+CMGL: 1,1,,{LENGTH}", None, fits=False),
        Info("+CMGL: 2,1,,28", PDU),
        OK,
    ]


def test_a_line_before_the_pdu_that_is_not_known_is_not_taken_for_it() -> None:
    assert run(READ, said(f"+CMGR: 1,,{LENGTH}", "^ODD:1", PDU, "OK")) == [
        Noise("^ODD:1"),
        Info(f"+CMGR: 1,,{LENGTH}", PDU),
        OK,
    ]


@pytest.mark.parametrize("head", ["+CMGR: 0,,0", '+CMGR: 0,"",0'])
def test_an_empty_slot_has_no_pdu(head: str) -> None:
    assert run(READ, said(head, "OK")) == [Info(head), OK]


def test_a_head_in_text_mode_is_told() -> None:
    events = run(LIST, said('+CMGL: 1,"REC UNREAD","+1555",,"26/01/01,00:00:00+00"', "hello", "OK"))
    assert events == [Info('+CMGL: 1,"REC UNREAD","+1555",,"26/01/01,00:00:00+00"', "hello", fits=False), OK]


def test_after_a_deadline_what_still_comes_is_noise_but_for_the_acceptance() -> None:
    dialogue = Dialogue()
    dialogue.start(SEND)
    dialogue.feed(b"\r\n> ")
    dialogue.payload(PDU)
    dialogue.abandon()
    assert dialogue.feed(said("+CMGS: 44", "OK")) == [Unsolicited(Told.SENT_LATE, "+CMGS: 44"), Noise("OK")]
    dialogue.start(tell("AT"))
    assert dialogue.feed(said("OK")) == [OK]


def test_a_port_that_is_opened_anew_finishes_nothing_old() -> None:
    dialogue = Dialogue()
    dialogue.feed(said("+CMT: ,28") + b"half a li")
    dialogue.reset()
    assert dialogue.feed(b"ne\r\n" + said(PDU)) == [Noise("ne"), Noise(PDU)]


def test_a_line_without_end_is_dropped_and_the_next_is_read() -> None:
    reader = LineReader()
    for _ in range(3):
        assert reader.feed(b"x" * LONGEST_LINE) == []
    assert len(reader._line) <= LONGEST_LINE
    assert reader.feed(b"x\r\nOK\r\n") == ["OK"]
    assert reader.feed(b"y" * (LONGEST_LINE + 1) + b"\r\nOK\r\n") == ["OK"]


@pytest.mark.parametrize(
    ("pdu", "length", "expected"),
    [
        (PDU, LENGTH, True),
        (PDU[16:], LENGTH, True),
        (PDU + "FF" * 30, LENGTH, True),
        (PDU + "F", LENGTH, False),
        (PDU + "FE", LENGTH, False),
        (PDU, LENGTH + 1, False),
        ("", 0, False),
        (PDU, None, False),
    ],
)
def test_whether_a_pdu_is_as_long_as_declared(pdu: str, length: int | None, expected: bool) -> None:
    assert fits(pdu, length) is expected


def test_a_modem_may_leave_out_the_centres_field() -> None:
    assert has_smsc(PDU, LENGTH)
    assert not has_smsc(PDU[16:], LENGTH)


def test_a_table_takes_more_patterns_and_the_longest_wins() -> None:
    table = Table([Pattern("+XMSG:", Told.MESSAGE_STORED)])
    assert table.match("+xmsg: 3") == Pattern("+XMSG:", Told.MESSAGE_STORED)
    assert table.match('+QIND: "smsfull","ME"') == Pattern('+QIND: "smsfull"', Told.STORE_FULL)
    assert table.match("SMS Ready") == table.match("SMS READY")
    assert table.match("RDYX") is None
    assert table.match("") is None


@given(
    st.lists(st.binary(max_size=60) | st.sampled_from([said(line) for line in [*URCS, PDU, "+CMT: ,28", "OK", "> "]]))
)
def test_any_octets_are_sorted(reads: list[bytes]) -> None:
    for command in (LIST, READ, SEND, ask("+CREG"), Command("AT+CGMI", free_text=True)):
        events = run(command, *reads)
        assert sum(isinstance(event, Final) for event in events) <= 1
        assert sum(isinstance(event, Prompt) for event in events) <= 1


def test_a_secret_is_not_shown() -> None:
    assert Command('AT+CPIN="1234"', secret=True).shown == "AT+CPIN=…"
    assert tell("AT+CMGF=0").shown == "AT+CMGF=0"
