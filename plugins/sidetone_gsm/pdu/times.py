"""Time stamps and validity periods (3GPP TS 23.040, 9.2.3.11 and 9.2.3.12)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum

from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.octets import Octets

STAMP_OCTETS = 7
_FIRST_YEAR = 1990  # two digits: no message is older than the standard
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as it came. `moment` (with the sender's zone) is None if the octets name no time that there is."""

    raw: bytes
    moment: datetime | None

    @property
    def milliseconds(self) -> int | None:
        """Since 1970, UTC."""
        return None if self.moment is None else round(self.moment.timestamp()) * 1000


class ValidityForm(IntEnum):
    """TP-VPF: which form the period has."""

    NONE = 0
    ENHANCED = 1
    RELATIVE = 2
    ABSOLUTE = 3


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a centre keeps trying: `lasts` from its acceptance or `until` a time; both None if it says nothing.

    `single_shot`: the centre tries once.
    """

    form: ValidityForm
    raw: bytes
    lasts: timedelta | None = None
    until: Stamp | None = None
    single_shot: bool = False


def decode_stamp(raw: bytes) -> Stamp:
    """What seven octets say; total."""
    return Stamp(raw, _moment(raw))


def encode_stamp(moment: datetime) -> Stamp:
    """The stamp of an aware time, whole seconds and quarter hours; raises PduError for a year it cannot name."""
    offset = moment.utcoffset() or timedelta()
    if not _FIRST_YEAR <= moment.year < _FIRST_YEAR + 100:
        raise PduError("time stamp", "a year that two digits do not name")
    fields = (moment.year % 100, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    quarters = abs(offset) // _QUARTER
    zone = _swapped(quarters) | (8 if offset < timedelta() else 0)
    return decode_stamp(bytes((*map(_swapped, fields), zone)))


def decode_validity(form: ValidityForm, octets: Octets) -> Validity | None:
    """The period that comes next; None where there is none. Raises PduError if it is cut off."""
    if form is ValidityForm.NONE:
        return None
    if form is ValidityForm.RELATIVE:
        raw = octets.take(1, "TP-VP")
        return Validity(form, raw, lasts=relative(raw[0]))
    raw = octets.take(STAMP_OCTETS, "TP-VP")
    if form is ValidityForm.ABSOLUTE:
        return Validity(form, raw, until=decode_stamp(raw))
    return Validity(form, raw, lasts=_enhanced(raw), single_shot=bool(raw[0] & 0x40))


def validity_of(lasts: timedelta) -> Validity:
    """The longest relative period that is no longer than `lasts`; five minutes at the least."""
    value = next((value for value in range(255, 0, -1) if relative(value) <= lasts), 0)
    return Validity(ValidityForm.RELATIVE, bytes((value,)), relative(value))


def relative(value: int) -> timedelta:
    """The period of a relative TP-VP."""
    if value < 144:
        return timedelta(minutes=5 * (value + 1))
    if value < 168:
        return timedelta(hours=12, minutes=30 * (value - 143))
    return timedelta(days=value - 166) if value < 197 else timedelta(weeks=value - 192)


def _enhanced(raw: bytes) -> timedelta | None:
    form = raw[0] & 7
    place = 2 if raw[0] & 0x80 else 1  # an extension octet comes first
    if form == 1:
        return relative(raw[place])
    if form == 2:
        return timedelta(seconds=raw[place])
    clock = [_digits(octet) for octet in raw[place : place + 3]]
    if form == 3 and None not in clock:
        hours, minutes, seconds = (number or 0 for number in clock)
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return None


def _moment(raw: bytes) -> datetime | None:
    numbers = [_digits(octet) for octet in raw[:6]]
    if len(raw) != STAMP_OCTETS or None in numbers:
        return None
    zone = 10 * (raw[6] & 7) + (raw[6] >> 4)  # some centres write the ones in hexadecimal
    year, month, day, hour, minute, second = (number or 0 for number in numbers)
    year += _FIRST_YEAR - _FIRST_YEAR % 100 + (100 if year < _FIRST_YEAR % 100 else 0)
    offset = zone * (-_QUARTER if raw[6] & 8 else _QUARTER)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment


def _digits(octet: int) -> int | None:
    """The number of two swapped decimal digits."""
    tens, ones = octet & 0xF, octet >> 4
    return 10 * tens + ones if tens < 10 and ones < 10 else None


def _swapped(number: int) -> int:
    return number // 10 | number % 10 << 4
