"""A PDU's octets, taken from front to back."""

import re

from sidetone_gsm.pdu.fault import PduError

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


class Octets:
    """What is left of a PDU; taking more than there is raises PduError with the field's name."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    @classmethod
    def from_hex(cls, text: str) -> "Octets":
        """The octets that a modem wrote as hexadecimal digits; raises PduError for anything else."""
        written = text.strip()
        if not _HEX.fullmatch(written):
            raise PduError("PDU", "not pairs of hexadecimal digits")
        return cls(bytes.fromhex(written))

    def __len__(self) -> int:
        return len(self._octets) - self._at

    def take(self, count: int, where: str) -> bytes:
        """The next `count` octets."""
        if count > len(self):
            raise PduError(where, f"needs {count} octets, {len(self)} are left")
        taken = self._octets[self._at : self._at + count]
        self._at += count
        return taken

    def octet(self, where: str) -> int:
        """The next octet as a number."""
        return self.take(1, where)[0]

    def rest(self) -> bytes:
        """All that is left, and nothing is left after it."""
        return self.take(len(self), "rest")
