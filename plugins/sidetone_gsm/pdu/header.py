"""The user data header: what joins parts, names ports and chooses tables (3GPP TS 23.040, 9.2.3.24)."""

from dataclasses import dataclass, replace

from sidetone_gsm.pdu.fault import PduError

_CONCAT_8, _CONCAT_16 = 0x00, 0x08
_PORTS_8, _PORTS_16 = 0x04, 0x05
_SINGLE, _LOCKING = 0x24, 0x25


@dataclass(frozen=True, slots=True)
class Concat:
    """One part of several: number `sequence` (from 1) of `total`. `bits` is the width of the reference."""

    bits: int
    reference: int
    total: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Ports:
    """Which application it is for; `bits` is the width of the ports."""

    bits: int
    destination: int
    source: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says. `locking` and `single` are national tables (0: none); `others` are all further elements."""

    concat: Concat | None = None
    ports: Ports | None = None
    locking: int = 0
    single: int = 0
    others: tuple[tuple[int, bytes], ...] = ()


def decode_header(octets: bytes) -> Header | None:
    """What the elements say, without the length octet before them; None if they do not fill it exactly.

    The standard has a receiver ignore a header whose elements do not fit. Of an element that comes twice the last
    counts; an element that says nonsense counts as one that is not known.
    """
    header = Header()
    at = 0
    while at < len(octets):
        body = octets[at + 2 : at + 2 + octets[at + 1]] if at + 1 < len(octets) else b""
        if at + 1 >= len(octets) or len(body) < octets[at + 1]:
            return None
        header = _with(header, octets[at], body)
        at += 2 + len(body)
    return header


def encode_header(header: Header) -> bytes:
    """The header with its length octet; raises PduError if it is too long. Empty if it says nothing."""
    elements = list(header.others)
    if ports := header.ports:
        width = ports.bits // 8
        body = ports.destination.to_bytes(width, "big") + ports.source.to_bytes(width, "big")
        elements.append((_PORTS_8 if ports.bits == 8 else _PORTS_16, body))
    if concat := header.concat:
        reference = concat.reference.to_bytes(concat.bits // 8, "big")
        body = reference + bytes((concat.total, concat.sequence))
        elements.append((_CONCAT_8 if concat.bits == 8 else _CONCAT_16, body))
    if header.single:
        elements.append((_SINGLE, bytes((header.single,))))
    if header.locking:
        elements.append((_LOCKING, bytes((header.locking,))))
    octets = b"".join(bytes((kind, len(body))) + body for kind, body in elements)
    if len(octets) > 139:
        raise PduError("TP-UDH", "longer than the user data")
    return bytes((len(octets),)) + octets if octets else b""


def _with(header: Header, kind: int, body: bytes) -> Header:
    match kind, len(body):
        case (0x00, 3) | (0x08, 4) if 0 < body[-1] <= body[-2]:
            reference = int.from_bytes(body[:-2], "big")
            return replace(header, concat=Concat(8 * (len(body) - 2), reference, body[-2], body[-1]))
        case (0x04, 2) | (0x05, 4):
            width = len(body) // 2
            destination, source = int.from_bytes(body[:width], "big"), int.from_bytes(body[width:], "big")
            return replace(header, ports=Ports(8 * width, destination, source))
        case 0x24, 1:
            return replace(header, single=body[0])
        case 0x25, 1:
            return replace(header, locking=body[0])
    return replace(header, others=(*header.others, (kind, body)))
