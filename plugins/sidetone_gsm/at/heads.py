"""The first lines of answers: how long a PDU they announce, and whether they answer or were not asked for."""

import re

from sidetone_gsm.at.commands import Command

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_REGISTRATIONS = ("+CREG:", "+CGREG:", "+CEREG:", "+C5GREG:")
_LAST_STAT = 11
_FILLER = "FF"


def fields(line: str) -> list[str]:
    """What stands behind the colon, cut at commas outside quotes, without blanks; the quotes stay."""
    cut: list[str] = [""]
    quoted = False
    for char in line.partition(":")[2]:
        quoted ^= char == '"'
        if char == "," and not quoted:
            cut.append("")
        else:
            cut[-1] += char
    return [field.strip() for field in cut]


def is_answer(line: str, command: Command) -> bool:
    """Whether a line that begins as the command's answer does is one.

    A registration is told unasked in the same words: the answer to a question has the mode first and the standing
    second, unquoted; an unasked line has the standing alone, or the area code second.
    """
    upper = line.upper()
    if not any(upper.startswith(prefix) for prefix in command.info):
        return False
    if upper.startswith(_REGISTRATIONS):
        told = fields(line)
        return len(told) >= 2 and _is_stat(told[1])
    return True


def declared_length(line: str) -> int | None:
    """The octets of TPDU that the head of a PDU announces, its last number; None if it announces none."""
    last = fields(line)[-1].strip('"')
    return int(last) if last.isascii() and last.isdigit() and len(last) <= 3 else None


def fits(line: str, length: int | None) -> bool:
    """Whether a line is a PDU of so many octets of TPDU: behind the centre's field, without one, or filled with FF."""
    if length is None or not _HEX.fullmatch(line):
        return False
    octets = len(line) // 2
    wanted = length + 1 + int(line[:2], 16)
    padding = line[2 * wanted :].upper()
    return (wanted <= octets and padding == _FILLER * (len(padding) // 2)) or octets == length


def has_smsc(pdu: str, length: int | None) -> bool:
    """Whether the centre's field stands before the TPDU, for `read_pdu`; a few old modems leave it out."""
    return length is None or len(pdu) != 2 * length


def _is_stat(field: str) -> bool:
    return field.isascii() and field.isdigit() and len(field) <= 2 and int(field) <= _LAST_STAT
