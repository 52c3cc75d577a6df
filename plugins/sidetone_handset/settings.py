"""The settings of a handset carrier."""

import re
from dataclasses import dataclass

from sidetone.plugin import BadConfig, setting

_PHONE = re.compile(r"(\+[1-9][0-9]{6,14})(?:\s+(\S.{0,63}))?")  # ITU-T E.164: at most 15 digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[carriers.NAME]` with `type = "handset"`."""

    phones: list[str] = setting([], help='the first phones, each "+E164 Name"')
    create: bool = setting(True, help="whether a number that is texted for the first time becomes a phone")
    most: int = setting(50, minimum=1, maximum=1000, help="how many phones there may be")
    deadline: float = setting(30.0, minimum=0.1, maximum=300, help="seconds until a silent phone's text is unknown")


def named_phones(settings: Settings) -> dict[str, str]:
    """Number to name, in the order of the settings; raises BadConfig for all that is wrong with them."""
    phones: dict[str, str] = {}
    faults: list[str] = []
    for place, text in enumerate(settings.phones):
        match = _PHONE.fullmatch(text.strip())
        if match is None:
            faults.append(f'phones[{place}] must be a number in E.164 and a name, like "+4915112345678 Ada".')
        elif match[1] in phones:
            faults.append(f"phones[{place}] has the number of an earlier one.")
        else:
            phones[match[1]] = match[2] or match[1]
    if len(phones) > settings.most:
        faults.append(f"there are {len(phones)} phones; `most` allows {settings.most}.")
    if faults:
        raise BadConfig(" ".join(faults), where="phones")
    return phones
