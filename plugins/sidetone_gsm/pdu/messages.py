"""The three kinds of PDU that a store can hold, as values (3GPP TS 23.040, 9.2.2)."""

from dataclasses import dataclass

from sidetone_gsm.pdu.addresses import Address
from sidetone_gsm.pdu.content import Content
from sidetone_gsm.pdu.times import Stamp, Validity


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """A message to us. `more`: the centre has others waiting; `report_wanted`: the sender has asked for a report."""

    smsc: Address | None = None
    sender: Address
    pid: int = 0
    content: Content
    stamp: Stamp
    more: bool = False
    report_wanted: bool = False
    reply_path: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """A message from us. `reference` is TP-MR, which most modems put in themselves."""

    smsc: Address | None = None
    reference: int = 0
    recipient: Address
    pid: int = 0
    content: Content
    validity: Validity | None = None
    report_wanted: bool = False
    reject_duplicates: bool = False
    reply_path: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """What became of a message from us: `status` is TP-ST, which `fates.fate` reads.

    `stamp` is when the centre took the message, `discharge` when it was done with it or last tried.
    """

    smsc: Address | None = None
    reference: int
    recipient: Address
    stamp: Stamp
    discharge: Stamp
    status: int


Message = Deliver | Submit | StatusReport
