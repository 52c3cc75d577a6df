"""Who is outside: the one key that conversations, blocks, opt-outs, contacts and calls share."""

from dataclasses import dataclass
from enum import StrEnum


class PartyKind(StrEnum):
    """What sort of address an outside party has; only E.164 is a phone that can be called."""

    E164 = "e164"
    SHORT = "short"
    ALPHA = "alpha"


@dataclass(frozen=True, slots=True)
class Party:
    """An address outside the company.

    `value` is `+` and up to 15 digits (ITU-T E.164), the 3 to 8 digits of a short code, or the 1 to 11
    characters of an alphanumeric sender (3GPP TS 23.040, 9.1.2.5), which cannot be answered.
    """

    kind: PartyKind
    value: str

    @property
    def answerable(self) -> bool:
        """Whether a text can be sent back to it."""
        return self.kind is not PartyKind.ALPHA
