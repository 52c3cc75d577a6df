"""Phone numbers and sender names inside a PDU (3GPP TS 23.040, 9.1.2)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sidetone.domain import alphabet
from sidetone_gsm.pdu import septets
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.octets import Octets

MOST_DIGITS = 20
_MOST_SMSC_OCTETS = 12  # the type of number and 11 octets of digits, by TS 24.011
_DIGITS = "0123456789*#abc"
_FILLER = 0xF
_DIALLED = re.compile(r"\+?[0-9*#abc]{1,20}")


class NumberKind(StrEnum):
    """The type of number; bits 6 to 4 of the type octet, in this order."""

    UNKNOWN = "unknown"
    INTERNATIONAL = "international"
    NATIONAL = "national"
    NETWORK = "network"
    SUBSCRIBER = "subscriber"
    ALPHANUMERIC = "alphanumeric"
    ABBREVIATED = "abbreviated"
    RESERVED = "reserved"


_KINDS = tuple(NumberKind)
_TELEPHONE_PLAN = 1


@dataclass(frozen=True, slots=True)
class Address:
    """Who sent, who receives, or which centre it was.

    `value` has a `+` if it is international; it may hold `*`, `#`, `a`, `b` and `c`, and any text if alphanumeric
    (control characters as they came). `plan` is the numbering plan, 1 for telephones.
    """

    value: str
    kind: NumberKind
    plan: int = _TELEPHONE_PLAN

    @property
    def answerable(self) -> bool:
        """Whether a message can be sent to it."""
        return self.kind is not NumberKind.ALPHANUMERIC and _DIALLED.fullmatch(self.value) is not None


def decode_address(octets: Octets, where: str) -> Address:
    """The address that comes next; raises PduError if it is cut off or longer than the standard allows."""
    length = octets.octet(f"{where} length")
    if length > MOST_DIGITS:
        raise PduError(f"{where} length", f"{length} digits, {MOST_DIGITS} are the most")
    kind, plan = _type(octets.octet(f"{where} type"))
    packed = octets.take((length + 1) // 2, where)
    if kind is NumberKind.ALPHANUMERIC:
        return Address(_name(packed, length), kind, plan)
    return Address(_number(packed, length, kind), kind, plan)


def decode_smsc(octets: Octets) -> Address | None:
    """The service centre before the TPDU; None where the modem uses the one that it has stored."""
    length = octets.octet("SMSC length")
    if length > _MOST_SMSC_OCTETS:
        raise PduError("SMSC length", f"{length} octets, {_MOST_SMSC_OCTETS} are the most")
    if not length:
        return None
    field = octets.take(length, "SMSC")
    kind, plan = _type(field[0])
    number = _number(field[1:], 2 * (length - 1), kind)
    return Address(number, kind, plan) if number else None


def address_of(dialled: str) -> Address:
    """The address of a number as one dials it: international with a `+`, else of unknown type, as short codes need.

    Raises PduError unless it is 1 to 20 digits, `*`, `#`, `a`, `b` or `c`.
    """
    if not _DIALLED.fullmatch(dialled) or len(dialled.removeprefix("+")) > MOST_DIGITS:
        raise PduError("TP-DA", "not a number of 1 to 20 digits")
    return Address(dialled, NumberKind.INTERNATIONAL if dialled.startswith("+") else NumberKind.UNKNOWN)


def encode_address(address: Address, where: str) -> bytes:
    """Length, type and value; raises PduError if the value does not fit its kind."""
    if address.kind is NumberKind.ALPHANUMERIC:
        try:
            codes = alphabet.encode(address.value)
        except ValueError as err:
            raise PduError(where, "a name that the GSM alphabet lacks") from err
        packed = septets.pack(codes)
        length = (7 * len(codes) + 3) // 4
    else:
        packed = _packed_digits(address, where)
        length = len(address.value.removeprefix("+"))
    if length > MOST_DIGITS:
        raise PduError(where, f"longer than {MOST_DIGITS} digits")
    return bytes((length, _type_octet(address))) + packed


def encode_smsc(address: Address | None) -> bytes:
    """The field before the TPDU; None is the centre that the modem has stored."""
    if address is None:
        return b"\x00"
    field = bytes((_type_octet(address),)) + _packed_digits(address, "SMSC")
    if len(field) > _MOST_SMSC_OCTETS:
        raise PduError("SMSC", f"longer than {_MOST_SMSC_OCTETS} octets")
    return bytes((len(field),)) + field


def _type(octet: int) -> tuple[NumberKind, int]:
    return _KINDS[octet >> 4 & 7], octet & 0xF


def _type_octet(address: Address) -> int:
    plan = 0 if address.kind is NumberKind.ALPHANUMERIC else address.plan & 0xF
    return 0x80 | _KINDS.index(address.kind) << 4 | plan


def _number(packed: bytes, length: int, kind: NumberKind) -> str:
    nibbles = [nibble for octet in packed for nibble in (octet & 0xF, octet >> 4)][:length]
    digits = "".join(_DIGITS[nibble] for nibble in nibbles if nibble != _FILLER)
    return f"+{digits}" if digits and kind is NumberKind.INTERNATIONAL else digits


def _name(packed: bytes, length: int) -> str:
    count = length * 4 // 7
    codes = septets.unpack(packed, count)
    # Seven characters need 13 half-octets; who writes 14 has filled the last septet, which reads as an at sign.
    if count == 8 and codes.endswith(b"\x00"):
        codes = codes[:-1]
    return alphabet.decode(codes)


def _packed_digits(address: Address, where: str) -> bytes:
    digits = address.value.removeprefix("+")
    try:
        nibbles = [_DIGITS.index(digit) for digit in digits]
    except ValueError as err:
        raise PduError(where, "not digits") from err
    if len(nibbles) % 2:
        nibbles.append(_FILLER)
    return bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
