"""What goes wrong with a modem, as it does: each fault begins, lasts and ends."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from plugins.gsm.model import Habits
from plugins.gsm.pty_modem import PtyModem

# A PDU that nobody answered is listened for so long: with such a fault only then can anything else begin.
HELD = 185.0
NOISE = ["^RSSI:12", "+ZUSIMR:2", '+CREG: 1,"01A2","0B3C"', "RING", "~\xff"]
ERRORS = ("+CMS ERROR: 500", "+CMS ERROR: 515", "+CME ERROR: 14", "+CMS ERROR: 302", "ERROR")
COMMANDS = ("AT+CPMS", "AT+CMGL", "AT+CMGD", "AT+CMGF", "AT+CNMI", "AT+CPIN?", "AT+CSCA", "AT+CREG", "AT+CMGS")


@dataclass(frozen=True, slots=True)
class Fault:
    """`begin` and `end` work on the modem; it lasts up to `longest` seconds, and at least `shortest`."""

    name: str
    begin: Callable[[PtyModem, Random], None]
    end: Callable[[PtyModem, Random], None]
    longest: float = 120.0
    shortest: float = 0.0


def _habits(**habits: object) -> Callable[[PtyModem, Random], None]:
    def begin(modem: PtyModem, chance: Random) -> None:
        modem.habits = Habits(**habits)  # type: ignore[arg-type]

    return begin


def _well(modem: PtyModem, chance: Random) -> None:
    modem.habits = Habits()


def _hang(modem: PtyModem, chance: Random) -> None:
    modem.is_dead = True


def _wake(modem: PtyModem, chance: Random) -> None:
    modem.is_dead = False
    modem.flow()


def _wake_anew(modem: PtyModem, chance: Random) -> None:
    _wake(modem, chance)
    modem.restart()


def _unplug(modem: PtyModem, chance: Random) -> None:
    modem.unplug()


def _plug(modem: PtyModem, chance: Random) -> None:
    modem.habits = Habits()
    if not modem.is_plugged:
        modem.plug()
    modem.flow()


def _flicker(modem: PtyModem, chance: Random) -> None:
    for _ in range(chance.randint(1, 4)):
        modem.unplug()
        modem.plug()


def _restart(modem: PtyModem, chance: Random) -> None:
    modem.restart()


def _fill(modem: PtyModem, chance: Random) -> None:
    for store in ("SM", "ME"):
        modem.slots_of[store] = chance.randint(1, 3)


def _roomy(modem: PtyModem, chance: Random) -> None:
    modem.slots_of = {"SM": 20, "ME": 23, "SR": 10}
    modem.flow()


def _lose_network(modem: PtyModem, chance: Random) -> None:
    modem.register(chance.choice([0, 2, 3, 4, 8]))


def _find_network(modem: PtyModem, chance: Random) -> None:
    modem.register(1)


def _fail_once(modem: PtyModem, chance: Random) -> None:
    modem.habits = Habits(errors={command: chance.choice(ERRORS) for command in chance.sample(COMMANDS, 3)})


def _babble(modem: PtyModem, chance: Random) -> None:
    modem.emit(chance.randbytes(chance.randint(1, 2000)))


FAULTS = (
    Fault("echo and noise", _habits(echoes=True, blurts=NOISE), _well),
    Fault("octet by octet", _habits(pieces=1, blurts=NOISE[:1]), _well, longest=5.0),
    Fault("no prompt", _habits(no_prompt=True), _well),
    Fault("silence after the PDU", _habits(after_pdu="silence"), _well, longest=300.0, shortest=HELD),
    Fault("silence, and nothing left", _habits(after_pdu="lost"), _well, longest=300.0, shortest=HELD),
    Fault("no end", _habits(after_pdu="no end"), _well),
    Fault("reset after the PDU", _habits(after_pdu="reset"), _well),
    Fault("gone after the PDU", _habits(after_pdu="vanish"), _plug),
    Fault("refused", _habits(after_pdu="+CMS ERROR: 38"), _well),
    Fault("hangs", _hang, _wake, longest=600.0, shortest=HELD),
    Fault("hangs until it begins anew", _hang, _wake_anew, longest=600.0, shortest=HELD),
    Fault("unplugged", _unplug, _plug, longest=600.0),
    Fault("flickers", _flicker, _plug, longest=0.0),
    Fault("begins anew", _restart, _well),
    Fault("full stores", _fill, _roomy),
    Fault("lies and tells twice", _habits(counts_lie=True, told_twice=True), _well),
    Fault("late", _habits(late=3), _well),
    Fault("no network", _lose_network, _find_network),
    Fault("errors", _fail_once, _well),
    Fault("babble", _babble, _well),
)
