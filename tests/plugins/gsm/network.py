"""What a service centre writes: the PDUs that come to us."""

from sidetone_gsm.pdu.addresses import encode_address, encode_smsc
from sidetone_gsm.pdu.content import encode_content
from sidetone_gsm.pdu.header import Header
from sidetone_gsm.pdu.messages import Deliver, StatusReport


def write_deliver(message: Deliver) -> str:
    """The hexadecimal digits of a message to us."""
    first = 0x80 * message.reply_path | 0x20 * message.report_wanted | 0x04 * (not message.more)
    first |= 0x40 * (message.content.header != Header())
    tpdu = (
        bytes((first,))
        + encode_address(message.sender, "TP-OA")
        + bytes((message.pid, message.content.coding.octet))
        + message.stamp.raw
        + encode_content(message.content)
    )
    return (encode_smsc(message.smsc) + tpdu).hex().upper()


def write_status_report(report: StatusReport) -> str:
    """The hexadecimal digits of a status report."""
    tpdu = (
        bytes((0x06, report.reference))
        + encode_address(report.recipient, "TP-RA")
        + report.stamp.raw
        + report.discharge.raw
        + bytes((report.status,))
    )
    return (encode_smsc(report.smsc) + tpdu).hex().upper()
