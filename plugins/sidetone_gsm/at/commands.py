"""A command to a modem and how its answer is told from everything else."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"AT([+^*#%$&]?[A-Z0-9]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Command:
    """What is written, without the carriage return.

    `info`: the prefixes of the lines that answer it, `+CREG:` for instance; such a line is an answer although it looks
    unsolicited. `free_text`: any line answers it (`AT+CGMI`). `entries`: each line is the head of a PDU (`AT+CMGL`).
    `prompt`: a PDU is asked for. `numeric`: `0` and `4` end it, before `ATV1`. `ends_with_info`:
    the answer is its end, for a make that sends no `OK` after it. `secret`: never logged.
    """

    text: str
    info: tuple[str, ...] = ()
    free_text: bool = False
    entries: bool = False
    prompt: bool = False
    numeric: bool = False
    ends_with_info: bool = False
    secret: bool = False

    @property
    def name(self) -> str:
        """`+CMGS` for `AT+CMGS=23`; empty for `AT` alone."""
        found = _NAME.match(self.text)
        return found[1].upper() if found else ""

    @property
    def shown(self) -> str:
        """The text for a log."""
        return f"AT{self.name}=…" if self.secret else self.text


def ask(name: str, *, suffix: str = "?") -> Command:
    """A question whose answer begins with the name: `ask("+CREG")` is `AT+CREG?`."""
    return Command(f"AT{name}{suffix}", info=(f"{name}:",))


def tell(text: str) -> Command:
    """A command without an answer but its end."""
    return Command(text)
