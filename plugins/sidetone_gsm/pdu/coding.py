"""What the data coding scheme says about the user data (3GPP TS 23.038, 4)."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Alphabet(StrEnum):
    """How the user data is to be read."""

    GSM7 = "gsm7"
    OCTETS = "8bit"
    UCS2 = "ucs2"  # in truth UTF-16


class WaitingKind(IntEnum):
    """What waits elsewhere for the user."""

    VOICEMAIL = 0
    FAX = 1
    EMAIL = 2
    OTHER = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message waiting indication: it begins or ends; `store` is False for one that says nothing but that."""

    store: bool
    active: bool
    kind: WaitingKind


@dataclass(frozen=True, slots=True)
class Coding:
    """A data coding scheme.

    `message_class` 0 is shown at once and never stored by a phone, 1 to 3 name the phone, the SIM and the equipment
    behind it. `compressed` text (23.042) is kept as octets.
    """

    octet: int
    alphabet: Alphabet
    message_class: int | None = None
    compressed: bool = False
    auto_delete: bool = False
    waiting: Waiting | None = None


_GENERAL = (Alphabet.GSM7, Alphabet.OCTETS, Alphabet.UCS2, Alphabet.GSM7)  # the fourth is reserved


def decode_coding(octet: int) -> Coding:
    """What a TP-DCS octet means; total: a reserved group is the GSM alphabet, as the standard demands."""
    group = octet >> 4
    if group < 0b1000:
        compressed = bool(octet & 0x20)
        return Coding(
            octet,
            Alphabet.OCTETS if compressed else _GENERAL[octet >> 2 & 3],
            octet & 3 if octet & 0x10 else None,
            compressed,
            auto_delete=bool(octet & 0x40),
        )
    if group == 0b1111:
        return Coding(octet, Alphabet.OCTETS if octet & 4 else Alphabet.GSM7, octet & 3)
    if group >= 0b1100:
        waiting = Waiting(group != 0b1100, bool(octet & 8), WaitingKind(octet & 3))
        return Coding(octet, Alphabet.UCS2 if group == 0b1110 else Alphabet.GSM7, waiting=waiting)
    return Coding(octet, Alphabet.GSM7)


def coding_for(alphabet: Alphabet, *, flash: bool = False) -> Coding:
    """The scheme to send with; `flash` is class 0."""
    return decode_coding(_GENERAL.index(alphabet) << 2 | (0x10 if flash else 0))
