"""What an answer to a message means. Pure: a table of cases tests it."""

from typing import Any

from sidetone.plugin import Accepted, Deferred, Outcome, ReceiptStatus, Rejected, RejectKind, Unknown
from sidetone_example.api import Answer

KINDS = {
    "bad_recipient": RejectKind.RECIPIENT,
    "bad_sender": RejectKind.SENDER,
    "opted_out": RejectKind.OPTED_OUT,
}
REPORTS = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "expired": ReceiptStatus.EXPIRED,
}


def outcome_of(answer: Answer) -> Outcome:
    """Accepted only with an id, Deferred only where the message was certainly not taken, Unknown for all the rest."""
    match answer.status:
        case 201 if carrier_id := text(answer.fields, "id"):
            return Accepted((carrier_id,))
        case 400 | 404 | 422:
            code = text(answer.fields, "error")
            return Rejected(KINDS.get(code, RejectKind.MESSAGE), code, text(answer.fields, "message"))
        case 401 | 403:
            return Deferred("Example Telecom refuses our token.", code=f"{answer.status}", whole_carrier=True)
        case 429 | 503:
            return Deferred("Example Telecom is busy.", after=answer.wait, code=f"{answer.status}")
    return Unknown("Example Telecom's answer makes no sense.", code=f"{answer.status}")


def text(fields: dict[str, Any], name: str) -> str:
    """A field that is a text; an empty one for anything else."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""
