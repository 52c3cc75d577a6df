"""The settings of a modem. `etc/conf.d/gsm.toml` is their manual."""

import re
from dataclasses import dataclass

from sidetone.plugin import BadConfig, Secret, setting

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CENTRE = re.compile(r"\+?[0-9]{3,20}")
_PIN = re.compile(r"[0-9]{4,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[carriers.NAME]` with `type = "gsm"`. Times are in seconds."""

    port: str = setting(help="the modem's AT port, best a path below /dev/serial/by-id")
    number: str = setting(help="the SIM's own number, E.164")
    speed: int = setting(115200, minimum=300, maximum=921_600, help="the port's speed, for real serial lines")
    flow_control: bool = setting(False, help="whether RTS and CTS are wired")
    pin: Secret | None = setting(None, help="the SIM's PIN, entered at most once for each start of the modem")
    service_centre: str = setting("", help="the SMS centre, where the SIM's own is missing or wrong")
    imei: str = setting("", pattern=r"([0-9]{14,16})?", help="the only device that may be used, by its IMEI")
    imsi: str = setting("", pattern=r"([0-9]{6,15})?", help="the only SIM that may be used, by its IMSI")
    rate: float = setting(8.0, minimum=0.1, maximum=6000, help="most parts a minute")
    most_parts: int = setting(10, minimum=1, maximum=255, help="how many parts a text may have")
    reports: bool = setting(True, help="whether delivery reports are asked for")
    validity: float = setting(24.0, minimum=0.1, maximum=168, help="how many hours the network keeps trying")
    roaming: bool = setting(False, help="whether texts are sent from a foreign network")
    worker: str = setting("own", choices=("own", "service"), help="who runs the process that owns the port")
    deadline: float = setting(600.0, minimum=0.1, maximum=3600, help="seconds until a send's outcome is unknown")
    patience: float = setting(1.0, minimum=0.05, maximum=10, help="how many times the usual deadlines a modem is given")
    missing_after: float = setting(120.0, minimum=1, maximum=86400, help="when missing parts are shown as missing")
    drain_every: float = setting(60.0, minimum=1, maximum=3600, help="from one look into the stores to the next")
    reopen_after: float = setting(1.0, minimum=0.01, maximum=60, help="from a port's end to its first opening")
    give_up_pauses: list[float] = setting(
        [60.0, 120.0, 300.0, 600.0], help="the pauses between rounds of the recovery ladder"
    )
    balance_code: str = setting("", pattern=r"[0-9*#]{0,40}", help="the code that tells the SIM's balance, like *100#")
    balance_every: float = setting(24.0, minimum=1, maximum=720, help="hours from one question for it to the next")
    balance_pattern: str = setting(r"(\d+[.,]\d\d)", help="where the amount stands in the answer: a regular expression")
    balance_low: float = setting(0.0, minimum=0, maximum=1_000_000, help="below how much that is told as trouble")
    bearer: int = setting(-1, minimum=-1, maximum=3, help="what AT+CGSMS is set to; -1 leaves it alone")
    power_hook: str = setting("", help="the program that switches the modem's power off and on, called with its name")


def check(settings: Settings) -> None:
    """Raise BadConfig for values that no bound tells."""
    if not _E164.fullmatch(settings.number):
        raise BadConfig("number must be the SIM's own number in E.164, like +4915112345678.", where="number")
    if settings.service_centre and not _CENTRE.fullmatch(settings.service_centre):
        raise BadConfig("service_centre must be a phone number, like +491710760000.", where="service_centre")
    if settings.pin is not None and not _PIN.fullmatch(settings.pin.reveal()):
        raise BadConfig("pin must have 4 to 8 digits.", where="pin")
    try:
        re.compile(settings.balance_pattern)
    except re.error as error:
        raise BadConfig(f"balance_pattern is no regular expression: {error}.", where="balance_pattern") from error
    if not settings.give_up_pauses or min(settings.give_up_pauses) <= 0:
        raise BadConfig("give_up_pauses must be seconds above 0, one at least.", where="give_up_pauses")
