"""Septets packed into octets and back (3GPP TS 23.038, 6.1.2.1)."""

from collections.abc import Iterable


def fill_bits(header_octets: int) -> int:
    """The bits between a header of so many octets (its length octet counted) and the next septet boundary."""
    return -8 * header_octets % 7


def pack(codes: Iterable[int], fill: int = 0) -> bytes:
    """The octets that hold `codes` (one septet each) behind `fill` zero bits."""
    value, bits = 0, fill
    for code in codes:
        value |= (code & 0x7F) << bits
        bits += 7
    return value.to_bytes((bits + 7) // 8, "little")


def unpack(octets: bytes, count: int, fill: int = 0) -> bytes:
    """The first `count` septets behind `fill` bits, one in each byte; as many as there are."""
    whole = min(count, (8 * len(octets) - fill) // 7)
    value = int.from_bytes(octets, "little") >> fill
    return bytes(value >> shift & 0x7F for shift in range(0, 7 * whole, 7))
