"""What modems say without being asked, by table (3GPP TS 27.005, 27.007 and what makes add)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Told(StrEnum):
    """What an unsolicited line is about."""

    MESSAGE_STORED = "message-stored"  # a hint to read the stores now
    REPORT_STORED = "report-stored"
    MESSAGE = "message"  # with its PDU
    REPORT = "report"  # with its PDU
    BROADCAST = "broadcast"  # with its PDU; never asked for
    STORE_FULL = "store-full"
    SENT_LATE = "sent-late"  # `+CMGS` with no send in flight
    REGISTRATION = "registration"
    USSD = "ussd"
    SIGNAL = "signal"
    SIM = "sim"
    SMS_READY = "sms-ready"
    RESTARTED = "restarted"  # settings are gone: the whole initialisation again
    GOING_DOWN = "going-down"
    POWER = "power"  # supply out of bounds
    CALL = "call"
    OTHER = "other"  # known, and of no use


@dataclass(frozen=True, slots=True)
class Pattern:
    """Lines that begin with `prefix`; `two_lines`: a PDU of the length that it declares comes next."""

    prefix: str
    told: Told
    two_lines: bool = False


_STANDARD = (
    Pattern("+CMTI:", Told.MESSAGE_STORED),
    Pattern("+CDSI:", Told.REPORT_STORED),
    Pattern("+CMT:", Told.MESSAGE, two_lines=True),
    Pattern("+CDS:", Told.REPORT, two_lines=True),
    Pattern("+CBM:", Told.BROADCAST, two_lines=True),
    Pattern("+CBMI:", Told.OTHER),
    Pattern("+CMGS:", Told.SENT_LATE),
    Pattern("+CREG:", Told.REGISTRATION),
    Pattern("+CGREG:", Told.REGISTRATION),
    Pattern("+CEREG:", Told.REGISTRATION),
    Pattern("+C5GREG:", Told.REGISTRATION),
    Pattern("+COPS:", Told.OTHER),
    Pattern("+CUSD:", Told.USSD),
    Pattern("+CSQ:", Told.SIGNAL),
    Pattern("+CESQ:", Told.SIGNAL),
    Pattern("+CPIN:", Told.SIM),
    Pattern("+CFUN:", Told.OTHER),
    Pattern("+CRING:", Told.CALL),
    Pattern("+CLIP:", Told.CALL),
    Pattern("+CCWA:", Told.CALL),
    Pattern("+CSSI:", Told.CALL),
    Pattern("+CSSU:", Told.CALL),
    Pattern("+COLP:", Told.CALL),
    Pattern("RING", Told.CALL),
    Pattern("NO CARRIER", Told.CALL),
    Pattern("BUSY", Told.CALL),
    Pattern("NO ANSWER", Told.CALL),
    Pattern("CONNECT", Told.CALL),
    Pattern("+CGEV:", Told.OTHER),
    Pattern("+CTZV:", Told.OTHER),
    Pattern("+CTZE:", Told.OTHER),
    Pattern("+CTZU:", Told.OTHER),
    Pattern("+CTZDST:", Told.OTHER),
    Pattern("+CIEV: smsfull", Told.STORE_FULL),
    Pattern('+CIEV: "smsfull"', Told.STORE_FULL),
    Pattern("+CIEV:", Told.OTHER),
)

_OF_MAKES = (
    # Huawei
    Pattern("^SMMEMFULL:", Told.STORE_FULL),
    Pattern("^SYSSTART", Told.RESTARTED),  # Cinterion too
    Pattern("^SIMST:", Told.SIM),
    *(
        Pattern(f"^{name}:", Told.SIGNAL if name in ("RSSI", "HCSQ") else Told.OTHER)
        for name in [
            "RSSI",
            "HCSQ",
            "BOOT",
            "MODE",
            "DSFLOWRPT",
            "DSDORMANT",
            "SRVST",
            "CSNR",
            "NWTIME",
            "STIN",
            "LWURC",
            "EONS",
            "SIMHOTPLUG",
            "HRSSILVL",
            "CRSSI",
            "ANLEVEL",
            "CEND",
            "CONN",
            "ORIG",
            "CONF",
            "CERSSI",
            "LTERSRP",
            "CSCEIRAT",
            "ACTIVEBAND",
            "CRTI",
            "NDISSTAT",
            "NDISEND",
            "HWNAT",
            "PNN",
            "OPERATORNAME",
            "THERM",
            "SSPRES",
            "POSERR",
            "POSEND",
            "POSITION",
            "XLEMA",
        ]
    ),
    # Quectel
    Pattern('+QIND: "smsfull"', Told.STORE_FULL),
    Pattern("+QIND: SMS DONE", Told.SMS_READY),
    Pattern("+QIND:", Told.OTHER),
    Pattern("+QUSIM:", Told.SIM),
    Pattern("+QSIMSTAT:", Told.SIM),
    Pattern("+QGPSURC:", Told.OTHER),
    Pattern("+QTONEDET:", Told.OTHER),
    Pattern("+QNWINFO:", Told.OTHER),
    Pattern("POWERED DOWN", Told.GOING_DOWN),
    Pattern("RDY", Told.RESTARTED),
    # SIMCom
    Pattern("SMS Ready", Told.SMS_READY),
    Pattern("SMS DONE", Told.SMS_READY),
    Pattern("Call Ready", Told.OTHER),
    Pattern("PB DONE", Told.OTHER),
    Pattern("NORMAL POWER DOWN", Told.GOING_DOWN),
    Pattern("UNDER-VOLTAGE", Told.POWER),
    Pattern("OVER-VOLTAGE", Told.POWER),
    Pattern("*PSUTTZ:", Told.OTHER),
    Pattern("*PSNWID:", Told.OTHER),
    Pattern("DST:", Told.OTHER),
    Pattern("+NITZ:", Told.OTHER),
    Pattern("+CNSMOD:", Told.OTHER),
    # ZTE
    Pattern("+ZUSIMR:", Told.OTHER),
    Pattern("+ZDONR:", Told.OTHER),
    Pattern("+ZPASR:", Told.OTHER),
    Pattern("+ZPSTM:", Told.OTHER),
    Pattern("+ZEND", Told.CALL),
    # Sierra, Telit, Cinterion, Wavecom, Icera
    Pattern("+PACSP", Told.OTHER),
    Pattern("#QSS:", Told.SIM),
    Pattern("^SCKS:", Told.SIM),
    Pattern("+WIND:", Told.OTHER),
    Pattern("%NWSTATE:", Told.OTHER),
    Pattern("*EMRDY:", Told.RESTARTED),
    Pattern("*ESTKSMENU:", Told.OTHER),
    Pattern("*EPEV", Told.OTHER),
)
_BLANKS = re.compile(r"\s*([:,])\s*")


class Table:
    """The patterns that one modem's lines are held against, the longest prefix first."""

    def __init__(self, more: Iterable[Pattern] = ()) -> None:
        self._patterns: dict[str, list[tuple[str, Pattern]]] = {}
        for pattern in (*_STANDARD, *_OF_MAKES, *more):
            key = _key(pattern.prefix)
            self._patterns.setdefault(key[:2], []).append((key, pattern))
        for patterns in self._patterns.values():
            patterns.sort(key=lambda entry: -len(entry[0]))

    def match(self, line: str) -> Pattern | None:
        """The pattern that a line is of; letters' case and blanks around signs make no difference."""
        key = _key(line)
        return next((pattern for prefix, pattern in self._patterns.get(key[:2], ()) if _begins(key, prefix)), None)


def _key(text: str) -> str:
    return _BLANKS.sub(r"\1", text).upper()


def _begins(line: str, prefix: str) -> bool:
    """Whether the prefix ends where a word does: `RDY` is not the beginning of `RDYX`."""
    return line.startswith(prefix) and not (prefix[-1].isalnum() and line[len(prefix) : len(prefix) + 1].isalnum())
