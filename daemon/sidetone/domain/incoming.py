"""What comes in through a carrier, as values."""

from dataclasses import dataclass

from sidetone.domain.keywords import Keyword
from sidetone.domain.outcome import RejectKind
from sidetone.domain.status import ReceiptStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A text that a carrier brings, in the carrier's own spelling.

    `carrier_id` is the carrier's id, or None where it gives none. `sender` and `recipient` may be written in any way a
    phone number is. `carrier_time` (ms, UTC) is the carrier's own time stamp. The same `carrier_id` is the same
    message, however often it comes. `says`: what the carrier itself took the text for, and has answered; it counts
    although the text may be no word of ours. None: Sidetone reads the text.
    """

    carrier_id: str | None
    sender: str
    recipient: str
    body: str
    carrier_time: int | None = None
    says: Keyword | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a carrier says later about a part that it accepted. `code` and `text` are the carrier's own.

    `carrier_id` is the one that `Accepted.parts` names. A receipt for an id that nobody knows is kept until its send has
    returned. `kind`: whose fault a bad status is, None where that is not known; with OPTED_OUT the party enters the
    opt-out list.
    """

    carrier_id: str
    status: ReceiptStatus
    code: str = ""
    text: str = ""
    carrier_time: int | None = None
    kind: RejectKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misunderstood:
    """Something authentic that the plugin cannot read: kept raw, flagged for the admin, then acknowledged.

    `reason` says what is odd about it, without quoting it.
    """

    content_type: str
    raw: bytes
    reason: str
