"""What was said on a port, for the one who looks for a fault: bounded, without texts and without secrets."""

import re
from collections import deque
from dataclasses import dataclass

from sidetone_gsm.at.dialogue import Event, Noise
from sidetone_gsm.at.lines import Prompt

KEPT = 500
_LONG_HEX = re.compile(r"[0-9A-Fa-f]{24,}")
_NUMBERS = re.compile(r"\+?\d{5,}")
_LETTERS = re.compile(r"[^0-9, ]+")
_PRIVATE = ("+CMGL:", "+CMGR:", "+CMT:", "+CDS:", "+CBM:", "+CUSD:", "+CLIP:", "+CNUM:", "+CSCA:")
_SIGNS = "+^*#%$!&"
_WIDEST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A line: when (ms, UTC), `>` from us or `<` from the modem, and what, masked."""

    at: int
    way: str
    text: str


class Transcript:
    """The last lines of one port."""

    def __init__(self) -> None:
        self._lines: deque[Said] = deque(maxlen=KEPT)

    def add(self, at: int, way: str, text: str) -> None:
        """Keep a line, without what it holds of a text, a number or a PIN."""
        self._lines.append(Said(at, way, masked(text)))

    def heard(self, at: int, event: Event) -> None:
        """Keep what the modem said; of a line that means nothing only how long it was, for it may be a text."""
        line = ">" if isinstance(event, Prompt) else event.line
        is_unknown = isinstance(event, Noise) and line[0] not in _SIGNS
        self.add(at, "<", f"({len(line)} characters)" if is_unknown else line)

    @property
    def lines(self) -> tuple[Said, ...]:
        """Oldest first."""
        return tuple(self._lines)


def masked(text: str) -> str:
    """A line as it may be shown: a PDU is told by its length, what may be a number or a name is not told."""
    shown = _LONG_HEX.sub(lambda found: f"({len(found[0]) // 2} octets)", text[:_WIDEST])
    shown = _NUMBERS.sub("…", shown)
    if shown.upper().startswith(_PRIVATE):
        name, _, rest = shown.partition(":")
        shown = f"{name}:{_LETTERS.sub('…', rest)}"
    return shown
