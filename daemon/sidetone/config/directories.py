"""`[directories.NAME]`: what Sidetone itself reads of it; the rest is for the plugin."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from phonenumbers import SUPPORTED_REGIONS

from sidetone.config.fault import Fault
from sidetone.config.reader import read_settings
from sidetone.config.section import Section
from sidetone.config.shapes import DirectorySection, DirectorySettings

LONGEST_NAME = 32
PERSONAL = "personal"  # what each user's own contacts come from
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_OWN = tuple(field.name for field in fields(DirectorySettings))


def read_directories(
    table: Section, base: Path, types: Callable[[object], tuple[str, str, bool] | None]
) -> tuple[dict[str, DirectorySection], list[Fault]]:
    """The sections in the order they stand in, and all that is wrong with them.

    `types` says what is wrong with a `type`: what, the remedy, and whether no such thing exists.
    """
    found: dict[str, DirectorySection] = {}
    faults: list[Fault] = []
    for name, section in table.items():
        where = f"directories.{name}"
        if not isinstance(section, Section):
            remedy = f"write [{where}] on a line of its own"
            faults.append(Fault(key=where, what="is no section", remedy=remedy, place=table.places.get(name)))
            continue
        if not name or len(name) > LONGEST_NAME or set(name) - _NAME or name == PERSONAL:
            remedy = f"use at most {LONGEST_NAME} small letters, digits, - and _, and not {PERSONAL}"
            faults.append(Fault(key=where, what="has a name that cannot be", remedy=remedy, place=section.place))
        if (wrong := types(section.get("type"))) is not None:
            what, remedy, unknown = wrong
            place = section.places.get("type", section.place)
            faults.append(Fault(key=f"{where}.type", what=what, remedy=remedy, place=place, unknown=unknown))
        own, own_faults = _own(section, where, base)
        faults += own_faults
        type_ = section.get("type")
        if own is not None and isinstance(type_, str):
            found[name] = DirectorySection(name=name, type=type_, table=_rest(section), own=own)
    return found, faults


def _own(section: Section, where: str, base: Path) -> tuple[DirectorySettings | None, list[Fault]]:
    given = {key: section[key] for key in _OWN if key in section}
    table = Section(given, place=section.place, places=section.places, groups=section.groups)
    own, faults = read_settings(DirectorySettings, table, where=where, base=base)
    if own is not None and own.country and own.country not in SUPPORTED_REGIONS:
        remedy = "write its two letters as in ISO 3166, such as DE, GB or US"
        place = section.places.get("country")
        what = "is no country that has phone numbers"
        faults.append(Fault(key=f"{where}.country", what=what, remedy=remedy, place=place))
    return own, faults


def _rest(section: Section) -> Section:
    rest = section.without("type")
    for key in _OWN:
        rest = rest.without(key)
    return rest
