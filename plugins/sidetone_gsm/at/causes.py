"""What a modem's error numbers mean, and what is to be done (3GPP TS 24.011 annex E, 23.040 9.2.3.22, 27.005, 27.007)."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whose fault an error is."""

    MESSAGE = "message"  # bad for good
    DESTINATION = "destination"  # refuses for good
    ROUTE = "route"  # this SIM or modem cannot now: another may
    LATER = "later"  # once more, here
    UNKNOWN = "unknown"  # it may have left
    CAPABILITY = "capability"  # the modem cannot do this: go on without
    IGNORE = "ignore"
    ACCEPTED = "accepted"  # the centre has it already


class Remedy(StrEnum):
    """What helps, beside trying again."""

    NONE = "none"
    DRAIN = "drain"  # read and empty the stores
    SET_SMSC = "set-smsc"
    PLAINER = "plainer"  # once more without validity and class
    INITIALISE = "initialise"
    STOP_PIN = "stop-pin"  # a wrong PIN: none is tried again by itself
    WAIT = "wait"  # the same command with a growing pause


@dataclass(frozen=True, slots=True)
class Cause:
    """An error number. `tries`: how many times LATER is worth it before it counts as ROUTE; None: as often as wanted."""

    number: int | None
    words: str
    verdict: Verdict
    remedy: Remedy = Remedy.NONE
    tries: int | None = None


_M, _D, _R, _T = Verdict.MESSAGE, Verdict.DESTINATION, Verdict.ROUTE, Verdict.LATER
_U, _C, _I = Verdict.UNKNOWN, Verdict.CAPABILITY, Verdict.IGNORE

_CMS_ROWS: tuple[Cause, ...] = (
    Cause(1, "unassigned number", _D),
    Cause(8, "operator determined barring", _R),
    Cause(10, "call barred", _R),
    Cause(17, "network failure", _T),
    Cause(21, "short message transfer rejected", _T, tries=1),
    Cause(22, "memory capacity exceeded", _T),
    Cause(27, "destination out of service", _T),
    Cause(28, "unidentified subscriber", _R),
    Cause(29, "facility rejected", _R),
    Cause(30, "unknown subscriber", _R),
    Cause(38, "network out of order", _T, tries=2),
    Cause(41, "temporary failure", _T),
    Cause(42, "congestion", _T),
    Cause(47, "resources unavailable, unspecified", _T),
    Cause(50, "requested facility not subscribed", _R),
    Cause(69, "requested facility not implemented", _R),
    Cause(81, "invalid short message transfer reference value", _M),
    Cause(95, "invalid message, unspecified", _M),
    Cause(96, "invalid mandatory information", _M),
    Cause(97, "message type non-existent or not implemented", _M),
    Cause(98, "message not compatible with short message protocol state", _T),
    Cause(99, "information element non-existent or not implemented", _M),
    Cause(111, "protocol error, unspecified", _T),
    Cause(127, "interworking, unspecified", _T),
    Cause(128, "telematic interworking not supported", _M, Remedy.PLAINER),
    Cause(129, "short message type 0 not supported", _M, Remedy.PLAINER),
    Cause(130, "cannot replace short message", _M, Remedy.PLAINER),
    Cause(143, "unspecified TP-PID error", _M, Remedy.PLAINER),
    Cause(144, "data coding scheme not supported", _M, Remedy.PLAINER),
    Cause(145, "message class not supported", _M, Remedy.PLAINER),
    Cause(159, "unspecified TP-DCS error", _M, Remedy.PLAINER),
    Cause(160, "command cannot be actioned", _M, Remedy.PLAINER),
    Cause(161, "command unsupported", _M, Remedy.PLAINER),
    Cause(175, "unspecified TP-command error", _M, Remedy.PLAINER),
    Cause(176, "TPDU not supported", _M, Remedy.PLAINER),
    Cause(192, "SC busy", _T),
    Cause(193, "no SC subscription", _R),
    Cause(194, "SC system failure", _T),
    Cause(195, "invalid SME address", _D),
    Cause(196, "destination SME barred", _D),
    Cause(197, "SM rejected - duplicate SM", Verdict.ACCEPTED),
    Cause(198, "TP-VPF not supported", _M, Remedy.PLAINER),
    Cause(199, "TP-VP not supported", _M, Remedy.PLAINER),
    Cause(208, "SIM SMS storage full", _R, Remedy.DRAIN),
    Cause(209, "no SMS storage capability in SIM", _R, Remedy.DRAIN),
    Cause(210, "error in MS", _R, Remedy.DRAIN),
    Cause(211, "memory capacity exceeded", _T),
    Cause(212, "SIM application toolkit busy", _T),
    Cause(213, "SIM data download error", _R, Remedy.DRAIN),
    Cause(255, "unspecified error cause", _T),
    Cause(300, "ME failure", _T, Remedy.INITIALISE),
    Cause(301, "SMS service of ME reserved", _R),
    Cause(302, "operation not allowed", _R),
    Cause(303, "operation not supported", _C),
    Cause(304, "invalid PDU mode parameter", _T, tries=1),  # ours are valid: octets were lost on the line
    Cause(305, "invalid text mode parameter", _T, tries=1),
    Cause(310, "SIM not inserted", _R),
    Cause(311, "SIM PIN required", _R),
    Cause(312, "PH-SIM PIN required", _R),
    Cause(313, "SIM failure", _R),
    Cause(314, "SIM busy", _T, Remedy.WAIT),
    Cause(315, "SIM wrong", _R),
    Cause(316, "SIM PUK required", _R),
    Cause(317, "SIM PIN2 required", _R),
    Cause(318, "SIM PUK2 required", _R),
    Cause(320, "memory failure", _R, Remedy.DRAIN),
    Cause(321, "invalid memory index", _I),
    Cause(322, "memory full", _R, Remedy.DRAIN),
    Cause(330, "SMSC address unknown", _R, Remedy.SET_SMSC),
    Cause(331, "no network service", _R),
    Cause(332, "network timeout", _U),
    Cause(340, "no +CNMA acknowledgement expected", _I),
    Cause(500, "unknown error", _T, tries=2),
    Cause(512, "collision with an incoming message, or a weak signal", _T),
    Cause(513, "the acknowledgement was lost", _U),
    Cause(514, "congestion", _T),
    Cause(515, "the modem is still starting", _T, Remedy.WAIT),
    Cause(517, "invalid PDU character", _T, tries=1),
)

