"""How long a command may take, in seconds from its write; what comes meanwhile never makes it longer."""

from sidetone_gsm.at.commands import Command

SIMPLE = 5.0
LISTING_PER_50_SLOTS = 20.0
PROMPT = 10.0
ACCEPTANCE = 120.0
"""From the PDU's write to `+CMGS`; then the outcome is unknown."""
LATE_ACCEPTANCE = 180.0
"""Until when a late `+CMGS` is still believed to be this part's."""
USSD_ANSWER = 60.0
SIM_AFTER_RADIO_ON = 30.0
NOT_YET = 30.0
"""How long `not yet` errors are tried again."""

_DEADLINES = {
    "+CPIN?": 10.0,
    "+CPIN=": 30.0,
    "+CREG": 10.0,
    "+CGREG": 10.0,
    "+CEREG": 10.0,
    "+COPS=?": 180.0,
    "+COPS": 40.0,
    "+CPMS": 20.0,
    "+CMGL": 60.0,
    "+CMGR": 10.0,
    "+CMGD": 25.0,
    "+CMGS": PROMPT,
    "+CUSD": 15.0,
    "+CFUN": 15.0,
}
_NOT_YET_STEPS = (0.2, 0.4, 0.8, 1.6, 2.0)


def deadline(command: Command) -> float:
    """Seconds for a command to end; for a send, until its prompt."""
    upper = command.text.upper().removeprefix("AT")
    return next((seconds for name, seconds in _DEADLINES.items() if upper.startswith(name)), SIMPLE)


def listing_deadline(slots: int | None) -> float:
    """Seconds for `AT+CMGL` on a store of so many slots."""
    return 60.0 if slots is None else max(LISTING_PER_50_SLOTS, LISTING_PER_50_SLOTS * -(-slots // 50))


def pause_before_retry(tries: int) -> float:
    """Seconds to wait after a modem has said `not yet` for the n-th time (from 1)."""
    return _NOT_YET_STEPS[min(tries, len(_NOT_YET_STEPS)) - 1] if tries > 0 else 0.0
