"""The one error that reading or writing a PDU raises."""


class PduError(ValueError):
    """Octets that are no PDU, or a message that cannot be put into one.

    `where` is the field (TP names as in 3GPP TS 23.040), `what` is wrong with it; neither quotes what was in it.
    """

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what
