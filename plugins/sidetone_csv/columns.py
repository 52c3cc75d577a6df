"""What each column of a file holds, by its head line and what the section says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sidetone.plugin import BadConfig

# What programs call their columns, in the spellings that `_plain` makes of them.
ALIASES = {
    "id": ("id", "contactid", "externalid", "uid", "customerid", "customernumber", "kundennummer", "nr", "no"),
    "name": ("name", "fullname", "displayname", "contactname", "contact", "fileas", "anzeigename", "vollername", "kontakt"),
    "first": ("firstname", "givenname", "forename", "first", "vorname"),
    "last": ("lastname", "surname", "familyname", "last", "nachname", "familienname"),
    "company": ("company", "organization", "organisation", "organizationname", "companyname", "account", "firma", "unternehmen"),
    "department": ("department", "organizationdepartment", "abteilung"),
    "title": ("title", "jobtitle", "position", "organizationtitle", "funktion", "stelle"),
    "email": ("email", "emailaddress", "mail", "email1value", "emailadresse"),
    "url": ("url", "link", "web", "website", "webpage", "webseite"),
    "kind": ("kind", "type", "art"),
    "owner": ("owner", "besitzer"),
    "mobile": ("mobile", "mobilephone", "cell", "cellphone", "mobil", "handy", "mobiltelefon", "handynummer", "mobilenumber"),
    "work": ("businessphone", "businessphone2", "workphone", "work", "officephone", "office", "telefongeschftlich",
             "geschaeftlich", "telefonarbeit", "companymainphone"),
    "home": ("homephone", "homephone2", "home", "private", "privat", "telefonprivat"),
    "fax": ("fax", "businessfax", "workfax", "homefax", "faxgeschftlich"),
    "phone": ("phone", "phonenumber", "number", "telephone", "telephonenumber", "tel", "telefon", "telefonnummer",
              "nummer", "rufnummer", "primaryphone", "otherphone", "phone1value", "phone2value", "phone3value", "phone4value"),
}  # fmt: skip
PHONES = ("mobile", "work", "home", "phone", "fax")
NAMES = ("name", "first", "last", "company")
MANY = (*PHONES, "email")  # of which a file may have several columns


@dataclass(frozen=True, slots=True)
class Columns:
    """For each thing that is known the places of the columns that hold it, and the head line as it stands."""

    places: dict[str, tuple[int, ...]]
    head: tuple[str, ...]

    def of(self, what: str, cells: Sequence[str]) -> str:
        """The first cell of that kind that holds something."""
        return next((cells[place].strip() for place in self.places.get(what, ()) if _holds(cells, place)), "")

    def phones(self, cells: Sequence[str]) -> list[tuple[int, str, str]]:
        """Every cell with a phone number: its column, what kind, and what stands there."""
        found = [(place, what) for what in PHONES for place in self.places.get(what, ())]
        return [(place, what, cells[place].strip()) for place, what in found if _holds(cells, place)]


def read_columns(head: Sequence[str], said: Sequence[str]) -> Columns:
    """Find the columns. `said` are the section's `columns`, which go before what a name suggests. Raises BadConfig."""
    plain = [_plain(cell) for cell in head]
    places: dict[str, list[int]] = {}
    taken: set[int] = set()
    for line in said:
        what, _, name = (part.strip() for part in line.partition("="))
        if what not in ALIASES:
            allowed = ", ".join(ALIASES)
            raise BadConfig(
                f"columns names {what}, which is nothing that is known; allowed are {allowed}.", where="columns"
            )
        if _plain(name) not in plain:
            raise BadConfig(f"columns says {what} = {name}, and the file has no such column.", where="columns")
        place = plain.index(_plain(name))
        places.setdefault(what, []).append(place)
        taken.add(place)
    for place, name in enumerate(plain):
        what = next((what for what, names in ALIASES.items() if name in names), "")
        if what and place not in taken and (what in MANY or what not in places):
            places.setdefault(what, []).append(place)
    return Columns({what: tuple(found) for what, found in places.items()}, tuple(cell.strip()[:40] for cell in head))


def lacking(columns: Columns) -> str:
    """What a file must have and this one has not; empty when all is well."""
    if not any(what in columns.places for what in NAMES):
        return "a column with names, such as Name"
    if not any(what in columns.places for what in PHONES):
        return "a column with phone numbers, such as Mobile"
    return ""


def _holds(cells: Sequence[str], place: int) -> bool:
    return place < len(cells) and bool(cells[place].strip())


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.replace("\ufeff", "").lower())
