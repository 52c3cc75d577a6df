"""What plugins and carriers hand us, made safe to store: total, bounded, and never so changed that two things are one."""

import re
from hashlib import sha256

from sidetone.domain.incoming import Receipt
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus

LONGEST_ID = 200
LONGEST_CODE = 64
LONGEST_TEXT = 500
MOST_PARTS = 255  # the most that a concatenated text has (3GPP TS 23.040, 9.2.3.24.1)
LATEST = 253_402_300_800_000  # ms: the year 10000, which no calendar of ours reaches


def usable_outcome(answer: object) -> Outcome:
    """What a plugin's `send` returned, as an outcome that can be stored; Unknown for what is none."""
    match answer:
        case Accepted(parts=parts, note=note):
            return Accepted(_part_ids(parts), clean(note, LONGEST_TEXT))
        case Rejected(kind=kind, code=code, text=text):
            known = kind if isinstance(kind, RejectKind) else RejectKind.MESSAGE
            return Rejected(known, clean(code, LONGEST_CODE), clean(text, LONGEST_TEXT))
        case Deferred(reason=reason, after=after, code=code, whole_carrier=whole):
            seconds = float(after) if isinstance(after, int | float) else None
            return Deferred(clean(reason, LONGEST_TEXT), seconds, clean(code, LONGEST_CODE), bool(whole))
        case Unknown(reason=reason, code=code):
            return Unknown(clean(reason, LONGEST_TEXT), clean(code, LONGEST_CODE))
    return Unknown("its plugin gave no answer that can be used")


def usable_receipt(receipt: Receipt) -> Receipt | None:
    """A receipt that can be stored; None for one that names nothing."""
    carrier_id = id_text(receipt.carrier_id)
    if carrier_id is None:
        return None
    return Receipt(
        carrier_id=carrier_id,
        status=ReceiptStatus(receipt.status),
        code=clean(receipt.code, LONGEST_CODE),
        text=clean(receipt.text, LONGEST_TEXT),
        carrier_time=time(receipt.carrier_time),
        kind=receipt.kind if isinstance(receipt.kind, RejectKind) else None,
    )


def id_text(carrier_id: object) -> str | None:
    """A carrier's id; one that is too long or no Unicode is told by its hash. None for none, and for an empty one."""
    text = "" if carrier_id is None else str(carrier_id).strip()
    if not text:
        return None
    plain = text.encode("utf-8", "surrogatepass")
    if len(plain) <= LONGEST_ID and _is_storable(text):
        return text
    return f"sha256:{sha256(plain).hexdigest()}"


def clean(text: object, most: int) -> str:
    """The first `most` characters of a text that is not ours, without what cannot be stored or shown."""
    return whole_text(text if isinstance(text, str) else "" if text is None else str(text))[:most].strip()


def whole_text(text: str) -> str:
    """A text without NULs (modems pad with them), its surrogate pairs joined and halves without a partner marked."""
    text = text.replace("\0", "")
    return text if _is_storable(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def time(ms: object) -> int | None:
    """A carrier's own time, None for one that no calendar has."""
    return int(ms) if isinstance(ms, int | float) and 0 <= ms < LATEST else None


def usable_number(number: object) -> str:
    """A carrier's own number (ITU-T E.164), "" for what is none."""
    return number if isinstance(number, str) and re.fullmatch(r"\+[1-9]\d{1,14}", number) else ""


def _part_ids(parts: object) -> tuple[str | None, ...]:
    """One id or None a part. An id that stands twice names its first part only, so that one receipt settles it."""
    if not isinstance(parts, tuple | list) or not parts:
        return (None,)
    ids = [id_text(part) for part in parts[:MOST_PARTS]]
    return tuple(None if id_ in ids[:place] else id_ for place, id_ in enumerate(ids))


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
