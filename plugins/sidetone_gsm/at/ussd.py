"""Answers to USSD codes, which come plain, as UCS-2 or as packed septets (3GPP TS 27.007 7.15, 23.038 5)."""

import re
from dataclasses import dataclass
from enum import IntEnum

from sidetone.domain import alphabet
from sidetone_gsm.at.heads import fields
from sidetone_gsm.pdu import septets

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_MOST_OCTETS = 182
# Of the units of UCS-2 in the scripts of the countries whose modems leave out the coding.
_HIGH_OCTETS = frozenset((0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x20))


class UssdMode(IntEnum):
    """What the network expects now."""

    DONE = 0
    ANSWER_WANTED = 1
    ENDED = 2
    OTHER_CLIENT = 3
    NOT_SUPPORTED = 4
    TIMEOUT = 5


@dataclass(frozen=True, slots=True)
class Ussd:
    """An answer; `text` is None if there is none, as when the network only ends the session."""

    mode: UssdMode
    text: str | None
    coding: int | None


def decode_ussd(line: str) -> Ussd | None:
    """What a `+CUSD:` line says; None if it is none. The coding is believed first, the shape of the text second."""
    told = fields(line)
    if not re.fullmatch("[0-5]", told[0]):
        return None
    coding = int(told[-1]) if len(told) > 2 and re.fullmatch(r"\d{1,3}", told[-1], re.ASCII) else None
    body = ",".join(told[1 : -1 if coding is not None else None])
    if body.startswith('"') and body.count('"') > 1:
        body = body[1 : body.rindex('"')]
    return Ussd(UssdMode(int(told[0])), _text(body, coding) if body else None, coding)


def _text(body: str, coding: int | None) -> str:
    if not _HEX.fullmatch(body) or len(body) > 2 * _MOST_OCTETS:
        return body
    octets = bytes.fromhex(body)
    if _is_ucs2(coding):
        return octets[: len(octets) & ~1].decode("utf-16-be", "replace")
    if len(octets) % 2 == 0 and set(octets[::2]) <= _HIGH_OCTETS:
        return octets.decode("utf-16-be", "replace")
    packed = alphabet.decode(septets.unpack(octets, len(octets) * 8 // 7)).rstrip("\r")
    return packed if not body.isdigit() and _reads_well(packed) else body


def _is_ucs2(coding: int | None) -> bool:
    """Whether a cell broadcast coding scheme is UCS-2: 48h and its likes, or 11h with the language in front."""
    return coding is not None and (coding == 0x11 or (0x40 <= coding < 0x80 and coding & 0x0C == 0x08))


def _reads_well(text: str) -> bool:
    """Whether nearly every character is one that networks write; digits that stand for themselves make nonsense."""
    plain = sum(char.isalnum() or char in " \r\n.,:;!?*#+-/()'\"€$£@%&=_" for char in text)
    return plain * 10 >= len(text) * 9
