"""A modem as it behaves behind its wire: stores, settings that a reset forgets, a network, and every bad habit.

The bad habits are attributes: what is set there happens when its moment comes. `emit` is handed the octets to write.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from plugins.gsm.network import write_status_report
from sidetone_gsm.at.heads import fields
from sidetone_gsm.pdu.addresses import Address
from sidetone_gsm.pdu.messages import StatusReport, Submit
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.pdu.times import decode_stamp

CTRL_Z, ESCAPE, RETURN = b"\x1a", b"\x1b", b"\r"
ANSWERS = {
    "AT+CGMI": ["Far Side", "OK"],
    "AT+CGMM": ["One", "OK"],
    "AT+CGSN": ["861234567890123", "OK"],
    "AT+CIMI": ["262011234567890", "OK"],
    "AT+CCID": ['+CCID: "8949020000012345678F"', "OK"],
    "AT+CFUN?": ["+CFUN: 1", "OK"],
    "AT+CSCA?": ['+CSCA: "+491710760000",145', "OK"],
    "AT+CPMS=?": ['+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")', "OK"],
    "AT+CNMI=?": ["+CNMI: (0-2),(0-1),(0,2),(0-2),(0)", "OK"],
    "AT+CSQ": ["+CSQ: 17,99", "OK"],
    "AT+COPS?": ['+COPS: 0,0,"Far Net",7', "OK"],
}
NEEDS_SIM = ("+CIMI", "+CMG", "+CPMS", "+CNMI", "+CSCA", "+CUSD")
STAMP = decode_stamp(bytes.fromhex("62111221430040"))


@dataclass
class Habits:
    """What goes wrong, and when.

    `echoes`: also after ATE0. `blurts`: lines that come before, between and after the lines of every answer, and before
    each prompt. `pieces`: octets to a write, 0 for all. `after_pdu`: silence, lost (silence, and nothing left), late,
    no end, vanish, reset or an error's line. `errors`: what a command is answered with once. `counts_lie`: no message is
    counted. `late`: listings that do not show yet what came. `reports`: inline, stored or none.
    """

    echoes: bool = False
    blurts: list[str] = field(default_factory=list)
    pieces: int = 0
    no_prompt: bool = False
    bare_prompt: bool = False
    after_pdu: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    counts_lie: bool = False
    late: int = 0
    told_twice: bool = False
    reports: str = "inline"


class Model:
    """One modem with its SIM and its network. `taken`: the PDUs that the network took, in order."""

    def __init__(self, emit: Callable[[bytes], None]) -> None:
        self.emit = emit
        self.habits = Habits()
        self.asked: list[str] = []
        self.silent_to: set[str] = set()
        self.is_dead = False
        self.replies: dict[str, list[str]] = {key: list(lines) for key, lines in ANSWERS.items()}
        self.stores: dict[str, dict[int, tuple[int, str]]] = {"SM": {}, "ME": {}, "SR": {}}
        self.slots_of = {"SM": 20, "ME": 23, "SR": 10}
        self.first_index = 1
        self.taken: list[str] = []
        self.waiting: list[str] = []
        self.late_lines: list[str] = []
        self.pin = ""
        self.pin_tries = 3
        self.stat = 1
        self.stamp = STAMP
        self.ussd: dict[str, str] = {"*100#": "Balance: 12.34 EUR"}
        self.on_silence: Callable[[], None] = lambda: None
        self.on_vanish: Callable[[], None] = lambda: None
        self.boot = ["RDY", "+CPIN: READY", "SMS Ready"]
        self._reference = 0
        self._heard = b""
        self._entry: int | None = None
        self._forget()
        self.is_pdu_mode, self._echo = True, False  # for tests that do not begin at the beginning

    @property
    def slots(self) -> dict[int, tuple[int, str]]:
        """The SIM's: state and PDU by index."""
        return self.stores["SM"]

    @slots.setter
    def slots(self, slots: dict[int, tuple[int, str]]) -> None:
        self.stores["SM"] = slots

    def hear(self, data: bytes) -> None:
        """Take octets from the wire, whatever they are."""
        if self.is_dead:
            return
        self._heard += data
        while self._step():
            pass

    def say(self, *lines: str) -> None:
        """Say something unasked, or the rest of an answer."""
        data = b"".join(b"\r\n" + line.encode() + b"\r\n" for line in lines)
        size = self.habits.pieces or len(data) or 1
        for start in range(0, len(data), size):
            self.emit(data[start : start + size])

    def arrive(self, pdu: str) -> None:
        """The network has a message for us; it keeps it while the store is full, or the modem away."""
        self.waiting.append(pdu)
        self.flow()

    def arrive_at_once(self, pdu: str) -> None:
        """A message that is told with its PDU and stored nowhere, as flash texts are."""
        self.say(f"+CMT: ,{_octets(pdu)}", pdu)

    def report(self, reference: int, status: int, recipient: Address) -> None:
        """The network reports on what it took."""
        told = StatusReport(
            smsc=None, reference=reference, recipient=recipient, stamp=self.stamp, discharge=self.stamp, status=status
        )
        pdu = write_status_report(told)
        if self.habits.reports == "inline":
            self.say(f"+CDS: {_octets(pdu)}", pdu)
        elif self.habits.reports == "stored":
            self._put("SR", pdu, "+CDSI")

    def register(self, stat: int) -> None:
        """Come into another standing with the network, and say so where that was asked for."""
        self.stat = stat
        self.say(*[f"{name}: {stat}" for name in sorted(self._registrations)])

    def restart(self) -> None:
        """Begin anew, as after a dip of the power: no setting is left, and rubbish comes first."""
        self._forget()
        self.emit(b"\xff\x00\xfe~")
        self.say(*self.boot)

    def _forget(self) -> None:
        self._echo, self.is_pdu_mode, self._unlocked = True, False, False
        self._entry, self._heard = None, b""
        self._registrations: set[str] = set()
        self._tells_of_new = False
        self._store, self._receives = "SM", "SM"

    def _step(self) -> bool:
        """Take one command or PDU of what was heard."""
        if self._entry is not None:
            ends = [place for end in (CTRL_Z, ESCAPE) if (place := self._heard.find(end)) >= 0]
            if not ends:
                return False
            pdu, left = self._heard[: min(ends)], self._heard[min(ends) :]
            self._heard, length, self._entry = left[1:], self._entry, None
            if left[:1] == CTRL_Z:
                self._submit(pdu.decode("latin-1").strip(), length)
            return True
        if RETURN not in self._heard:
            return False
        line, _, self._heard = self._heard.partition(RETURN)
        command = line.decode("latin-1").rpartition("\x1b")[2].strip()
        if command:
            self._answer(command)
        return not self.is_dead

    def _answer(self, command: str) -> None:
        self.asked.append(command)
        if self._echo or self.habits.echoes:
            self.emit(command.encode() + RETURN)
        if command in self.silent_to:
            return
        if command.startswith("AT+CMGS="):
            self._begin_entry(command)
            return
        for line in self._reply(command):
            self.say(*self.habits.blurts, line)
        self.say(*self.habits.blurts)
        self._afterwards(command)

    def _begin_entry(self, command: str) -> None:
        self.say(*self.habits.blurts)
        if error := self.habits.errors.pop("AT+CMGS", ""):
            self.say(error)
        elif not self._can_use_sim:
            self.say("+CMS ERROR: 311")
        elif self.stat not in (1, 5, 6, 7, 9, 10):
            self.say("+CMS ERROR: 331")
        elif not self.habits.no_prompt:
            self._entry = int(command.partition("=")[2])
            self.emit(b"\r\n>")
            if not self.habits.bare_prompt:
                self.emit(b" ")

    def _submit(self, pdu: str, length: int | None) -> None:
        how = self.habits.after_pdu
        if length != _octets(pdu):
            self.say("+CMS ERROR: 304")
        elif how.startswith("+CM"):
            self.say(how)
        else:
            if how in ("lost", "silence"):
                self.on_silence()
            if how != "lost":
                self._take(pdu, how)

    def _take(self, pdu: str, how: str) -> None:
        self.taken.append(pdu)
        self._reference = (self._reference + 1) % 256
        lines = [f"+CMGS: {self._reference}", "OK"]
        if how == "late":
            self.late_lines = lines
        elif how == "vanish":
            self.on_vanish()
        elif how == "reset":
            self.restart()
        elif how != "silence":
            self.say(*self.habits.blurts, *(lines[:1] if how == "no end" else lines))
            submit = read_pdu(pdu)
            if isinstance(submit, Submit) and submit.report_wanted:
                self.report(self._reference, 0, submit.recipient)

    @property
    def _can_use_sim(self) -> bool:
        return not self.pin or self._unlocked

    def _reply(self, command: str) -> list[str]:
        for prefix in list(self.habits.errors):
            if command.startswith(prefix):
                return [self.habits.errors.pop(prefix)]
        name, _, given = command.removeprefix("AT").partition("=")
        if name.startswith(NEEDS_SIM) and not self._can_use_sim:
            return ["+CMS ERROR: 311" if name.startswith("+CMG") else "+CME ERROR: 11"]
        if command in self.replies:
            return self.replies[command]
        if name.endswith("REG?"):
            return [f"{name[:-1]}: {2 if name[:-1] in self._registrations else 0},{self.stat}", "OK"]
        if name.startswith("+CPIN"):
            return self._reply_pin(name, given.strip('"'))
        if name in ("+CPMS", "+CMGL", "+CMGR", "+CMGD"):
            return self._reply_store(name, given)
        self._set(name, given)
        return ["OK"]

    def _set(self, name: str, given: str) -> None:
        if name.startswith("E"):
            self._echo = name == "E1"
        elif name == "+CMGF":
            self.is_pdu_mode = given == "0"
        elif name == "+CNMI":
            self._tells_of_new = fields(f":{given}")[1] == "1"
        elif name.endswith("REG"):
            self._registrations = self._registrations | {name} if given != "0" else self._registrations - {name}

    def _reply_pin(self, name: str, given: str) -> list[str]:
        state = "READY" if self._can_use_sim else "SIM PIN" if self.pin_tries > 0 else "SIM PUK"
        if name == "+CPIN?":
            return [f"+CPIN: {state}", "OK"]
        if name == "+CPINR":
            return [f"+CPINR: SIM PIN,{self.pin_tries},3", "OK"]
        if self.pin_tries <= 0 or given != self.pin:
            self.pin_tries = max(self.pin_tries - 1, 0)
            return ["+CME ERROR: 16" if self.pin_tries else "+CME ERROR: 12"]
        self._unlocked, self.pin_tries = True, 3
        return ["OK"]

    def _reply_store(self, name: str, given: str) -> list[str]:
        if name == "+CPMS":
            stores = [store.strip('"') for store in fields(f":{given}")]
            self._store, self._receives = stores[0], stores[2] if len(stores) > 2 else self._receives
            used = 0 if self.habits.counts_lie else len(self.stores[self._store])
            return [f"+CPMS: {used},{self.slots_of[self._store]}", "OK"]
        slots = self.stores[self._store]
        if name == "+CMGL":
            hidden, self.habits.late = self.habits.late > 0, max(self.habits.late - 1, 0)
            found = [] if hidden else sorted(slots)
            return [line for slot in found for line in self._entry_lines(f"+CMGL: {slot},", slots[slot])] + ["OK"]
        index = int(given)
        if name == "+CMGR":
            return [*self._entry_lines("+CMGR: ", slots[index]), "OK"] if index in slots else ["+CMS ERROR: 321"]
        slots.pop(index, None)
        return ["OK"]

    def _entry_lines(self, head: str, slot: tuple[int, str]) -> list[str]:
        stat, pdu = slot
        if not self.is_pdu_mode:
            return [f'{head}"REC UNREAD","+1555",,"26/01/01"', "hello"]
        return [f"{head}{stat},,{_octets(pdu)}", pdu]

    def _afterwards(self, command: str) -> None:
        """What a command sets going, after its answer."""
        if command.startswith("AT+CMGD"):
            self.flow()
        elif command.startswith("AT+CUSD=1"):
            text = self.ussd.get(fields(f":{command}")[1].strip('"'))
            self.say(f'+CUSD: 0,"{text}",15' if text is not None else "+CUSD: 4")
        elif command == "AT+CFUN=1,1":
            self.restart()

    def flow(self) -> None:
        """Let in what the network has kept, as far as there is room."""
        while not self.is_dead and self.waiting and len(self.stores[self._receives]) < self.slots_of[self._receives]:
            self._put(self._receives, self.waiting.pop(0), "+CMTI")

    def _put(self, store: str, pdu: str, name: str) -> None:
        slots = self.stores[store]
        index = next(place for place in range(self.first_index, 256) if place not in slots)
        slots[index] = (0, pdu)
        if self._tells_of_new and not self.is_dead:
            for _ in range(2 if self.habits.told_twice else 1):
                self.say(f'{name}: "{store}",{index}')


def _octets(pdu: str) -> int:
    """Of the TPDU, without the centre's field."""
    return len(pdu) // 2 - 1 - int(pdu[:2], 16)
