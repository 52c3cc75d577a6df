"""The SIM's PIN: one try for each start of the modem, none with fewer than three left, and a refused one never again."""

import hashlib
import re

from sidetone_gsm.at.commands import Command
from sidetone_gsm.at.heads import fields
from sidetone_gsm.at.quirks import Quirks, quirks_of
from sidetone_gsm.engine import Engine
from sidetone_gsm.spool import Spool
from sidetone_gsm.startup import NotReady, SimWants

_LEAST_LEFT = 3
_OTHERS = ("SIM PUK", "SIM PIN2", "SIM PUK2", "P2")


class PinNeeded(NotReady):
    """Only a person can help: the message says with what."""

    def __init__(self, why: str) -> None:
        super().__init__("AT+CPIN", why)


async def enter_pin(engine: Engine, pin: str, spool: Spool, wanted: SimWants, *, tried: bool) -> None:
    """Answer what the SIM wants, if that is safe. Raises PinNeeded, and what `Engine.ask` raises.

    `tried`: whether it was entered since the modem was last switched on. A try is on the disk before it is made.
    """
    if wanted.state != "SIM PIN":
        raise PinNeeded(f"The SIM wants {wanted.state}: put it into a phone and unlock it there.")
    if not pin:
        raise PinNeeded("The SIM wants its PIN: set `pin_file`, or switch the PIN off in a phone.")
    quirks = await _quirks(engine)
    sim = await engine.ask(Command(quirks.iccid, free_text=True))
    words = " ".join((pin, *(line.line for line in sim.lines)))
    mark = f"pin {hashlib.scrypt(words.encode(), salt=b'sidetone', n=2**12, r=8, p=1).hex()[:32]}"
    if tried or spool.note(mark):
        raise PinNeeded(
            "The SIM has refused the PIN, or it is not known whether: check `pin`, then change it or clear the modem."
        )
    left = await _tries_left(engine, quirks.pin_tries)
    if left is not None and left < _LEAST_LEFT:
        raise PinNeeded(f"Only {left} tries are left for the PIN: enter it in a phone, which makes them three again.")
    spool.set_note(mark, "tried")
    answer = await engine.ask(Command(f'AT+CPIN="{pin}"', secret=True))
    if answer.cause is not None:
        raise PinNeeded(f"The SIM has refused the PIN ({answer.cause.words}).")
    spool.set_note(mark, "")


async def _quirks(engine: Engine) -> Quirks:
    make = await engine.ask(Command("AT+CGMI", free_text=True))
    model = await engine.ask(Command("AT+CGMM", free_text=True))
    return quirks_of(" ".join(line.line for line in make.lines), " ".join(line.line for line in model.lines))


async def _tries_left(engine: Engine, command: str) -> int | None:
    """How many tries the PIN has; None where the modem does not tell. The makes agree that its number comes first."""
    prefix = command.removeprefix("AT").rstrip("?")
    answer = await engine.ask(Command(command, info=(f"{prefix}:",)))
    for line in answer.lines:
        told = [field.strip(' "').upper() for field in fields(line.line)]
        numbers = [int(field) for field in told if re.fullmatch(r"\d{1,2}", field, re.ASCII)]
        if numbers and told[0] not in _OTHERS:
            return numbers[0]
    return None
