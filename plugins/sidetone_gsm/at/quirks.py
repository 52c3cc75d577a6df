"""What the makes do differently, as data; chosen by what `AT+CGMI` and `AT+CGMM` answer."""

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """One family's habits.

    `usb`: vendor ids. `at_port`: what the AT port is called, or its interface number, in words for an admin.
    `stores`: the receive stores to prefer. `first_index`: of a store's slots. `quiet`: commands that silence its own
    unsolicited lines; `prepare`: further ones that initialisation sends. `pin_tries`: how to ask for the tries left.
    `iccid`: how to ask for the SIM's number. `sms_ready`: the unsolicited line that says so, empty if none does.
    `inline_reports`: False where `+CDS` is offered and refused. `reports`: False where none ever come.
    `report_numbers_are_rubbish`, `packed_ussd`, `cpin_without_ok`: as they say. `ready_after`: seconds from a restart.
    `pause`: seconds between commands. `chunk`: octets of a PDU to write at once, 0 for all.
    """

    make: str
    answers: str
    usb: tuple[str, ...] = ()
    at_port: str = ""
    stores: tuple[str, ...] = ("ME", "SM")
    first_index: int = 1
    quiet: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()
    pin_tries: str = "AT+CPINR"
    iccid: str = "AT+CCID"
    sms_ready: str = ""
    inline_reports: bool = True
    reports: bool = True
    report_numbers_are_rubbish: bool = False
    packed_ussd: bool = False
    cpin_without_ok: bool = False
    ready_after: float = 5.0
    pause: float = 0.0
    chunk: int = 0
    note: str = ""

    def is_of(self, manufacturer: str, model: str) -> bool:
        """Whether a modem with these answers is one of the family."""
        return re.search(self.answers, f"{manufacturer} {model}", re.IGNORECASE) is not None


PLAIN = Quirks(make="other", answers="")
"""A modem that follows the standards."""

_TELTONIKA = Quirks(
    make="Teltonika",
    answers=r"teltonika|\bTRM2\d\d",
    usb=("2c7c",),
    at_port="interface 2",
    first_index=0,
    pin_tries="AT+QPINC?",
    iccid="AT+QCCID",
    sms_ready="+QIND: SMS DONE",
    inline_reports=False,
    ready_after=15.0,
    note="TRM240 keeps reports in the store SR and tells +CDSI",
)

# In this order: a Teltonika holds a module of another make and answers with both names.
MAKES: tuple[Quirks, ...] = (
    replace(_TELTONIKA, make="Teltonika TRM250", answers=r"\bTRM25\d", reports=False, note=""),
    _TELTONIKA,
    Quirks(
        make="Quectel BG",
        answers=r"\b(BG9[56]|BC6\d)",
        usb=("2c7c",),
        at_port="interface 2",
        first_index=0,
        pin_tries="AT+QPINC?",
        iccid="AT+QCCID",
        reports=False,
        ready_after=15.0,
    ),
    Quirks(
        make="Quectel",
        answers=r"quectel|\b(EC2\d|EG\d\d|EP06|UC20|M95)",
        usb=("2c7c",),
        at_port="interface 2",
        first_index=0,
        prepare=('AT+QURCCFG="urcport","usbat"',),
        pin_tries="AT+QPINC?",
        iccid="AT+QCCID",
        sms_ready="+QIND: SMS DONE",
        inline_reports=False,
        ready_after=15.0,
        note="forgets AT+CNMI at each reset; without a VoLTE profile some carriers give it no texts",
    ),
    Quirks(
        make="Huawei",
        answers=r"huawei|\b(E1\d\d\d?|E3\d\d\d?|K3\d\d\d|K4\d\d\d|ME909)",
        usb=("12d1",),
        at_port="the port named PCUI",
        first_index=0,
        quiet=("AT^CURC=0",),
        prepare=("AT^PORTSEL=1", "AT^USSDMODE=0"),
        pin_tries="AT^CPIN?",
        iccid="AT^ICCID?",
        packed_ussd=True,
        note="class 0 comes by +CMT; HiLink firmware has no AT port at all",
    ),
    Quirks(
        make="SIMCom 2G",
        answers=r"SIM(COM_)?_?(800|900|868|808)",
        at_port="its UART",
        stores=("SM",),
        pin_tries="AT+SPIC",
        iccid="AT+CCID",
        sms_ready="SMS Ready",
        chunk=64,
        note="mute where 2G is switched off; takes 2 A in bursts",
    ),
    Quirks(
        make="SIMCom",
        answers=r"simcom|\bSIM7\d\d\d|\bA76\d\d",
        usb=("1e0e",),
        at_port="interface 2",
        pin_tries="AT+SPIC",
        iccid="AT+CICCID",
        sms_ready="SMS DONE",
    ),
    Quirks(
        make="ZTE",
        answers=r"\bzte\b|\bMF\d\d\d|K3565-Z|\bM6280",
        usb=("19d2",),
        inline_reports=False,
        report_numbers_are_rubbish=True,
        ready_after=10.0,
        note="AT+CSMP erases the service centre; some come up as a disc first",
    ),
    Quirks(
        make="Sierra",
        answers=r"sierra|airprime|\b(MC|EM)7\d\d\d",
        usb=("1199",),
        at_port="interface 3",
        iccid="AT!ICCID?",
        note="texts over the AT port are off in QMI and MBIM compositions",
    ),
    Quirks(
        make="Wavecom",
        answers=r"wavecom|fastrack|multi-?tech",
        at_port="its UART",
        stores=("SM",),
        cpin_without_ok=True,
        pause=0.05,
        note="AT+CPMS takes two values; says 515 for a while after AT+CFUN",
    ),
)


def quirks_of(manufacturer: str, model: str) -> Quirks:
    """The habits of a modem by its answers; `PLAIN` if the family is not known."""
    return next((quirks for quirks in MAKES if quirks.is_of(manufacturer, model)), PLAIN)
