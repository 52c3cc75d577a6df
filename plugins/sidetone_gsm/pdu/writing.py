"""From a text to what `AT+CMGS` is given."""

from dataclasses import dataclass
from datetime import timedelta

from sidetone.domain.segments import Encoding, segment
from sidetone_gsm.pdu.addresses import address_of, encode_address, encode_smsc
from sidetone_gsm.pdu.coding import Alphabet, coding_for
from sidetone_gsm.pdu.content import content_of, encode_content
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.header import Concat, Header
from sidetone_gsm.pdu.messages import Submit
from sidetone_gsm.pdu.times import ValidityForm, validity_of

MOST_PARTS = 255


@dataclass(frozen=True, slots=True)
class Written:
    """A PDU ready to go: `length` octets of TPDU (what `AT+CMGS` names), and all of it as hexadecimal digits."""

    length: int
    text: str


def write_submit(message: Submit) -> Written:
    """The PDU of a message; raises PduError if it does not fit one."""
    form = message.validity.form if message.validity else ValidityForm.NONE
    first = 0x01 | form << 3
    first |= 0x80 if message.reply_path else 0
    first |= 0x40 if message.content.header != Header() else 0
    first |= 0x20 if message.report_wanted else 0
    first |= 0x04 if message.reject_duplicates else 0
    tpdu = (
        bytes((first, message.reference & 0xFF))
        + encode_address(message.recipient, "TP-DA")
        + bytes((message.pid & 0xFF, message.content.coding.octet))
        + (message.validity.raw if message.validity else b"")
        + encode_content(message.content)
    )
    return Written(len(tpdu), (encode_smsc(message.smsc) + tpdu).hex().upper())


def submits(
    text: str,
    recipient: str,
    *,
    reference: int,
    smsc: str | None = None,
    validity: timedelta | None = None,
    report_wanted: bool = True,
    flash: bool = False,
) -> tuple[Submit, ...]:
    """The parts of a text, in the order in which they are to be sent.

    `recipient` and `smsc` are written as one dials them. `reference` (8 bits) joins the parts; a text that fits one
    message has none. Raises PduError for a number that is none, or a text of more than 255 parts.
    """
    cut = segment(text)
    if len(cut.parts) > MOST_PARTS:
        raise PduError("text", f"more than {MOST_PARTS} parts")
    coding = coding_for(Alphabet.GSM7 if cut.encoding is Encoding.GSM7 else Alphabet.UCS2, flash=flash)
    total = len(cut.parts)
    return tuple(
        Submit(
            smsc=address_of(smsc) if smsc else None,
            recipient=address_of(recipient),
            content=content_of(part, coding, Header(Concat(8, reference & 0xFF, total, number)) if total > 1 else None),
            validity=validity_of(validity) if validity else None,
            report_wanted=report_wanted,
        )
        for number, part in enumerate(cut.parts, 1)
    )
