"""From a serial port's octets to lines; total, and holds no more than one line."""

from dataclasses import dataclass

LONGEST_LINE = 4096  # octets; a message is below 400
_PROMPT = b">"
_NOISE = bytes((0x00, 0xFF))  # what some modems put between lines, and what a line reads as while power comes up


@dataclass(frozen=True, slots=True)
class Prompt:
    """The modem waits for a PDU."""


class LineReader:
    """Cuts what comes into lines: at CR, LF and any run of them, whatever a read's boundaries are.

    `awaits_prompt` is set while a prompt may come: only then is a `>` that begins a line one. A line that is longer
    than `LONGEST_LINE` is dropped to its end.
    """

    def __init__(self) -> None:
        self.awaits_prompt = False
        self._line = bytearray()
        self._drops = False

    def feed(self, data: bytes) -> list[str | Prompt]:
        """The lines that are whole now, without blanks at their ends and never empty, and the prompt."""
        found: list[str | Prompt] = []
        self._line += data.translate(None, _NOISE)
        *whole, rest = self._line.replace(b"\n", b"\r").split(b"\r")
        for line in whole:
            text = line.decode("latin-1").strip(" \t")
            if text and not self._drops and len(line) <= LONGEST_LINE:
                found.append(text)
            self._drops = False
        if self._drops or len(rest) > LONGEST_LINE:
            self._drops = True
            rest = rest[:0]
        if self.awaits_prompt and rest.strip(b" \t") == _PROMPT:
            self.awaits_prompt = False
            found.append(Prompt())
            rest = rest[:0]
        self._line = rest
        return found

    def forget(self) -> None:
        """Drop what is held of a line, after the port was closed or the modem was told to give up."""
        self._line = bytearray()
        self._drops = False
        self.awaits_prompt = False
