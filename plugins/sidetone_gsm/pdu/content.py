"""The user data: a text's codes or octets, and the header before them (3GPP TS 23.040, 9.2.3.24)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sidetone.domain import alphabet
from sidetone_gsm.pdu import septets
from sidetone_gsm.pdu.coding import Alphabet, Coding
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.header import Header, decode_header, encode_header
from sidetone_gsm.pdu.octets import Octets

MOST_OCTETS = 140
MOST_SEPTETS = 160


@dataclass(frozen=True, slots=True)
class Content:
    """What a message carries.

    `data` is one septet in each byte in the GSM alphabet, octets else, without the header. `damage` says what is wrong
    with it, empty if nothing is; then `data` is what could be read.
    """

    coding: Coding
    data: bytes
    header: Header = field(default_factory=Header)
    damage: str = ""

    @property
    def text(self) -> str | None:
        """The text of this part alone, half a pair as U+FFFD; None if it is no text. `joined_text` knows more."""
        return joined_text((self,))


def joined_text(parts: Sequence[Content]) -> str | None:
    """The text of parts in their order, pairs put together that a sender has split over two; None if it is no text."""
    alphabets = {part.coding.alphabet for part in parts}
    if Alphabet.OCTETS in alphabets:
        return None
    if alphabets == {Alphabet.UCS2}:
        return b"".join(_whole_units(part.data) for part in parts).decode("utf-16-be", "replace")
    tables = {(part.header.locking, part.header.single) for part in parts}
    if len(tables) == len(alphabets) == 1:
        ((locking, single),) = tables
        return alphabet.decode(b"".join(part.data for part in parts), locking=locking, single=single)
    return "".join(joined_text((part,)) or "" for part in parts)


def decode_content(octets: Octets, coding: Coding, *, has_header: bool, strict: bool) -> Content:
    """The length and user data that come next; octets behind them are let be.

    User data that ends too early or whose header does not fit is kept as `damage`; `strict` raises PduError instead.
    """
    length = octets.octet("TP-UDL")
    is_septets = coding.alphabet is Alphabet.GSM7
    wanted = (7 * length + 7) // 8 if is_septets else length
    missing = max(wanted - len(octets), 0)
    body = octets.take(wanted - missing, "TP-UD")
    damage = f"{missing} octets are missing" if missing else ""
    header = Header()
    header_octets = 0
    if has_header:
        header_octets = body[0] + 1 if body else 1
        found = decode_header(body[1:header_octets]) if header_octets <= len(body) else None
        if found is None:
            damage = damage or "its header does not fit"
        header = found or header
    if strict and damage:
        raise PduError("TP-UD", damage)
    if is_septets:
        fill = septets.fill_bits(header_octets)
        count = max(length - (8 * header_octets + fill) // 7, 0)
        return Content(coding, septets.unpack(body[header_octets:], count, fill), header, damage)
    data = body[header_octets:]
    if coding.alphabet is Alphabet.UCS2 and len(data) % 2:
        damage = damage or "half a character at its end"
    return Content(coding, data, header, damage)


def encode_content(content: Content) -> bytes:
    """Length and user data; raises PduError if it is more than one message holds."""
    header = encode_header(content.header)
    if content.coding.alphabet is Alphabet.GSM7:
        fill = septets.fill_bits(len(header))
        length = (8 * len(header) + fill) // 7 + len(content.data)
        body = header + septets.pack(content.data, fill)
    else:
        body = header + content.data
        length = len(body)
    if len(body) > MOST_OCTETS or length > MOST_SEPTETS:
        raise PduError("TP-UD", f"more than {MOST_OCTETS} octets")
    return bytes((length,)) + body


def content_of(text: str, coding: Coding, header: Header | None = None) -> Content:
    """A text as the user data of one part, in the alphabet of `coding` and the tables of `header`.

    Raises PduError if the alphabet lacks a character of it, or has none.
    """
    header = header or Header()
    if coding.alphabet is Alphabet.UCS2:
        return Content(coding, text.encode("utf-16-be", "surrogatepass"), header)
    if coding.alphabet is not Alphabet.GSM7:
        raise PduError("TP-UD", "octets, not a text")
    try:
        return Content(coding, alphabet.encode(text, locking=header.locking, single=header.single), header)
    except ValueError as err:
        raise PduError("TP-UD", "a character that the alphabet lacks") from err


def _whole_units(data: bytes) -> bytes:
    return data[: len(data) & ~1]
