"""What strace wrote (`-f -ttt -yy -xx`), as calls in the order in which it saw them begin and end.

Total: a line that is none of a call is left out. Whoever checks something asks for the calls that have to be there,
so that one that was left out can only make a check fail.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

NEVER = 1 << 62

_LINE = re.compile(r"(?P<thread>\d+)\s+(?:\d+\.\d+\s+)?(?P<rest>.*)")
_BEGUN = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)<unfinished \.\.\.>")
_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<arguments>.*)\)\s*=\s*(?P<result>-?\d{1,18}|\?).*")
_WHOLE = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s*=\s*(?P<result>-?\d{1,18}|\?).*")
_TARGET = re.compile(r"\d+<((?:->|[^<>])*)>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Call:
    """A system call. `target` is what its descriptor stands for: a path, or `TCP:[ours->theirs]`.

    `data` is every string among its arguments, joined. `begun` and `ended` are places in the log: of two calls on
    any threads the one whose `ended` is smaller than the other's `begun` was over before the other began.
    """

    name: str
    target: str
    data: bytes
    result: int | None
    begun: int
    ended: int


def read_calls(lines: Iterable[str]) -> list[Call]:
    """The calls of a log, in the order in which they began; those that never ended have `ended` NEVER."""
    calls: list[Call] = []
    open_calls: dict[str, tuple[str, str, int]] = {}
    for place, line in enumerate(lines):
        match = _LINE.fullmatch(line.rstrip("\n"))
        if match is None:
            continue
        thread, rest = match["thread"], match["rest"]
        if begun := _BEGUN.fullmatch(rest):
            open_calls[thread] = (begun["name"], begun["arguments"], place)
        elif resumed := _RESUMED.fullmatch(rest):
            name, arguments, since = open_calls.pop(thread, ("", "", place))
            if name == resumed["name"]:
                calls.append(_call(name, arguments + resumed["arguments"], resumed["result"], since, place))
        elif whole := _WHOLE.fullmatch(rest):
            calls.append(_call(whole["name"], whole["arguments"], whole["result"], place, place))
    calls += [_call(name, arguments, "?", since, NEVER) for name, arguments, since in open_calls.values()]
    return sorted(calls, key=lambda call: call.begun)


def _call(name: str, arguments: str, result: str, begun: int, ended: int) -> Call:
    target = _TARGET.match(arguments)
    data = b"".join(_bytes(text) for text in _STRING.findall(arguments))
    return Call(
        name=name,
        target=_plain(target[1]) if target else "",
        data=data,
        result=None if result == "?" else int(result),
        begun=begun,
        ended=ended,
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _plain(text: str) -> str:
    """A path as it is; `-xx` escapes these too."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