_CME_ROWS: tuple[Cause, ...] = (
    Cause(3, "operation not allowed", _C),
    Cause(4, "operation not supported", _C),
    Cause(10, "SIM not inserted", _R),
    Cause(11, "SIM PIN required", _R),
    Cause(12, "SIM PUK required", _R),
    Cause(13, "SIM failure", _R),
    Cause(14, "SIM busy", _T, Remedy.WAIT),
    Cause(15, "SIM wrong", _R),
    Cause(16, "incorrect password", _R, Remedy.STOP_PIN),
    Cause(17, "SIM PIN2 required", _R),
    Cause(18, "SIM PUK2 required", _R),
    Cause(20, "memory full", _R, Remedy.DRAIN),
    Cause(21, "invalid index", _I),
    Cause(22, "not found", _I),
    Cause(23, "memory failure", _R, Remedy.DRAIN),
    Cause(30, "no network service", _R),
    Cause(31, "network timeout", _U),
    Cause(32, "network not allowed - emergency calls only", _R),
    Cause(50, "incorrect parameters", _C),
    Cause(100, "unknown", _C),
    Cause(256, "not yet", _T, Remedy.WAIT),
    Cause(258, "not yet", _T, Remedy.WAIT),
    Cause(515, "the modem is still starting", _T, Remedy.WAIT),
)
_VENDOR = 512
_PACKET_DOMAIN = range(107, 151)


def _squeezed(words: str) -> str:
    return re.sub(r"[^a-z0-9+]", "", words.lower())


_CMS = {cause.number: cause for cause in _CMS_ROWS}
_CME = {cause.number: cause for cause in _CME_ROWS}
_CMS_WORDS = {_squeezed(cause.words): cause for cause in reversed(_CMS_ROWS)}
_CME_WORDS = {_squeezed(cause.words): cause for cause in reversed(_CME_ROWS)}


def cms(told: str) -> Cause:
    """The cause that a `+CMS ERROR:` names, by number or in words; total."""
    number = _number(told)
    if number is None:
        return _CMS_WORDS.get(_squeezed(told)) or Cause(None, told.strip(), _T, tries=2)
    return _CMS.get(number) or Cause(number, "a cause of the make's own" if number >= _VENDOR else "", _T, tries=2)


def cme(told: str) -> Cause:
    """The cause that a `+CME ERROR:` names, by number or in words; total."""
    number = _number(told)
    if number is None:
        return _CME_WORDS.get(_squeezed(told)) or Cause(None, told.strip(), _T, tries=2)
    if number in _PACKET_DOMAIN:
        return Cause(number, "a cause of the packet domain", _I)
    return _CME.get(number) or Cause(number, "", _T, tries=2)


def _number(told: str) -> int | None:
    digits = told.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else None
