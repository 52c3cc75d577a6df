"""What is to be done with a message that came in, by its protocol identifier and coding (3GPP TS 23.040, 9.2.3.9)."""

from enum import StrEnum

from sidetone_gsm.pdu.coding import Alphabet
from sidetone_gsm.pdu.messages import Deliver
from sidetone_gsm.pdu.push import WAP_PUSH_PORT

_SILENT = 0x40
_FIRST_REPLACEMENT, _LAST_REPLACEMENT = 0x41, 0x47
_SIM_DOWNLOAD = 0x7F
_SIM_CLASS = 2


class Kind(StrEnum):
    """How a message is to be treated; all are acknowledged and deleted from the SIM."""

    TEXT = "text"
    FLASH = "flash"  # a text to show at once, which a phone would not have stored
    WAITING = "waiting"  # an indication alone: a mailbox has or no longer has something
    PUSH = "push"  # a WAP push; `push.picture_waiting` reads its joined parts
    BINARY = "binary"  # octets for an application: a card, settings, anything with ports
    UNREADABLE = "unreadable"  # compressed: kept raw for the admin
    SILENT = "silent"  # type 0: never shown
    SIM_DATA = "sim-data"  # for the SIM itself: never shown


def kind_of(message: Deliver) -> Kind:
    """What a message is; total."""
    content = message.content
    coding, ports = content.coding, content.header.ports
    if message.pid == _SILENT:
        return Kind.SILENT
    if message.pid == _SIM_DOWNLOAD and coding.message_class == _SIM_CLASS:
        return Kind.SIM_DATA
    if coding.compressed:
        return Kind.UNREADABLE
    if ports is not None and ports.destination == WAP_PUSH_PORT:
        return Kind.PUSH
    if coding.alphabet is Alphabet.OCTETS:
        return Kind.BINARY
    if coding.waiting is not None and (not coding.waiting.store or not content.data):
        return Kind.WAITING
    return Kind.FLASH if coding.message_class == 0 else Kind.TEXT


def replaces(message: Deliver) -> int | None:
    """Which earlier message of the same sender and centre it stands for: the number of its type, 1 to 7, or None."""
    if _FIRST_REPLACEMENT <= message.pid <= _LAST_REPLACEMENT:
        return message.pid - _SILENT
    return None
