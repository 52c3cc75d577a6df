"""What the lines of answers and of unsolicited messages say, as values; total: a line that says nothing is None."""

import re
from dataclasses import dataclass
from enum import IntEnum

from sidetone_gsm.at.commands import ask
from sidetone_gsm.at.heads import declared_length, fields, is_answer

_NUMBER = re.compile(r"\s*(\d{1,9})\s*")
_RANGE = re.compile(r"(\d{1,3})(?:\s*-\s*(\d{1,3}))?")


class Stat(IntEnum):
    """Where a modem stands with a network (27.007, 7.2)."""

    NOT_SEARCHING = 0
    HOME = 1
    SEARCHING = 2
    DENIED = 3
    UNKNOWN = 4
    ROAMING = 5
    SMS_ONLY_HOME = 6
    SMS_ONLY_ROAMING = 7
    EMERGENCY_ONLY = 8
    CSFB_HOME = 9
    CSFB_ROAMING = 10
    EMERGENCY_BEARER = 11

    @property
    def can_send(self) -> bool:
        """Whether texts pass; in any one of CREG, CGREG and CEREG is enough."""
        return self in (1, 5, 6, 7, 9, 10)

    @property
    def is_roaming(self) -> bool:
        """Whether it is a foreign network."""
        return self in (5, 7, 10)


@dataclass(frozen=True, slots=True)
class StoredHead:
    """The head of a stored PDU. `stat` 0 and 1 are received, 2 and 3 outgoing; `length` octets of TPDU, 0: none there.

    `text_mode`: the modem has forgotten `AT+CMGF=0`, so it was reset.
    """

    index: int | None
    stat: int | None
    length: int | None
    text_mode: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A store and a slot in it."""

    store: str
    index: int


@dataclass(frozen=True, slots=True)
class Filling:
    """How full a store is."""

    used: int
    total: int


@dataclass(frozen=True, slots=True)
class Signal:
    """Strength in dBm, None if the modem does not know it, and the 0 to 31 it came as."""

    dbm: int | None
    raw: int


def registration(line: str) -> Stat | None:
    """The standing that a line of `+CREG`, `+CGREG` or `+CEREG` tells, answered or unasked."""
    told = fields(line)
    answered = len(told) > 1 and is_answer(line, ask(line.partition(":")[0].strip().upper()))
    number = _number(told[1] if answered else told[0])
    return Stat(number) if number is not None and number <= max(Stat) else None


def listed(line: str) -> StoredHead:
    """The head of an entry of `AT+CMGL=4`."""
    told = fields(line)
    if _says_text_mode(told[1:2]):
        return StoredHead(_number(told[0]), None, None, text_mode=True)
    return StoredHead(_number(told[0]), _number(told[1]) if len(told) > 1 else None, declared_length(line))


def read(line: str) -> StoredHead:
    """The head of the answer to `AT+CMGR`."""
    told = fields(line)
    if _says_text_mode(told[:1]):
        return StoredHead(None, None, None, text_mode=True)
    return StoredHead(None, _number(told[0]), declared_length(line))


def reference(line: str) -> int | None:
    """The TP-MR of `+CMGS`."""
    number = _number(fields(line)[0])
    return number if number is not None and number < 256 else None


def place(line: str) -> Place | None:
    """Where `+CMTI` or `+CDSI` say that something was stored."""
    told = fields(line)
    index = _number(told[1]) if len(told) > 1 else None
    return None if index is None else Place(told[0].strip('"').upper(), index)


def signal(line: str) -> Signal | None:
    """What `+CSQ` tells."""
    raw = _number(fields(line)[0])
    if raw is None:
        return None
    return Signal(2 * raw - 113 if raw <= 31 else None, raw)


def sim_state(line: str) -> str:
    """The state of `+CPIN`: READY, SIM PIN, SIM PUK and so on, without quotes."""
    return line.partition(":")[2].strip(' "').upper()


def service_centre(line: str) -> str | None:
    """The number of `+CSCA`, None if there is none."""
    number = fields(line)[0].strip('"')
    return number if re.fullmatch(r"\+?\d{3,20}", number) else None


def stores(line: str) -> tuple[tuple[str, ...], ...]:
    """The stores that `AT+CPMS=?` offers for reading, writing and receiving, in any of the shapes that are about."""
    groups: list[list[str]] = []
    depth = 0
    text = line.partition(":")[2].upper().strip()
    if text.replace(" ", "").startswith("(("):
        text = text[text.index("(") + 1 :]
    for piece in re.findall(r"[()]|[A-Z][A-Z_]{1,3}", text):
        if piece == "(":
            depth += 1
            groups.append([])
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif depth:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return tuple(tuple(dict.fromkeys(group)) for group in groups)


def fillings(line: str) -> tuple[Filling, ...]:
    """The counts that `AT+CPMS=` and `AT+CPMS?` answer, as many as there are; they may lag behind."""
    numbers = [number for field in fields(line) if (number := _number(field)) is not None]
    return tuple(Filling(used, total) for used, total in zip(numbers[::2], numbers[1::2], strict=False))


def offered(line: str) -> tuple[frozenset[int], ...]:
    """The values of each parameter that a question such as `AT+CNMI=?` offers: lists and ranges."""
    return tuple(
        frozenset(
            value
            for first, last in _RANGE.findall(group)
            for value in range(int(first), min(int(last or first), int(first) + 255) + 1)
        )
        for group in re.findall(r"\(([^()]*)\)", line.partition(":")[2])
    )


# Mode, messages, broadcasts, reports: reports inline, stored, none. Some makes offer the first and refuse it.
_INDICATIONS = ((2, 1, 0, 1), (2, 1, 0, 2), (2, 1, 0, 0), (1, 1, 0, 1), (1, 1, 0, 2), (1, 1, 0, 0))


def indications(offer: tuple[frozenset[int], ...] = ()) -> tuple[str, ...]:
    """The `AT+CNMI` settings to try in turn, of those that are offered; without an offer the plain three."""
    wanted = [setting for setting in _INDICATIONS if _is_offered(setting, offer)] or list(_INDICATIONS[:3])
    keeps = not offer or len(offer) < 5 or 0 in offer[4]
    return tuple(f"AT+CNMI={','.join(map(str, setting))},{0 if keeps else 1}" for setting in wanted)


def _is_offered(setting: tuple[int, ...], offer: tuple[frozenset[int], ...]) -> bool:
    if not offer:
        return setting[0] == 2
    return all(value in values for value, values in zip(setting, offer, strict=False))


def _says_text_mode(told: list[str]) -> bool:
    return bool(told) and told[0].strip('"').upper().startswith(("REC ", "STO "))


def _number(field: str) -> int | None:
    found = _NUMBER.fullmatch(field.strip('"')) if field.isascii() else None
    return int(found[1]) if found else None
