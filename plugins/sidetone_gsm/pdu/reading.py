"""From a modem's hexadecimal digits to a message; total, and work is bounded by the length of what came."""

from sidetone_gsm.pdu.addresses import Address, decode_address, decode_smsc
from sidetone_gsm.pdu.coding import decode_coding
from sidetone_gsm.pdu.content import decode_content
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.messages import Deliver, Message, StatusReport, Submit
from sidetone_gsm.pdu.octets import Octets
from sidetone_gsm.pdu.times import STAMP_OCTETS, Stamp, ValidityForm, decode_stamp, decode_validity

_LONGEST = 1024  # octets; a SIM's record has 176


def read_pdu(text: str, *, smsc: bool = True, strict: bool = False) -> Message:
    """The message that `text` (hexadecimal digits) is, told by its own type and not by where it was found.

    `smsc`: the centre's field comes first, as in everything that a modem gives. User data that is cut off or odd is
    kept and `content.damage` says so; `strict` refuses it. An impossible date is a stamp without a moment. Raises
    PduError, and nothing else, for any text that is no message.
    """
    octets = Octets.from_hex(text)
    if len(octets) > _LONGEST:
        raise PduError("PDU", f"longer than {_LONGEST} octets")
    centre = decode_smsc(octets) if smsc else None
    first = octets.octet("first octet")
    match first & 3:
        case 0:
            return _deliver(octets, centre, first, strict)
        case 1:
            return _submit(octets, centre, first, strict)
        case 2:
            return _status_report(octets, centre)
    raise PduError("TP-MTI", "a reserved message type")


def _deliver(octets: Octets, smsc: Address | None, first: int, strict: bool) -> Deliver:
    sender = decode_address(octets, "TP-OA")
    pid = octets.octet("TP-PID")
    coding = decode_coding(octets.octet("TP-DCS"))
    stamp = _stamp(octets, "TP-SCTS")
    return Deliver(
        smsc=smsc,
        sender=sender,
        pid=pid,
        content=decode_content(octets, coding, has_header=bool(first & 0x40), strict=strict),
        stamp=stamp,
        more=not first & 0x04,
        report_wanted=bool(first & 0x20),
        reply_path=bool(first & 0x80),
    )


def _submit(octets: Octets, smsc: Address | None, first: int, strict: bool) -> Submit:
    reference = octets.octet("TP-MR")
    recipient = decode_address(octets, "TP-DA")
    pid = octets.octet("TP-PID")
    coding = decode_coding(octets.octet("TP-DCS"))
    validity = decode_validity(ValidityForm(first >> 3 & 3), octets)
    return Submit(
        smsc=smsc,
        reference=reference,
        recipient=recipient,
        pid=pid,
        content=decode_content(octets, coding, has_header=bool(first & 0x40), strict=strict),
        validity=validity,
        report_wanted=bool(first & 0x20),
        reject_duplicates=bool(first & 0x04),
        reply_path=bool(first & 0x80),
    )


def _status_report(octets: Octets, smsc: Address | None) -> StatusReport:
    # What may follow the status (TP-PI and on) is often a SIM record's padding, and tells nothing that we use.
    return StatusReport(
        smsc=smsc,
        reference=octets.octet("TP-MR"),
        recipient=decode_address(octets, "TP-RA"),
        stamp=_stamp(octets, "TP-SCTS"),
        discharge=_stamp(octets, "TP-DT"),
        status=octets.octet("TP-ST"),
    )


def _stamp(octets: Octets, where: str) -> Stamp:
    return decode_stamp(octets.take(STAMP_OCTETS, where))
