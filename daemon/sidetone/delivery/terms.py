"""The terms of delivery that a site may choose."""

from dataclasses import dataclass

from sidetone.domain.retry import RECEIPT_WAIT, UNKNOWN_WAIT, VALIDITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Times in ms. `longest_text` in characters (P-09)."""

    validity: int = VALIDITY
    receipt_wait: int = RECEIPT_WAIT
    unknown_wait: int = UNKNOWN_WAIT
    longest_text: int = 670
