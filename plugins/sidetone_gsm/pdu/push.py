"""WAP push: a picture message that waits at the carrier (WAP-230-WSP 8.2.4, OMA MMS encapsulation 6.2).

It can be fetched over mobile data only, so what a user gets is who sent it, how large it is and where it waits.
"""

from dataclasses import dataclass
from datetime import timedelta

from sidetone_gsm.pdu.header import Ports

WAP_PUSH_PORT = 2948
_PUSH = 0x06
_MMS_TYPE = b"application/vnd.wap.mms-message"
_MMS_SHORT = 0x3E
_NOTIFICATION = 0x82
_TEXT_OR_LENGTH = 0x1F  # values below are lengths; this one says that the length follows


@dataclass(frozen=True, slots=True)
class PictureWaiting:
    """A notification of a picture message; a field that could not be read is None.

    `size` in octets, `expires_in` from now on (a date is not told apart from none), `location` the address to fetch
    it from, never opened by us. `sender` is a number or mail address without its type.
    """

    transaction: str | None = None
    sender: str | None = None
    size: int | None = None
    expires_in: timedelta | None = None
    location: str | None = None


def picture_waiting(data: bytes, ports: Ports | None) -> PictureWaiting | None:
    """What the joined octets of a push announce; None if it is no notification of a picture message. Total."""
    if ports is None or ports.destination != WAP_PUSH_PORT or data[1:2] != bytes((_PUSH,)):
        return None
    length, start = _uintvar(data, 2)
    headers = data[start : start + length]
    if not (headers[:1] == bytes((_MMS_SHORT | 0x80,)) or _MMS_TYPE in headers[:40]):
        return None
    fields = _fields(data[start + length :])
    if fields.get(0x0C) != bytes((_NOTIFICATION,)):
        return None
    return PictureWaiting(
        transaction=_text(fields.get(0x18)),
        sender=_sender(fields.get(0x09)),
        size=_integer(fields.get(0x0E)),
        expires_in=_period(fields.get(0x08)),
        location=_text(fields.get(0x03)),
    )


def _fields(body: bytes) -> dict[int, bytes]:
    """The values of the headers, as they are on the wire; ends at the first octet that is no header's name."""
    fields: dict[int, bytes] = {}
    at = 0
    while at < len(body) and body[at] & 0x80:
        end = _value_end(body, at + 1)
        fields.setdefault(body[at] & 0x7F, body[at + 1 : end])
        at = end
    return fields


def _value_end(body: bytes, at: int) -> int:
    first = body[at] if at < len(body) else 0
    if first & 0x80:
        return at + 1
    if first < _TEXT_OR_LENGTH:
        return at + 1 + first
    if first == _TEXT_OR_LENGTH:
        length, start = _uintvar(body, at + 1)
        return start + length
    end = body.find(0, at)
    return len(body) if end < 0 else end + 1


def _uintvar(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits an octet and where it ends; five octets at most."""
    value = 0
    for index, octet in enumerate(data[at : at + 5]):
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            return value, at + index + 1
    return 0, len(data)


def _text(value: bytes | None) -> str | None:
    if not value:
        return None
    return value.removeprefix(b"\x7f").partition(b"\x00")[0].decode("utf-8", "replace")


def _sender(value: bytes | None) -> str | None:
    """An address behind its token, or None for one that is to be inserted by the network."""
    inner = _inner(value)
    if inner[:1] != b"\x80":
        return None
    address = inner[1:]
    if address[:1] and address[0] < _TEXT_OR_LENGTH:  # a length and a character set come first
        address = address[2:]
    text = _text(address)
    return text.partition("/TYPE=")[0] if text else None


def _integer(value: bytes | None) -> int | None:
    if not value:
        return None
    if value[0] & 0x80:
        return value[0] & 0x7F
    return int.from_bytes(value[1:9], "big") if len(value) > 1 else None


def _period(value: bytes | None) -> timedelta | None:
    inner = _inner(value)
    seconds = _integer(inner[1:]) if inner[:1] == b"\x81" else None
    return timedelta(seconds=seconds) if seconds is not None and seconds < 2**32 else None


def _inner(value: bytes | None) -> bytes:
    """What stands behind a value's length."""
    if not value or value[0] > _TEXT_OR_LENGTH:
        return b""
    return value[_uintvar(value, 1)[1] :] if value[0] == _TEXT_OR_LENGTH else value[1:]
