from hypothesis import given
from hypothesis import strategies as st

from durability.promises import Promise, broken
from durability.strace_log import NEVER, Call, read_calls

WAL = "/d/sidetone.db-wal"
SOCKET = "TCP:[127.0.0.1:8080->127.0.0.1:50001]"
COMMIT = b"\0\0\0\2" + b"\0\0\0\2" + b"\1" * 16
MORE = b"\0\0\0\2" + b"\0\0\0\0" + b"\1" * 16
PROMISE = Promise(text=b"probe-1", port=50001, answer=b"HTTP/1.1 202")
ANSWER = b"HTTP/1.1 202 Accepted\r\n\r\n"


def hexed(data: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in data)


def test_a_whole_call_is_read() -> None:
    line = f'12  1795297358.912553 pwrite64(7<{hexed(WAL.encode())}>, "{hexed(b"a<b>")}", 4, 24) = 4\n'
    assert read_calls([line]) == [Call("pwrite64", WAL, b"a<b>", 4, 0, 0)]


def test_the_strings_of_a_vector_are_joined() -> None:
    line = f'12 writev(5<{SOCKET}>, [{{iov_base="{hexed(b"ab")}", iov_len=2}}, {{iov_base="{hexed(b"c")}"}}], 2) = 3'
    assert read_calls([line]) == [Call("writev", SOCKET, b"abc", 3, 0, 0)]


def test_a_call_that_others_interrupt_has_a_beginning_and_an_end() -> None:
    lines = [
        f"12 1.000001 fdatasync(7<{WAL}> <unfinished ...>",
        f"13 1.000002 fsync(8<{WAL}>) = -1 ENOSPC (No space left on device)",
        "12 1.000003 <... fdatasync resumed>)  = 0",
    ]
    assert read_calls(lines) == [
        Call("fdatasync", WAL, b"", 0, 0, 2),
        Call("fsync", WAL, b"", -1, 1, 1),
    ]


def test_a_call_that_never_ended_says_so() -> None:
    assert read_calls([f"12 fdatasync(7<{WAL}> <unfinished ...>", "12 +++ killed by SIGKILL +++"]) == [
        Call("fdatasync", WAL, b"", None, 0, NEVER)
    ]


def test_what_is_no_call_is_left_out() -> None:
    lines = ["", "12", "12 +++ exited with 0 +++", "12 --- SIGTERM {si_signo=SIGTERM} ---", "12 <... x resumed>) = 0"]
    assert read_calls(lines) == []


@given(st.lists(st.text(alphabet='0123456789 .()<>="\\xabcdef,->[]:resumunfinished?', max_size=80)))
def test_any_lines_can_be_read(lines: list[str]) -> None:
    assert all(call.begun <= call.ended for call in read_calls(lines))


@given(st.text(max_size=200))
def test_any_arguments_can_be_read(text: str) -> None:
    read_calls(
        [f"1 1.5 write({text}) = 1", f"1 write(5<{text}>, <unfinished ...>", f"1 <... write resumed>{text}) = 1"]
    )


def write(place: int, data: bytes) -> Call:
    return Call("pwrite64", WAL, data, len(data), place, place)


def sync(begun: int, ended: int, result: int = 0, target: str = WAL) -> Call:
    return Call("fdatasync", target, b"", result, begun, ended)


def told(place: int) -> Call:
    return Call("write", SOCKET, ANSWER, len(ANSWER), place, place)


def committed(place: int, last: bytes = COMMIT) -> list[Call]:
    """The text in the first frame, the end of the commit in the second."""
    return [
        write(place, MORE),
        write(place + 1, b"..probe-1.."),
        write(place + 2, last),
        write(place + 3, b"other page"),
    ]


def test_an_answer_after_the_sync_keeps_its_promise() -> None:
    assert broken([*committed(0), sync(5, 6), told(7)], [PROMISE]) == []


def test_an_answer_without_a_sync_does_not() -> None:
    assert broken([*committed(0), told(7)], [PROMISE]) == ["probe-1: acknowledged before its commit was synced"]


def test_an_answer_while_the_sync_is_under_way_does_not() -> None:
    assert broken([*committed(0), sync(5, 8), told(7)], [PROMISE])


def test_a_sync_that_failed_does_not_count() -> None:
    assert broken([*committed(0), sync(5, 6, result=-1), told(7)], [PROMISE])


def test_a_sync_of_another_file_does_not_count() -> None:
    assert broken([*committed(0), sync(5, 6, target="/d/sidetone.db"), told(7)], [PROMISE])


def test_a_sync_before_the_end_of_the_commit_does_not_count() -> None:
    early = [*committed(0, last=MORE), sync(4, 5), write(6, COMMIT), write(7, b"last page")]
    assert broken([*early, told(8)], [PROMISE])
    assert broken([*early, sync(8, 9), told(10)], [PROMISE]) == []


def test_what_the_log_does_not_hold_is_no_promise_kept() -> None:
    assert broken([*committed(0), sync(5, 6)], [PROMISE]) == ["probe-1: its answer is not in the log"]
    assert broken([sync(5, 6), told(7)], [PROMISE]) == ["probe-1: its commit is not in the log"]
