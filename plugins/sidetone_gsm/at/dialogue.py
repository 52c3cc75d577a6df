"""A modem's lines and what they answer: the state of one port, without the port (3GPP TS 27.005, 27.007, ITU-T V.250).

One command is in flight or none. An unsolicited line is told from an answer before the command sees it, wherever it
comes: before the echo, between a head and its PDU, between entries, before the end, between `AT+CMGS` and its prompt.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sidetone_gsm.at.causes import Cause, Verdict, cme, cms
from sidetone_gsm.at.commands import Command
from sidetone_gsm.at.heads import declared_length, fits, is_answer
from sidetone_gsm.at.lines import LineReader, Prompt
from sidetone_gsm.at.unsolicited import Pattern, Table, Told

_PATIENCE = 3  # lines between a head and its PDU
_ESCAPES = "\x1a\x1b"


@dataclass(frozen=True, slots=True)
class Info:
    """A line of the answer; `pdu` is the line that belongs to it, and `fits` whether it is as long as declared."""

    line: str
    pdu: str | None = None
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Final:
    """The end of the command: `cause` is None if it succeeded. `line` is what ended it."""

    line: str
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Unsolicited:
    """A line that nobody asked for, with its PDU if it has one."""

    told: Told
    line: str
    pdu: str | None = None


@dataclass(frozen=True, slots=True)
class Torn:
    """The head of an unsolicited PDU whose PDU did not come: the stores are to be read."""

    line: str


@dataclass(frozen=True, slots=True)
class Noise:
    """A line that means nothing here, or nothing any more: the end of a command that was given up."""

    line: str


Event = Info | Final | Unsolicited | Torn | Noise | Prompt

_OK = frozenset({"OK"})
_REFUSALS = {
    "ERROR": Cause(None, "error", Verdict.CAPABILITY),
    "COMMAND NOT SUPPORT": Cause(None, "command not supported", Verdict.CAPABILITY),
    "TOO MANY PARAMETERS": Cause(None, "too many parameters", Verdict.CAPABILITY),
    "NA": Cause(None, "not available", Verdict.CAPABILITY),
}


@dataclass(slots=True)
class _Head:
    """A head line that waits for its PDU; `candidate` is a line that may be it, though its length is wrong."""

    line: str
    length: int | None
    told: Told | None = None
    candidate: str | None = None
    passed: int = 0


class Dialogue:
    """What one port says, sorted. The caller writes what `start` and `payload` give, and keeps the deadlines."""

    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table()
        self._lines = LineReader()
        self._command: Command | None = None
        self._echoes: set[str] = set()
        self._answer: _Head | None = None
        self._unsolicited: _Head | None = None

    @property
    def command(self) -> Command | None:
        """The command in flight."""
        return self._command

    def start(self, command: Command) -> bytes:
        """The octets to write; the command is in flight until its `Final` or `abandon`.

        Raises RuntimeError if another is in flight.
        """
        if self._command is not None:
            raise RuntimeError("A command is in flight.")
        self._command = command
        self._echoes = {command.text}
        self._lines.awaits_prompt = command.prompt
        return command.text.encode("ascii", "replace") + b"\r"

    def payload(self, pdu: str) -> bytes:
        """The octets that answer a prompt: the PDU and Ctrl-Z, in one write."""
        self._echoes.add(pdu)
        return pdu.encode("ascii", "replace") + b"\x1a"

    def abandon(self) -> None:
        """Give the command up, at its deadline; what still comes of it is noise, but for a late `+CMGS`."""
        self._command = None
        self._answer = None
        self._lines.awaits_prompt = False

    def reset(self) -> None:
        """The port was opened anew: nothing of what was half said will be finished."""
        self.abandon()
        self._unsolicited = None
        self._echoes = set()
        self._lines.forget()

    def feed(self, data: bytes) -> list[Event]:
        """What these octets say; total, whatever they are and however a read cuts them."""
        return [event for line in self._lines.feed(data) for event in self._sort(line)]

    def _sort(self, line: str | Prompt) -> Iterator[Event]:
        if isinstance(line, Prompt):
            yield line
            return
        if self._is_echo(line):
            return
        if (pattern := self._table.match(line)) and not self._answers(line):
            yield from self._told(pattern, line)
            return
        if self._fills(self._unsolicited, line):
            yield from self._complete_unsolicited(line)
        elif self._command is None:
            yield from self._tear()
            yield Noise(line)
        elif final := self._final(line):
            yield from self._end(final)
        else:
            yield from self._answered(self._command, line)

    def _is_echo(self, line: str) -> bool:
        bare = line.strip(_ESCAPES)
        return bool(self._command) and any(
            bare == echo or (len(echo) > len("AT") and bare.endswith(echo)) for echo in self._echoes
        )

    def _answers(self, line: str) -> bool:
        command = self._command
        return command is not None and is_answer(line, command)

    def _told(self, pattern: Pattern, line: str) -> Iterator[Event]:
        if not pattern.two_lines:
            yield from self._passed()
            yield Unsolicited(pattern.told, line)
            return
        if self._unsolicited:
            yield Torn(self._unsolicited.line)
        self._unsolicited = _Head(line, declared_length(line), pattern.told)

    @staticmethod
    def _fills(head: _Head | None, line: str) -> bool:
        return head is not None and fits(line, head.length)

    def _complete_unsolicited(self, line: str) -> Iterator[Event]:
        head, self._unsolicited = self._unsolicited, None
        if head is not None and head.told is not None:
            yield Unsolicited(head.told, head.line, line)

    def _passed(self) -> Iterator[Event]:
        """A line has come between the head of an unsolicited PDU and its PDU."""
        if head := self._unsolicited:
            head.passed += 1
            if head.passed >= _PATIENCE:
                yield from self._tear()

    def _tear(self) -> Iterator[Event]:
        if self._unsolicited:
            yield Torn(self._unsolicited.line)
            self._unsolicited = None

    def _final(self, line: str) -> Final | None:
        command = self._command
        word = line.upper()
        if word in _OK:
            return Final(line)
        if word in _REFUSALS:
            return Final(line, _REFUSALS[word])
        if word.startswith("+CMS ERROR:"):
            return Final(line, cms(line.partition(":")[2]))
        if word.startswith("+CME ERROR:"):
            return Final(line, cme(line.partition(":")[2]))
        if word.startswith("MODEM ERROR:"):
            return Final(line, Cause(None, "modem error", Verdict.LATER, tries=2))
        if command and command.numeric and word in ("0", "4"):
            return Final(line, None if word == "0" else _REFUSALS["ERROR"])
        return None

    def _end(self, final: Final) -> Iterator[Event]:
        yield from self._passed()
        yield from self._flush()
        self._command = None
        self._lines.awaits_prompt = False
        yield final

    def _answered(self, command: Command, line: str) -> Iterator[Event]:
        if is_answer(line, command):
            yield from self._passed()
            yield from self._flush()
            if command.entries and declared_length(line) != 0:
                self._answer = _Head(line, declared_length(line))
                return
            yield Info(line)
            if command.ends_with_info:
                yield from self._end(Final(line))
        elif self._answer:
            yield from self._entry(self._answer, line)
        elif self._unsolicited:
            yield from self._tear()
            yield Noise(line)
        elif command.free_text:
            yield Info(line)
        else:
            yield Noise(line)

    def _entry(self, head: _Head, line: str) -> Iterator[Event]:
        if fits(line, head.length):
            self._answer = None
            if head.candidate is not None:
                yield Noise(head.candidate)
            yield Info(head.line, line)
        elif head.candidate is None:
            head.candidate = line
        else:
            yield Noise(line)

    def _flush(self) -> Iterator[Event]:
        """An entry whose PDU did not come as it should: it is told all the same, for it is in a store."""
        if head := self._answer:
            self._answer = None
            yield Info(head.line, head.candidate, fits=False)
