"""What is left on the SIM, as its carrier tells by USSD: asked now and then, never in the way of a text."""

import re

from sidetone.plugin import Clock
from sidetone_gsm.at.commands import tell
from sidetone_gsm.at.ussd import UssdMode, decode_ussd
from sidetone_gsm.engine import Engine
from sidetone_gsm.pdu import septets
from sidetone_gsm.settings import Settings
from sidetone_gsm.spool import Spool
from sidetone_gsm.startup import Ready

_HOUR_MS = 3_600_000
_MOST_READ = 300  # characters of an answer
_ASKED, _FOUND = "balance asked", "balance"


class Balance:
    """`amount` is the last one that was told, None before; it and the time of the question outlive the process."""

    def __init__(self, settings: Settings, spool: Spool, clock: Clock) -> None:
        self._settings, self._spool, self._clock = settings, spool, clock
        self._pattern = re.compile(settings.balance_pattern)
        self.amount = _amount(spool.note(_FOUND))
        self._asked_at = int(spool.note(_ASKED) or 0)
        self._session = False

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask, or to leave a session that the network holds open."""
        pause = self._settings.balance_every * _HOUR_MS
        late = not 0 <= self._clock.now() - self._asked_at < pause  # the clock may have been set back
        return self._session or bool(self._settings.balance_code and late)

    @property
    def is_low(self) -> bool:
        """Whether less is left than is to be told of."""
        return self.amount is not None and self.amount < self._settings.balance_low

    async def ask(self, engine: Engine, ready: Ready) -> None:
        """Dial the code; the answer is heard whenever it comes. Raises what `Engine.ask` raises."""
        if self._session:
            self._session = False
            await engine.ask(tell("AT+CUSD=2"))
            return
        self._asked_at = self._clock.now()
        self._spool.set_note(_ASKED, str(self._asked_at))
        code = self._settings.balance_code
        await engine.ask(tell(f'AT+CUSD=1,"{packed(code) if wants_packed(ready) else code}",15'))

    def hear(self, line: str) -> None:
        """A `+CUSD:` line, asked for or not; only an amount in it is kept."""
        found = decode_ussd(line) if self._settings.balance_code else None
        if found is None:
            return
        self._session = found.mode is UssdMode.ANSWER_WANTED
        match = self._pattern.search((found.text or "")[:_MOST_READ])
        amount = _amount((match[1] if match.re.groups else match[0]) if match else "")
        if amount is not None:
            self.amount = amount
            self._spool.set_note(_FOUND, str(amount))


def wants_packed(ready: Ready) -> bool:
    """Whether a code is dialled as packed septets: a make that does, and would not be told otherwise."""
    return ready.quirks.packed_ussd and "AT^USSDMODE=0" in ready.without


def packed(code: str) -> str:
    """A code as septets in hexadecimal digits."""
    return septets.pack(code.encode("ascii")).hex().upper()


def _amount(text: str | None) -> float | None:
    """`12.34` and `12,34`."""
    told = (text or "").replace(",", ".")
    return float(told) if re.fullmatch(r"-?\d{1,9}(\.\d{1,4})?", told) else None
